#include "portal/site.h"

/* A whole card is its link. */
static void card(struct visit *v, const char *page, const char *icon, const char *title, const char *text)
{
	html_raw(&v->html, "<li><a class=\"card\" href=\"");
	put_path(v, page);
	html_raw(&v->html, "\">");
	put_icon(v, icon);
	put_element(v, "b", NULL, title);
	put_element(v, "span", NULL, text);
	html_raw(&v->html, "</a></li>");
}

void page_start(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;

	if (visit_begin(&v, context, request, response, "")) {
		frame_begin(&v, FRAME_PAGE, "title-start", NULL);
		html_raw(&v.html, "<a class=\"danger\" href=\"");
		put_path(&v, "n");
		html_raw(&v.html, "\">");
		put_icon(&v, "out");
		html_raw(&v.html, "<span>");
		put_element(&v, "b", NULL, "start-danger");
		html_raw(&v.html, " ");
		put_element(&v, "span", NULL, "start-danger-act");
		html_raw(&v.html, "</span>");
		put_icon(&v, "next");
		html_raw(&v.html, "</a><section class=\"hero\">");
		put_element(&v, "h1", NULL, "start-h1");
		put_element(&v, "p", "lead", "start-lead");
		html_raw(&v.html, "</section><section>");
		put_element(&v, "h2", "said", "start-do");
		html_raw(&v.html, "<ul class=\"cards\">");
		card(&v, "check", "check", "start-check", "start-check-text");
		card(&v, "report", "report", "start-report", "start-report-text");
		card(&v, "help", "help", "start-help", "start-help-text");
		html_raw(&v.html, "</ul><p class=\"aside\">");
		put_link(&v, NULL, "check/job", "check-job");
		html_raw(&v.html, "<br>");
		put_link(&v, NULL, "status", "start-status");
		html_raw(&v.html, "<br>");
		put_link(&v, NULL, "learn", "start-learn");
		html_raw(&v.html, "</p></section>");
		put_alerts_now(&v);
		frame_end(&v);
	}
	visit_end(&v);
}
