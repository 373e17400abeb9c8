/* Numbers and words that people copy by hand: the letters and digits of Crockford's base 32, with a check character. Pure.
 * Source: Crockford, Base 32 (no I, L, O, U); the check is Luhn's in base 32: one wrong character is always found.
 */
#ifndef REGISTRY_APPEAL_NUMBER_H
#define REGISTRY_APPEAL_NUMBER_H

#include "base/slice.h"

#define APPEAL_NUMBER_SIZE 12u /* "K7QM-2T8X-D" and a NUL */
#define APPEAL_WORD_SIZE 12u   /* "9PZ4W-HK3RM" and a NUL */

/* From five and from seven random bytes. */
void appeal_number_write(const uint8_t random[5], char out[APPEAL_NUMBER_SIZE]);
void appeal_word_write(const uint8_t random[7], char out[APPEAL_WORD_SIZE]);

/* As somebody typed it: any case, hyphens and spaces anywhere, O for 0, I and L for 1. Gives its own form.
 * Fails: ST_MALFORMED (length, a character, the check of a number). */
MUST_USE enum status appeal_number_read(struct text typed, char out[APPEAL_NUMBER_SIZE]);
MUST_USE enum status appeal_word_read(struct text typed, char out[APPEAL_WORD_SIZE]);

#endif
