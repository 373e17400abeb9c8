/* HTML written safely: text is escaped, markup is ours, words come from the message files. */
#ifndef HTML_HTML_H
#define HTML_HTML_H

#include "base/buffer.h"

#define HTML_LANGUAGES_MAX 8u

/* Words of a face in its languages: made by tools/make_messages.py, rows in the order of their keys. */
struct html_message_row {
	struct text key;
	struct text texts[HTML_LANGUAGES_MAX];
};

struct html_words {
	const char (*languages)[4]; /* "km" */
	size_t language_count;
	const struct html_message_row *rows;
	size_t count;
};

/* One page being written. `language` is a place in `words->languages`. */
struct html {
	struct buffer *out;
	size_t language;
	const struct html_words *words;
};

/* Markup as it is. */
void html_raw(struct html *html, const char *markup);

/* Markup with printf's conversions, for numbers and our own words; never for outside text. */
void html_rawf(struct html *html, const char *format, ...) PRINTF_LIKE(2, 3);

/* Text from anywhere, escaped for content and for quoted attributes. */
void html_text(struct html *html, struct text text);

/* Text as part of a URL's query: percent-encoded. */
void html_url(struct html *html, struct text text);

/* A message by key; the key itself where there is none (and a test says so). */
void html_message(struct html *html, const char *key);

/* A message with one %s. */
void html_message_with(struct html *html, const char *key, struct text value);

/* A message whose key is `prefix` and `word`, such as "rule-" and "date-equal". */
void html_word(struct html *html, const char *prefix, const char *word);

/* The message of a key, or the key itself where there is none. */
struct text html_find(const struct html *html, struct text key);

/* "km". */
const char *html_language(const struct html *html);

/* Opens a table that scrolls by itself where it is wider than the window, named by a message. */
void html_table(struct html *html, const char *label);

#endif
