/* How rare a name is among travellers: the denominator of the evidence.
 *
 * The chance that a stranger's name has given parts is a sum over naming cultures (data/names/cultures.tsv): the
 * culture's share of travellers times the chance of each part in it (data/names/frequency.tsv). Summing over
 * cultures, and not multiplying over-all frequencies, is what keeps KIM and MINSU from being counted as two
 * surprises where the one makes the other likely. Steps of an eighth of a bit.
 */
#ifndef SCREEN_RARITY_H
#define SCREEN_RARITY_H

#include "base/slice.h"

#define RARITY_CULTURES 10u

struct rarity {
	uint8_t eighths[RARITY_CULTURES]; /* minus log2 of the chance in each culture, 8 = one bit */
};

/* Of one sound string. Cost: one hash look-up. */
void rarity_of(struct text units, struct rarity *ret_rarity);

/* Of a whole name, part by part. */
struct rarity_sum {
	uint32_t eighths[RARITY_CULTURES];
};

void rarity_add(struct rarity_sum *sum, const struct rarity *part);

/* Minus log2(x / 2^62) in thousandths of a bit; x > 0. */
int32_t rarity_minus_log2_mbit(uint64_t x);

/* Minus log2 of the chance that a traveller bears all the parts added, in thousandths of a bit. */
int32_t rarity_total_mbit(const struct rarity_sum *sum);

/* Index of the culture in which the parts are likeliest. */
size_t rarity_culture(const struct rarity_sum *sum);

#endif
