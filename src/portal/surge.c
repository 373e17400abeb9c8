#include "portal/surge.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define HOUR_MS ((int64_t)3600000)
#define DAYS 7u
#define HOURS (24u * DAYS)
#define GAP_MAX 24 /* hours without a question; more is a clock that was set */

struct surge {
	const struct env *env;
	void (*told)(void *context, const struct surge_seen *seen);
	void *context;
	pthread_mutex_t lock;
	_Atomic int64_t hour; /* under way */
	_Atomic uint64_t asked, limit;
	_Atomic uint32_t counts[SURGE_BUCKETS];
	/* Below: with the lock held. */
	uint64_t usual;
	bool known, whole;  /* of the hour under way: what is usual is known; it was counted from its beginning */
	int64_t told_day;
	uint64_t told_asked;
	struct {
		int64_t hour;
		uint64_t asked;
	} past[HOURS];
};

static void usual_find(struct surge *s, int64_t hour)
{
	uint64_t found[DAYS];
	size_t count = 0;

	for (unsigned day = 1; day <= DAYS; day++) {
		int64_t then = hour - 24 * (int64_t)day;
		size_t place = (size_t)(then % HOURS), at = count;

		if (s->past[place].hour != then)
			continue;
		for (; at && found[at - 1] > s->past[place].asked; at--)
			found[at] = found[at - 1];
		found[at] = s->past[place].asked;
		count++;
	}
	s->known = count > 0;
	s->usual = count ? found[(count - 1) / 2] : 0;
	s->limit = s->usual + (s->usual / 2 > SURGE_MORE ? s->usual / 2 : SURGE_MORE);
}

static void past_put(struct surge *s, int64_t hour, uint64_t asked)
{
	s->past[hour % HOURS].hour = hour;
	s->past[hour % HOURS].asked = asked;
}

/* Another hour has begun. The lock is held. */
static void hour_turn(struct surge *s, int64_t hour)
{
	const int64_t before = s->hour;
	uint64_t asked = s->asked;
	const bool follows = hour > before && hour - before <= GAP_MAX;

	/* What was told of does not become usual by lasting: it counts for a tenth more. */
	if (s->known && asked >= s->limit)
		asked = s->usual + s->usual / 10;
	if (follows && s->whole)
		past_put(s, before, asked);
	for (int64_t quiet = before + 1; follows && quiet < hour; quiet++)
		past_put(s, quiet, 0);
	s->whole = follows;
	for (size_t i = 0; i < SURGE_BUCKETS; i++)
		s->counts[i] = 0;
	usual_find(s, hour);
	s->asked = 0;
	s->hour = hour;
}

/* Of how many equally likely buckets two questions fall on the same as often as of these. */
static unsigned buckets_alike(struct surge *s)
{
	uint64_t asked = 0, pairs = 0, alike;

	for (size_t i = 0; i < SURGE_BUCKETS; i++) {
		uint64_t count = s->counts[i];

		asked += count;
		pairs += count ? count * (count - 1) : 0;
	}
	alike = pairs ? asked * (asked - 1) / pairs : SURGE_BUCKETS;
	return alike > SURGE_BUCKETS ? SURGE_BUCKETS : (unsigned)alike;
}

/* The lock is held. */
static bool seen_take(struct surge *s, uint64_t asked, int64_t day, struct surge_seen *ret)
{
	if (day == s->told_day && asked < 2 * s->told_asked)
		return false;
	s->told_day = day;
	s->told_asked = asked;
	*ret = (struct surge_seen){asked, s->usual, s->known, buckets_alike(s)};
	return true;
}

struct surge *surge_new(const struct env *env, void (*told)(void *context, const struct surge_seen *seen), void *context)
{
	struct surge *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->env = env;
	s->told = told;
	s->context = context;
	s->told_day = -1;
	pthread_mutex_init(&s->lock, NULL);
	for (size_t i = 0; i < HOURS; i++)
		s->past[i].hour = -1;
	s->hour = env_now(env) / HOUR_MS;
	usual_find(s, s->hour);
	return s;
}

void surge_count(struct surge *s, uint16_t bucket)
{
	const int64_t hour = env_now(s->env) / HOUR_MS;
	struct surge_seen seen;
	uint64_t asked, limit;
	bool tell = false;

	if (hour != atomic_load_explicit(&s->hour, memory_order_relaxed)) {
		pthread_mutex_lock(&s->lock);
		if (hour != s->hour)
			hour_turn(s, hour);
		pthread_mutex_unlock(&s->lock);
	}
	atomic_fetch_add_explicit(&s->counts[bucket % SURGE_BUCKETS], 1, memory_order_relaxed);
	asked = atomic_fetch_add_explicit(&s->asked, 1, memory_order_relaxed) + 1;
	limit = atomic_load_explicit(&s->limit, memory_order_relaxed);
	/* At the limit, and each time that it is doubled. */
	if (asked < limit || asked % limit != 0 || (asked / limit & (asked / limit - 1)) != 0)
		return;
	pthread_mutex_lock(&s->lock);
	tell = seen_take(s, asked, hour / 24, &seen);
	pthread_mutex_unlock(&s->lock);
	if (tell && s->told)
		s->told(s->context, &seen);
}
