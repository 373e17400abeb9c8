/* Sounds: a Latin reading as a string of units, and what it costs to take one for another.
 *
 * A unit is one byte, a printable letter (data/sound/spellings.tsv draws them); a cost is in thousandths of a bit:
 * minus log2 of how often the one spelling stands where another writer of the same name wrote the other.
 */
#ifndef SCREEN_SOUND_H
#define SCREEN_SOUND_H

#include "base/slice.h"

#define SOUND_MAX 40u
#define SOUND_COST_MAX 60000u

struct sound {
	uint8_t len;
	uint8_t units[SOUND_MAX];
};

/* Hears a reading (a-z only; anything else is passed over). What is longer than SOUND_MAX units is cut. */
void sound_hear(struct text latin, struct sound *ret_sound);

/* Runs a second word on to `sound`, heard as if both were one: what ends in ng and goes on with a vowel is heard n, g. Gives false,
 * and leaves it alone, if it would grow too long. */
bool sound_append(struct sound *sound, struct text units);

/* The cheapest way from a to b, adjacent units swapped included; stops at `limit_mbit` and then gives a value above
 * it. Symmetric. Cost: O(a.len * b.len), no allocation. */
uint32_t sound_distance(struct text a, struct text b, uint32_t limit_mbit);

/* The coarse sound: units that are often taken for one another become one letter, vowels three, h and glides go.
 * Written to out[SOUND_MAX]; returns its length. Two spellings of one name mostly share it or differ by one letter. */
size_t sound_coarse(struct text units, uint8_t out[SOUND_MAX]);

/* One bit for each pair of neighbouring coarse consonants, the word's ends counting as one more; two spellings of one
 * name share most of them, so that strangers are turned away early. */
uint64_t sound_bigrams(struct text units);

/* Whether enough of a query's bigrams are among a token's (of all its readings) for the two to be compared at all. */
static inline bool bigrams_meet(uint64_t query, uint64_t token)
{
	return __builtin_popcountll(query & token) * 2 >= __builtin_popcountll(query) - 1;
}

static inline struct text sound_text(const struct sound *sound)
{
	return (struct text){(const char *)sound->units, sound->len};
}

#endif
