#include "page/frame.h"
#include "page/pages.h"

/* The officers' console: one document for every address under /console, which its script reads. The page says nothing about
 * anybody; everything comes through /api/v1/ with the officer's session. */
void page_console(void *context, const struct http_request *request, struct http_response *response)
{
	struct html html = {&response->body, message_language_of(request)};

	(void)context;
	frame_part(&html, request, response);
	html_rawf(&html, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">", message_language(html.language));
	html_raw(&html, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Cordon</title>"
			"<link rel=\"icon\" href=\"data:,\">");
	frame_style(&html, "tokens.css");
	frame_style(&html, "kit.css");
	frame_style(&html, "console.css");
	frame_script(&html, "console.js");
	html_raw(&html, "</head><body><div id=\"console\"><noscript><p>");
	html_message(&html, "console_scripts");
	html_raw(&html, "</p></noscript></div></body></html>\n");
}
