/* A post's time: the machine's, but never before what the hub has signed, not far ahead of what the hub says, and backwards only when the
 * hub, heard live, says so. Thread-safe. */
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
	int64_t given_ms;         /* the newest that was given since the hub was heard live */
	int64_t offset_ms;        /* hub's clock less this machine's, when it was last heard live */
	int64_t line_ms;          /* the same, for what is signed for the hub: it may be what was only signed, not heard live */
	bool offset_known;
	bool ratcheted;           /* the machine's clock was not believed */
};

#define POST_CLOCK_AHEAD_MS ((int64_t)300000) /* of the hub: further the machine's clock is not believed */

void post_clock_init(struct post_clock *clock);
void post_clock_release(struct post_clock *clock);
#define POST_CLOCK_LIVE_MS ((int64_t)120000) /* after what was signed last: a heartbeat is a minute old at most, and was on its way */

/* The hub signed this time. */
void post_clock_signed(struct post_clock *clock, int64_t signed_ms);
/* The hub says, unsigned, that this is its time just now: the two clocks are compared. It leads time nowhere: false, and nothing changes,
 * where it is not within POST_CLOCK_LIVE_MS of the newest signed time and what has gone by since. */
bool post_clock_told(struct post_clock *clock, int64_t hub_ms);
/* The hub found a signed time too far from its own: from now on the newest that it has signed is gone by. */
void post_clock_refused(struct post_clock *clock);
/* Of the hub's clock, for what is signed with it. */
int64_t post_clock_hub_ms(struct post_clock *clock);
/* The hub's clock less what env_now gives; false: not known. */
bool post_clock_offset(struct post_clock *clock, int64_t *ret_ms);

#endif
