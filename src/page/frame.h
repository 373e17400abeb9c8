/* What every page has around it: head, language, the state of the lists. */
#ifndef PAGE_FRAME_H
#define PAGE_FRAME_H

#include "page/words.h"
#include "page/page.h"

enum page_place { PLACE_SCREEN, PLACE_LISTS, PLACE_ENTITY, PLACE_REDRESS };

/* Writes everything up to the inside of <main>, and sets the answer's headers. `title` is a message key. */
void frame_begin(struct html *html, const struct http_request *request, struct http_response *response,
		 enum page_place place, const char *title);

/* The headers of a piece of a page without its frame, for the page's own script to put in place. */
void frame_part(struct html *html, const struct http_request *request, struct http_response *response);

/* A style or script of the program's own in the head; a script that was not built in is left out. */
void frame_style(struct html *html, const char *file);
void frame_script(struct html *html, const char *file);

/* A whole document that a script of the program's own fills: nothing about anybody stands in it. `root`: id of the element that is filled,
 * and before .css and .js the files' name. */
void frame_application(const struct http_request *request, struct http_response *response, const char *root);

/* Closes the page with the lists in force. */
void frame_end(struct html *html, const struct page_holdings *holdings);

/* A table of every list: name, date, entries, state. */
void lists_table(struct html *html, const struct page_holdings *holdings);

#endif
