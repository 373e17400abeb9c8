#include <stdio.h>

#include "ident/asked.h"
#include "portal/site.h"

void page_about(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;

	if (visit_begin(&v, context, request, response, "about")) {
		const char *who = v.site->settings->authority ? v.site->settings->authority : v.site->settings->key.name;

		frame_begin(&v, FRAME_PAGE, "title-about", NULL);
		html_raw(&v.html, "<div class=\"narrow prose\">");
		put_element(&v, "h1", NULL, "about-h1");
		for (unsigned i = 1; i <= 6; i++) {
			char key[24];

			snprintf(key, sizeof key, "about-%u", i);
			put_element(&v, "h2", NULL, key);
			snprintf(key, sizeof key, "about-%u-text", i);
			html_raw(&v.html, "<p>");
			if (i == 1)
				html_message_with(&v.html, key, text_of(who));
			else
				html_message(&v.html, key);
			html_raw(&v.html, "</p>");
		}
		if (v.paper) {
			put_element(&v, "h2", NULL, "about-state");
			html_raw(&v.html, "<p>");
			html_message(&v.html, "about-number");
			html_rawf(&v.html, " %llu · ", (unsigned long long)v.paper->note.number);
			html_text(&v.html, text_of(v.paper->note.hub));
			html_raw(&v.html, "</p>");
		}
		html_raw(&v.html, "</div>");
		frame_end(&v);
	}
	visit_end(&v);
}

/* ---- objection ---- */

static void border(struct visit *v)
{
	const struct portal_settings *s = v->site->settings;
	bool web = strncmp(s->hub, "http", 4) == 0;

	html_raw(&v->html, "<section class=\"panel\">");
	put_element(v, "h2", NULL, "redress-border");
	put_element(v, "p", NULL, "redress-border-text");
	if (s->redress || web) {
		html_raw(&v->html, "<p><a class=\"button second\" href=\"");
		html_text(&v->html, text_of(s->redress ? s->redress : s->hub));
		html_raw(&v->html, s->redress ? "" : "/redress");
		html_rawf(&v->html, "?lang=%s\">", v->language);
		html_message(&v->html, "redress-border-go");
		html_raw(&v->html, "</a></p>");
	}
	html_raw(&v->html, "</section>");
}

static void counts(struct visit *v)
{
	static const char *const words[] = {"received", "open", "upheld", "dismissed"};
	json_t *disputes = v->paper ? json_object_get(v->paper->lists[NEWS_LISTINGS], "disputes") : NULL;

	if (!json_is_object(disputes))
		return;
	html_raw(&v->html, "<p class=\"meta\">");
	html_message(&v->html, "redress-counts");
	html_raw(&v->html, ": ");
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		html_rawf(&v->html, "%s%lld ", i ? " · " : "", (long long)json_integer_value(json_object_get(disputes, words[i])));
		html_word(&v->html, "dispute-", words[i]);
	}
	html_raw(&v->html, "</p>");
}

static void dispute_form(struct visit *v)
{
	static const struct put_field fields[] = {
		{"what", "redress-what", "check-hint", ASKED_INPUT_MAX, 2, true, NULL},		   {"story", "redress-why", "redress-why-hint", 8000, 5, true, NULL},
		{"way", "contact-way", "contact-way-hint", 60, 0, false, NULL}, {"value", "contact-value", NULL, 200, 0, false, NULL}};

	html_raw(&v->html, "<section>");
	put_element(v, "h2", NULL, "redress-listed");
	form_begin_files(v, "redress");
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		put_input(v, &fields[i]);
		if (i == 1)
			put_files(v);
	}
	form_end(v, "send");
	html_raw(&v->html, "</section>");
}

static enum status dispute_take(struct visit *v, const struct hand_form *form)
{
	json_t *item = take_begin(v, form), *contact = json_object();
	struct text what = visit_field(v, "what");
	enum status st;

	if (item == NULL) {
		json_decref(contact);
		return ST_NO_MEMORY;
	}
	(void)json_object_set_new(item, "identifier", json_pack("{s:s, s:s%}", "type", "unknown", "value", what.data, what.len));
	take_member(item, "story", visit_field(v, "story"));
	take_member(contact, "way", visit_field(v, "way"));
	take_member(contact, "value", visit_field(v, "value"));
	if (json_object_size(contact))
		(void)json_object_set_new(item, "contact", contact);
	else
		json_decref(contact);
	st = files_take(v, form, item);
	if (st == ST_OK)
		return take_send(v, BULLETIN_DISPUTE, form, item);
	json_decref(item);
	return st;
}

static void redress(struct visit *v)
{
	const char *wrong = files_wrong(v);
	struct hand_form form;
	enum status st = ST_NOT_FOUND;

	form_of(v, &form);
	if (v->request->method == HTTP_POST)
		st = visit_field(v, "what").len && visit_field(v, "story").len && wrong == NULL ? dispute_take(v, &form) : ST_MALFORMED;
	frame_begin(v, FRAME_FORM, "title-redress", st == ST_OK ? NULL : FILES_SCRIPT);
	html_raw(&v->html, "<div class=\"narrow\">");
	if (st == ST_OK) {
		html_raw(&v->html, "<section class=\"done\" role=\"status\">");
		put_element(v, "h1", NULL, "receipt-h1");
		put_element(v, "h2", NULL, "receipt-number");
		put_receipt(v, form.receipt);
		put_element(v, "p", "lead", "receipt-once");
		html_raw(&v->html, "</section>");
	} else {
		put_element(v, "h1", NULL, "redress-h1");
		put_element(v, "p", "lead", "redress-lead");
		if (st != ST_NOT_FOUND) {
			v->response->status = take_refusal(st);
			put_notice(v, wrong ? wrong : st == ST_MALFORMED ? "redress-need" : "error-503-text");
		}
		dispute_form(v);
		counts(v);
		border(v);
	}
	html_raw(&v->html, "</div>");
	frame_end(v);
}

void page_redress(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;

	if (visit_begin(&v, context, request, response, "redress")) {
		if (request->method != HTTP_POST || visit_may(&v, LIMIT_WRITE))
			redress(&v);
	}
	visit_end(&v);
}
