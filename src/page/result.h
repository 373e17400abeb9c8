/* One answer as a card: who, under which names, and why, side by side. */
#ifndef PAGE_RESULT_H
#define PAGE_RESULT_H

#include "page/words.h"
#include "screen/screen.h"

void result_card(struct html *html, const struct index *index, const struct screen_result *result,
		 struct arena *arena);

/* A name apart from what is around it, for names run either way; letters other than Latin get their usual language, so
 * that they are drawn and spoken right. */
void html_name(struct html *html, struct text name);

/* Opens the same <bdi> for what the caller writes into it. */
void html_bdi(struct html *html, struct text name);

#endif
