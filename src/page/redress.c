#include "page/redress.h"

#include <stdio.h>

#include "page/frame.h"

static const char *const kinds[] = {"mistaken-identity", "access", "correction", "deletion"};

/* ---- what the form brought ---- */

static struct text form_get(const struct http_field *fields, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(fields[i].name, text_of(name)))
			return text_trim(fields[i].value);
	return TEXT("");
}

static enum status form_read(const struct http_request *request, struct http_field **ret_fields, size_t *ret_count,
			     struct error *ret_error)
{
	struct text body;

	TRY(text_check(request->body, &body, ret_error));
	return http_form(body, request->arena, ret_fields, ret_count, ret_error);
}

/* ---- pieces of the page ---- */

struct redress_field {
	const char *name, *label, *hint;
	struct text value;
	size_t length_max;
	bool required, lines;
};

static void field(struct html *html, const struct redress_field *f)
{
	html_rawf(html, "<div class=\"wide\"><label for=\"%s\">", f->name);
	html_message(html, f->label);
	if (!f->required) {
		html_raw(html, " <span class=\"hint\">");
		html_message(html, "redress_optional");
		html_raw(html, "</span>");
	}
	html_raw(html, "</label>");
	if (f->hint) {
		html_rawf(html, "<span class=\"hint\" id=\"%s-hint\">", f->name);
		html_message(html, f->hint);
		html_raw(html, "</span>");
	}
	html_rawf(html, f->lines ? "<textarea id=\"%s\" name=\"%s\" rows=\"6\"" : "<input id=\"%s\" name=\"%s\"", f->name, f->name);
	html_rawf(html, " maxlength=\"%zu\"%s", f->length_max, f->required ? " required" : "");
	if (f->hint)
		html_rawf(html, " aria-describedby=\"%s-hint\"", f->name);
	html_raw(html, f->lines ? ">" : " value=\"");
	html_text(html, f->value);
	html_raw(html, f->lines ? "</textarea></div>" : "\"></div>");
}

static void kind_choice(struct html *html, struct text chosen)
{
	html_raw(html, "<fieldset class=\"wide\"><legend>");
	html_message(html, "redress_kind");
	html_raw(html, "</legend>");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		html_rawf(html, "<label class=\"choice\"><input type=\"radio\" name=\"kind\" value=\"%s\" required%s> ", kinds[i],
			  text_equal(chosen, text_of(kinds[i])) ? " checked" : "");
		html_word(html, "redress_kind-", kinds[i]);
		html_raw(html, "</label>");
	}
	html_raw(html, "</fieldset>");
}

static void notice(struct html *html, const char *message)
{
	html_raw(html, "<div class=\"card problem\" role=\"alert\"><strong>");
	html_message(html, message);
	html_raw(html, "</strong></div>");
}

static void form(struct html *html, const struct redress_request *r)
{
	const struct redress_field fields[] = {
		{"name", "redress_name", "redress_name_hint", r->name, 200, true, false},
		{"birthDate", "birth", "birth_hint", r->birth_date, 20, false, false},
		{"document", "redress_document", NULL, r->document, 60, false, false},
		{"text", "redress_text", "redress_text_hint", r->text, 4000, true, true},
		{"contact", "redress_contact", "redress_contact_hint", r->contact, 200, false, false},
	};

	html_rawf(html, "<form class=\"redress\" method=\"post\" action=\"/redress?lang=%s\">", html_language(html));
	kind_choice(html, r->kind);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		field(html, &fields[i]);
	html_raw(html, "<p class=\"wide\"><button>");
	html_message(html, "redress_send");
	html_raw(html, "</button></p></form>");
}

static void follow_form(struct html *html, struct text number)
{
	const struct redress_field fields[] = {
		{"number", "redress_number", NULL, number, 40, true, false},
		{"word", "redress_word", NULL, TEXT(""), 40, true, false},
	};

	html_raw(html, "<section class=\"card\"><h2>");
	html_message(html, "redress_follow");
	html_rawf(html, "</h2><form class=\"redress\" method=\"post\" action=\"/redress/status?lang=%s\">",
		  html_language(html));
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		field(html, &fields[i]);
	html_raw(html, "<p class=\"wide\"><button class=\"second\">");
	html_message(html, "redress_look");
	html_raw(html, "</button></p></form></section>");
}

static void fact(struct html *html, const char *label, struct text value)
{
	if (value.len == 0)
		return;
	html_raw(html, "<div><dt>");
	html_message(html, label);
	html_raw(html, "</dt><dd>");
	html_text(html, value);
	html_raw(html, "</dd></div>");
}

/* The day of a moment; people count in days. */
static struct text day(struct text moment)
{
	return (struct text){moment.data, moment.len < 10 ? moment.len : 10};
}

static void standing_card(struct html *html, const struct redress_standing *s)
{
	char key[64] = "redress_state-received";

	if (s->state.len && s->state.len < 32)
		snprintf(key, sizeof key, "redress_state-%.*s", TEXT_ARG(s->state));
	html_raw(html, "<section class=\"card\" role=\"status\"><h2>");
	html_message(html, key);
	html_raw(html, "</h2><dl class=\"facts\">");
	fact(html, "redress_number", s->number);
	fact(html, "redress_word", s->word);
	fact(html, "redress_received", day(s->received));
	fact(html, "redress_due_access", day(s->due_access));
	fact(html, "redress_due_decision", day(s->due_decision));
	html_raw(html, "</dl>");
	if (s->word.len) {
		html_raw(html, "<p><strong>");
		html_message(html, "redress_keep");
		html_raw(html, "</strong></p>");
	}
	if (s->answer.len) {
		html_raw(html, "<h3>");
		html_message(html, "redress_answer");
		html_raw(html, "</h3><p class=\"answer\">");
		html_text(html, s->answer);
		html_raw(html, "</p>");
	}
	html_raw(html, "</section>");
}

static void begin(struct html *html, const struct http_request *request, struct http_response *response)
{
	frame_begin(html, request, response, PLACE_REDRESS, "redress");
	html_raw(html, "<p class=\"intro\">");
	html_message(html, "redress_intro");
	html_raw(html, "</p>");
}

static void end(struct html *html)
{
	html_raw(html, "</main><footer><p>");
	html_message(html, "redress_foot");
	html_raw(html, "</p></footer></body></html>\n");
}

static const char *trouble(enum status st)
{
	return st == ST_MALFORMED ? "redress_wrong" : st == ST_LIMIT ? "redress_many" : st == ST_NOT_FOUND ? "redress_missing"
													       : "redress_later";
}

static unsigned status_of(enum status st)
{
	return st == ST_MALFORMED ? 400 : st == ST_LIMIT ? 429 : st == ST_NOT_FOUND ? 404 : 503;
}

/* ---- the pages ---- */

static void show(void *context, const struct http_request *request, struct http_response *response)
{
	struct html html = {&response->body, message_language_of(request), &page_words};
	const struct redress_request empty = {.kind = TEXT("mistaken-identity")};

	(void)context;
	begin(&html, request, response);
	form(&html, &empty);
	follow_form(&html, TEXT(""));
	end(&html);
}

static void create(void *context, const struct http_request *request, struct http_response *response)
{
	const struct redress_context *redress = context;
	struct html html = {&response->body, message_language_of(request), &page_words};
	struct redress_request asked = {.language = html_language(&html)};
	struct redress_standing standing = {.number = TEXT("")};
	struct http_field *fields = NULL;
	struct error error;
	size_t count = 0;
	enum status st = form_read(request, &fields, &count, &error);

	if (st == ST_OK) {
		asked.kind = form_get(fields, count, "kind");
		asked.name = form_get(fields, count, "name");
		asked.birth_date = form_get(fields, count, "birthDate");
		asked.document = form_get(fields, count, "document");
		asked.contact = form_get(fields, count, "contact");
		asked.text = form_get(fields, count, "text");
		st = asked.name.len && asked.text.len ? redress->create(redress->host, request, &asked, &standing, &error)
						      : ST_MALFORMED;
	}
	begin(&html, request, response);
	if (st == ST_OK) {
		standing_card(&html, &standing);
	} else {
		response->status = status_of(st);
		notice(&html, trouble(st));
		form(&html, &asked);
	}
	end(&html);
}

static void follow(void *context, const struct http_request *request, struct http_response *response)
{
	const struct redress_context *redress = context;
	struct html html = {&response->body, message_language_of(request), &page_words};
	struct redress_standing standing = {.number = TEXT("")};
	struct text number = TEXT("");
	struct http_field *fields = NULL;
	struct error error;
	size_t count = 0;
	enum status st = form_read(request, &fields, &count, &error);

	if (st == ST_OK) {
		number = form_get(fields, count, "number");
		st = redress->follow(redress->host, request, number, form_get(fields, count, "word"), &standing, &error);
	}
	begin(&html, request, response);
	if (st == ST_OK) {
		standing_card(&html, &standing);
	} else {
		response->status = status_of(st);
		notice(&html, trouble(st));
		follow_form(&html, number);
	}
	end(&html);
}

const struct http_route redress_routes[] = {
	{HTTP_GET, "/redress", show, 0},
	{HTTP_POST, "/redress", create, 32768},
	{HTTP_GET, "/redress/status", show, 0},
	{HTTP_POST, "/redress/status", follow, 4096},
};
const size_t redress_route_count = sizeof redress_routes / sizeof redress_routes[0];
