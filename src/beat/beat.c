#include "beat/beat.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define PAUSE_MAX_MS 86400000

struct beat {
	beat_round *round;
	void *context;
	bool last, wake;
	atomic_bool stop;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t woken;
};

static struct timespec deadline_in(int64_t ms)
{
	struct timespec t;

	if (ms > PAUSE_MAX_MS)
		ms = PAUSE_MAX_MS;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* Gives whether it was woken. */
static bool wait_for_work(struct beat *b, struct beat_next next)
{
	struct timespec deadline = deadline_in(next.ms);
	bool woken;
	int rc = 0;

	pthread_mutex_lock(&b->mutex);
	while (!atomic_load(&b->stop) && (!b->wake || next.deaf) && rc == 0)
		rc = pthread_cond_clockwait(&b->woken, &b->mutex, CLOCK_MONOTONIC, &deadline);
	woken = b->wake;
	b->wake = false;
	pthread_mutex_unlock(&b->mutex);
	return woken;
}

static void *run(void *context)
{
	struct beat *b = context;
	bool woken = true;

	while (!atomic_load(&b->stop))
		woken = wait_for_work(b, b->round(b->context, woken));
	if (b->last)
		b->round(b->context, woken);
	return NULL;
}

enum status beat_start(beat_round *round, void *context, bool last, struct beat **ret, struct error *ret_error)
{
	struct beat *b = calloc(1, sizeof *b);

	if (b == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	b->round = round;
	b->context = context;
	b->last = last;
	/* Neither fails with the attributes that are the default. */
	pthread_mutex_init(&b->mutex, NULL);
	pthread_cond_init(&b->woken, NULL);
	*ret = b; /* before the thread, which may ask beat_stopping at once */
	if (pthread_create(&b->thread, NULL, run, b) == 0)
		return ST_OK;
	*ret = NULL;
	pthread_cond_destroy(&b->woken);
	pthread_mutex_destroy(&b->mutex);
	free(b);
	return error_set(ret_error, ST_UNAVAILABLE, "a thread cannot be started");
}

void beat_wake(struct beat *beat)
{
	if (beat == NULL)
		return;
	pthread_mutex_lock(&beat->mutex);
	beat->wake = true;
	pthread_cond_signal(&beat->woken);
	pthread_mutex_unlock(&beat->mutex);
}

bool beat_stopping(const struct beat *beat)
{
	return atomic_load(&beat->stop);
}

void beat_stop(struct beat *beat)
{
	if (beat == NULL)
		return;
	pthread_mutex_lock(&beat->mutex);
	atomic_store(&beat->stop, true);
	pthread_cond_signal(&beat->woken);
	pthread_mutex_unlock(&beat->mutex);
	pthread_join(beat->thread, NULL);
	pthread_cond_destroy(&beat->woken);
	pthread_mutex_destroy(&beat->mutex);
	free(beat);
}
