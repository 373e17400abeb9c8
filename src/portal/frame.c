#include <stdio.h>

#include "portal/assets.h"
#include "portal/site.h"

#define POLICY "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "

static void headers(struct visit *v, enum frame_kind kind)
{
	struct http_response *r = v->response;
	const bool embed = kind == FRAME_EMBED;

	http_set_header(r, TEXT("Content-Type"), TEXT("text/html; charset=utf-8"));
	http_set_header(r, TEXT("Content-Security-Policy"),
			embed ? TEXT(POLICY "frame-ancestors *") : TEXT(POLICY "frame-ancestors 'none'"));
	http_set_header(r, TEXT("Referrer-Policy"), TEXT("no-referrer"));
	http_set_header(r, TEXT("Cross-Origin-Opener-Policy"), TEXT("same-origin"));
	http_set_header(r, TEXT("Cross-Origin-Resource-Policy"), embed ? TEXT("cross-origin") : TEXT("same-origin"));
	http_set_header(r, TEXT("Permissions-Policy"), TEXT("geolocation=(self), camera=(), microphone=(), browsing-topics=()"));
	http_set_header(r, TEXT("Cache-Control"), (kind == FRAME_PAGE || embed) && v->request->method != HTTP_POST ? TEXT("no-cache") : TEXT("no-store"));
	if (v->request->secure)
		http_set_header(r, TEXT("Strict-Transport-Security"), TEXT("max-age=31536000"));
}

void put_path(struct visit *v, const char *page)
{
	html_rawf(&v->html, "/%s/%s", v->language, page);
}

void put_link(struct visit *v, const char *class, const char *page, const char *message)
{
	html_rawf(&v->html, class ? "<a class=\"%s\" href=\"" : "<a href=\"", class);
	put_path(v, page);
	html_raw(&v->html, "\">");
	html_message(&v->html, message);
	html_raw(&v->html, "</a>");
}

void put_element(struct visit *v, const char *tag, const char *class, const char *message)
{
	html_rawf(&v->html, class ? "<%s class=\"%s\">" : "<%s>", tag, class);
	html_message(&v->html, message);
	html_rawf(&v->html, "</%s>", tag);
}

static void languages(struct visit *v)
{
	static const struct { const char *code, *name; } names[] = {{"km", "ខ្មែរ"}, {"ko", "한국어"}, {"en", "English"}, {"zh", "中文"}};
	bool known = v->request->path.len >= 4 && v->request->capture_count;

	html_raw(&v->html, "<nav class=\"tongues\" aria-label=\"");
	html_message(&v->html, "language");
	html_raw(&v->html, "\"><ul>");
	for (size_t i = 0; i < site_words.language_count; i++) {
		const char *code = i < sizeof names / sizeof names[0] ? names[i].code : site_words.languages[i];
		const char *name = i < sizeof names / sizeof names[0] ? names[i].name : code;

		html_rawf(&v->html, "<li><a lang=\"%s\" hreflang=\"%s\" href=\"/%s/", code, code, code);
		if (known)
			html_text(&v->html, (struct text){v->request->path.data + 4, v->request->path.len - 4});
		html_rawf(&v->html, "\"%s>%s</a></li>", strcmp(code, v->language) == 0 ? " aria-current=\"true\"" : "", name);
	}
	html_raw(&v->html, "</ul></nav>");
}

/* What one can do, on every page and always to be seen: at the foot of a telephone, at the head of a wide window. */
static void acts(struct visit *v)
{
	static const struct { const char *page, *icon, *message; } all[] = {
		{"check", "check", "nav-check"}, {"report", "report", "nav-report"}, {"help", "help", "nav-help"}, {"n", "out", "nav-out"}};

	html_raw(&v->html, "<nav class=\"acts\" aria-label=\"");
	html_message(&v->html, "acts");
	html_raw(&v->html, "\"><ul>");
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		html_rawf(&v->html, "<li><a%s href=\"", i == 3 ? " class=\"out\"" : "");
		put_path(v, all[i].page);
		html_rawf(&v->html, "\"%s>", strcmp(v->page, all[i].page) == 0 ? " aria-current=\"page\"" : "");
		put_icon(v, all[i].icon);
		html_raw(&v->html, "<span>");
		html_message(&v->html, all[i].message);
		html_raw(&v->html, "</span></a></li>");
	}
	html_raw(&v->html, "</ul></nav>");
}

static void property(struct visit *v, const char *name, struct text value)
{
	if (value.len == 0)
		return;
	html_rawf(&v->html, "<meta property=\"og:%s\" content=\"", name);
	html_text(&v->html, value);
	html_raw(&v->html, "\">");
}

static void share_put(struct visit *v)
{
	const struct put_share *s = v->share;

	if (s->title.len) {
		property(v, "type", TEXT("article"));
		property(v, "site_name", TEXT("Cordon"));
		property(v, "title", s->title);
		property(v, "description", s->description);
		property(v, "url", s->url);
		property(v, "image", s->image);
		if (s->image.len)
			html_raw(&v->html, "<meta property=\"og:image:width\" content=\"1200\"><meta property=\"og:image:height\" content=\"630\">"
				 "<meta name=\"twitter:card\" content=\"summary_large_image\">");
	}
	if (s->feeds)
		html_rawf(&v->html, "<link rel=\"alternate\" type=\"application/rss+xml\" href=\"/%s/alerts.rss\">"
			  "<link rel=\"alternate\" type=\"application/feed+json\" href=\"/%s/alerts.json\">", v->language, v->language);
}

static void head(struct visit *v, enum frame_kind kind, const char *title, const char *script)
{
	struct html *h = &v->html;

	html_rawf(h, "<!DOCTYPE html>\n<html lang=\"%s\"%s><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>",
		  v->language, kind == FRAME_QUIET ? " class=\"quiet\"" : "");
	if (v->share && v->share->title.len)
		html_text(h, v->share->title);
	else
		html_message(h, title);
	html_raw(h, kind == FRAME_QUIET ? "</title>" : " - Cordon</title>");
	html_rawf(h, "<link rel=\"icon\" href=\"/assets/%s\"><link rel=\"stylesheet\" href=\"/assets/%s\">", asset_name(kind == FRAME_QUIET ? "note.svg" : "mark.svg"),
		  asset_name("portal.css"));
	if (v->reading)
		html_rawf(h, "<link rel=\"stylesheet\" href=\"/assets/%s\">", asset_name("reading.css"));
	if (kind != FRAME_QUIET && strcmp(v->language, "km") == 0 && asset_name("khmer-400.woff2")[0])
		html_rawf(h, "<link rel=\"preload\" href=\"/assets/%s\" as=\"font\" type=\"font/woff2\" crossorigin>", asset_name("khmer-400.woff2"));
	if (script && asset_name(script)[0])
		html_rawf(h, "<script defer src=\"/assets/%s\"></script>", asset_name(script));
	if (v->share)
		share_put(v);
	html_raw(h, "</head>");
}

/* How old the list is: quiet while it is new, amber and plain where it is not. */
static void age(struct visit *v)
{
	const char *message = v->paper == NULL ? "age-none" : v->age_ms > NEWS_OLD_MS ? "age-old" : v->age_ms > NEWS_AMBER_MS ? "age-amber" : "age-now";
	char moment[96] = "";
	size_t len = v->paper ? say_moment(v, v->paper->note.time_ms, moment, sizeof moment) : 0;

	html_raw(&v->html, strcmp(message, "age-now") == 0 ? "<p class=\"age\">" : "<p class=\"age amber\">");
	html_message_with(&v->html, message, (struct text){moment, len});
	html_raw(&v->html, "</p>");
}

void frame_begin(struct visit *v, enum frame_kind kind, const char *title, const char *script)
{
	struct html *h = &v->html;

	v->kind = kind;
	headers(v, kind);
	head(v, kind, title, script);
	html_raw(h, kind == FRAME_EMBED ? "<body class=\"embed\">" : "<body><a class=\"skip\" href=\"#content\">");
	if (kind != FRAME_EMBED) {
		html_message(h, "skip");
		html_raw(h, "</a>");
	}
	if (kind != FRAME_QUIET && kind != FRAME_EMBED) {
		html_rawf(h, "<header class=\"top\"><a class=\"brand\" href=\"/%s/\">", v->language);
		put_icon(v, "mark");
		html_raw(h, "<span>Cordon</span></a>");
		acts(v);
		languages(v);
		html_raw(h, "</header>");
		if (v->site->settings->demonstration)
			put_element(v, "p", "demonstration", "demonstration");
		if (v->age_ms > NEWS_AMBER_MS)
			age(v);
	}
	html_raw(h, "<main id=\"content\">");
}

void frame_end(struct visit *v)
{
	static const char *const pages[] = {"check", "report", "status", "help", "learn", "alerts", "figures", "redress", "about", "join"};
	char key[32];

	if (v->kind == FRAME_EMBED) {
		html_rawf(&v->html, "</main><footer><a target=\"_blank\" rel=\"noopener\" href=\"/%s/learn\">", v->language);
		html_message(&v->html, "learn-more");
		html_raw(&v->html, "</a></footer></body></html>\n");
		return;
	}
	if (v->kind == FRAME_QUIET) {
		html_raw(&v->html, "</main></body></html>\n");
		return;
	}
	html_raw(&v->html, "</main><footer><nav aria-label=\"");
	html_message(&v->html, "nav");
	html_raw(&v->html, "\"><ul>");
	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		snprintf(key, sizeof key, "title-%s", pages[i]);
		html_raw(&v->html, "<li>");
		put_link(v, NULL, pages[i], key);
		html_raw(&v->html, "</li>");
	}
	html_raw(&v->html, "</ul></nav>");
	if (v->age_ms <= NEWS_AMBER_MS)
		age(v);
	put_element(v, "p", NULL, "foot-line");
	put_element(v, "p", NULL, "foot-none");
	html_raw(&v->html, "</footer></body></html>\n");
}

/* ---- what went wrong ---- */

void frame_problem(struct visit *v, unsigned status)
{
	const bool known = status == 400 || status == 404 || status == 405 || status == 413 || status == 429;
	char key[16];

	snprintf(key, sizeof key, "error-%u", known ? status : 503);
	buffer_clear(v->html.out);
	v->response->header_count = 0;
	v->response->status = status;
	frame_begin(v, FRAME_FORM, key, NULL);
	html_raw(&v->html, "<section class=\"narrow\">");
	put_element(v, "h1", NULL, key);
	if (status == 429 || !known)
		put_element(v, "p", "lead", status == 429 ? "error-429-text" : "error-503-text");
	html_rawf(&v->html, "<p><a class=\"button\" href=\"/%s/\">", v->language);
	html_message(&v->html, "error-home");
	html_raw(&v->html, "</a></p></section>");
	frame_end(v);
}

void site_refuse(void *context, const struct http_request *request, struct http_response *response, unsigned status, struct text detail)
{
	struct http_request plain = *request;
	struct visit v;

	(void)detail;
	/* Neither its body nor its path was understood. */
	plain.method = HTTP_GET;
	plain.capture_count = 0;
	if (visit_begin(&v, context, &plain, response, ""))
		frame_problem(&v, status);
	visit_end(&v);
}
