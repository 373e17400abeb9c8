/* The screening page: a form that works without scripts, and beneath it who resembles what was asked. */
#include <stdio.h>
#include <time.h>

#include "page/frame.h"
#include "page/page.h"
#include "page/pages.h"
#include "page/result.h"
#include "page/zone.h"

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
	html_rawf(html, "</label><input id=\"%s\" name=\"%s\" autocomplete=\"off\" spellcheck=\"false\" value=\"", name, name);
	html_text(html, http_query(request, name));
	html_raw(html, "\"></div>");
}

static void form(struct html *html, const struct http_request *request)
{
	html_raw(html, "<form method=\"get\" action=\"/\" role=\"search\" data-waiting=\"");
	html_message(html, "waiting");
	html_raw(html, "\" data-offline=\"");
	html_message(html, "offline");
	html_raw(html, "\"><div class=\"wide\"><label for=\"name\">");
	html_message(html, "name");
	html_raw(html, "</label><textarea id=\"name\" name=\"name\" rows=\"2\" autocomplete=\"off\" spellcheck=\"false\"");
	html_raw(html, mrz_looks_like(text_trim(http_query(request, "name"))) ? " class=\"lines\">" : ">");
	html_text(html, http_query(request, "name"));
	html_raw(html, "</textarea></div>");
	field(html, request, "birthDate", "birth", "birth_hint");
	field(html, request, "nationality", "nationality", "nationality_hint");
	field(html, request, "document", "document", NULL);
	html_rawf(html, "<input type=\"hidden\" name=\"lang\" value=\"%s\"><div class=\"acts\"><button>",
		  html_language(html));
	html_message(html, "search");
	html_raw(html, "</button><button type=\"button\" id=\"keys\" class=\"plain\" hidden>");
	html_message(html, "keys");
	html_raw(html, " <kbd>?</kbd></button></div></form>");
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

/* What was typed as a query; lines of a zone are read as such, and *ret_zone says what they hold. */
static enum status query_make(const struct http_request *request, struct entity *e, struct mrz *ret_zone,
			      bool *ret_zone_read, struct error *ret_error)
{
	struct text name = text_trim(http_query(request, "name")), nationality = http_query(request, "nationality");
	struct text document = http_query(request, "document");

	*ret_zone_read = false;
	if (mrz_looks_like(name)) {
		TRY(mrz_parse(name, year_now(), ret_zone, ret_error));
		*ret_zone_read = true;
		TRY(mrz_to_entity(ret_zone, request->arena, e));
	} else {
		TRY(entity_begin(e, request->arena, TEXT("query"), "Thing", TEXT_NONE));
		TRY(entity_add(e, "name", name));
	}
	TRY(birth_add(e, http_query(request, "birthDate")));
	TRY(entity_add(e, "nationality", nationality));
	TRY(entity_add(e, "passportNumber", document));
	return entity_add(e, "publicKey", document);
}

/* What went wrong, what to do, and the exact words of the part that refused, which are in English. */
static void problem(struct html *html, const struct http_request *request, const struct error *error)
{
	const char *advice = strcmp(error->field, "birthDate") == 0	       ? "bad_birth"
			     : mrz_looks_like(text_trim(http_query(request, "name"))) ? "bad_zone"
										      : NULL;

	html_raw(html, "<div class=\"card problem\" role=\"alert\"><strong>");
	html_message(html, "error");
	html_raw(html, "</strong>");
	if (advice) {
		html_raw(html, "<p>");
		html_message(html, advice);
		html_raw(html, "</p>");
	}
	html_raw(html, "<p class=\"quiet\" lang=\"en\">");
	html_text(html, text_of(error->message[0] ? error->message : "-"));
	html_raw(html, "</p></div>");
}

static void summary(struct html *html, const struct screen_answer *found)
{
	char figure[24];
	size_t alerts = 0;

	for (size_t i = 0; i < found->count; i++)
		alerts += found->results[i].alert;
	html_raw(html, "<h2>");
	html_message(html, "found");
	html_rawf(html, " (%zu)", found->count);
	if (alerts && snprintf(figure, sizeof figure, "%zu", alerts) < (int)sizeof figure) {
		html_raw(html, " <span class=\"alerts\">");
		html_message_with(html, "alerts", text_of(figure));
		html_raw(html, "</span>");
	}
	html_raw(html, "</h2>");
}

static void note(struct html *html, const char *key)
{
	html_raw(html, "<p class=\"card note\">");
	html_message(html, key);
	html_raw(html, "</p>");
}

static void answer(struct html *html, const struct http_request *request, const struct page_holdings *holdings)
{
	struct screen_options options = {.limit = RESULTS, .threshold_ppm = 700000, .cutoff_ppm = 400000};
	struct error error = {.code = ST_OK};
	struct screen_answer found;
	struct entity query;
	struct mrz zone;
	bool zone_read;

	if (query_make(request, &query, &zone, &zone_read, &error) != ST_OK ||
	    screen_run(holdings->index, &query, &options, request->arena, &found, &error) != ST_OK) {
		problem(html, request, &error);
		return;
	}
	if (zone_read)
		zone_card(html, &zone);
	summary(html, &found);
	if (found.count == 0)
		note(html, "nothing");
	if (found.bounded)
		note(html, "bounded");
	for (size_t i = 0; i < found.count; i++)
		result_card(html, holdings->index, &found.results[i], request->arena);
}

static void help(struct html *html)
{
	static const char *const acts[][2] = {{"/", "key_focus"}, {"j", "key_next"}, {"k", "key_back"}, {"Enter", "key_open"},
					      {"Esc", "key_clear"}, {"?", "key_help"}};

	html_raw(html, "<dialog id=\"help\" aria-labelledby=\"help-title\"><h2 id=\"help-title\">");
	html_message(html, "keys");
	html_raw(html, "</h2><dl>");
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		html_rawf(html, "<div><dt><kbd>%s</kbd></dt><dd>", acts[i][0]);
		html_message(html, acts[i][1]);
		html_raw(html, "</dd></div>");
	}
	html_raw(html, "</dl><p class=\"quiet\">");
	html_message(html, "key_paste");
	html_raw(html, "</p><form method=\"dialog\"><button>");
	html_message(html, "close");
	html_raw(html, "</button></form></dialog>");
}

void page_screening(void *context, const struct http_request *request, struct http_response *response)
{
	const struct page_context *page = context;
	struct page_holdings holdings = {0};
	struct html html = {&response->body, message_language_of(request), &page_words};
	bool asked = false, part = text_equal(http_query(request, "part"), TEXT("answer"));

	if (page->hold(page->host, request->arena, &holdings) != ST_OK) {
		response->status = 503;
		return;
	}
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		asked = asked || text_trim(http_query(request, fields[i])).len > 0;
	if (part) {
		frame_part(&html, request, response);
	} else {
		frame_begin(&html, request, response, PLACE_SCREEN, "title");
		html_raw(&html, "<p class=\"quiet intro\">");
		html_message(&html, "intro");
		html_raw(&html, "</p>");
		form(&html, request);
		html_raw(&html, "<p id=\"status\" role=\"status\"></p><div id=\"answer\">");
	}
	if (asked && holdings.index)
		answer(&html, request, &holdings);
	else
		lists_table(&html, &holdings);
	if (!part) {
		html_raw(&html, "</div>");
		help(&html);
		frame_end(&html, &holdings);
	}
	page->release(page->host, &holdings);
}
