/* The reasons of one answer: asked and listed side by side, what was found in words, and what it weighs. */
#ifndef PAGE_REASONS_H
#define PAGE_REASONS_H

#include "page/words.h"
#include "screen/screen.h"

/* A table with a row for each reason; parts of a name under their name, marked in both. */
void reasons_table(struct html *html, const struct screen_result *result, struct arena *arena);

/* What speaks for and against as a picture in bits, with the same in words beneath. */
void reasons_balance(struct html *html, const struct screen_result *result);

#endif
