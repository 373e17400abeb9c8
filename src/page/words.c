#include "page/words.h"

#include <stdio.h>

#include "page/assets.h"

#include "messages.inc"

const struct html_words page_words = {message_languages, MESSAGE_LANGUAGES, messages, MESSAGE_COUNT};

static bool language_in(struct text list, const char *code)
{
	return text_has(list, text_of(code));
}

size_t message_language_of(const struct http_request *request)
{
	struct text asked = http_query(request, "lang"), cookie = http_header(request, "cookie");
	struct text accepted = http_header(request, "accept-language");
	char word[16];

	for (size_t i = 0; i < MESSAGE_LANGUAGES; i++)
		if (text_equal(asked, text_of(message_languages[i])))
			return i;
	for (size_t i = 0; i < MESSAGE_LANGUAGES && cookie.len; i++) {
		snprintf(word, sizeof word, "lang=%s", message_languages[i]);
		if (language_in(cookie, word))
			return i;
	}
	/* The first of ours that a browser names first is taken; weights are not weighed. */
	for (size_t at = 0; at + 2 <= accepted.len; at++)
		for (size_t i = 0; i < MESSAGE_LANGUAGES && (at == 0 || accepted.data[at - 1] == ',' || accepted.data[at - 1] == ' ');
		     i++)
			if (memcmp(accepted.data + at, message_languages[i], 2) == 0)
				return i;
	return 0;
}

void html_asset_path(struct html *html, const char *file)
{
	html_raw(html, "/assets/");
	html_raw(html, asset_name(file));
}
