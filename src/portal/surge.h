/* Whether numbers may be being gone through from many addresses at once: questions of everybody together, by the hour, against what is usual.
 *
 * It never knows who asked: it counts, and of the hour under way in how many of the 16,384 buckets the questions fell. Whether a question found
 * something nobody knows here, that is what private checks are for.
 */
#ifndef PORTAL_SURGE_H
#define PORTAL_SURGE_H

#include "base/env.h"
#include "base/slice.h"

/* Beyond what is usual in an hour, when somebody should look: at this pace a country's 129 million mobile numbers (Cambodia) are gone through within
 * a year. And half as much again as is usual, where that is more. */
#define SURGE_MORE 14000u
#define SURGE_BUCKETS 16384u

struct surge_seen {
	uint64_t asked;   /* in the hour under way, so far */
	uint64_t usual;	  /* in a whole hour at this time of day: the median of seven days */
	bool known;	  /* false: no day is known yet, `usual` is 0 */
	unsigned buckets; /* over how many buckets as evenly spread as this: few where many ask for the same, nearly all where numbers are gone through */
};

struct surge;

/* `told` is called, without any lock held, once a day (UTC) at most, and again each time that it has doubled. NULL: no memory. */
struct surge *surge_new(const struct env *env, void (*told)(void *context, const struct surge_seen *seen), void *context);

/* One question to the bucket. Some atomic counts; any thread. */
void surge_count(struct surge *surge, uint16_t bucket);

#endif
