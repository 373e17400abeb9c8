/* One document, or one person, at two places between which nobody can have travelled in the time: a passport that is used twice. Pure.
 * Source: scenario 15; 900 km/h is the cruising speed of an airliner. */
#ifndef BORDER_MISUSE_H
#define BORDER_MISUSE_H

#include <stdbool.h>
#include <stdint.h>

#define MISUSE_WINDOW_MS ((int64_t)24 * 3600000) /* half round the earth at that speed, and a bit */
#define MISUSE_NEAR_MS ((int64_t)10 * 60000)     /* where a place is not known: two posts within this time */

struct misuse_seen {
	int64_t at_ms;
	bool clock_known; /* the post knew how far its clock was off */
	bool placed;
	int64_t latitude, longitude; /* millionths of a degree */
};

/* At two different posts. */
bool misuse_is(const struct misuse_seen *a, const struct misuse_seen *b);

/* Metres along a great circle. */
int64_t misuse_distance(const struct misuse_seen *a, const struct misuse_seen *b);

#endif
