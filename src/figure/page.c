/* The page of figures: for each funnel a chart, the table beside it, and beneath what each number means. */
#include <inttypes.h>
#include <stdio.h>

#include "figure/inside.h"
#include "figure/output.h"
#include "ident/country.h"

#define FIGURES "figures.json"

struct writing {
	const json_t *document;
	enum figure_language language;
	struct buffer *out;
};

static void raw(struct writing *w, const char *markup)
{
	buffer_add_text(w->out, text_of(markup));
}

static void word(struct writing *w, const char *key)
{
	markup_text(w->out, figure_word(key, w->language));
}

static void value_put(struct writing *w, const json_t *value)
{
	if (json_is_integer(value)) {
		int64_t n = json_integer_value(value);

		buffer_printf(w->out, "<data value=\"%" PRId64 "\">", n);
		digits_write(w->out, n, "span");
		raw(w, "</data>");
	} else {
		raw(w, "<span class=\"withheld\">");
		word(w, "withheld");
		raw(w, "</span>");
	}
}

static void sides_put(struct writing *w, struct text sides)
{
	if (sides.len == 0)
		return;
	buffer_printf(w->out, " <span class=\"sides sides-%s\">", text_equal(sides, TEXT("one")) ? "one" : "both");
	word(w, text_equal(sides, TEXT("one")) ? "one-side" : "both-sides");
	raw(w, "</span>");
}

/* ---- about one number ---- */

static void about_row(struct writing *w, const char *key, struct text text)
{
	raw(w, "<div><dt>");
	word(w, key);
	raw(w, "</dt><dd>");
	markup_text(w->out, text);
	raw(w, "</dd></div>");
}

static void revision_put(struct writing *w, const json_t *item)
{
	const json_t *revises = json_object_get(item, "revises"), *reason = json_object_get(item, "reason");
	const json_t *value = json_object_get(revises, "value");
	char number[24], old[24];

	raw(w, "<div><dt>");
	word(w, "revises");
	raw(w, "</dt><dd>");
	if (json_is_object(revises)) {
		snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(revises, "number")));
		snprintf(old, sizeof old, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		buffer_printf(w->out, "<a href=\"figures-%s.json\">", number);
		markup_filled(w->out, figure_word("revised-from", w->language),
			      (const struct filling[]){{"value", json_is_integer(value) ? text_of(old) : figure_word("withheld", w->language)},
						       {"number", text_of(number)}}, 2);
		raw(w, "</a>");
	} else {
		word(w, "revises-nothing");
	}
	raw(w, "</dd></div>");
	if (json_is_object(reason))
		about_row(w, "reason", member_string(reason, figure_language_word(w->language)));
	if (member_string(reason, "text").len)
		about_row(w, "reason", member_string(reason, "text"));
}

static void about(struct writing *w, const json_t *item)
{
	struct buffer period;

	raw(w, "<details class=\"figure-about\"><summary>");
	markup_text(w->out, member_language(item, "name", w->language));
	raw(w, "</summary><dl>");
	about_row(w, "definition", member_language(item, "definition", w->language));
	about_row(w, "unit", member_language(item, "unit", w->language));
	buffer_init(&period, 128);
	buffer_printf(&period, "%.*s \xE2\x80\x93 %.*s (UTC)", TEXT_ARG(member_string(item, "from")), TEXT_ARG(member_string(item, "to")));
	about_row(w, "period", buffer_text(&period));
	buffer_release(&period);
	about_row(w, "as-of", member_string(item, "as_of"));
	about_row(w, "source", member_language(item, "source", w->language));
	about_row(w, "method", figure_word_of("method", member_string(item, "method"), w->language));
	about_row(w, "counts", figure_word_of("counts", member_string(item, "counts"), w->language));
	about_row(w, "kind", figure_word_of("kind", member_string(item, "kind"), w->language));
	revision_put(w, item);
	about_row(w, "gaps", member_language(item, "gaps", w->language));
	about_row(w, "signer", member_string(item, "signer"));
	raw(w, "</dl></details>");
}

/* ---- one funnel ---- */

static bool shown(const json_t *item, struct text funnel)
{
	return text_equal(member_string(item, "funnel"), funnel) && item_whole(item);
}

/* Of persons and money: how many the step lost against the one before, where both are told. */
static bool steps(struct text funnel)
{
	return text_equal(funnel, TEXT("suspects")) || text_equal(funnel, TEXT("victims")) || text_equal(funnel, TEXT("money"));
}

static void loss_put(struct writing *w, const json_t *item, const json_t *before)
{
	const json_t *now = json_object_get(item, "value"), *old = json_object_get(before, "value");

	raw(w, "<td class=\"number\">");
	if (json_is_integer(now) && json_is_integer(old)) {
		int64_t change = json_integer_value(now) - json_integer_value(old);

		buffer_add_text(w->out, change < 0 ? TEXT("\xE2\x88\x92") : change > 0 ? TEXT("+") : TEXT(""));
		digits_write(w->out, change < 0 ? -change : change, "span");
	}
	raw(w, "</td>");
}

static void table_row(struct writing *w, const json_t *item, const json_t *before, bool losses)
{
	buffer_printf(w->out, "<tr id=\"%.*s\"><th scope=\"row\">", TEXT_ARG(member_string(item, "id")));
	markup_text(w->out, member_language(item, "name", w->language));
	sides_put(w, member_string(item, "sides"));
	if (json_is_object(json_object_get(item, "revises"))) {
		raw(w, " <span class=\"revised\">");
		word(w, "revised");
		raw(w, "</span>");
	}
	raw(w, "</th><td class=\"number\">");
	value_put(w, json_object_get(item, "value"));
	raw(w, "</td><td>");
	markup_text(w->out, member_language(item, "unit", w->language));
	raw(w, "</td>");
	if (losses)
		loss_put(w, item, before);
	raw(w, "</tr>");
}

static void head_cell(struct writing *w, const char *key, bool number)
{
	buffer_printf(w->out, "<th scope=\"col\"%s>", number ? " class=\"number\"" : "");
	word(w, key);
	raw(w, "</th>");
}

static void table(struct writing *w, struct text funnel)
{
	const json_t *items = json_object_get(w->document, "items"), *before = NULL;
	bool losses = steps(funnel);

	raw(w, "<table><caption class=\"hidden\">");
	markup_text(w->out, figure_word_of("funnel", funnel, w->language));
	raw(w, "</caption><thead><tr>");
	head_cell(w, "step", false);
	head_cell(w, "value", true);
	head_cell(w, "unit", false);
	if (losses)
		head_cell(w, "lost-before", true);
	raw(w, "</tr></thead><tbody>");
	for (size_t i = 0; i < json_array_size(items); i++)
		if (shown(json_array_get(items, i), funnel)) {
			table_row(w, json_array_get(items, i), before, losses);
			before = json_array_get(items, i);
		}
	raw(w, "</tbody></table>");
}

/* Nationalities, each figure of the funnel a table of its own. */
static void parts(struct writing *w, const json_t *item)
{
	const json_t *list = json_object_get(item, "parts");

	if (json_array_size(list) == 0)
		return;
	raw(w, "<details class=\"figure-parts\"><summary>");
	markup_text(w->out, member_language(item, "name", w->language));
	raw(w, ": ");
	word(w, "by-country");
	raw(w, "</summary><table><thead><tr>");
	head_cell(w, "country", false);
	head_cell(w, "value", true);
	raw(w, "</tr></thead><tbody>");
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct text code = member_string(json_array_get(list, i), "country");
		struct text name = country_name(code, text_of(figure_language_word(w->language)));

		raw(w, "<tr><th scope=\"row\">");
		markup_text(w->out, name.len ? name : figure_word("country-unknown", w->language));
		raw(w, "</th><td class=\"number\">");
		value_put(w, json_object_get(json_array_get(list, i), "value"));
		raw(w, "</td></tr>");
	}
	raw(w, "</tbody></table></details>");
}

static void funnel_put(struct writing *w, struct text funnel)
{
	const json_t *items = json_object_get(w->document, "items");
	bool any = false;

	for (size_t i = 0; i < json_array_size(items); i++)
		any = any || shown(json_array_get(items, i), funnel);
	if (!any)
		return;
	buffer_printf(w->out, "<section class=\"figure-funnel\" aria-labelledby=\"funnel-%.*s\"><h2 id=\"funnel-%.*s\">", TEXT_ARG(funnel),
		      TEXT_ARG(funnel));
	markup_text(w->out, figure_word_of("funnel", funnel, w->language));
	raw(w, "</h2><div class=\"figure-pair\"><figure>");
	if (!figure_chart(w->document, funnel, w->language, w->out))
		raw(w, "<p></p>");
	raw(w, "</figure><div class=\"figure-table\" tabindex=\"0\" role=\"region\" ");
	buffer_printf(w->out, "aria-labelledby=\"funnel-%.*s\">", TEXT_ARG(funnel));
	table(w, funnel);
	raw(w, "</div></div>");
	if (text_equal(funnel, TEXT("suspects")) || text_equal(funnel, TEXT("victims"))) {
		raw(w, "<p class=\"figure-note\">");
		word(w, "no-step");
		raw(w, "</p>");
	}
	for (size_t i = 0; i < json_array_size(items); i++)
		if (shown(json_array_get(items, i), funnel))
			parts(w, json_array_get(items, i));
	raw(w, "<h3>");
	word(w, "about");
	raw(w, "</h3>");
	for (size_t i = 0; i < json_array_size(items); i++)
		if (shown(json_array_get(items, i), funnel))
			about(w, json_array_get(items, i));
	raw(w, "</section>");
}

/* ---- operations of two countries, releases ---- */

static void joint_put(struct writing *w)
{
	const json_t *joint = json_object_get(w->document, "joint");

	if (json_array_size(joint) == 0)
		return;
	raw(w, "<section class=\"figure-joint\"><h2>");
	word(w, "joint");
	raw(w, "</h2><p>");
	word(w, "joint-what");
	raw(w, "</p><table><thead><tr>");
	head_cell(w, "operation", false);
	head_cell(w, "sides", false);
	raw(w, "</tr></thead><tbody>");
	for (size_t i = 0; i < json_array_size(joint); i++) {
		const json_t *one = json_array_get(joint, i);

		raw(w, "<tr><th scope=\"row\">");
		markup_text(w->out, member_string(one, "id"));
		raw(w, "</th><td>");
		sides_put(w, member_string(one, "sides"));
		raw(w, "</td></tr>");
	}
	raw(w, "</tbody></table></section>");
}

/* "2026-11-27 16:30 UTC" of "2026-11-27T16:30:12.345Z"; what is written otherwise as it is. */
static void minute_put(struct writing *w, struct text time)
{
	bool utc = time.len > 16 && time.data[10] == 'T' && time.data[time.len - 1] == 'Z';

	raw(w, "<time datetime=\"");
	markup_text(w->out, time);
	raw(w, "\">");
	markup_text(w->out, utc ? (struct text){time.data, 10} : time);
	if (utc) {
		raw(w, " ");
		markup_text(w->out, (struct text){time.data + 11, 5});
		raw(w, " UTC");
	}
	raw(w, "</time>");
}

static void release_row(struct writing *w, const json_t *release)
{
	const json_t *replaced = json_object_get(release, "replaced_by");
	char number[24], by[24];

	snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(release, "number")));
	snprintf(by, sizeof by, "%" JSON_INTEGER_FORMAT, json_integer_value(replaced));
	raw(w, "<tr><th scope=\"row\"><a href=\"");
	markup_text(w->out, member_string(release, "file"));
	buffer_printf(w->out, "\">%s</a></th><td>", number);
	markup_text(w->out, month_of(member_string(release, "from")));
	raw(w, "</td><td>");
	minute_put(w, member_string(release, "time"));
	raw(w, "</td><td>");
	if (json_is_integer(replaced))
		markup_filled(w->out, figure_word("replaced", w->language), (const struct filling[]){{"number", text_of(by)}}, 1);
	else
		word(w, "current");
	raw(w, "</td></tr>");
}

static void releases_put(struct writing *w, struct text releases)
{
	json_t *root = releases.len ? json_loadb(releases.data, releases.len, JSON_REJECT_DUPLICATES, NULL) : NULL;
	const json_t *items = json_object_get(root, "items");

	if (json_array_size(items)) {
		raw(w, "<section class=\"figure-releases\"><h2>");
		word(w, "releases");
		raw(w, "</h2><div class=\"figure-table\" tabindex=\"0\" role=\"region\" aria-label=\"");
		word(w, "releases");
		raw(w, "\"><table><thead><tr>");
		head_cell(w, "release", false);
		head_cell(w, "month", false);
		head_cell(w, "released-at", false);
		head_cell(w, "revised", false);
		raw(w, "</tr></thead><tbody>");
		for (size_t i = 0; i < json_array_size(items); i++)
			release_row(w, json_array_get(items, i));
		raw(w, "</tbody></table></div></section>");
	}
	json_decref(root);
}

static void head_put(struct writing *w)
{
	struct text month = month_of(member_string(w->document, "from"));

	buffer_printf(w->out, "<p class=\"figure-head\">");
	word(w, "month");
	raw(w, " <time datetime=\"");
	markup_text(w->out, month);
	raw(w, "\">");
	markup_text(w->out, month);
	raw(w, "</time> \xC2\xB7 ");
	word(w, "release");
	buffer_printf(w->out, " %" JSON_INTEGER_FORMAT " \xC2\xB7 ", json_integer_value(json_object_get(w->document, "number")));
	word(w, "signer");
	raw(w, " ");
	markup_text(w->out, member_string(json_array_get(json_object_get(w->document, "items"), 0), "signer"));
	raw(w, "</p><p class=\"figure-note\">");
	word(w, "withheld-why");
	raw(w, "</p>");
}

void figure_page(struct text figures, struct text releases, enum figure_language language, struct buffer *out)
{
	json_t *document = figures.len ? json_loadb(figures.data, figures.len, JSON_REJECT_DUPLICATES, NULL) : NULL;
	struct writing w = {.document = document, .language = language, .out = out};

	buffer_printf(out, "<div class=\"figures\" lang=\"%s\">", figure_language_word(language));
	if (json_array_size(json_object_get(document, "items")) == 0) {
		raw(&w, "<p>");
		word(&w, "nothing");
		raw(&w, "</p>");
	} else {
		head_put(&w);
		for (size_t i = 0; figure_funnel_at(i); i++)
			funnel_put(&w, text_of(figure_funnel_at(i)));
		joint_put(&w);
		raw(&w, "<section class=\"figure-downloads\"><h2>");
		word(&w, "downloads");
		raw(&w, "</h2><p><a href=\"figures.json\">JSON</a> <a href=\"figures.csv\">CSV</a> <a href=\"figures.dcat.json\">DCAT</a></p><p>");
		word(&w, "verify");
		raw(&w, "</p><pre>cordon verify figures " FIGURES "</pre></section>");
	}
	releases_put(&w, releases);
	raw(&w, "</div>");
	json_decref(document);
}
