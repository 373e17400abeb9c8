/* Memory for large bodies, of all threads together: a whole, and of it a share that one network may hold.
 *
 * What it holds is paid for: the fuller it is, the faster a body must come (hold_pace), so that those who send slowly on purpose fill half
 * of it and no more.
 */
#ifndef HTTP_HOLD_H
#define HTTP_HOLD_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/slice.h"

#define HOLD_SHARES 4096u    /* networks that hold something at one moment; one more is refused */
#define HOLD_PACE_LEAST 16u /* bytes a millisecond */

struct hold_room {
	pthread_mutex_t lock;
	size_t max;
	atomic_size_t held;
	struct hold_share {
		uint64_t network;
		size_t held; /* 0: nobody's */
	} shares[HOLD_SHARES];
};

void hold_room_init(struct hold_room *room, size_t max);

/* What one body holds; begins as zeros. */
struct hold {
	struct hold_room *room;
	struct hold_share *share; /* or NULL */
	size_t size;
};

/* From now on `size` bytes, no less than before. `address` says whose they are (IPv6: its /64; an empty one has no share to keep to); it
 * counts the first time. Any thread. False, and all is as it was: the whole is full, or its network holds a quarter of the whole already
 * (one body, however large, it may always hold). */
bool hold_grow(struct hold *hold, struct hold_room *room, struct text address, size_t size);
void hold_drop(struct hold *hold);

/* How many bytes a millisecond a large body must come with: 16 while no more than half is held, up to 256 when all is. Any thread. */
unsigned hold_pace(const struct hold_room *room);

#endif
