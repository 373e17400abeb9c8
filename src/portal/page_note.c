/* The call for help. Its address, title and drawing say "notes"; it needs neither script nor letters of ours, and fits in 14 KB. */
#include <stdio.h>
#include <time.h>

#include "portal/site.h"

#define TEXTS 3u /* languages of the message */

static const char *const texts[TEXTS] = {"en", "km", "ko"};

struct note_field {
	const char *name, *label, *group; /* label is a message, group a member of the item; NULL: of the item itself */
	size_t length_max;
	const char *mode;
};

/* Telegram takes 4,096 characters of a message: all of these, full, with their labels stay below. */
static const struct note_field person[] = {
	{"name", "f-name", "held", 100, NULL}, {"nationality", "f-nationality", "held", 40, NULL}, {"birth", "f-birth", "held", 40, NULL},
	{"passport", "f-passport", "held", 40, NULL}, {"telephone", "f-telephone", "held", 80, NULL}};
static const struct note_field place[] = {
	{"latitude", "f-latitude", "place", 24, "decimal"}, {"longitude", "f-longitude", "place", 24, "decimal"}, {"address", "f-address", "place", 300, NULL},
	{"building", "f-building", "place", 300, NULL}, {"floor", "f-floor", "place", 24, NULL}, {"room", "f-room", "place", 40, NULL}};
static const struct note_field situation[] = {
	{"people", "f-people", NULL, 40, NULL}, {"injuries", "f-injuries", NULL, 300, NULL}, {"weapons", "f-weapons", NULL, 300, NULL},
	{"languages", "f-languages", NULL, 80, NULL}, {"next_check", "f-next_check", NULL, 80, NULL}};
static const struct note_field reach[] = {
	{"way", "contact-way", "contact", 60, NULL}, {"value", "contact-value", "contact", 100, NULL}, {"hours", "contact-hours", "contact", 100, NULL}};

static const char *const attached[] = {"building-photo", "face-photo", "passport-copy", "video"};
static const char *const relations[] = {"self", "family"};

static const struct { const struct note_field *fields; size_t count; const char *legend; } groups[] = {
	{person, sizeof person / sizeof person[0], "note-person"}, {place, sizeof place / sizeof place[0], "note-place"},
	{situation, sizeof situation / sizeof situation[0], "note-situation"}, {reach, sizeof reach / sizeof reach[0], "note-safe"}};

#define GROUPS (sizeof groups / sizeof groups[0])
#define ATTACHED (sizeof attached / sizeof attached[0])

/* What the hotline demands, and the fields that give it. */
static const struct { const char *word; const char *fields[3]; } demanded[] = {
	{"name", {"name"}}, {"contact", {"telephone"}}, {"location", {"latitude", "longitude"}}, {"building", {"building", "floor", "room"}}, {"passport", {"passport"}}};

/* ---- the message ---- */

static struct text in_language(const struct visit *v, const char *language, const char *key)
{
	struct html other = v->html;

	for (size_t i = 0; i < site_words.language_count; i++)
		if (strcmp(site_words.languages[i], language) == 0)
			other.language = i;
	return html_find(&other, text_of(key));
}

/* Breaks that were put into the words for the screen do not belong into a message. */
static void add_words(struct buffer *out, struct text words)
{
	for (size_t at = 0; at < words.len;) {
		size_t from = at;
		uint32_t c = text_next(words, &at);

		if (c != 0x200b && c != 0x2060)
			buffer_add(out, words.data + from, at - from);
	}
}

static bool family(const struct visit *v)
{
	return visit_has(v, "relation", "family");
}

static void message_make(const struct visit *v, const char *language, struct buffer *out)
{
	bool first = true;

	add_words(out, in_language(v, language, family(v) ? "message-family" : "message-self"));
	buffer_add_char(out, '\n');
	for (size_t g = 0; g + 1 < GROUPS; g++)
		for (size_t i = 0; i < groups[g].count; i++) {
			struct text value = visit_field(v, groups[g].fields[i].name);

			if (value.len == 0)
				continue;
			buffer_add_char(out, '\n');
			add_words(out, in_language(v, language, groups[g].fields[i].label));
			buffer_add_text(out, TEXT(": "));
			buffer_add_text(out, value);
		}
	for (size_t i = 0; i < ATTACHED; i++) {
		char key[32];

		if (!visit_has(v, "attached", attached[i]))
			continue;
		snprintf(key, sizeof key, "miss-%s", attached[i]);
		if (first) {
			buffer_add_char(out, '\n');
			add_words(out, in_language(v, language, "message-attached"));
		}
		buffer_add_text(out, first ? TEXT(": ") : TEXT(", "));
		add_words(out, in_language(v, language, key));
		first = false;
	}
	if (visit_field(v, "value").len) {
		buffer_add_char(out, '\n');
		add_words(out, in_language(v, language, "message-safe"));
		buffer_add_char(out, ':');
		for (size_t i = 0; i < sizeof reach / sizeof reach[0]; i++)
			if (visit_field(v, reach[i].name).len) {
				buffer_add_char(out, ' ');
				buffer_add_text(out, visit_field(v, reach[i].name));
			}
	}
}

static bool missing(const struct visit *v, size_t d)
{
	for (size_t i = 0; i < 3 && demanded[d].fields[i]; i++)
		if (visit_field(v, demanded[d].fields[i]).len == 0)
			return true;
	return false;
}

/* A call is sent from here only where the hub says which authorities take it: two, or nobody would answer for it. */
static bool taken_up(const struct visit *v)
{
	return json_array_size(news_items(v->paper, NEWS_CALLS)) >= 2;
}

/* ---- the form ---- */

/* A script makes the message where there is no network: it finds the words of the three languages with the fields. */
static void words_put(struct visit *v, const char *key)
{
	for (size_t i = 0; i < TEXTS; i++) {
		struct buffer words;

		buffer_init(&words, 2048);
		add_words(&words, in_language(v, texts[i], key));
		html_rawf(&v->html, " data-%s=\"", texts[i]);
		if (buffer_status(&words) == ST_OK)
			html_text(&v->html, buffer_text(&words));
		html_raw(&v->html, "\"");
		buffer_release(&words);
	}
}

static void note_input(struct visit *v, const struct note_field *f)
{
	struct html *h = &v->html;

	html_raw(h, "<p class=\"field\"><label for=\"");
	html_rawf(h, "%s\">", f->name);
	html_message(h, f->label);
	html_rawf(h, "</label><input id=\"%s\" name=\"%s\" maxlength=\"%zu\" autocomplete=\"off\"", f->name, f->name, f->length_max);
	if (f->mode)
		html_rawf(h, " inputmode=\"%s\"", f->mode);
	words_put(v, f->label);
	html_raw(h, " value=\"");
	html_text(h, visit_field(v, f->name));
	html_raw(h, "\"></p>");
}

static void relation_put(struct visit *v)
{
	html_raw(&v->html, "<fieldset class=\"field\"><legend>");
	html_message(&v->html, "note-who");
	html_raw(&v->html, "</legend><div class=\"choices two\">");
	for (size_t i = 0; i < 2; i++) {
		char key[24];

		snprintf(key, sizeof key, "message-%s", relations[i]);
		html_rawf(&v->html, "<label class=\"choice\"><input type=\"radio\" name=\"relation\" value=\"%s\"%s", relations[i], (i == 1) == family(v) ? " checked" : "");
		words_put(v, key);
		html_raw(&v->html, "><span>");
		html_word(&v->html, "note-", relations[i]);
		html_raw(&v->html, "</span></label>");
	}
	html_raw(&v->html, "</div></fieldset>");
}

static void attached_put(struct visit *v)
{
	html_raw(&v->html, "<fieldset class=\"field\"");
	words_put(v, "message-attached");
	html_raw(&v->html, " id=\"attached\"><legend>");
	html_message(&v->html, "note-attached");
	html_raw(&v->html, "</legend>");
	put_element(v, "p", "hint", "note-attached-hint");
	html_raw(&v->html, "<div class=\"choices\">");
	for (size_t i = 0; i < ATTACHED; i++) {
		char key[32];

		snprintf(key, sizeof key, "miss-%s", attached[i]);
		html_rawf(&v->html, "<label class=\"choice\"><input type=\"checkbox\" name=\"attached\" value=\"%s\"%s", attached[i], visit_has(v, "attached", attached[i]) ? " checked" : "");
		words_put(v, key);
		html_raw(&v->html, "><span>");
		html_word(&v->html, "a-", attached[i]);
		html_raw(&v->html, "</span></label>");
	}
	html_raw(&v->html, "</div></fieldset>");
}

static void note_form(struct visit *v)
{
	struct html *h = &v->html;

	form_begin(v, "n");
	relation_put(v);
	for (size_t g = 0; g < GROUPS; g++) {
		if (g + 1 == GROUPS)
			attached_put(v);
		html_rawf(h, "<fieldset class=\"group\" id=\"group-%zu\"", g);
		if (g + 1 == GROUPS)
			words_put(v, "message-safe");
		html_raw(h, "><legend>");
		html_message(h, groups[g].legend);
		html_raw(h, "</legend>");
		if (g == 1) {
			html_raw(h, "<p><button type=\"button\" class=\"second\" id=\"locate\" hidden>");
			html_message(h, "note-locate");
			html_raw(h, "</button></p><p class=\"hint\" id=\"locate-failed\" role=\"status\" hidden>");
			html_message(h, "note-locate-failed");
			html_raw(h, "</p>");
		}
		if (g + 1 == GROUPS)
			put_element(v, "p", "hint", "note-safe-hint");
		for (size_t i = 0; i < groups[g].count; i++)
			note_input(v, &groups[g].fields[i]);
		html_raw(h, "</fieldset>");
	}
	put_element(v, "p", "hint", taken_up(v) ? "note-two" : "note-yourself");
	html_raw(h, "<p class=\"act\">");
	if (taken_up(v)) {
		html_raw(h, "<button name=\"act\" value=\"send\">");
		html_message(h, "note-send");
		html_raw(h, "</button> ");
	}
	html_rawf(h, "<button%s name=\"act\" value=\"show\">", taken_up(v) ? " class=\"second\"" : "");
	html_message(h, "note-show");
	html_raw(h, "</button></p></form>");
}

/* ---- what came of it ---- */

static void missing_put(struct visit *v)
{
	bool none = true;

	for (size_t i = 0; i < sizeof demanded / sizeof demanded[0] + ATTACHED; i++) {
		size_t a = i - sizeof demanded / sizeof demanded[0];
		bool plain = i < sizeof demanded / sizeof demanded[0];

		if (plain ? !missing(v, i) : visit_has(v, "attached", attached[a]))
			continue;
		if (none) {
			put_element(v, "h2", NULL, "note-missing");
			html_raw(&v->html, "<ul class=\"missing\">");
		}
		none = false;
		html_raw(&v->html, "<li>");
		html_word(&v->html, "miss-", plain ? demanded[i].word : attached[a]);
		html_raw(&v->html, "</li>");
	}
	html_raw(&v->html, none ? "" : "</ul>");
	put_element(v, "p", NULL, none ? "note-complete" : taken_up(v) ? "note-missing-text" : "note-missing-yourself");
}

/* Where it is sent to by hand as well: what the signed list of contacts has for this. */
static void hotlines_put(struct visit *v)
{
	json_t *items = news_items(v->paper, NEWS_CONTACTS);

	if (json_array_size(items) == 0)
		return;
	html_raw(&v->html, "<div class=\"hotlines\"><p>");
	html_message(&v->html, "note-now");
	html_raw(&v->html, "</p>");
	(void)put_contacts(v, "rescue", TEXT(""));
	html_raw(&v->html, "</div>");
}

static void messages_put(struct visit *v)
{
	static const char *const names[TEXTS] = {"English", "ខ្មែរ", "한국어"};

	put_element(v, "h2", NULL, "note-message");
	for (size_t i = 0; i < TEXTS; i++) {
		struct buffer message;

		buffer_init(&message, 32768);
		message_make(v, texts[i], &message);
		html_rawf(&v->html, "<h3 lang=\"%s\">%s</h3><textarea class=\"message\" lang=\"%s\" readonly rows=\"9\" aria-label=\"%s\">", texts[i], names[i], texts[i], names[i]);
		if (buffer_status(&message) == ST_OK)
			html_text(&v->html, buffer_text(&message));
		html_raw(&v->html, "</textarea>");
		buffer_release(&message);
	}
}

static json_t *item_make(struct visit *v, const struct hand_form *form)
{
	json_t *item = take_begin(v, form), *lacks = json_array(), *has = json_array(), *said = json_object();

	if (item)
		take_member(item, "relation", family(v) ? TEXT("family") : TEXT("self"));
	for (size_t g = 0; item && g < GROUPS; g++) {
		const char *member = groups[g].fields[0].group;
		json_t *group = member ? json_object() : json_incref(item);

		for (size_t i = 0; i < groups[g].count; i++)
			take_member(group, groups[g].fields[i].name, visit_field(v, groups[g].fields[i].name));
		if (member && json_object_size(group))
			(void)json_object_set(item, member, group);
		json_decref(group);
	}
	for (size_t i = 0; i < sizeof demanded / sizeof demanded[0]; i++)
		if (missing(v, i))
			(void)json_array_append_new(lacks, json_string(demanded[i].word));
	for (size_t i = 0; i < ATTACHED; i++)
		(void)json_array_append_new(visit_has(v, "attached", attached[i]) ? has : lacks, json_string(attached[i]));
	for (size_t i = 0; i < TEXTS; i++) {
		struct buffer message;

		buffer_init(&message, 32768);
		message_make(v, texts[i], &message);
		if (buffer_status(&message) == ST_OK)
			take_member(said, texts[i], buffer_text(&message));
		buffer_release(&message);
	}
	if (item == NULL || json_object_set(item, "missing", lacks) != 0 || json_object_set(item, "attached", has) != 0 || json_object_set(item, "message", said) != 0) {
		json_decref(item);
		item = NULL;
	}
	json_decref(lacks);
	json_decref(has);
	json_decref(said);
	return item;
}

static bool empty(const struct visit *v)
{
	for (size_t g = 0; g < GROUPS; g++)
		for (size_t i = 0; i < groups[g].count; i++)
			if (visit_field(v, groups[g].fields[i].name).len)
				return false;
	return true;
}

static void result(struct visit *v)
{
	struct hand_form form;
	enum status st = ST_NOT_FOUND;

	form_of(v, &form);
	if (visit_has(v, "act", "send") && taken_up(v))
		st = take_send(v, BULLETIN_RESCUE, &form, item_make(v, &form));
	if (st == ST_OK) {
		html_raw(&v->html, "<section class=\"done\" role=\"status\" id=\"sent\">");
		put_element(v, "h1", NULL, "note-sent");
		put_receipt(v, form.receipt);
		html_raw(&v->html, "</section>");
	} else if (st != ST_NOT_FOUND) {
		v->response->status = take_refusal(st);
		put_notice(v, "note-unsent");
	}
	html_raw(&v->html, "<section class=\"result\">");
	missing_put(v);
	hotlines_put(v);
	messages_put(v);
	html_raw(&v->html, "</section>");
	put_element(v, "h2", NULL, "note-again");
}

void put_leave(struct visit *v)
{
	html_raw(&v->html, "<p class=\"leave\"><a class=\"button\" id=\"exit\" href=\"");
	put_path(v, "calendar");
	html_raw(&v->html, "\">");
	html_message(&v->html, "note-exit");
	html_raw(&v->html, "</a> <span class=\"hint\">");
	html_message(&v->html, "note-exit-hint");
	html_raw(&v->html, "</span></p>");
}

/* What the script says, in the reader's language. */
static void said(struct visit *v)
{
	static const char *const keys[] = {"note-unsent", "note-message", "note-copy", "note-copied"};

	html_raw(&v->html, "<div id=\"said\" hidden>");
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		put_element(v, "p", keys[i], keys[i]);
	html_raw(&v->html, "</div>");
}

void page_note(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;

	if (visit_begin(&v, context, request, response, "n")) {
		bool posted = request->method == HTTP_POST;

		if (!posted || !visit_has(&v, "act", "send") || visit_may(&v, LIMIT_CALL)) {
			frame_begin(&v, FRAME_QUIET, "title-note", "note.js");
			put_leave(&v);
			if (posted && !empty(&v)) {
				result(&v);
			} else {
				put_element(&v, "h1", NULL, "note-h1");
				put_element(&v, "p", "lead", "note-lead");
				if (posted) {
					response->status = 422;
					put_notice(&v, "note-empty");
				}
			}
			html_raw(&v.html, "<div id=\"out\"></div>");
			note_form(&v);
			said(&v);
			frame_end(&v);
		}
	}
	visit_end(&v);
}

/* ---- where one goes who must leave in a moment ---- */

void page_calendar(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;

	if (visit_begin(&v, context, request, response, "calendar")) {
		time_t seconds = (time_t)(v.now_ms / 1000) + 7 * 3600;
		struct tm t = {.tm_mday = 1};
		char month[64];
		int first, days;

		(void)gmtime_r(&seconds, &t);
		first = (t.tm_wday - (t.tm_mday - 1) % 7 + 7 + 6) % 7; /* 0: Monday */
		days = t.tm_mon == 1 ? (t.tm_year % 4 == 0 ? 29 : 28) : t.tm_mon == 3 || t.tm_mon == 5 || t.tm_mon == 8 || t.tm_mon == 10 ? 30 : 31;
		say_month(&v, (unsigned)(t.tm_year - 120) * 12 + (unsigned)t.tm_mon, month, sizeof month);
		frame_begin(&v, FRAME_QUIET, "title-calendar", NULL);
		html_raw(&v.html, "<h1>");
		html_text(&v.html, text_of(month));
		html_raw(&v.html, "</h1><ol class=\"month\">");
		for (int i = 0; i < first; i++)
			html_raw(&v.html, "<li aria-hidden=\"true\"></li>");
		for (int day = 1; day <= days; day++)
			html_rawf(&v.html, "<li%s>%d</li>", day == t.tm_mday ? " aria-current=\"date\"" : "", day);
		html_raw(&v.html, "</ol>");
		frame_end(&v);
	}
	visit_end(&v);
}
