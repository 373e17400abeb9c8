/* The screening page: a form that works without scripts, and beneath it who resembles what was asked. */
#include <time.h>

#include "ident/mrz.h"
#include "page/frame.h"
#include "page/page.h"
#include "page/pages.h"
#include "page/result.h"

#define RESULTS 10u

static const char *const fields[] = {"name", "birthDate", "nationality", "document"};

static void field(struct html *html, const struct http_request *request, const char *name, const char *label,
		  const char *hint)
{
	html_rawf(html, "<div><label for=\"%s\">", name);
	html_message(html, label);
	if (hint) {
		html_raw(html, "<span class=\"hint\">");
		html_message(html, hint);
		html_raw(html, "</span>");
	}
	html_rawf(html, "</label><input id=\"%s\" name=\"%s\" autocomplete=\"off\" value=\"", name, name);
	html_text(html, http_query(request, name));
	html_raw(html, "\"></div>");
}

static void form(struct html *html, const struct http_request *request)
{
	html_raw(html, "<form method=\"get\" action=\"/\" role=\"search\"><div class=\"wide\"><label for=\"name\">");
	html_message(html, "name");
	html_raw(html, "</label><textarea id=\"name\" name=\"name\" rows=\"2\" autocomplete=\"off\" spellcheck=\"false\">");
	html_text(html, http_query(request, "name"));
	html_raw(html, "</textarea></div>");
	field(html, request, "birthDate", "birth", "birth_hint");
	field(html, request, "nationality", "nationality", "nationality_hint");
	field(html, request, "document", "document", NULL);
	html_rawf(html, "<input type=\"hidden\" name=\"lang\" value=\"%s\"><div class=\"wide\"><button>",
		  message_language(html->language));
	html_message(html, "search");
	html_raw(html, "</button></div></form>");
}

static int year_now(void)
{
	time_t now = time(NULL);
	struct tm tm;

	return gmtime_r(&now, &tm) ? tm.tm_year + 1900 : 2026;
}

/* "7.3.1990" and "07/03/1990" as dates; anything else as it is. */
static enum status birth_add(struct entity *e, struct text value)
{
	uint64_t part[3] = {0, 0, 0};
	struct text rest = value, piece;
	size_t n = 0;

	value = text_trim(value);
	rest = value;
	while (value.len && n < 3 &&
	       text_split(&rest, text_find(value, '.', 0) < value.len ? '.' : '/', &piece) &&
	       text_to_uint(text_trim(piece), 9999, &part[n]) == ST_OK)
		n++;
	if (n == 3 && rest.data == NULL && part[2] > 1000 && part[0] <= 31 && part[1] <= 12) {
		struct buffer b;
		enum status st;

		buffer_init(&b, 32);
		buffer_printf(&b, "%04u-%02u-%02u", (unsigned)part[2], (unsigned)part[1], (unsigned)part[0]);
		st = entity_add(e, "birthDate", buffer_text(&b));
		buffer_release(&b);
		return st;
	}
	return entity_add(e, "birthDate", value);
}

/* What was typed as a query; lines of a zone are read as such. */
static enum status query_make(const struct http_request *request, struct entity *e, const char **ret_bad_field,
			      struct error *ret_error)
{
	struct text name = text_trim(http_query(request, "name")), nationality = http_query(request, "nationality");
	struct text document = http_query(request, "document");

	*ret_bad_field = NULL;
	if (mrz_looks_like(name)) {
		struct mrz m;

		TRY(mrz_parse(name, year_now(), &m, ret_error));
		*ret_bad_field = mrz_bad_field(&m);
		TRY(mrz_to_entity(&m, request->arena, e));
	} else {
		TRY(entity_begin(e, request->arena, TEXT("query"), "Thing", TEXT_NONE));
		TRY(entity_add(e, "name", name));
	}
	TRY(birth_add(e, http_query(request, "birthDate")));
	TRY(entity_add(e, "nationality", nationality));
	TRY(entity_add(e, "passportNumber", document));
	return entity_add(e, "publicKey", document);
}

static void problem(struct html *html, struct text message)
{
	html_raw(html, "<div class=\"card problem\" role=\"alert\"><strong>");
	html_message(html, "error");
	html_raw(html, "</strong><p>");
	html_text(html, message);
	html_raw(html, "</p></div>");
}

static void answer(struct html *html, const struct http_request *request, const struct page_holdings *holdings)
{
	struct screen_options options = {RESULTS, 700000, 400000, NULL, NULL};
	struct error error = {.code = ST_OK};
	const char *bad_field = NULL;
	struct screen_answer found;
	struct entity query;

	if (query_make(request, &query, &bad_field, &error) != ST_OK ||
	    screen_run(holdings->index, &query, &options, request->arena, &found, &error) != ST_OK) {
		problem(html, error.message[0] ? text_of(error.message) : TEXT("-"));
		return;
	}
	if (bad_field) {
		html_raw(html, "<div class=\"card problem\" role=\"alert\">");
		html_message(html, "checkdigit");
		html_rawf(html, ": %s</div>", bad_field);
	}
	html_raw(html, "<h2>");
	html_message(html, "found");
	html_rawf(html, " (%zu)</h2>", found.count);
	if (found.count == 0) {
		html_raw(html, "<p class=\"card\">");
		html_message(html, "nothing");
		html_raw(html, "</p>");
	}
	if (found.bounded) {
		html_raw(html, "<p class=\"card\">");
		html_message(html, "bounded");
		html_raw(html, "</p>");
	}
	for (size_t i = 0; i < found.count; i++)
		result_card(html, holdings->index, &found.results[i], request->arena);
}

void page_screening(void *context, const struct http_request *request, struct http_response *response)
{
	const struct page_context *page = context;
	struct page_holdings holdings = {0};
	struct html html = {&response->body, message_language_of(request)};
	bool asked = false;

	if (page->hold(page->host, request->arena, &holdings) != ST_OK) {
		response->status = 503;
		return;
	}
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		asked = asked || text_trim(http_query(request, fields[i])).len > 0;
	frame_begin(&html, request, response, PLACE_SCREEN, "title");
	html_raw(&html, "<p class=\"quiet\">");
	html_message(&html, "intro");
	html_raw(&html, "</p>");
	form(&html, request);
	if (asked && holdings.index)
		answer(&html, request, &holdings);
	else
		lists_table(&html, &holdings);
	frame_end(&html, &holdings);
	page->release(page->host, &holdings);
}
