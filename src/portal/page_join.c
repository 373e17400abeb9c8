#include <sodium.h>

#include "kit/kit.h"
#include "portal/site.h"

enum status join_kit_make(struct http_asset *ret, struct error *ret_error)
{
	struct buffer out;
	enum status st;

	buffer_init(&out, KIT_SIZE_MAX);
	st = kit_write(&out, ret_error);
	if (st != ST_OK) {
		buffer_release(&out);
		return st;
	}
	*ret = (struct http_asset){"application/json", buffer_bytes(&out), false};
	return ST_OK;
}

void join_kit(void *context, const struct http_request *request, struct http_response *response)
{
	const struct site *site = context;

	http_asset_answer(request, &site->kit, response);
}

static void steps(struct visit *v)
{
	static const struct { const char *title, *text; } all[] = {
		{"join-sign", "join-sign-text"}, {"join-run", "join-run-text"}, {"join-read", "join-read-text"}, {"join-try", "join-try-text"}};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		put_element(v, "h2", NULL, all[i].title);
		put_element(v, "p", NULL, all[i].text);
	}
}

/* The file's hash stands beside it, so that what was taken from a mirror can be compared. */
static void kit_link(struct visit *v)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	char digits[2 * sizeof hash + 1];
	const struct bytes kit = v->site->kit.data;

	crypto_hash_sha256(hash, kit.data, kit.len);
	sodium_bin2hex(digits, sizeof digits, hash, sizeof hash);
	html_raw(&v->html, "<section class=\"panel kit\"><p><a class=\"button\" href=\"/join/kit.json\" download=\"cordon-kit.json\">");
	html_message(&v->html, "join-take");
	html_rawf(&v->html, "</a></p><p class=\"meta\">%zu kB · SHA-256 <code>%s</code></p></section>", (kit.len + 999) / 1000, digits);
}

static void keys(struct visit *v)
{
	put_element(v, "h2", NULL, "join-keys");
	html_raw(&v->html, "<ul class=\"kit\">");
	for (size_t i = 0; i < kit_key_count; i++)
		html_rawf(&v->html, "<li><code>%s</code> <span lang=\"en\">%s</span></li>", kit_keys[i].purpose, kit_keys[i].kind);
	html_raw(&v->html, "</ul>");
	put_element(v, "h2", NULL, "join-documents");
	html_raw(&v->html, "<ul class=\"kit\">");
	for (size_t i = 0; i < kit_document_count(); i++)
		html_rawf(&v->html, "<li><b dir=\"ltr\">%s</b><br><code>%s</code></li>", kit_document(i).name, kit_document(i).sha256);
	html_raw(&v->html, "</ul>");
}

void page_join(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;

	if (visit_begin(&v, context, request, response, "join")) {
		frame_begin(&v, FRAME_PAGE, "title-join", NULL);
		html_raw(&v.html, "<div class=\"narrow prose\">");
		put_element(&v, "h1", NULL, "title-join");
		put_element(&v, "p", "lead", "join-lead");
		steps(&v);
		kit_link(&v);
		keys(&v);
		html_raw(&v.html, "</div>");
		frame_end(&v);
	}
	visit_end(&v);
}
