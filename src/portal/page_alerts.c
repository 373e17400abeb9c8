/* Alerts: the newest on the first page, all of them on their own, each by itself, and as RSS, JSON Feed and CAP. */
#include <stdio.h>

#include "alert/alert.h"
#include "ident/country.h"
#include "portal/site.h"

#define FEED_MAX 50u
#define EARLIER_MAX 30u
#define NEWS_MS ((int64_t)14 * 24 * 3600 * 1000) /* so long a withdrawal stands among what is going on */
#define FEED_BYTES ((size_t)4 << 20)

/* What the bulletin says; false: there is none, or it cannot be read, which is as if nothing were going on. */
static bool alerts_have(struct visit *v, struct alerts *ret)
{
	const json_t *list = v->paper ? v->paper->lists[NEWS_ALERTS] : NULL;
	struct error error;
	size_t left_out = 0;

	*ret = (struct alerts){.count = 0};
	if (list == NULL || json_array_size(json_object_get(list, "items")) == 0)
		return false;
	if (alerts_read(list, v->request->arena, ret, &left_out, &error) != ST_OK) {
		portal_say("web: the alerts of the bulletin cannot be read: %s", error.message);
		return false;
	}
	return true;
}

static enum alert_language language_of(const struct visit *v)
{
	return alert_language_of(text_of(v->language));
}

/* ---- one ---- */

static void title_put(struct visit *v, const struct alert *alert)
{
	struct buffer title;

	buffer_init(&title, 4096);
	alert_title(&title, alert, language_of(v));
	put_told(v, buffer_text(&title));
	buffer_release(&title);
}

static void time_put(struct visit *v, int64_t ms)
{
	char moment[96];

	html_raw(&v->html, "<time>");
	html_text(&v->html, (struct text){moment, say_moment(v, ms, moment, sizeof moment)});
	html_raw(&v->html, "</time>");
}

static void link_put(struct visit *v, const struct alert *alert)
{
	html_rawf(&v->html, "<a href=\"/%s/alerts/%.*s\">", v->language, TEXT_ARG(alert->id));
	title_put(v, alert);
	html_raw(&v->html, "</a>");
}

static void words_put(struct visit *v, const struct alert *alert)
{
	struct text advice = alert_say(&alert->advice, language_of(v));

	html_raw(&v->html, "<p class=\"words\">");
	put_told(v, alert_say(&alert->text, language_of(v)));
	html_raw(&v->html, "</p>");
	if (advice.len == 0 || alert->kind == ALERT_CANCEL)
		return;
	html_raw(&v->html, "<p class=\"words do\"><strong>");
	html_message(&v->html, "alerts-do");
	html_raw(&v->html, ":</strong> ");
	put_told(v, advice);
	html_raw(&v->html, "</p>");
}

/* On a list: the title leads to its page. */
static void alert_put(struct visit *v, const struct alert *alert, const char *heading, bool whole)
{
	html_rawf(&v->html, "<article class=\"alert\" id=\"alert-%.*s\"><%s>", TEXT_ARG(alert->id), heading);
	link_put(v, alert);
	html_rawf(&v->html, "</%s><p class=\"meta\">", heading);
	time_put(v, alert->time_ms);
	html_raw(&v->html, "</p>");
	if (whole) {
		words_put(v, alert);
	} else {
		html_raw(&v->html, "<p class=\"words\">");
		put_told(v, alert_say(&alert->text, language_of(v)));
		html_raw(&v->html, "</p>");
	}
	html_raw(&v->html, "</article>");
}

void put_alerts_now(struct visit *v)
{
	struct alerts alerts;
	size_t shown = 0;

	html_raw(&v->html, "<section class=\"now\">");
	put_element(v, "h2", NULL, "start-now");
	(void)alerts_have(v, &alerts);
	for (size_t i = 0; i < alerts.count && shown < 2; i++)
		if (alert_in_force(&alerts.items[i], v->now_ms)) {
			alert_put(v, &alerts.items[i], "h3", false);
			shown++;
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

/* ---- all ---- */

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

		html_rawf(&v->html, "<article class=\"alert\" id=\"campaign-%lld\"><h3>", (long long)json_integer_value(json_object_get(item, "id")));
		put_told(v, news_text(item, "name", v->language));
		html_raw(&v->html, "</h3><p class=\"meta\">");
		snprintf(seen, sizeof seen, "%.*s – %.*s", TEXT_ARG(((struct text){first.data, first.len < 10 ? first.len : 10})),
			 TEXT_ARG(((struct text){last.data, last.len < 10 ? last.len : 10})));
		html_message_with(&v->html, "campaign-seen", text_of(seen));
		html_raw(&v->html, " · ");
		html_message_with(&v->html, "campaign-reports", news_word(item, "reports"));
		html_raw(&v->html, "</p>");
		if (lesson.len) {
			html_raw(&v->html, "<p class=\"words\">");
			put_told(v, lesson);
			html_raw(&v->html, "</p>");
		}
		html_raw(&v->html, "</article>");
	}
}

static bool going_on(const struct visit *v, const struct alert *alert)
{
	return alert_in_force(alert, v->now_ms) || (alert->kind == ALERT_CANCEL && alert->time_ms > v->now_ms - NEWS_MS);
}

/* "replaced", "withdrawn", "over": why it is not in force; NULL: it is. */
static const char *past_of(const struct visit *v, const struct alerts *alerts, const struct alert *alert)
{
	const struct alert *next = alert->replaced.len ? alert_find(alerts, alert->replaced) : NULL;

	if (alert->replaced.len)
		return next && next->kind == ALERT_CANCEL ? "alert-withdrawn" : "alert-replaced";
	return alert->kind != ALERT_CANCEL && !alert_in_force(alert, v->now_ms) ? "alert-over" : NULL;
}

static void earlier_put(struct visit *v, const struct alerts *alerts)
{
	size_t shown = 0;

	for (size_t i = 0; i < alerts->count && shown < EARLIER_MAX; i++) {
		const struct alert *alert = &alerts->items[i];
		const char *past = past_of(v, alerts, alert);

		if (going_on(v, alert))
			continue;
		if (shown++ == 0) {
			put_element(v, "h2", NULL, "alerts-earlier");
			html_raw(&v->html, "<ul class=\"earlier\">");
		}
		html_raw(&v->html, "<li>");
		link_put(v, alert);
		html_raw(&v->html, " <span class=\"meta\">");
		time_put(v, alert->time_ms);
		if (past) {
			html_raw(&v->html, " · ");
			html_message(&v->html, past);
		}
		html_raw(&v->html, "</span></li>");
	}
	if (shown)
		html_raw(&v->html, "</ul>");
}

static void feeds_put(struct visit *v)
{
	html_raw(&v->html, "<p class=\"aside\">");
	html_message(&v->html, "alerts-follow");
	html_rawf(&v->html, " <a href=\"/%s/alerts.rss\">RSS</a> · <a href=\"/%s/alerts.json\">JSON</a> · <a href=\"/%s/alerts.cap\">CAP</a></p>", v->language,
		  v->language, v->language);
}

void page_alerts(void *context, const struct http_request *request, struct http_response *response)
{
	const struct put_share share = {.feeds = true};
	struct alerts alerts;
	struct visit v;
	size_t shown = 0;

	if (visit_begin(&v, context, request, response, "alerts")) {
		(void)alerts_have(&v, &alerts);
		v.share = &share;
		v.reading = true;
		frame_begin(&v, FRAME_PAGE, "title-alerts", NULL);
		html_raw(&v.html, "<section class=\"narrow\">");
		put_element(&v, "h1", NULL, "alerts-h1");
		for (size_t i = 0; i < alerts.count; i++)
			if (going_on(&v, &alerts.items[i])) {
				alert_put(&v, &alerts.items[i], "h2", true);
				shown++;
			}
		if (shown == 0)
			put_element(&v, "p", "lead", "alerts-none");
		campaigns(&v);
		earlier_put(&v, &alerts);
		feeds_put(&v);
		html_raw(&v.html, "<p>");
		put_link(&v, "button", "check", "start-check");
		html_raw(&v.html, "</p></section>");
		frame_end(&v);
	}
	visit_end(&v);
}

/* ---- by itself ---- */

/* What stands in its place, or that nothing does. */
static void past_put(struct visit *v, const struct alerts *alerts, const struct alert *alert)
{
	const char *past = past_of(v, alerts, alert);
	const struct alert *next = alert->replaced.len ? alert_find(alerts, alert->replaced) : NULL;

	if (past == NULL)
		return;
	html_raw(&v->html, "<div class=\"warning past\">");
	put_icon(v, "alert");
	html_raw(&v->html, "<span><strong>");
	html_message(&v->html, past);
	html_raw(&v->html, "</strong>");
	if (next) {
		html_raw(&v->html, " ");
		link_put(v, next);
	}
	html_raw(&v->html, "</span></div>");
}

static void fact_begin(struct visit *v, const char *label)
{
	html_raw(&v->html, "<div><dt>");
	html_message(&v->html, label);
	html_raw(&v->html, "</dt><dd>");
}

static void facts_put(struct visit *v, const struct alerts *alerts, const struct alert *alert)
{
	const struct text language = text_of(v->language);

	html_raw(&v->html, "<dl class=\"alert-facts\">");
	fact_begin(v, "alert-time");
	time_put(v, alert->time_ms);
	html_raw(&v->html, "</dd></div>");
	if (alert->expires_ms) {
		fact_begin(v, "alert-until");
		time_put(v, alert->expires_ms);
		html_raw(&v->html, "</dd></div>");
	}
	if (alert_say(&alerts->authority, language_of(v)).len) {
		fact_begin(v, "alert-says");
		put_told(v, alert_say(&alerts->authority, language_of(v)));
		html_raw(&v->html, "</dd></div>");
	}
	if (alert->country_count) {
		fact_begin(v, "alert-where");
		for (size_t i = 0; i < alert->country_count; i++) {
			struct text name = country_name(alert->countries[i], language);

			html_raw(&v->html, i ? ", " : "");
			html_text(&v->html, name.len ? name : alert->countries[i]);
		}
		html_raw(&v->html, "</dd></div>");
	}
	if (alert->channel_count) {
		fact_begin(v, "alert-channels");
		for (size_t i = 0; i < alert->channel_count; i++) {
			struct text name = alert_channel(alert->channels[i], language_of(v));

			html_raw(&v->html, i ? ", " : "");
			html_text(&v->html, name.len ? name : alert->channels[i]);
		}
		html_raw(&v->html, "</dd></div>");
	}
	html_raw(&v->html, "</dl>");
}

static void before_put(struct visit *v, const struct alerts *alerts, const struct alert *alert)
{
	bool any = false;

	for (size_t i = 0; i < alert->reference_count; i++) {
		const struct alert *before = alert_find(alerts, alert->references[i]);

		if (before == NULL)
			continue;
		if (!any) {
			put_element(v, "h2", NULL, "alert-before");
			html_raw(&v->html, "<ul class=\"earlier\">");
		}
		any = true;
		html_raw(&v->html, "<li>");
		link_put(v, before);
		html_raw(&v->html, " <span class=\"meta\">");
		time_put(v, before->time_ms);
		html_raw(&v->html, "</span></li>");
	}
	if (any)
		html_raw(&v->html, "</ul>");
}

static void file_link(struct visit *v, const struct alert *alert, enum alert_file_kind kind, const char *message)
{
	char name[ALERT_FILE_SIZE];

	if (!(kind == ALERT_CARD ? alert->card : alert->poster)[language_of(v)] || !alert_file(alert->id, language_of(v), kind, name))
		return;
	html_rawf(&v->html, "<li><a class=\"button second\" href=\"/media/%s\">", name);
	html_message(&v->html, message);
	html_raw(&v->html, "</a></li>");
}

/* To be passed on: a message that is copied, a picture, a poster; for machines CAP. */
static void share_put(struct visit *v, const struct alerts *alerts, const struct alert *alert)
{
	struct buffer message;

	put_element(v, "h2", NULL, "alert-share");
	buffer_init(&message, 65536);
	if (alert_message(alerts, alert, language_of(v), &message) == ST_OK) {
		html_raw(&v->html, "<details><summary>");
		html_message(&v->html, "alert-message");
		html_raw(&v->html, "</summary><p class=\"words message\">");
		html_text(&v->html, buffer_text(&message));
		html_raw(&v->html, "</p></details>");
	}
	buffer_release(&message);
	html_raw(&v->html, "<ul class=\"files\">");
	file_link(v, alert, ALERT_CARD, "alert-picture");
	file_link(v, alert, ALERT_POSTER, "alert-poster");
	html_rawf(&v->html, "<li><a class=\"plain\" href=\"/alerts/%.*s.cap\">CAP</a></li></ul>", TEXT_ARG(alert->id));
}

/* What others show where its address is pasted: addresses of the site's own host. */
static void share_fill(const struct visit *v, const struct alerts *alerts, const struct alert *alert, struct buffer *title, struct buffer *url,
		       struct buffer *image, struct put_share *ret)
{
	char name[ALERT_FILE_SIZE];

	alert_title(title, alert, language_of(v));
	alert_address(url, alerts, alert, language_of(v));
	if (alert->card[language_of(v)] && alert_file(alert->id, language_of(v), ALERT_CARD, name))
		buffer_printf(image, "%.*s/media/%s", TEXT_ARG(alerts->site), name);
	*ret = (struct put_share){.title = buffer_text(title), .description = alert_say(&alert->text, language_of(v)), .url = buffer_text(url),
				  .image = buffer_text(image), .feeds = true};
}

static void alert_page(struct visit *v, const struct alerts *alerts, const struct alert *alert)
{
	struct buffer title, url, image;
	struct put_share share;

	buffer_init(&title, 4096);
	buffer_init(&url, 1024);
	buffer_init(&image, 1024);
	share_fill(v, alerts, alert, &title, &url, &image, &share);
	v->share = &share;
	v->reading = true;
	frame_begin(v, FRAME_PAGE, "title-alerts", NULL);
	html_raw(&v->html, "<article class=\"narrow alert-page\"><p class=\"back\">");
	put_link(v, NULL, "alerts", "start-all");
	html_raw(&v->html, "</p>");
	past_put(v, alerts, alert);
	html_raw(&v->html, "<h1>");
	title_put(v, alert);
	html_raw(&v->html, "</h1>");
	words_put(v, alert);
	facts_put(v, alerts, alert);
	before_put(v, alerts, alert);
	share_put(v, alerts, alert);
	html_raw(&v->html, "<p class=\"acts-next\">");
	put_link(v, "button", "check", "start-check");
	put_link(v, "plain", "report", "start-report");
	html_raw(&v->html, "</p></article>");
	frame_end(v);
	buffer_release(&title);
	buffer_release(&url);
	buffer_release(&image);
}

void page_alert(void *context, const struct http_request *request, struct http_response *response)
{
	const struct alert *alert;
	char page[16 + ALERT_ID_MAX];
	struct alerts alerts;
	struct visit v;

	if (visit_begin(&v, context, request, response, "alerts")) {
		alert = alerts_have(&v, &alerts) ? alert_find(&alerts, request->captures[1]) : NULL;
		if (alert) {
			snprintf(page, sizeof page, "alerts/%.*s", TEXT_ARG(alert->id));
			v.page = page;
			alert_page(&v, &alerts, alert);
		} else {
			frame_problem(&v, 404);
		}
	}
	visit_end(&v);
}

/* ---- for programs ---- */

typedef enum status feed_write(const struct alerts *alerts, enum alert_language language, struct buffer *out);

static enum status rss(const struct alerts *alerts, enum alert_language language, struct buffer *out)
{
	return alert_rss(alerts, language, ALERT_LINK_PAGE, out);
}

static enum status cap_index(const struct alerts *alerts, enum alert_language language, struct buffer *out)
{
	return alert_rss(alerts, language, ALERT_LINK_CAP, out);
}

static void made_answer(struct visit *v, const char *type, enum status st, struct buffer *made)
{
	const struct http_asset asset = {.content_type = type, .data = buffer_bytes(made)};

	if (st == ST_OK)
		http_asset_answer(v->request, &asset, v->response);
	else
		frame_problem(v, 503);
}

static void feed_answer(void *context, const struct http_request *request, struct http_response *response, feed_write *write, const char *type)
{
	struct alerts alerts;
	struct buffer made;
	struct visit v;

	buffer_init(&made, FEED_BYTES);
	if (visit_begin(&v, context, request, response, "alerts")) {
		/* A hub that has given out none has an empty feed, not none: whoever follows it may begin before the first. */
		if (v.paper == NULL || v.paper->lists[NEWS_ALERTS] == NULL) {
			frame_problem(&v, 503);
		} else {
			if (!alerts_have(&v, &alerts))
				alerts = (struct alerts){.site = site_here(&v), .sender = text_of(v.paper->note.hub)};
			alerts.count = alerts.count < FEED_MAX ? alerts.count : FEED_MAX;
			made_answer(&v, type, write(&alerts, language_of(&v), &made), &made);
		}
	}
	visit_end(&v);
	buffer_release(&made);
}

void alerts_rss(void *context, const struct http_request *request, struct http_response *response)
{
	feed_answer(context, request, response, rss, "application/rss+xml; charset=utf-8");
}

void alerts_json(void *context, const struct http_request *request, struct http_response *response)
{
	feed_answer(context, request, response, alert_json_feed, "application/feed+json; charset=utf-8");
}

void alerts_cap(void *context, const struct http_request *request, struct http_response *response)
{
	feed_answer(context, request, response, cap_index, "application/rss+xml; charset=utf-8");
}

/* "/alerts/17.cap": in all its languages, so that its path names none. */
void alert_message_cap(void *context, const struct http_request *request, struct http_response *response)
{
	struct http_request plain = *request;
	struct text id = request->captures[0];
	const struct alert *alert = NULL;
	struct alerts alerts;
	struct buffer made;
	struct visit v;

	plain.capture_count = 0;
	buffer_init(&made, FEED_BYTES);
	if (visit_begin(&v, context, &plain, response, "alerts")) {
		if (text_ends(id, TEXT(".cap")) && alerts_have(&v, &alerts))
			alert = alert_find(&alerts, (struct text){id.data, id.len - 4});
		if (alert)
			made_answer(&v, "application/cap+xml; charset=utf-8", alert_cap(&alerts, alert, &made), &made);
		else
			frame_problem(&v, 404);
	}
	visit_end(&v);
	buffer_release(&made);
}

/* "/media/alert-17.km.png": what was drawn of alerts. */
void alert_media(void *context, const struct http_request *request, struct http_response *response)
{
	struct http_request plain = *request;
	struct text name = request->captures[0];
	struct visit v;

	plain.capture_count = 0;
	if (visit_begin(&v, context, &plain, response, "alerts")) {
		if (text_starts(name, TEXT("alert-")) && (text_ends(name, TEXT(".png")) || text_ends(name, TEXT(".pdf"))))
			site_file(&v, name);
		else
			frame_problem(&v, 404);
	}
	visit_end(&v);
}
