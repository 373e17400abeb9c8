#include "page/frame.h"

#include <stdio.h>

#include "http/server.h"
#include "page/assets.h"

/* A language that was chosen by a link is kept for a year. */
static void remember_language(struct html *html, const struct http_request *request, struct http_response *response)
{
	const char *code = html_language(html);
	struct text kept;
	char line[80];
	int n = snprintf(line, sizeof line, "lang=%s; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", code);

	if (!text_equal(http_query(request, "lang"), text_of(code)) || n < 0 || n >= (int)sizeof line)
		return;
	if (arena_text(request->arena, (struct text){line, (size_t)n}, &kept) == ST_OK)
		http_set_header(response, TEXT("Set-Cookie"), kept);
}

void frame_part(struct html *html, const struct http_request *request, struct http_response *response)
{
	response->status = 200;
	http_set_header(response, TEXT("Content-Type"), TEXT("text/html; charset=utf-8"));
	http_set_header(response, TEXT("Content-Security-Policy"),
			TEXT("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
			     "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"));
	http_set_header(response, TEXT("X-Content-Type-Options"), TEXT("nosniff"));
	http_set_header(response, TEXT("Referrer-Policy"), TEXT("no-referrer"));
	http_set_header(response, TEXT("Cache-Control"), TEXT("no-store"));
	remember_language(html, request, response);
}

void frame_style(struct html *html, const char *file)
{
	html_raw(html, "<link rel=\"stylesheet\" href=\"");
	html_asset_path(html, file);
	html_raw(html, "\">");
}

void frame_script(struct html *html, const char *file)
{
	if (asset_name(file)[0] == '\0')
		return;
	html_raw(html, "<script defer src=\"");
	html_asset_path(html, file);
	html_raw(html, "\"></script>");
}

/* The same page in another language: every parameter but `lang` is kept. */
static void language_link(struct html *html, const struct http_request *request, size_t language)
{
	static const char *const names[][2] = {{"en", "English"}, {"km", "ខ្មែរ"}, {"ko", "한국어"}, {"zh", "中文"}};
	const char *code = html->words->languages[language], *name = code;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i][0], code) == 0)
			name = names[i][1];
	html_rawf(html, "<li><a lang=\"%s\" hreflang=\"%s\" href=\"", code, code);
	html_text(html, request->path);
	html_rawf(html, "?lang=%s", code);
	for (size_t i = 0; i < request->query_count; i++) {
		if (text_equal(request->query[i].name, TEXT("lang")) || text_equal(request->query[i].name, TEXT("part")))
			continue;
		html_raw(html, "&amp;");
		html_url(html, request->query[i].name);
		html_raw(html, "=");
		html_url(html, request->query[i].value);
	}
	html_rawf(html, "\"%s>%s</a></li>", language == html->language ? " aria-current=\"true\"" : "", name);
}

/* Where officers may go; the public page leads nowhere else. */
static void places(struct html *html, enum page_place place)
{
	const char *language = html_language(html);

	if (place == PLACE_REDRESS) {
		html_raw(html, "<span class=\"places\"></span>");
		return;
	}
	html_rawf(html, "<nav class=\"places\" aria-label=\"Cordon\"><ul><li><a href=\"/?lang=%s\"%s>", language,
		  place == PLACE_SCREEN ? " aria-current=\"page\"" : "");
	html_message(html, "title");
	html_rawf(html, "</a></li><li><a href=\"/lists?lang=%s\"%s>", language,
		  place == PLACE_LISTS ? " aria-current=\"page\"" : "");
	html_message(html, "lists");
	html_raw(html, "</a></li></ul></nav>");
}

void frame_begin(struct html *html, const struct http_request *request, struct http_response *response,
		 enum page_place place, const char *title)
{
	const char *language = html_language(html);

	frame_part(html, request, response);
	html_rawf(html, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">", language);
	html_raw(html, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>");
	html_message(html, title);
	html_raw(html, " - Cordon</title><link rel=\"icon\" href=\"data:,\">");
	frame_style(html, "tokens.css");
	frame_style(html, "cordon.css");
	if (place == PLACE_SCREEN)
		frame_script(html, "page.js");
	html_raw(html, "</head><body><a class=\"skip\" href=\"#content\">");
	html_message(html, "skip");
	html_raw(html, "</a><header><strong>Cordon</strong>");
	places(html, place);
	html_raw(html, "<nav aria-label=\"");
	html_message(html, "language");
	html_raw(html, "\"><ul>");
	for (size_t i = 0; i < html->words->language_count; i++)
		language_link(html, request, i);
	html_raw(html, "</ul></nav></header><main id=\"content\"><h1>");
	html_message(html, title);
	html_raw(html, "</h1>");
}

static const char *state_key(enum page_list_state state)
{
	return state == PAGE_LIST_CURRENT ? "current" : state == PAGE_LIST_OLD ? "old" : "failed";
}

void lists_table(struct html *html, const struct page_holdings *holdings)
{
	static const char *const columns[] = {"list_name", "list_date", "list_count", "list_state"};

	if (holdings->list_count == 0) {
		html_raw(html, "<p class=\"card\">");
		html_message(html, "no_lists");
		html_raw(html, "</p>");
		return;
	}
	html_table(html, "lists");
	html_raw(html, "<thead><tr>");
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
		html_raw(html, "<th scope=\"col\">");
		html_message(html, columns[i]);
		html_raw(html, "</th>");
	}
	html_raw(html, "</tr></thead><tbody>");
	for (size_t i = 0; i < holdings->list_count; i++) {
		const struct page_list *list = &holdings->lists[i];

		html_raw(html, "<tr><td>");
		html_text(html, list->title.len ? list->title : list->name);
		html_raw(html, "</td><td>");
		html_text(html, list->date);
		html_rawf(html, "</td><td class=\"number\">%llu</td><td>", (unsigned long long)list->entities);
		html_message(html, state_key(list->state));
		if (list->trouble.len) {
			html_raw(html, ": ");
			html_text(html, list->trouble);
		}
		html_raw(html, "</td></tr>");
	}
	html_raw(html, "</tbody></table></div>");
}

void frame_end(struct html *html, const struct page_holdings *holdings)
{
	html_raw(html, "</main><footer><p>");
	html_message(html, "lists");
	html_raw(html, ": ");
	for (size_t i = 0; i < holdings->list_count && i < 8; i++) {
		if (i)
			html_raw(html, " · ");
		html_text(html, holdings->lists[i].title.len ? holdings->lists[i].title : holdings->lists[i].name);
		html_rawf(html, " (%llu", (unsigned long long)holdings->lists[i].entities);
		if (holdings->lists[i].date.len) {
			html_raw(html, ", ");
			html_text(html, holdings->lists[i].date);
		}
		html_raw(html, ")");
	}
	if (holdings->list_count == 0)
		html_message(html, "no_lists");
	html_raw(html, "</p></footer></body></html>\n");
}

/* Where the words of each language lie, for a script that has them apart. */
static void words_tell(struct html *html)
{
	char file[64];

	for (size_t i = 0; i < html->words->language_count; i++) {
		snprintf(file, sizeof file, "words-%s.js", html->words->languages[i]);
		if (asset_name(file)[0] == '\0')
			continue;
		html_rawf(html, " data-%s=\"", html->words->languages[i]);
		html_asset_path(html, file);
		html_raw(html, "\"");
	}
}

void frame_application(const struct http_request *request, struct http_response *response, const char *root)
{
	struct html html = {&response->body, message_language_of(request), &page_words};
	char file[64];

	frame_part(&html, request, response);
	html_rawf(&html, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">", html_language(&html));
	html_raw(&html, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Cordon</title>"
			"<link rel=\"icon\" href=\"data:,\">");
	frame_style(&html, "tokens.css");
	frame_style(&html, "kit.css");
	snprintf(file, sizeof file, "%s.css", root);
	frame_style(&html, file);
	snprintf(file, sizeof file, "%s.js", root);
	frame_script(&html, file);
	html_rawf(&html, "</head><body><div id=\"%s\"", root);
	if (strcmp(root, "console") == 0)
		words_tell(&html);
	html_raw(&html, "><noscript><p>");
	html_message(&html, "console_scripts");
	html_raw(&html, "</p></noscript></div></body></html>\n");
}
