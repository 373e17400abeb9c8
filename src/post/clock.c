#include "post/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#define ROUNDING_MS ((int64_t)2000) /* of two clocks that do not run alike */

static int64_t read_ms(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The newest signed time and what has gone by since; 0: none. */
static int64_t least_locked(const struct post_clock *c)
{
	return c->signed_ms ? c->signed_ms + read_ms(CLOCK_BOOTTIME) - c->signed_boot_ms : 0;
}

/* The machine's clock, but not before the newest signed time and what has gone by since, and not before what was given. One that ran ahead
 * of the hub would end entries before their hour. */
static int64_t now_locked(struct post_clock *c)
{
	int64_t own = read_ms(CLOCK_REALTIME), least = least_locked(c);
	bool ahead = c->offset_known && c->offset_ms < -POST_CLOCK_AHEAD_MS;

	if (ahead)
		own += c->offset_ms;
	c->ratcheted = ahead || own < least;
	if (own < least)
		own = least;
	if (own < c->given_ms)
		own = c->given_ms;
	c->given_ms = own;
	return own;
}

static int64_t clock_now(void *context)
{
	struct post_clock *c = context;
	int64_t now;

	pthread_mutex_lock(&c->lock);
	now = now_locked(c);
	pthread_mutex_unlock(&c->lock);
	return now;
}

static void clock_random(void *context, void *out, size_t len)
{
	uint8_t *at = out;

	(void)context;
	while (len) {
		ssize_t n = getrandom(at, len, 0);

		/* Interrupted by a signal at most; a kernel without randomness must not make keys. */
		if (n < 0 && errno != EINTR)
			abort();
		at += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

void post_clock_init(struct post_clock *clock)
{
	*clock = (struct post_clock){.env = {clock_now, clock_random, clock}};
	pthread_mutex_init(&clock->lock, NULL);
}

void post_clock_release(struct post_clock *clock)
{
	pthread_mutex_destroy(&clock->lock);
}

void post_clock_signed(struct post_clock *clock, int64_t signed_ms)
{
	pthread_mutex_lock(&clock->lock);
	if (signed_ms > clock->signed_ms) {
		clock->signed_ms = signed_ms;
		clock->signed_boot_ms = read_ms(CLOCK_BOOTTIME);
	}
	pthread_mutex_unlock(&clock->lock);
}

bool post_clock_told(struct post_clock *clock, int64_t hub_ms)
{
	int64_t least;
	bool believed;

	pthread_mutex_lock(&clock->lock);
	least = least_locked(clock);
	believed = least && hub_ms >= least - ROUNDING_MS && hub_ms <= least + POST_CLOCK_LIVE_MS;
	if (believed) {
		clock->line_ms = clock->offset_ms = hub_ms - read_ms(CLOCK_REALTIME);
		clock->offset_known = true;
		/* A machine's clock that was ahead and was put right leads back; what was signed still holds it. */
		clock->given_ms = 0;
	}
	pthread_mutex_unlock(&clock->lock);
	return believed;
}

void post_clock_refused(struct post_clock *clock)
{
	pthread_mutex_lock(&clock->lock);
	if (clock->signed_ms)
		clock->line_ms = least_locked(clock) - read_ms(CLOCK_REALTIME);
	pthread_mutex_unlock(&clock->lock);
}

int64_t post_clock_hub_ms(struct post_clock *clock)
{
	int64_t now;

	pthread_mutex_lock(&clock->lock);
	now = read_ms(CLOCK_REALTIME) + clock->line_ms;
	pthread_mutex_unlock(&clock->lock);
	return now;
}

bool post_clock_offset(struct post_clock *clock, int64_t *ret_ms)
{
	bool known;
	int64_t hub, least;

	pthread_mutex_lock(&clock->lock);
	known = clock->offset_known;
	/* The hub's clock is not before what it signed: then the machine's was put back since they were compared. */
	hub = read_ms(CLOCK_REALTIME) + clock->offset_ms;
	least = least_locked(clock);
	*ret_ms = (hub < least ? least : hub) - now_locked(clock);
	pthread_mutex_unlock(&clock->lock);
	return known;
}
