/* Which numbers of a release are not told: small ones, and as many beside them as it takes that nobody works a small one out.
 *
 * A table is a total and its parts, of one figure in one month; it may have been released before, with other numbers (versions).
 * A number below WITHHOLD_BELOW is withheld. Then an attacker is played who has every version ever released, knows of each number
 * whether it changed between two of them, and that a part which is named is at least 1: by linear programming he gets the least and
 * the greatest value each withheld number can have. As long as they lie less than WITHHOLD_WIDTH apart for any number of any version,
 * the smallest part that is still told is withheld too, at last the total. Withheld numbers look alike, whatever the reason.
 *
 * What was withheld once and did not change stays so; what was told once is known and protects nothing. Pure.
 *
 * Not covered: who knows one of two withheld numbers from elsewhere (each country knows its own people) can subtract it.
 */
#ifndef FIGURE_WITHHOLD_H
#define FIGURE_WITHHOLD_H

#include "base/arena.h"

#define WITHHOLD_BELOW 5
#define WITHHOLD_WIDTH 5
#define WITHHOLD_VERSIONS_MAX 64u
#define WITHHOLD_PARTS_MAX 300u

struct withhold_cell {
	struct text part; /* empty: the total */
	int64_t value;
	int64_t people;   /* how many persons or cases stand behind the value; of a count the value itself */
	bool withheld;
};

struct withhold_version {
	struct withhold_cell total;
	struct withhold_cell *parts; /* each part once; they add up to the total */
	size_t part_count;           /* 0: the total has no parts */
};

/* Sets `withheld` in the last version; those of the versions before are as they were released.
 * Fails: ST_LIMIT (versions, parts, the arena). */
MUST_USE enum status withhold(struct withhold_version *versions, size_t count, struct arena *arena);

#endif
