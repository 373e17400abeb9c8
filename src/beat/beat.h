/* A thread that works in rounds: when it is woken, and when the time that its last round named has come. */
#ifndef BEAT_BEAT_H
#define BEAT_BEAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct beat;

struct beat_next {
	int64_t ms; /* until the next round; the longest there is, a day, is taken for more */
	bool deaf;  /* a wake does not bring it sooner: after a failure */
};

/* `woken`: somebody woke it since the last round began. Called by the thread, the first time at once. */
typedef struct beat_next beat_round(void *context, bool woken);

/* `last`: one more round once it has been told to stop, for what was there before. `context` outlives the beat.
 * Fails: ST_NO_MEMORY, ST_UNAVAILABLE (thread). */
MUST_USE enum status beat_start(beat_round *round, void *context, bool last, struct beat **ret, struct error *ret_error);

/* Any thread; cheap; NULL is fine. */
void beat_wake(struct beat *beat);

/* For a round that takes long: whether it has been told to stop. Any thread. */
bool beat_stopping(const struct beat *beat);

/* Waits until the round under way has ended. NULL is fine. */
void beat_stop(struct beat *beat);

#endif
