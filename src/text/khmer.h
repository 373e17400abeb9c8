/* Khmer: spellings that look alike made equal, and Latin readings, which no library has. */
#ifndef TEXT_KHMER_H
#define TEXT_KHMER_H

#include "text/name.h"

/* Puts the signs of each Khmer syllable into one order, in place: base, robat, subscripts (ro last), shifter, vowel,
 * other signs; doubled signs once. Signs are moved, never dropped. Returns the new length. Other scripts pass.
 * Source: Unicode Standard 15.0, chapter 16.4, and the orders that fonts draw alike. */
size_t khmer_order(uint32_t *points, size_t len);

/* A word_reader (text/name.h). */
enum status khmer_read(struct text word, const struct word_context *context, struct arena *arena,
		       struct name_part *out, size_t room, size_t *ret_part_count);

#endif
