#include <stdio.h>

#include "portal/assets.h"
#include "portal/site.h"

/* ---- alerts: two on the first page, all of them on their own ---- */

static bool cancelled(json_t *item)
{
	return text_equal(news_word(item, "state"), TEXT("cancelled"));
}

static void day_of(struct visit *v, struct text moment)
{
	html_raw(&v->html, "<time>");
	html_text(&v->html, (struct text){moment.data, moment.len < 10 ? moment.len : 10});
	html_raw(&v->html, "</time>");
}

static void alert_put(struct visit *v, json_t *item, const char *heading, bool whole)
{
	struct html *h = &v->html;
	struct text advice = news_text(item, "advice", v->language), state = news_word(item, "state");

	html_raw(h, "<article class=\"alert\" id=\"");
	html_text(h, news_word(item, "id"));
	html_rawf(h, "\"><%s>", heading);
	html_text(h, news_text(item, "title", v->language));
	html_rawf(h, "</%s><p class=\"meta\">", heading);
	day_of(v, news_word(item, "time"));
	if (cancelled(item) || text_equal(state, TEXT("update"))) {
		html_raw(h, " · <strong>");
		html_message(h, cancelled(item) ? "alerts-cancelled" : "alerts-update");
		html_raw(h, "</strong>");
	}
	html_raw(h, "</p><p class=\"words\">");
	html_text(h, news_text(item, "text", v->language));
	html_raw(h, "</p>");
	if (whole && advice.len) {
		html_raw(h, "<p class=\"words do\"><strong>");
		html_message(h, "alerts-do");
		html_raw(h, ":</strong> ");
		html_text(h, advice);
		html_raw(h, "</p>");
	}
	html_raw(h, "</article>");
}

static void now(struct visit *v)
{
	json_t *items = news_items(v->paper, NEWS_ALERTS), *item;
	size_t i, shown = 0;

	html_raw(&v->html, "<section class=\"now\"><h2>");
	html_message(&v->html, "start-now");
	html_raw(&v->html, "</h2>");
	json_array_foreach(items, i, item) {
		if (shown < 2 && !cancelled(item)) {
			alert_put(v, item, "h3", false);
			shown++;
		}
	}
	if (shown) {
		html_raw(&v->html, "<p>");
		put_link(v, "more", "alerts", "start-all");
		html_raw(&v->html, "</p>");
	} else {
		put_element(v, "p", NULL, "start-quiet");
	}
	html_raw(&v->html, "</section>");
}

/* A whole card is its link. */
static void card(struct visit *v, const char *page, const char *icon, const char *title, const char *text)
{
	html_raw(&v->html, "<li><a class=\"card\" href=\"");
	put_path(v, page);
	html_raw(&v->html, "\">");
	put_icon(v, icon);
	put_element(v, "b", NULL, title);
	put_element(v, "span", NULL, text);
	html_raw(&v->html, "</a></li>");
}

void page_start(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;

	if (visit_begin(&v, context, request, response, "")) {
		frame_begin(&v, FRAME_PAGE, "title-start", NULL);
		html_raw(&v.html, "<a class=\"danger\" href=\"");
		put_path(&v, "n");
		html_raw(&v.html, "\">");
		put_icon(&v, "out");
		html_raw(&v.html, "<span>");
		put_element(&v, "b", NULL, "start-danger");
		html_raw(&v.html, " ");
		put_element(&v, "span", NULL, "start-danger-act");
		html_raw(&v.html, "</span>");
		put_icon(&v, "next");
		html_raw(&v.html, "</a><section class=\"hero\">");
		put_element(&v, "h1", NULL, "start-h1");
		put_element(&v, "p", "lead", "start-lead");
		html_raw(&v.html, "</section><section>");
		put_element(&v, "h2", "said", "start-do");
		html_raw(&v.html, "<ul class=\"cards\">");
		card(&v, "check", "check", "start-check", "start-check-text");
		card(&v, "report", "report", "start-report", "start-report-text");
		card(&v, "help", "help", "start-help", "start-help-text");
		html_raw(&v.html, "</ul><p class=\"aside\">");
		put_link(&v, NULL, "status", "start-status");
		html_raw(&v.html, "<br>");
		put_link(&v, NULL, "learn", "start-learn");
		html_raw(&v.html, "</p></section>");
		now(&v);
		frame_end(&v);
	}
	visit_end(&v);
}

static void campaigns(struct visit *v)
{
	json_t *items = news_items(v->paper, NEWS_CAMPAIGNS), *item;
	size_t i;

	if (json_array_size(items) == 0)
		return;
	put_element(v, "h2", NULL, "campaigns");
	json_array_foreach(items, i, item) {
		char seen[48];
		struct text first = news_word(item, "first"), last = news_word(item, "last"), lesson = news_text(item, "lesson", v->language);

		html_raw(&v->html, "<article class=\"alert\"><h3>");
		html_text(&v->html, news_text(item, "name", v->language));
		html_raw(&v->html, "</h3><p class=\"meta\">");
		snprintf(seen, sizeof seen, "%.*s – %.*s", TEXT_ARG(((struct text){first.data, first.len < 10 ? first.len : 10})),
			 TEXT_ARG(((struct text){last.data, last.len < 10 ? last.len : 10})));
		html_message_with(&v->html, "campaign-seen", text_of(seen));
		html_raw(&v->html, " · ");
		html_message_with(&v->html, "campaign-reports", news_word(item, "reports"));
		html_raw(&v->html, "</p>");
		if (lesson.len) {
			html_raw(&v->html, "<p class=\"words\">");
			html_text(&v->html, lesson);
			html_raw(&v->html, "</p>");
		}
		html_raw(&v->html, "</article>");
	}
}

void page_alerts(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;
	json_t *item;
	size_t i;

	if (visit_begin(&v, context, request, response, "alerts")) {
		json_t *items = news_items(v.paper, NEWS_ALERTS);

		frame_begin(&v, FRAME_PAGE, "title-alerts", NULL);
		html_raw(&v.html, "<section class=\"narrow\">");
		put_element(&v, "h1", NULL, "alerts-h1");
		if (json_array_size(items) == 0)
			put_element(&v, "p", "lead", "alerts-none");
		json_array_foreach(items, i, item)
			alert_put(&v, item, "h2", true);
		campaigns(&v);
		html_raw(&v.html, "<p>");
		put_link(&v, "button", "check", "start-check");
		html_raw(&v.html, "</p></section>");
		frame_end(&v);
	}
	visit_end(&v);
}
