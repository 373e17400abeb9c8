/* Near-duplicate texts: how much two stories have in common, from 64 numbers each (MinHash over grams of letters). Pure.
 *
 * A text is brought to its letters (NFKC, case folded; digits, spaces, signs and invisible characters go, so that a template with other
 * numbers is the same template); its grams are 3 letters where Han or Hangul begins them, which carry more in one letter, and 5 elsewhere.
 * The share of equal numbers estimates the share of grams in both (Jaccard), within 0.06. Source: Broder, On the resemblance and containment
 * of documents (1997).
 */
#ifndef AWARENESS_SKETCH_H
#define AWARENESS_SKETCH_H

#include "base/arena.h"

#define SKETCH_NUMBERS 64u
#define SKETCH_BYTES (SKETCH_NUMBERS * 4)
#define SKETCH_BANDS 16u

struct sketch {
	uint32_t numbers[SKETCH_NUMBERS];
	size_t grams; /* in the text, repeated ones too; 0: no letters enough */
};

/* Fails: ST_LIMIT, ST_NO_MEMORY (arena). Cost: 20 KB in a few milliseconds. */
MUST_USE enum status sketch_make(struct text text, struct arena *arena, struct sketch *ret, struct error *ret_error);

/* Thousandths. */
unsigned sketch_alike(const struct sketch *a, const struct sketch *b);

/* Texts with half their grams in common share one of these with a probability of 0.64, with 7 tenths of 0.99. */
void sketch_bands(const struct sketch *sketch, int64_t ret_bands[SKETCH_BANDS]);

/* As bytes, little-endian. */
void sketch_write(const struct sketch *sketch, uint8_t out[SKETCH_BYTES]);
/* False: not of this length. */
bool sketch_read(struct bytes in, struct sketch *ret);

#endif
