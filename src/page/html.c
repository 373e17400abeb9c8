#include "page/html.h"

#include <stdio.h>

#include "http/server.h"
#include "page/assets.h"

#include "messages.inc"

void html_raw(struct html *html, const char *markup)
{
	buffer_add_text(html->out, text_of(markup));
}

void html_rawf(struct html *html, const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	if (vsnprintf(line, sizeof line, format, args) < (int)sizeof line)
		html_raw(html, line);
	va_end(args);
}

void html_text(struct html *html, struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		switch (t.data[i]) {
		case '&':
			html_raw(html, "&amp;");
			break;
		case '<':
			html_raw(html, "&lt;");
			break;
		case '>':
			html_raw(html, "&gt;");
			break;
		case '"':
			html_raw(html, "&quot;");
			break;
		case '\'':
			html_raw(html, "&#39;");
			break;
		default:
			buffer_add_char(html->out, t.data[i]);
		}
	}
}

void html_url(struct html *html, struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		uint8_t c = (uint8_t)t.data[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' ||
		    c == '_')
			buffer_add_char(html->out, (char)c);
		else
			html_rawf(html, "%%%02X", c);
	}
}

struct text message_find(size_t language, struct text key)
{
	size_t low = 0, high = MESSAGE_COUNT;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = text_compare(messages[mid].key, key);

		if (order == 0)
			return messages[mid].texts[language];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return key;
}

void html_message(struct html *html, const char *key)
{
	html_text(html, message_find(html->language, text_of(key)));
}

void html_message_with(struct html *html, const char *key, struct text value)
{
	struct text t = message_find(html->language, text_of(key));
	size_t at = text_find(t, '%', 0);

	html_text(html, (struct text){t.data, at});
	html_text(html, value);
	if (at + 2 <= t.len)
		html_text(html, (struct text){t.data + at + 2, t.len - at - 2});
}

void html_word(struct html *html, const char *prefix, const char *word)
{
	char key[96];

	if (snprintf(key, sizeof key, "%s%s", prefix, word) < (int)sizeof key)
		html_message(html, key);
}

size_t message_language_count(void)
{
	return MESSAGE_LANGUAGES;
}

const char *message_language(size_t language)
{
	return message_languages[language];
}

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

void html_table(struct html *html, const char *label)
{
	/* What scrolls must be reached by keyboard (WCAG 2.1.1). */
	html_raw(html, "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"");
	html_message(html, label);
	html_raw(html, "\"><table>");
}

void html_asset_path(struct html *html, const char *file)
{
	html_raw(html, "/assets/");
	html_raw(html, asset_name(file));
}
