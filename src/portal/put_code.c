#include <stdio.h>

#include "portal/assets.h"
#include "portal/site.h"

/* What ui/portal/code.ts may have to say, in the reader's language. */
static void words_put(struct visit *v)
{
	static const char *const lines[] = {"code-work", "code-none", "code-file", "code-large", "code-failed", "code-several", "code-put",
					    "code-not-email", "code-not-secret", "code-not-network", "code-not-card", "code-not-app"};
	static const char *const kinds[] = {"url", "payment", "phone", "wallet", "text", "email", "secret", "network", "card", "app"};

	html_raw(&v->html, "<template id=\"code-words\">");
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		html_rawf(&v->html, "<p data-word=\"%s\">", lines[i]);
		html_message(&v->html, lines[i]);
		html_raw(&v->html, "</p>");
	}
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		html_rawf(&v->html, "<span data-word=\"code-%s\">", kinds[i]);
		html_word(&v->html, "code-", kinds[i]);
		html_raw(&v->html, "</span>");
	}
	html_raw(&v->html, "</template>");
}

void put_code(struct visit *v, const char *into, bool add)
{
	struct html *h = &v->html;

	if (asset_name("code.js")[0] == '\0')
		return;
	html_rawf(h, "<div class=\"field scan\" id=\"code\" hidden data-into=\"%s\"%s data-script=\"/assets/%s\"", into, add ? " data-add" : "", asset_name("code.js"));
	html_rawf(h, " data-worker=\"/assets/%s\" data-failed=\"", asset_name("code-worker.js"));
	html_message(h, "code-failed");
	/* Without a name it goes nowhere with the form. No capture: the camera is offered as well, and most codes come as a picture. */
	html_raw(h, "\"><input type=\"file\" accept=\"image/jpeg,image/png,image/webp\" hidden><button type=\"button\" class=\"second\" aria-describedby=\"code-hint\">");
	put_icon(v, "code");
	html_raw(h, "<span>");
	html_message(h, "code-act");
	html_raw(h, "</span></button><span class=\"hint\" id=\"code-hint\">");
	html_message(h, "code-hint");
	html_raw(h, "</span><div id=\"code-read\" role=\"status\" tabindex=\"-1\"></div></div>");
	words_put(v);
}
