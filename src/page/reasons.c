#include "page/reasons.h"

#include "ident/country.h"
#include "page/marks.h"
#include "page/result.h"

/* How a rule is drawn; the words beside it say the same. */
struct look {
	const char *sign, *class;
};

static struct look look_of(struct text rule)
{
	static const struct {
		const char *word;
		struct look look;
	} looks[] = {
		{"-only", {"–", "left"}},
		{"one-part-differs", {"≈", "near"}},
		{"differs", {"≠", "other"}},
		{"date-same-year", {"≠", "other"}},
		{"sounds-equal", {"≈", "sound"}},
		{"first-of-january", {"≈", "near"}},
		{"compared", {"", "same"}},
		{"equal", {"=", "same"}},
		{"joined", {"=", "same"}},
	};

	for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++)
		if (text_has(rule, text_of(looks[i].word)))
			return looks[i].look;
	return (struct look){"≈", "near"};
}

static void rule_and_weight(struct html *html, const struct explanation *e)
{
	struct look look = look_of(text_of(e->rule));
	int32_t bits = e->evidence_mbit, size = bits < 0 ? -bits : bits;

	html_raw(html, "<td role=\"cell\" class=\"rule\">");
	if (look.sign[0])
		html_rawf(html, "<span class=\"sign %s\" aria-hidden=\"true\">%s</span> ", look.class, look.sign);
	html_word(html, "rule-", e->rule);
	html_rawf(html, "</td><td role=\"cell\" class=\"number %s\">", bits < 0 ? "minus" : "plus");
	if (bits)
		html_rawf(html, "%s%d.%d", bits < 0 ? "−" : "+", size / 1000, size % 1000 / 100);
	html_raw(html, "</td></tr>");
}

static void row_head(struct html *html, const struct explanation *e, const char *class)
{
	html_rawf(html, "<tr role=\"row\" class=\"%s\"><th role=\"rowheader\" scope=\"row\">", class);
	html_word(html, "feature-", e->feature);
	html_raw(html, "</th>");
}

static void part_row(struct html *html, const struct explanation *e, struct text asked, struct text listed)
{
	row_head(html, e, "part");
	html_raw(html, "<td role=\"cell\">");
	html_name(html, asked);
	html_raw(html, "</td><td role=\"cell\">");
	html_name(html, listed);
	html_raw(html, "</td>");
	rule_and_weight(html, e);
}

/* A name and the parts that follow it, `count` explanations in all. */
static void name_rows(struct html *html, const struct explanation *e, size_t count, struct arena *arena)
{
	struct marked_name asked, listed;
	struct text places[MARKS_MAX + 1][2];

	marks_begin(&asked, e->query, arena);
	marks_begin(&listed, e->candidate, arena);
	for (size_t i = 1; i < count && i <= MARKS_MAX; i++) {
		const char *class = look_of(text_of(e[i].rule)).class;

		places[i][0] = marks_add(&asked, e[i].query, class);
		places[i][1] = marks_add(&listed, e[i].candidate, class);
	}
	row_head(html, e, "whole");
	html_raw(html, "<td role=\"cell\">");
	html_marked(html, &asked);
	html_raw(html, "</td><td role=\"cell\">");
	html_marked(html, &listed);
	html_raw(html, "</td>");
	rule_and_weight(html, e);
	for (size_t i = 1; i < count && i <= MARKS_MAX; i++)
		part_row(html, &e[i], places[i][0], places[i][1]);
}

/* A date or number with what differs from `other` marked: pieces between hyphens, or single characters. */
static void differing(struct html *html, struct text value, struct text other, bool pieces)
{
	struct text rest[2] = {value, other}, piece[2];

	html_raw(html, "<bdi class=\"figures\">");
	for (size_t i = 0; !pieces && i < value.len; i++) {
		bool differs = i >= other.len || value.data[i] != other.data[i];

		html_raw(html, differs ? "<mark class=\"other\">" : "");
		html_text(html, (struct text){value.data + i, 1});
		html_raw(html, differs ? "</mark>" : "");
	}
	for (size_t i = 0; pieces && text_split(&rest[0], '-', &piece[0]); i++) {
		bool there = text_split(&rest[1], '-', &piece[1]), differs = there && !text_equal(piece[0], piece[1]);

		html_raw(html, i ? "-" : "");
		html_raw(html, differs ? "<mark class=\"other\">" : "");
		html_text(html, piece[0]);
		html_raw(html, differs ? "</mark>" : "");
	}
	html_raw(html, "</bdi>");
}

/* Figures that disagree stand one above the other, for the eye compares columns. */
static void figures_row(struct html *html, const struct explanation *e, bool pieces)
{
	static const char *const labels[] = {"asked", "listed"};
	struct text values[] = {e->query, e->candidate};

	row_head(html, e, "whole stacked");
	html_raw(html, "<td role=\"cell\" colspan=\"2\">");
	for (size_t i = 0; i < 2; i++) {
		html_raw(html, "<div class=\"stack\"><span class=\"quiet\">");
		html_message(html, labels[i]);
		html_raw(html, "</span> ");
		differing(html, values[i], values[1 - i], pieces);
		html_raw(html, "</div>");
	}
	html_raw(html, "</td>");
	rule_and_weight(html, e);
}

static void value_cell(struct html *html, const char *feature, struct text value)
{
	struct text language = text_of(html_language(html)), name;

	html_raw(html, "<td role=\"cell\">");
	if (strcmp(feature, "country") == 0) {
		name = country_name(value, language);
		html_text(html, name.len ? name : value);
	} else if (strcmp(feature, "gender") == 0) {
		html_message(html, text_equal(value, TEXT("male")) ? "gender-male" : "gender-female");
	} else {
		html_name(html, value);
	}
	html_raw(html, "</td>");
}

static void fact_row(struct html *html, const struct explanation *e)
{
	bool date = strcmp(e->feature, "birthDate") == 0, number = strcmp(e->feature, "document") == 0;

	if ((date || number) && e->query.len && !text_equal(e->query, e->candidate)) {
		figures_row(html, e, date);
		return;
	}
	row_head(html, e, "whole");
	value_cell(html, e->feature, e->query);
	value_cell(html, e->feature, e->candidate);
	rule_and_weight(html, e);
}

void reasons_table(struct html *html, const struct screen_result *r, struct arena *arena)
{
	static const char *const columns[] = {"why", "asked", "listed", "rule", "weight"};

	html_raw(html, "<table class=\"reasons\" role=\"table\"><thead role=\"rowgroup\"><tr role=\"row\">");
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
		html_rawf(html, "<th role=\"columnheader\" scope=\"col\"%s>", i == 4 ? " class=\"number\"" : "");
		html_message(html, columns[i]);
		html_raw(html, "</th>");
	}
	html_raw(html, "</tr></thead><tbody role=\"rowgroup\">");
	for (size_t i = 0; i < r->explanation_count;) {
		size_t count = 1;

		while (i + count < r->explanation_count && strcmp(r->explanations[i + count].feature, "namePart") == 0)
			count++;
		if (strcmp(r->explanations[i].feature, "name") == 0)
			name_rows(html, &r->explanations[i], count, arena);
		else
			fact_row(html, &r->explanations[i]);
		i += count;
	}
	html_raw(html, "</tbody></table>");
}
