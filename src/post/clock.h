/* A post's time: never before what the hub has signed, never backwards, whatever the machine's own clock says. Thread-safe. */
#ifndef POST_CLOCK_H
#define POST_CLOCK_H

#include <pthread.h>
#include <stdbool.h>

#include "base/env.h"

struct post_clock {
	struct env env;           /* what everybody is given; its now is this clock's */
	pthread_mutex_t lock;
	int64_t signed_ms;        /* the newest time that the hub signed; 0: none */
	int64_t signed_boot_ms;   /* CLOCK_BOOTTIME when it came */
	int64_t given_ms;         /* the newest that was given */
	int64_t offset_ms;        /* hub's clock less this machine's, when it was last heard live */
	bool offset_known, ratcheted;
};

void post_clock_init(struct post_clock *clock);
void post_clock_release(struct post_clock *clock);
/* The hub signed this time; `live`: just now, so that the two clocks can be compared. */
void post_clock_signed(struct post_clock *clock, int64_t signed_ms, bool live);
/* Of the hub's clock, for what is signed with it. */
int64_t post_clock_hub_ms(struct post_clock *clock);

#endif
