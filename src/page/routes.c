#include <stdio.h>

#include "ident/country.h"
#include "page/assets.h"
#include "page/frame.h"
#include "page/pages.h"
#include "page/result.h"

#define NEIGHBOURS_SHOWN 64u

/* What people call a property; rare ones keep the vocabulary's word. */
static void property_label(struct html *html, struct text name)
{
	char key[96];
	int n = snprintf(key, sizeof key, "property-%.*s", TEXT_ARG(name));
	struct text label = name;

	if (n > 0 && n < (int)sizeof key) {
		struct text wanted = {key, (size_t)n}, found = html_find(html, wanted);

		label = text_equal(found, wanted) ? name : found;
	}
	html_text(html, label);
}

static void property_value(struct html *html, struct text name, struct text value)
{
	static const char *const countries[] = {"country", "nationality", "citizenship", "jurisdiction", "flag"};
	struct text language = text_of(html_language(html));

	for (size_t i = 0; i < sizeof countries / sizeof countries[0]; i++) {
		struct text country = text_equal(name, text_of(countries[i])) ? country_name(value, language) : TEXT_NONE;

		if (country.len) {
			html_text(html, country);
			html_raw(html, " <span class=\"quiet\">");
			html_text(html, value);
			html_raw(html, "</span>");
			return;
		}
	}
	if (text_equal(name, TEXT("gender")) && (text_equal(value, TEXT("male")) || text_equal(value, TEXT("female"))))
		html_message(html, text_equal(value, TEXT("male")) ? "gender-male" : "gender-female");
	else
		html_name(html, value);
}

static void property_rows(struct html *html, const struct entity *entity)
{
	html_table(html, "property");
	html_raw(html, "<thead><tr><th scope=\"col\">");
	html_message(html, "property");
	html_raw(html, "</th><th scope=\"col\">");
	html_message(html, "value");
	html_raw(html, "</th></tr></thead><tbody>");
	for (size_t i = 0; i < entity->property_count; i++) {
		const struct property *p = &entity->properties[i];

		html_raw(html, "<tr><td>");
		property_label(html, p->name);
		html_raw(html, "</td><td>");
		for (size_t k = 0; k < p->count; k++) {
			html_raw(html, k ? "<br>" : "");
			property_value(html, p->name, p->values[k]);
		}
		html_raw(html, "</td></tr>");
	}
	html_raw(html, "</tbody></table></div>");
}

static void entity_section(struct html *html, const struct page_holdings *holdings, entity_ref ref, struct arena *arena)
{
	struct entity entity;

	if (entity_read(index_entity_json(holdings->index, ref), arena, &entity, NULL) != ST_OK)
		return;
	html_raw(html, "<section class=\"card\"><h2>");
	html_name(html, entity_caption(&entity));
	html_raw(html, "</h2><p class=\"quiet\">");
	html_text(html, entity.schema);
	for (size_t i = 0; i < entity.dataset_count; i++) {
		html_raw(html, " · ");
		html_text(html, entity.datasets[i]);
	}
	html_raw(html, " · ");
	html_text(html, entity.id);
	html_raw(html, "</p>");
	property_rows(html, &entity);
	html_raw(html, "</section>");
}

void page_entity(void *context, const struct http_request *request, struct http_response *response)
{
	const struct page_context *page = context;
	struct page_holdings holdings = {0};
	struct html html = {&response->body, message_language_of(request), &page_words};
	entity_ref around[NEIGHBOURS_SHOWN], ref = ENTITY_NONE;
	size_t count = 0;

	if (page->hold(page->host, request->arena, &holdings) != ST_OK) {
		response->status = 503;
		return;
	}
	if (holdings.index)
		ref = index_find(holdings.index, request->captures[0]);
	frame_begin(&html, request, response, PLACE_ENTITY, "open");
	html_rawf(&html, "<p><a href=\"/?lang=%s\">", html_language(&html));
	html_message(&html, "back");
	html_raw(&html, "</a></p>");
	if (ref == ENTITY_NONE) {
		response->status = 404;
		html_raw(&html, "<p class=\"card\">");
		html_message(&html, "not_found");
		html_raw(&html, "</p>");
	} else {
		entity_section(&html, &holdings, ref, request->arena);
		if (page->neighbours)
			count = page->neighbours(page->host, &holdings, ref, around, NEIGHBOURS_SHOWN);
		for (size_t i = 0; i < count; i++)
			entity_section(&html, &holdings, around[i], request->arena);
	}
	frame_end(&html, &holdings);
	page->release(page->host, &holdings);
}

void page_lists(void *context, const struct http_request *request, struct http_response *response)
{
	const struct page_context *page = context;
	struct page_holdings holdings = {0};
	struct html html = {&response->body, message_language_of(request), &page_words};

	if (page->hold(page->host, request->arena, &holdings) != ST_OK) {
		response->status = 503;
		return;
	}
	frame_begin(&html, request, response, PLACE_LISTS, "lists");
	lists_table(&html, &holdings);
	frame_end(&html, &holdings);
	page->release(page->host, &holdings);
}

void page_asset(void *context, const struct http_request *request, struct http_response *response)
{
	const struct http_asset *asset = asset_find(request->captures[0]);

	(void)context;
	if (asset)
		http_asset_answer(request, asset, response);
	else
		http_refuse(request, response, 404, TEXT("Not Found"));
}

const struct http_route page_routes[] = {
	{HTTP_GET, "/", page_screening, 0},
	{HTTP_GET, "/lists", page_lists, 0},
	{HTTP_GET, "/e/{id}", page_entity, 0},
	{HTTP_GET, "/assets/{file}", page_asset, 0},
	{HTTP_GET, "/console", page_console, 0},
	{HTTP_GET, "/console/", page_console, 0},
	{HTTP_GET, "/console/{screen}", page_console, 0},
	{HTTP_GET, "/console/{screen}/{id}", page_console, 0},
	{HTTP_GET, "/console/{screen}/{id}/{part}", page_console, 0},
};
const size_t page_route_count = sizeof page_routes / sizeof page_routes[0];
