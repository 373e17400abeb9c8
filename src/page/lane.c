#include "page/lane.h"

#include "page/frame.h"
#include "page/pages.h"

/* One document for every address under /lane, which says nothing about anybody; everything comes through /post/v1/. */
static void page_lane(void *context, const struct http_request *request, struct http_response *response)
{
	struct html html = {&response->body, message_language_of(request)};

	(void)context;
	frame_part(&html, request, response);
	html_rawf(&html, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">", message_language(html.language));
	html_raw(&html, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Cordon</title>"
			"<link rel=\"icon\" href=\"data:,\">");
	frame_style(&html, "tokens.css");
	frame_style(&html, "kit.css");
	frame_style(&html, "lane.css");
	frame_script(&html, "lane.js");
	html_raw(&html, "</head><body><div id=\"lane\"><noscript><p>");
	html_message(&html, "console_scripts");
	html_raw(&html, "</p></noscript></div></body></html>\n");
}

static void page_root(void *context, const struct http_request *request, struct http_response *response)
{
	(void)context;
	(void)request;
	response->status = 303;
	http_set_header(response, TEXT("Location"), TEXT("/lane/"));
}

const struct http_route page_lane_routes[] = {
	{HTTP_GET, "/", page_root, 0},
	{HTTP_GET, "/lane", page_lane, 0},
	{HTTP_GET, "/lane/", page_lane, 0},
	{HTTP_GET, "/lane/{screen}", page_lane, 0},
	{HTTP_GET, "/lane/{screen}/{id}", page_lane, 0},
	{HTTP_GET, "/assets/{file}", page_asset, 0},
};
const size_t page_lane_route_count = sizeof page_lane_routes / sizeof page_lane_routes[0];
