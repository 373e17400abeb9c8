/* Reports: one question a page until it is clear what helps first, then a tip or the whole story. */
#include <stdio.h>

#include "portal/site.h"

#define LINES_MAX 20u

/* ---- one question a page ---- */

/* A big answer that is a link. */
static void answer(struct visit *v, const char *class, const char *page, const char *query, const char *message)
{
	html_rawf(&v->html, "<li><a class=\"answer%s\" href=\"", class);
	put_path(v, page);
	html_rawf(&v->html, "%s\"><span>", query);
	html_message(&v->html, message);
	html_raw(&v->html, "</span>");
	put_icon(v, "next");
	html_raw(&v->html, "</a></li>");
}

void page_report(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;

	if (visit_begin(&v, context, request, response, "report")) {
		frame_begin(&v, FRAME_PAGE, "title-report", NULL);
		html_raw(&v.html, "<section class=\"narrow\">");
		put_element(&v, "h1", NULL, "report-danger");
		put_element(&v, "p", "lead", "report-danger-hint");
		html_raw(&v.html, "<ul class=\"answers\">");
		answer(&v, " stop", "n", "", "report-danger-yes");
		answer(&v, "", "report/money", "", "report-danger-no");
		answer(&v, " light", "report/tip", "", "report-tip-act");
		answer(&v, " light", "report/complaint", "", "statement-act");
		html_raw(&v.html, "</ul></section>");
		frame_end(&v);
	}
	visit_end(&v);
}

static void call_first(struct visit *v)
{
	put_element(v, "h1", NULL, "report-call-first");
	put_element(v, "p", "lead", "report-call-text");
	if (!put_contacts(v, "money", TEXT("")))
		put_element(v, "p", "panel", "report-call-none");
	html_raw(&v->html, "<p class=\"act\"><a class=\"button\" href=\"");
	put_path(v, "report/full?money=day");
	html_raw(&v->html, "\">");
	html_message(&v->html, "report-go-on");
	html_raw(&v->html, "</a></p>");
}

void page_report_money(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;

	if (visit_begin(&v, context, request, response, "report")) {
		frame_begin(&v, FRAME_PAGE, "title-report", NULL);
		html_raw(&v.html, "<section class=\"narrow\">");
		if (text_equal(http_query(request, "when"), TEXT("day"))) {
			call_first(&v);
		} else {
			put_element(&v, "h1", NULL, "report-money");
			put_element(&v, "p", "lead", "report-money-hint");
			html_raw(&v.html, "<ul class=\"answers\">");
			answer(&v, " stop", "report/money", "?when=day", "report-money-day");
			answer(&v, "", "report/full", "?money=older", "report-money-older");
			answer(&v, "", "report/full", "?money=none", "report-money-none");
			html_raw(&v.html, "</ul>");
		}
		html_raw(&v.html, "</section>");
		frame_end(&v);
	}
	visit_end(&v);
}

/* ---- what is taken ---- */

/* Each line one thing, as it was typed: the hub brings it into its form. */
static json_t *identifiers(struct text lines)
{
	json_t *all = json_array();
	struct text line;

	while (lines.data && text_split(&lines, '\n', &line)) {
		line = text_trim(line);
		if (line.len && json_array_size(all) < LINES_MAX)
			(void)json_array_append_new(all, json_pack("{s:s, s:s%}", "type", "unknown", "value", line.data, line.len));
	}
	return all;
}

/* An object goes in only where it has something in it. */
static void take_object(json_t *object, const char *member, json_t *value)
{
	if (json_object_size(value))
		(void)json_object_set_new(object, member, value);
	else
		json_decref(value);
}

static const char *const types[] = {"job", "investment", "romance", "impersonation", "phishing", "loan", "shopping", "account", "other"};
static const char *const relations[] = {"self", "family", "witness", "staff"};
static const char *const consents[] = {"host-police", "partner-police", "bank", "telecom", "statistics"};
static const char *const money[] = {"none", "day", "older"};

const char *report_word(const struct visit *v, const char *name)
{
	static const struct {
		const char *name;
		const char *const *words;
		size_t count;
	} lists[] = {{"type", types, sizeof types / sizeof types[0]}, {"relation", relations, sizeof relations / sizeof relations[0]},
		     {"money", money, sizeof money / sizeof money[0]}};

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		for (size_t k = 0; strcmp(lists[i].name, name) == 0 && k < lists[i].count; k++)
			if (visit_has(v, name, lists[i].words[k]))
				return lists[i].words[k];
	return NULL;
}

/* One of the words that there are; nothing else comes in. */
static void take_word(struct visit *v, json_t *object, const char *member)
{
	const char *word = report_word(v, member);

	if (word)
		take_member(object, member, text_of(word));
}

bool report_enough(const struct visit *v)
{
	return report_word(v, "type") && (visit_field(v, "story").len || visit_field(v, "identifiers").len || files_any(v));
}

static void take_contact(struct visit *v, json_t *item)
{
	json_t *contact = json_object();

	take_member(contact, "way", visit_field(v, "way"));
	take_member(contact, "value", visit_field(v, "value"));
	take_member(contact, "hours", visit_field(v, "hours"));
	take_object(item, "contact", contact);
}

static void take_rest(struct visit *v, json_t *item)
{
	json_t *payment = json_object(), *first = json_object(), *consent = json_array();

	take_member(payment, "amount", visit_field(v, "amount"));
	take_member(payment, "time", visit_field(v, "paid"));
	take_member(payment, "from", visit_field(v, "from"));
	take_member(payment, "to", visit_field(v, "to"));
	take_member(payment, "reference", visit_field(v, "reference"));
	if (json_object_size(payment))
		(void)json_object_set_new(item, "payments", json_pack("[o]", payment));
	else
		json_decref(payment);
	take_member(first, "channel", visit_field(v, "channel"));
	take_member(first, "date", visit_field(v, "date"));
	take_object(item, "first_contact", first);
	for (size_t i = 0; i < sizeof consents / sizeof consents[0]; i++)
		if (visit_has(v, "consent", consents[i]))
			(void)json_array_append_new(consent, json_string(consents[i]));
	(void)json_object_set_new(item, "consent", consent);
	take_member(item, "place", visit_field(v, "place"));
	take_member(item, "harm", visit_field(v, "harm"));
	take_member(item, "help", visit_field(v, "help"));
	take_member(item, "elsewhere", visit_field(v, "elsewhere"));
	take_word(v, item, "relation");
	take_word(v, item, "money");
	take_contact(v, item);
}

static enum status report_take(struct visit *v, bool whole, const struct hand_form *form)
{
	json_t *item = take_begin(v, form), *things;
	enum status st;

	if (item == NULL)
		return ST_NO_MEMORY;
	take_member(item, "speed", whole ? TEXT("report") : TEXT("tip"));
	take_member(item, "danger", TEXT("no"));
	take_member(item, "story", visit_field(v, "story"));
	if (whole) {
		take_word(v, item, "type");
		things = identifiers(visit_field(v, "identifiers"));
		if (json_array_size(things))
			(void)json_object_set_new(item, "identifiers", things);
		else
			json_decref(things);
		take_rest(v, item);
	}
	st = files_take(v, form, item);
	if (st == ST_OK)
		return take_send(v, BULLETIN_REPORT, form, item);
	json_decref(item);
	return st;
}

/* ---- the forms ---- */

static void received(struct visit *v, const struct hand_form *form, bool whole)
{
	html_raw(&v->html, "<section class=\"narrow done\" role=\"status\">");
	put_element(v, "h1", NULL, "receipt-h1");
	put_element(v, "h2", NULL, "receipt-number");
	put_receipt(v, form->receipt);
	put_element(v, "p", "lead", "receipt-once");
	put_element(v, "p", NULL, "receipt-what");
	put_element(v, "p", NULL, "receipt-not");
	html_raw(&v->html, "<p class=\"acts-next\">");
	put_link(v, "button", "status", "title-status");
	put_link(v, "button second", "help", "title-help");
	html_raw(&v->html, "</p>");
	if (whole)
		put_statement_offer(v, form->receipt);
	html_raw(&v->html, "</section>");
}

static void more(struct visit *v)
{
	static const struct put_field first[] = {{"channel", "report-channel", "report-channel-hint", 200, 0, false, NULL}, {"date", "report-date", "report-date-hint", 60, 0, false, NULL},
						 {"place", "report-place", NULL, 200, 0, false, NULL}};
	static const struct put_field paid[] = {{"amount", "pay-amount", NULL, 60, 0, false, NULL}, {"paid", "pay-time", NULL, 60, 0, false, NULL},
						{"from", "pay-from", NULL, 200, 0, false, NULL}, {"to", "pay-to", NULL, 200, 0, false, NULL},
						{"reference", "pay-reference", NULL, 200, 0, false, NULL}};
	static const struct put_field rest[] = {{"harm", "report-harm", NULL, 1000, 2, false, NULL}, {"help", "report-wish", NULL, 1000, 2, false, NULL},
						{"elsewhere", "report-elsewhere", NULL, 200, 0, false, NULL}};
	const struct put_choice relation = {"relation", "report-relation", "relation-", relations, sizeof relations / sizeof relations[0], false, false};

	html_rawf(&v->html, "<details%s><summary>", v->form_count ? " open" : "");
	html_message(&v->html, "report-more");
	html_raw(&v->html, "</summary>");
	for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
		put_input(v, &first[i]);
	html_raw(&v->html, "<fieldset class=\"field group\"><legend>");
	html_message(&v->html, "report-pay");
	html_raw(&v->html, "</legend>");
	for (size_t i = 0; i < sizeof paid / sizeof paid[0]; i++)
		put_input(v, &paid[i]);
	html_raw(&v->html, "</fieldset>");
	for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++)
		put_input(v, &rest[i]);
	put_choices(v, &relation);
	html_raw(&v->html, "</details>");
}

static void contact(struct visit *v)
{
	static const struct put_field ways[] = {{"way", "contact-way", "contact-way-hint", 60, 0, false, NULL}, {"value", "contact-value", NULL, 200, 0, false, NULL},
						{"hours", "contact-hours", NULL, 200, 0, false, NULL}};

	html_raw(&v->html, "<details><summary>");
	html_message(&v->html, "report-contact");
	html_raw(&v->html, "</summary>");
	put_element(v, "p", "hint", "report-contact-hint");
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
		put_input(v, &ways[i]);
	html_raw(&v->html, "</details>");
}

static const char *money_of(const struct visit *v)
{
	struct text asked = http_query(v->request, "money"), given = visit_field(v, "money");

	for (size_t i = 0; i < sizeof money / sizeof money[0]; i++)
		if (text_equal(given.len ? given : asked, text_of(money[i])))
			return money[i];
	return "none";
}

static void what_happened(struct visit *v, bool codes)
{
	const struct put_choice type = {"type", "report-type", "type-", types, sizeof types / sizeof types[0], false, true};
	const struct put_field things = {"identifiers", "report-ids", "report-ids-hint", 4000, 3, false, NULL};
	const struct put_field story = {"story", "report-story", "report-story-hint", 8000, 5, false, NULL};

	put_choices(v, &type);
	put_input(v, &things);
	if (codes)
		put_code(v, "identifiers", true);
	put_input(v, &story);
}

static void whole_form(struct visit *v)
{
	const struct put_choice consent = {"consent", "report-consent", "consent-", consents, sizeof consents / sizeof consents[0], true, false};

	put_element(v, "h1", NULL, "report-h1");
	put_element(v, "p", "lead", "report-lead");
	form_begin_files(v, "report/full");
	html_rawf(&v->html, "<input type=\"hidden\" name=\"money\" value=\"%s\">", money_of(v));
	what_happened(v, true);
	put_files(v);
	more(v);
	put_choices(v, &consent);
	contact(v);
	put_element(v, "p", "hint", "report-no-listing");
	put_element(v, "p", "hint", "report-false");
	form_end(v, "send");
}

/* For the paper alone: who may be given a report is not asked, for nobody is given one. */
void put_complaint_form(struct visit *v)
{
	put_element(v, "h1", NULL, "statement-form-h1");
	put_element(v, "p", "lead", "statement-form-lead");
	form_begin_files(v, "report/complaint");
	put_statement_country(v);
	what_happened(v, false);
	put_files_named(v);
	more(v);
	form_end(v, "statement-make");
}

static void tip_form(struct visit *v)
{
	const struct put_field story = {"story", "report-tip-h1", "report-tip-hint", 8000, 7, false, NULL};

	form_begin_files(v, "report/tip");
	html_raw(&v->html, "<div class=\"headed\">");
	put_input(v, &story);
	html_raw(&v->html, "</div>");
	put_files(v);
	put_element(v, "p", "hint", "report-no-listing");
	put_element(v, "p", "hint", "report-false");
	form_end(v, "send");
}

static void report(struct visit *v, bool whole)
{
	bool enough = whole ? report_enough(v) : visit_field(v, "story").len || files_any(v);
	bool sent = v->request->method == HTTP_POST && !visit_has(v, "fill", "1"); /* else the form is shown with what the paper said */
	const char *wrong = files_wrong(v);
	struct hand_form form;
	enum status st;

	form_of(v, &form);
	st = !sent ? ST_NOT_FOUND : enough && wrong == NULL ? report_take(v, whole, &form) : ST_MALFORMED;
	frame_begin(v, FRAME_FORM, "title-report", st == ST_OK ? NULL : FILES_SCRIPT);
	if (st == ST_OK) {
		received(v, &form, whole);
	} else {
		html_raw(&v->html, "<section class=\"narrow\">");
		if (st != ST_NOT_FOUND) {
			v->response->status = take_refusal(st);
			put_notice(v, wrong ? wrong : st == ST_MALFORMED ? (whole ? "report-need" : "report-need-tip") : "error-503-text");
		}
		if (whole)
			whole_form(v);
		else
			tip_form(v);
		html_raw(&v->html, "</section>");
	}
	frame_end(v);
}

static void report_page(void *context, const struct http_request *request, struct http_response *response, bool whole)
{
	struct visit v;

	if (visit_begin(&v, context, request, response, "report")) {
		if (request->method != HTTP_POST || visit_may(&v, LIMIT_WRITE))
			report(&v, whole);
	}
	visit_end(&v);
}

void page_report_tip(void *context, const struct http_request *request, struct http_response *response)
{
	report_page(context, request, response, false);
}

void page_report_full(void *context, const struct http_request *request, struct http_response *response)
{
	report_page(context, request, response, true);
}
