#include "http/problem.h"

#include "http/server.h"
#include "model/entity_json.h"

struct problem {
	struct text reason, en, km, ko, zh;
	uint32_t status; /* 0: of a row, not of a request */
};

#include "problems.inc"

#define PROBLEM_MAX 4096u

static const char *const languages[HTTP_LANGUAGES] = {"en", "km", "ko", "zh"};

const char *http_language_word(unsigned language)
{
	return languages[language];
}

bool http_language_find(struct text word, unsigned *ret_language)
{
	for (unsigned i = 0; i < HTTP_LANGUAGES; i++)
		if (text_equal_nocase(word, text_of(languages[i]))) {
			*ret_language = i;
			return true;
		}
	return false;
}

unsigned http_language_of(const struct http_request *request)
{
	struct text asked = http_query(request, "lang"), rest = http_header(request, "Accept-Language"), part;
	unsigned language;

	if (asked.data && http_language_find(asked, &language))
		return language;
	while (rest.data && text_split(&rest, ',', &part)) {
		part = text_trim(part);
		if (part.len >= 2 && http_language_find((struct text){part.data, 2}, &language))
			return language;
	}
	return 0;
}

static const struct problem *problem_find(struct text reason)
{
	for (size_t i = 0; i < PROBLEMS_COUNT; i++)
		if (text_equal(problems_rows[i].reason, reason))
			return &problems_rows[i];
	return NULL;
}

static struct text value_of(struct text name, const struct problem_values *values)
{
	if (text_equal(name, TEXT("field")))
		return values->field;
	if (text_equal(name, TEXT("value")))
		return values->value;
	return text_equal(name, TEXT("limit")) ? values->limit : values->detail;
}

bool problem_text(struct buffer *out, unsigned language, struct text reason, const struct problem_values *values)
{
	const struct problem *problem = problem_find(reason);
	struct text form;

	if (problem == NULL)
		return false;
	form = *(const struct text *const[]){&problem->en, &problem->km, &problem->ko, &problem->zh}[language];
	for (size_t at = 0; at < form.len;) {
		size_t open = text_find(form, '{', at), shut = text_find(form, '}', open);

		buffer_add(out, form.data + at, open - at);
		if (shut == form.len)
			break;
		buffer_add_text(out, value_of((struct text){form.data + open + 1, shut - open - 1}, values));
		at = shut + 1;
	}
	return true;
}

static void body_write(struct buffer *out, unsigned language, const char *base, const struct error *error, struct text reason,
		       unsigned status)
{
	const struct problem_values values = {.field = text_of(error->field), .detail = text_of(error->message)};
	struct buffer text;

	buffer_init(&text, PROBLEM_MAX);
	(void)problem_text(&text, language, reason, &values);
	buffer_clear(out);
	buffer_printf(out, "{\"type\":\"%s#%.*s\",\"title\":\"%s\",\"status\":%u,\"detail\":", base, TEXT_ARG(reason),
		      http_status_title(status), status);
	json_add_string(out, buffer_status(&text) == ST_OK ? buffer_text(&text) : TEXT(""));
	buffer_printf(out, ",\"reason\":\"%.*s\"", TEXT_ARG(reason));
	if (error->field[0]) {
		buffer_printf(out, ",\"field\":");
		json_add_string(out, text_of(error->field));
	}
	if (error->row)
		buffer_printf(out, ",\"row\":%lld", (long long)error->row);
	buffer_add_char(out, '}');
	buffer_release(&text);
}

void problem_answer(struct http_response *response, unsigned language, const char *base, const struct error *error)
{
	struct text reason = text_of(error->reason[0] ? error->reason : status_word(error->code));
	const struct problem *problem = problem_find(reason);
	unsigned status;

	if (problem == NULL) {
		reason = text_of(status_word(error->code));
		problem = problem_find(reason);
	}
	/* A reason of rows, or a word that nobody wrote down: the request as a whole cannot be processed. */
	status = problem && problem->status ? problem->status : 422;
	response->status = status;
	http_set_header(response, TEXT("Content-Type"), TEXT("application/problem+json"));
	body_write(&response->body, language, base, error, reason, status);
}

void problem_headers(const struct http_request *request, struct http_response *response)
{
	http_set_header(response, TEXT("Cache-Control"), TEXT("no-store"));
	http_set_header(response, TEXT("Content-Security-Policy"),
			TEXT("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"));
	http_set_header(response, TEXT("Referrer-Policy"), TEXT("no-referrer"));
	http_set_header(response, TEXT("Cross-Origin-Opener-Policy"), TEXT("same-origin"));
	http_set_header(response, TEXT("Cross-Origin-Resource-Policy"), TEXT("same-origin"));
	http_set_header(response, TEXT("Vary"), TEXT("Accept-Language"));
	if (request->secure)
		http_set_header(response, TEXT("Strict-Transport-Security"), TEXT("max-age=31536000; includeSubDomains"));
}
