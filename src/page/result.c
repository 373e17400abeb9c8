#include "page/result.h"

#include <stdio.h>

#include "model/entity.h"
#include "text/script.h"

#define NAMES_SHOWN 8u

void html_name(struct html *html, struct text name)
{
	enum script script = script_main(name);
	const char *language = script == SCRIPT_HANGUL   ? "ko"
			       : script == SCRIPT_KHMER  ? "km"
			       : script == SCRIPT_THAI   ? "th"
			       : script == SCRIPT_HAN    ? "zh"
			       : script == SCRIPT_KANA   ? "ja"
			       : script == SCRIPT_CYRILLIC ? "ru"
			       : script == SCRIPT_ARABIC ? "ar"
							 : NULL;

	if (language)
		html_rawf(html, "<bdi lang=\"%s\">", language);
	else
		html_raw(html, "<bdi>");
	html_text(html, name);
	html_raw(html, "</bdi>");
}

/* What speaks for and against, in bits: bars from the middle, the point of referral dashed. */
static void balance(struct html *html, const struct screen_result *r)
{
	int32_t good = 0, bad = 0;
	uint32_t left, right;

	for (size_t i = 0; i < r->explanation_count; i++) {
		const struct explanation *e = &r->explanations[i];

		if (strcmp(e->feature, "namePart") == 0)
			continue;
		if (e->evidence_mbit > 0)
			good += e->evidence_mbit;
		else
			bad -= e->evidence_mbit;
	}
	right = (uint32_t)(good > 50000 ? 50000 : good) * 240 / 50000;
	left = (uint32_t)(bad > 50000 ? 50000 : bad) * 240 / 50000;
	html_raw(html, "<svg class=\"balance\" viewBox=\"0 0 480 46\" role=\"img\" aria-label=\"");
	html_message(html, "bits_for");
	html_rawf(html, " %d.%d, ", good / 1000, good % 1000 / 100);
	html_message(html, "bits_against");
	html_rawf(html, " %d.%d\">", bad / 1000, bad % 1000 / 100);
	html_rawf(html, "<rect class=\"against\" x=\"%u\" y=\"6\" width=\"%u\" height=\"16\"></rect>", 240 - left, left);
	html_rawf(html, "<rect class=\"for\" x=\"240\" y=\"6\" width=\"%u\" height=\"16\"></rect>", right);
	html_raw(html, "<line class=\"axis\" x1=\"240\" y1=\"2\" x2=\"240\" y2=\"26\"></line>");
	html_raw(html, "<text x=\"232\" y=\"40\" text-anchor=\"end\">");
	html_message(html, "bits_against");
	html_rawf(html, " %d.%d</text><text x=\"248\" y=\"40\">", bad / 1000, bad % 1000 / 100);
	html_message(html, "bits_for");
	html_rawf(html, " %d.%d</text></svg>", good / 1000, good % 1000 / 100);
}

static void reason_row(struct html *html, const struct explanation *e)
{
	bool part = strcmp(e->feature, "namePart") == 0;
	int32_t bits = e->evidence_mbit;

	html_rawf(html, "<tr%s><td>", part ? " class=\"part\"" : "");
	html_word(html, "feature-", e->feature);
	html_raw(html, "</td><td>");
	html_name(html, e->query);
	html_raw(html, "</td><td>");
	html_name(html, e->candidate);
	html_raw(html, "</td><td>");
	html_word(html, "rule-", e->rule);
	html_raw(html, "</td><td class=\"number\">");
	if (bits)
		html_rawf(html, "%s%d.%d", bits < 0 ? "−" : "+", (bits < 0 ? -bits : bits) / 1000,
			  (bits < 0 ? -bits : bits) % 1000 / 100);
	html_raw(html, "</td></tr>");
}

static void reasons(struct html *html, const struct screen_result *r)
{
	static const char *const columns[] = {"why", "asked", "listed", "rule", "weight"};

	html_table(html, "why");
	html_raw(html, "<thead><tr>");
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
		html_raw(html, "<th scope=\"col\">");
		html_message(html, columns[i]);
		html_raw(html, "</th>");
	}
	html_raw(html, "</tr></thead><tbody>");
	for (size_t i = 0; i < r->explanation_count; i++)
		reason_row(html, &r->explanations[i]);
	html_raw(html, "</tbody></table></div>");
}

static void other_names(struct html *html, const struct entity *entity)
{
	static const char *const properties[] = {"name", "alias", "weakAlias", "previousName"};
	struct text caption = entity_caption(entity);
	size_t shown = 0;

	html_raw(html, "<ul class=\"names\">");
	for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
		const struct property *p = entity_get(entity, properties[i]);

		for (size_t k = 0; p && k < p->count && shown < NAMES_SHOWN; k++) {
			if (text_equal(p->values[k], caption))
				continue;
			html_raw(html, "<li>");
			html_name(html, p->values[k]);
			html_raw(html, "</li>");
			shown++;
		}
	}
	if (shown == 0)
		html_raw(html, "<li></li>");
	html_raw(html, "</ul>");
}

void result_card(struct html *html, const struct index *index, const struct screen_result *r, struct arena *arena)
{
	struct entity entity;
	char count[24];
	int n = snprintf(count, sizeof count, r->chance_per_billion < 10000 ? "%u.%03u" : "%u",
			 r->chance_per_billion / 1000, r->chance_per_billion % 1000);

	if (entity_read(index_entity_json(index, r->ref), arena, &entity, NULL) != ST_OK)
		return;
	html_rawf(html, "<article class=\"card%s\"><div class=\"head\"><h3>", r->alert ? " alert" : "");
	html_name(html, entity_caption(&entity));
	html_raw(html, "</h3><span class=\"state\"><span aria-hidden=\"true\">");
	html_raw(html, r->alert ? "▲</span>" : "○</span>");
	html_message(html, r->alert ? "refer" : "no_refer");
	html_raw(html, "</span></div>");
	other_names(html, &entity);
	balance(html, r);
	html_raw(html, "<p>");
	html_message_with(html, "chance", (struct text){count, n > 0 ? (size_t)n : 0});
	html_raw(html, "</p>");
	reasons(html, r);
	html_raw(html, "<p><a href=\"/e/");
	html_url(html, entity.id);
	html_rawf(html, "?lang=%s\">", message_language(html->language));
	html_message(html, "open");
	html_raw(html, "</a> <span class=\"quiet\">");
	for (size_t i = 0; i < entity.dataset_count; i++) {
		html_raw(html, i ? ", " : "");
		html_text(html, entity.datasets[i]);
	}
	html_raw(html, "</span></p></article>");
}
