#include <assert.h>

#include "portal/site.h"

#include "portal_messages.inc"

#define WORDS_MAX ((size_t)65536) /* of a form without files */

const struct html_words site_words = {message_languages, MESSAGE_LANGUAGES, messages, MESSAGE_COUNT};

static bool language_take(struct visit *v, struct text code)
{
	for (size_t i = 0; i < MESSAGE_LANGUAGES; i++)
		if (text_equal(code, text_of(message_languages[i]))) {
			v->html.language = i;
			v->language = message_languages[i];
			return true;
		}
	return false;
}

/* The first of ours that a browser names first; weights are not weighed, for browsers name in the order of their wish. */
static void language_guess(struct visit *v)
{
	struct text rest = http_header(v->request, "Accept-Language"), part;
	bool known;

	while (rest.data && text_split(&rest, ',', &part)) {
		part = text_trim(part);
		if (part.len >= 2 && language_take(v, (struct text){part.data, 2}))
			return;
	}
	known = language_take(v, TEXT("en"));
	assert(known);
	(void)known;
}

static enum status form_read(struct visit *v)
{
	struct text type = http_header(v->request, "Content-Type"), body;
	struct http_field *fields = NULL;
	struct http_multipart parts;

	if (http_is_multipart(type)) {
		TRY(http_multipart(type, v->request->body, v->request->arena, &parts, NULL));
		v->form = parts.fields;
		v->form_count = parts.field_count;
		v->files = parts.files;
		v->file_count = parts.file_count;
		return ST_OK;
	}
	if (v->request->body.len > WORDS_MAX)
		return ST_LIMIT;
	TRY(text_check(v->request->body, &body, NULL));
	TRY(http_form(body, v->request->arena, &fields, &v->form_count, NULL));
	v->form = fields;
	return ST_OK;
}

bool visit_begin(struct visit *v, void *context, const struct http_request *request, struct http_response *response, const char *page)
{
	struct text first = {request->path.data + 1, 2};
	enum status st;

	*v = (struct visit){.site = context, .request = request, .response = response, .html = {&response->body, 0, &site_words},
			    .page = page, .now_ms = env_now(&portal_env)};
	response->status = 200;
	language_guess(v);
	v->paper = news_hold(v->site->news);
	v->age_ms = v->paper ? v->now_ms - v->paper->note.time_ms : INT64_MAX;
	if (request->capture_count && (request->path.len < 4 || !language_take(v, first) || request->path.data[3] != '/')) {
		frame_problem(v, 404);
		return false;
	}
	st = request->method == HTTP_POST ? form_read(v) : ST_OK;
	if (st != ST_OK)
		frame_problem(v, st == ST_LIMIT ? 413 : 400);
	return st == ST_OK;
}

void visit_end(struct visit *v)
{
	if (v->paper)
		news_release(v->site->news, v->paper);
	v->paper = NULL;
}

/* ---- fields ---- */

/* What no keyboard writes is left out, and what nobody would see. */
static struct text clean(struct visit *v, struct text t)
{
	char *out = arena_alloc(v->request->arena, t.len + 1, 1);
	size_t len = 0;

	if (out == NULL)
		return TEXT("");
	for (size_t at = 0; at < t.len;) {
		size_t from = at;
		uint32_t c = text_next(t, &at);

		if ((c < 0x20 && c != '\n') || c == 0x7f || (c >= 0x80 && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
			continue;
		memcpy(out + len, t.data + from, at - from);
		len += at - from;
	}
	return text_trim((struct text){out, len});
}

struct text visit_field_nth(const struct visit *v, const char *name, size_t nth)
{
	for (size_t i = 0; i < v->form_count; i++)
		if (text_equal(v->form[i].name, text_of(name)) && nth-- == 0)
			return clean((struct visit *)(uintptr_t)v, v->form[i].value);
	return TEXT("");
}

struct text visit_field(const struct visit *v, const char *name)
{
	return visit_field_nth(v, name, 0);
}

bool visit_has(const struct visit *v, const char *name, const char *value)
{
	for (size_t i = 0; i < v->form_count; i++)
		if (text_equal(v->form[i].name, text_of(name)) && text_equal(v->form[i].value, text_of(value)))
			return true;
	return false;
}
