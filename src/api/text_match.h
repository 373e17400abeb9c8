/* One word against another, as the words of a search stand against those of a list. Pure. */
#ifndef API_TEXT_MATCH_H
#define API_TEXT_MATCH_H

#include "lists/words.h"

struct pattern {
	struct text word; /* folded; with `wild`, * and ? stand for any letters and for one */
	bool wild;
	unsigned edits;
};

bool pattern_fits(const struct pattern *pattern, struct text word);

/* The start that every fitting word has; empty where there is none in common. */
struct text pattern_start(const struct pattern *pattern);

/* Whether one becomes the other with so many letters put in, left out, changed or swapped with their neighbour. */
bool words_near(struct text a, struct text b, unsigned edits);

#endif
