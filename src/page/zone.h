/* What was read from the lines at the foot of a passport. */
#ifndef PAGE_ZONE_H
#define PAGE_ZONE_H

#include "ident/mrz.h"
#include "page/words.h"

/* The fields, each with whether its check digit holds; what does not hold asks to be read again. */
void zone_card(struct html *html, const struct mrz *zone);

#endif
