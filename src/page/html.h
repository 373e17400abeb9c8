/* HTML written safely: text is escaped, markup is ours, words come from the message files. */
#ifndef PAGE_HTML_H
#define PAGE_HTML_H

#include "http/http.h"

/* One page being written. `language` is a row of the message table. */
struct html {
	struct buffer *out;
	size_t language;
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
struct text message_find(size_t language, struct text key);

size_t message_language_count(void);
const char *message_language(size_t language);

/* By ?lang=, cookie, Accept-Language; English otherwise. */
size_t message_language_of(const struct http_request *request);

/* Opens a table that scrolls by itself where it is wider than the window, named by a message. */
void html_table(struct html *html, const char *label);

/* The path of an asset by its file's name: "/assets/cordon.1a2b3c4d.css". */
void html_asset_path(struct html *html, const char *file);

#endif
