/* The words of the officers' pages, and in which language a reader has them. */
#ifndef PAGE_WORDS_H
#define PAGE_WORDS_H

#include "html/html.h"
#include "http/http.h"

extern const struct html_words page_words;

/* By ?lang=, cookie, Accept-Language; English otherwise. */
size_t message_language_of(const struct http_request *request);

/* The path of an asset by its file's name: "/assets/cordon.1a2b3c4d.css". */
void html_asset_path(struct html *html, const char *file);

#endif
