/* When a network's share is used: what was sent comes back in a page that sends it again, after some work where there is a script (ui/portal/wait.ts),
 * after a while by hand where there is none. Nothing of it is kept here. */
#include "portal/site.h"

#define SCRIPT "wait.js"

static void fields(struct visit *v)
{
	for (size_t i = 0; i < v->form_count; i++) {
		if (text_equal(v->form[i].name, TEXT(LIMIT_FIELD)))
			continue;
		html_raw(&v->html, "<input type=\"hidden\" name=\"");
		html_text(&v->html, v->form[i].name);
		html_raw(&v->html, "\" value=\"");
		html_text(&v->html, v->form[i].value);
		html_raw(&v->html, "\">");
	}
}

static void page(struct visit *v, const char *challenge)
{
	const bool quiet = strcmp(v->page, "n") == 0, parts = http_is_multipart(http_header(v->request, "Content-Type"));

	v->response->status = 429;
	frame_begin(v, quiet ? FRAME_QUIET : FRAME_FORM, quiet ? "title-note" : "wait-h1", SCRIPT);
	if (quiet)
		put_leave(v);
	html_raw(&v->html, "<section class=\"narrow\">");
	put_element(v, "h1", NULL, "wait-h1");
	html_raw(&v->html, "<p class=\"lead\">");
	html_message(&v->html, "wait-why");
	html_raw(&v->html, "</p><p id=\"working\" role=\"status\" hidden>");
	html_message(&v->html, "wait-work");
	html_raw(&v->html, "</p><p id=\"waiting\">");
	html_message(&v->html, "wait-by-hand");
	html_raw(&v->html, "</p><form id=\"again\" method=\"post\" action=\"");
	html_text(&v->html, v->request->path);
	html_rawf(&v->html, "\"%s>", parts ? " enctype=\"multipart/form-data\"" : "");
	fields(v);
	html_rawf(&v->html, "<input type=\"hidden\" name=\"" LIMIT_FIELD "\" data-challenge=\"%s\">", challenge);
	form_end(v, "wait-again");
	html_raw(&v->html, "</section>");
	frame_end(v);
}

bool visit_may(struct visit *v, enum limit_act act)
{
	char challenge[WORK_CHALLENGE_WORD];

	if (limit_take(v->site->limits, act, v->request->address, visit_field(v, LIMIT_FIELD), challenge))
		return true;
	/* Files are not sent back and forth: who has no script chooses them again. */
	if (v->file_count)
		frame_problem(v, 429);
	else
		page(v, challenge);
	return false;
}

bool limit_may(struct site *site, enum limit_act act, const struct http_request *request, struct http_response *response)
{
	char challenge[WORK_CHALLENGE_WORD];

	if (limit_take(site->limits, act, request->address, http_header(request, LIMIT_HEADER), challenge))
		return true;
	http_answer(response, 429, TEXT("text/plain; charset=utf-8"), text_of(challenge));
	http_set_header(response, TEXT("Cache-Control"), TEXT("no-store"));
	return false;
}
