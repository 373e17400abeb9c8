/* One answer as a card: who, under which names, and why, side by side. */
#ifndef PAGE_RESULT_H
#define PAGE_RESULT_H

#include "page/html.h"
#include "screen/screen.h"

void result_card(struct html *html, const struct index *index, const struct screen_result *result,
		 struct arena *arena);

/* "hangul" text gets lang="ko" and so on, so that letters are drawn and spoken right; opens a <span>. */
void html_name(struct html *html, struct text name);

#endif
