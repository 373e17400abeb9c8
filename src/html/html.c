#include "html/html.h"

#include <stdio.h>

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

struct text html_find(const struct html *html, struct text key)
{
	size_t low = 0, high = html->words ? html->words->count : 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct html_message_row *row = &html->words->rows[mid];
		int order = text_compare(row->key, key);

		if (order == 0)
			return row->texts[html->language];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return key;
}

const char *html_language(const struct html *html)
{
	return html->words->languages[html->language];
}

void html_message(struct html *html, const char *key)
{
	html_text(html, html_find(html, text_of(key)));
}

void html_message_with(struct html *html, const char *key, struct text value)
{
	struct text t = html_find(html, text_of(key));
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

void html_table(struct html *html, const char *label)
{
	/* What scrolls must be reached by keyboard (WCAG 2.1.1). */
	html_raw(html, "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"");
	html_message(html, label);
	html_raw(html, "\"><table>");
}
