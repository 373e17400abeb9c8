#include <stdio.h>

#include "portal/site.h"

static void fact(struct visit *v, const char *label, struct text value)
{
	if (value.len == 0)
		return;
	html_raw(&v->html, "<div><dt>");
	html_message(&v->html, label);
	html_raw(&v->html, "</dt><dd>");
	html_text(&v->html, value);
	html_raw(&v->html, "</dd></div>");
}

/* Words that there are messages for are said in the reader's language; others as they stand. */
static void fact_word(struct visit *v, const char *label, struct text word)
{
	char key[48];
	struct text said = word;

	if (word.len && snprintf(key, sizeof key, "value-%.*s", (int)(word.len < 32 ? word.len : 32), word.data) > 0) {
		said = html_find(&v->html, text_of(key));
		said = text_equal(said, text_of(key)) ? word : said;
	}
	fact(v, label, said);
}

/* Thousands apart by a thin space that does not break. */
static void number_put(struct visit *v, json_int_t value)
{
	char digits[32];
	int len = snprintf(digits, sizeof digits, "%lld", (long long)value);

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0 && digits[i - 1] != '-')
			html_raw(&v->html, "\u202f");
		html_text(&v->html, (struct text){digits + i, 1});
	}
}

static void figure_put(struct visit *v, json_t *item)
{
	json_t *value = json_object_get(item, "value");
	struct text from = news_word(item, "from"), to = news_word(item, "to");
	char period[64];

	html_raw(&v->html, "<article class=\"figure\"><h2>");
	html_text(&v->html, news_text(item, "name", v->language));
	html_raw(&v->html, "</h2><p class=\"big\">");
	if (json_is_integer(value))
		number_put(v, json_integer_value(value));
	else
		html_message(&v->html, "figure-suppressed");
	html_raw(&v->html, " <small>");
	html_text(&v->html, news_text(item, "unit", v->language));
	html_raw(&v->html, "</small></p><dl>");
	fact(v, "figure-definition", news_text(item, "definition", v->language));
	snprintf(period, sizeof period, "%.*s – %.*s", (int)(from.len < 24 ? from.len : 24), from.data, (int)(to.len < 24 ? to.len : 24), to.data);
	fact(v, "figure-period", text_of(period));
	fact(v, "figure-as_of", news_word(item, "as_of"));
	fact(v, "figure-source", news_word(item, "source"));
	fact_word(v, "figure-method", news_word(item, "method"));
	fact_word(v, "figure-counts", news_word(item, "counts"));
	fact_word(v, "figure-kind", news_word(item, "kind"));
	fact(v, "figure-revises", news_word(item, "revises"));
	fact_word(v, "figure-sides", news_word(item, "sides"));
	fact(v, "figure-gaps", news_text(item, "gaps", v->language));
	fact(v, "figure-signer", news_word(item, "signer"));
	html_raw(&v->html, "</dl></article>");
}

void page_figures(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;
	json_t *item;
	size_t i;

	if (visit_begin(&v, context, request, response, "figures")) {
		json_t *items = news_items(v.paper, NEWS_FIGURES);

		frame_begin(&v, FRAME_PAGE, "title-figures", NULL);
		put_element(&v, "h1", NULL, "figures-h1");
		put_element(&v, "p", "lead", "figures-lead");
		if (json_array_size(items) == 0)
			put_element(&v, "p", "panel", "figures-none");
		html_raw(&v.html, "<div class=\"figures\">");
		json_array_foreach(items, i, item)
			figure_put(&v, item);
		html_raw(&v.html, "</div>");
		frame_end(&v);
	}
	visit_end(&v);
}
