/* Khmer: spellings that look alike made equal, and Latin readings, which no library has. */
#ifndef TEXT_KHMER_H
#define TEXT_KHMER_H

#include "text/name.h"

#define KHMER_COENG 0x17D2u /* puts the letter that follows below the one before */

/* Puts the signs of each Khmer syllable into one order, in place: base, robat, subscripts (ro last), shifter, vowel,
 * other signs; doubled signs once; deprecated letters as the standard bids. Spellings that fonts draw alike become one:
 * a vowel typed as its two halves, a shifter typed as u below a vowel above the letter, subscript da as ta. No vowel or
 * sign that a reader sees is lost. Doing it again changes nothing. Other scripts pass.
 * Takes room for 2 x len points (two deprecated letters become two). Returns the new length. Cost: O(len), but O(n^2) in
 * a heap of n signs on one letter.
 * Source: Unicode Standard 15.0, chapter 16.4, and the orders that fonts draw alike. */
MUST_USE size_t khmer_order(uint32_t *points, size_t len);

/* A word_reader (text/name.h). */
enum status khmer_read(struct text word, const struct word_context *context, struct arena *arena,
		       struct name_part *out, size_t room, size_t *ret_part_count);

#endif
