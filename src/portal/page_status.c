/* What came of a report: by the sixteen digits, asked of the table as a check is. And what is added to it afterwards. */
#include <sodium.h>
#include <stdio.h>

#include "ident/country.h"
#include "portal/site.h"

#define DAY_MS ((int64_t)86400000)
#define DAYS_TO_2020 ((int64_t)18262)

/* Sixteen digits of any writing with anything between them. */
static bool receipt_read(struct text typed, char ret[HAND_RECEIPT_SIZE])
{
	static const uint32_t zeros[] = {'0', 0x17e0, 0xff10, 0x0e50};
	size_t count = 0;

	for (size_t at = 0; at < typed.len;) {
		uint32_t c = text_next(typed, &at);

		for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++)
			if (c >= zeros[i] && c < zeros[i] + 10) {
				if (count == HAND_RECEIPT_SIZE - 1)
					return false;
				ret[count++] = (char)('0' + (c - zeros[i]));
			}
	}
	ret[count] = '\0';
	return count == HAND_RECEIPT_SIZE - 1;
}

static void receipt_form(struct visit *v)
{
	const struct put_field digits = {"digits", "status-label", NULL, 40, 0, true, "numeric"};

	html_raw(&v->html, "<form method=\"post\" action=\"");
	put_path(v, "status");
	html_raw(&v->html, "\">");
	put_input(v, &digits);
	form_end(v, "status-look");
}

static void campaign_put(struct visit *v, uint32_t number)
{
	json_t *items = news_items(v->paper, NEWS_CAMPAIGNS), *item;
	size_t i;

	json_array_foreach(items, i, item)
		if (json_is_integer(json_object_get(item, "id")) && json_integer_value(json_object_get(item, "id")) == (json_int_t)number) {
			html_raw(&v->html, "<p><strong>");
			put_told(v, news_text(item, "name", v->language));
			html_raw(&v->html, "</strong></p>");
		}
}

static void state_put(struct visit *v, const struct bulletin_receipt *r)
{
	char key[16], others[16];

	snprintf(key, sizeof key, "state-%u", r->state);
	html_raw(&v->html, "<section class=\"verdict state\" role=\"status\">");
	put_icon(v, "report");
	put_element(v, "h1", NULL, key);
	if (r->country[0]) {
		html_raw(&v->html, "<p>");
		html_message_with(&v->html, "status-to", country_name(text_of(r->country), text_of(v->language)));
		html_raw(&v->html, "</p>");
	}
	campaign_put(v, r->campaign);
	if (r->others > 1) {
		snprintf(others, sizeof others, "%u", r->others);
		html_raw(&v->html, "<p>");
		html_message_with(&v->html, "status-others", text_of(others));
		html_raw(&v->html, "</p>");
	}
	html_raw(&v->html, "<p class=\"meta\">");
	put_day(v, (DAYS_TO_2020 + r->day) * DAY_MS);
	html_raw(&v->html, "</p></section>");
}

static const char *const acts[] = {"add", "correct", "withdraw", "appeal"};

/* The digits go along in the form, never in an address. */
static void follow_form(struct visit *v, const char *receipt, bool decided)
{
	const struct put_choice act = {"act", "status-follow", "follow-", acts, decided ? 4 : 3, false, true};
	const struct put_field words = {"story", "follow-text", NULL, 8000, 4, false, NULL};

	form_begin_files(v, "status/follow");
	html_rawf(&v->html, "<input type=\"hidden\" name=\"digits\" value=\"%s\">", receipt);
	put_choices(v, &act);
	put_input(v, &words);
	put_files(v);
	form_end(v, "send");
}

static void look(struct visit *v, const char *receipt)
{
	struct bulletin_table_head head;
	struct bulletin_receipt found = {.state = 0};
	uint8_t payload[BULLETIN_PAYLOAD_MAX];
	char x[32];
	enum status st;

	snprintf(x, sizeof x, "receipt|%s", receipt);
	st = site_look_up(v, NEWS_RECEIPTS, text_of(x), &head, payload);
	sodium_memzero(x, sizeof x);
	if (st == ST_OK)
		st = bulletin_receipt_unpack(payload, &found, NULL);
	if (st == ST_OK) {
		state_put(v, &found);
	} else {
		html_raw(&v->html, "<div class=\"panel\" role=\"status\">");
		put_element(v, "h1", NULL, st == ST_NOT_FOUND ? "status-none" : "error-503");
		put_element(v, "p", NULL, st == ST_NOT_FOUND ? "status-none-text" : "error-503-text");
		html_raw(&v->html, "</div>");
		v->response->status = st == ST_NOT_FOUND ? 200 : 503;
	}
	follow_form(v, receipt, found.state == 19);
}

void page_status(void *context, const struct http_request *request, struct http_response *response)
{
	char receipt[HAND_RECEIPT_SIZE];
	struct visit v;

	if (visit_begin(&v, context, request, response, "status")) {
		bool posted = request->method == HTTP_POST, good = posted && receipt_read(visit_field(&v, "digits"), receipt);

		if (!posted || visit_may(&v, LIMIT_PLAIN)) {
			frame_begin(&v, FRAME_FORM, "title-status", good ? FILES_SCRIPT : NULL);
			html_raw(&v.html, "<div class=\"narrow\">");
			if (good) {
				look(&v, receipt);
			} else {
				put_element(&v, "h1", NULL, "status-h1");
				if (posted) {
					response->status = 422;
					put_notice(&v, "status-unreadable");
				}
				receipt_form(&v);
			}
			html_raw(&v.html, "</div>");
			frame_end(&v);
		}
	}
	visit_end(&v);
}

static enum status follow_take(struct visit *v, const char *receipt, const char *act)
{
	struct hand_form form;
	enum status st;
	char x[32];
	json_t *item;

	form_of(v, &form);
	item = take_begin(v, &form);
	if (item == NULL)
		return ST_NO_MEMORY;
	snprintf(x, sizeof x, "receipt|%s", receipt);
	take_member(item, "receipt", text_of(x));
	take_member(item, "act", text_of(act));
	take_member(item, "story", visit_field(v, "story"));
	st = files_take(v, &form, item);
	if (st == ST_OK)
		return take_send(v, BULLETIN_FOLLOW_UP, &form, item);
	json_decref(item);
	return st;
}

void page_follow(void *context, const struct http_request *request, struct http_response *response)
{
	char receipt[HAND_RECEIPT_SIZE];
	struct visit v;

	if (visit_begin(&v, context, request, response, "status")) {
		const char *act = NULL, *wrong = files_wrong(&v);
		enum status st = ST_MALFORMED;

		for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
			if (visit_has(&v, "act", acts[i]))
				act = acts[i];
		if (!receipt_read(visit_field(&v, "digits"), receipt)) {
			frame_problem(&v, 400);
		} else if (visit_may(&v, LIMIT_WRITE)) {
			if (act && wrong == NULL && (visit_field(&v, "story").len || files_any(&v) || strcmp(act, "withdraw") == 0))
				st = follow_take(&v, receipt, act);
			frame_begin(&v, FRAME_FORM, "title-status", st == ST_OK ? NULL : FILES_SCRIPT);
			html_raw(&v.html, "<div class=\"narrow\">");
			if (st == ST_OK) {
				html_raw(&v.html, "<div class=\"panel done\" role=\"status\">");
				put_element(&v, "h1", NULL, "follow-sent");
				html_raw(&v.html, "</div><p>");
				put_link(&v, "button", "status", "title-status");
				html_raw(&v.html, "</p>");
			} else {
				response->status = take_refusal(st);
				put_notice(&v, wrong ? wrong : st == ST_MALFORMED ? "follow-need" : "error-503-text");
				follow_form(&v, receipt, visit_has(&v, "act", "appeal"));
			}
			html_raw(&v.html, "</div>");
			frame_end(&v);
		}
	}
	visit_end(&v);
}
