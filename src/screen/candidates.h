/* Which listed entities are worth comparing: complete for every score that counts, within a bound on work.
 *
 * An entity can reach the default threshold only (score.c) if an identifier agrees, or its date does not contradict
 * and either its date is close or parts that carry half of the asked name share a key with its own. So candidates are:
 * holders of the identifiers and their confusable variants; everybody with a close date; and everybody in the years
 * in question whose names hold a part that shares a key with one of the *walked* parts. The commonest parts need not
 * be walked while what is left out carries less than half of the name: whoever shares only those cannot count.
 */
#ifndef SCREEN_CANDIDATES_H
#define SCREEN_CANDIDATES_H

#include "screen/score.h"

/* The bound: beyond it the answer says so. */
#define NEAR_TOKENS_MAX 6000u   /* tokens compared for one part */
#define WALKED_NAMES_MAX 60000u /* postings read */
#define CANDIDATES_SLOTS_MAX 8192u

struct candidate_set {
	uint32_t *slots;
	size_t count;
	struct joined_names joined;
	bool bounded;
};

/* Scores below `floor_ppm` are of no interest; who cannot reach it is left out as far as that is cheaply seen.
 * Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status candidates_find(struct query *query, uint32_t floor_ppm, struct candidate_set *ret_set);

#endif
