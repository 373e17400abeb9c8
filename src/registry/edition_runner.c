#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "registry/editions.h"

#define EVERY_MS 500
#define AFTER_FAILURE_MAX_MS 30000

struct editions {
	struct edition_builder builder; /* the thread's own */
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t woken;
	bool wake, stop;
	unsigned failures; /* in a row; the thread's own */
};

static void round_once(struct editions *e)
{
	struct error error = {.code = ST_OK};
	char line[ERROR_MESSAGE_SIZE + ERROR_REASON_SIZE + 64];
	uint64_t number = 0;
	bool failed = edition_build(&e->builder, &number, &error) != ST_OK;

	if (failed && e->failures == 0) {
		snprintf(line, sizeof line, "editions: %s%s%s; the former one stays in force", error.reason, error.reason[0] ? ": " : "",
			 error.message);
		if (e->builder.options.say)
			e->builder.options.say(e->builder.options.context, line);
	}
	if (!failed && e->failures && e->builder.options.say)
		e->builder.options.say(e->builder.options.context, "editions: building works again");
	e->failures = failed ? e->failures + 1 : 0;
	if (number && e->builder.options.made)
		e->builder.options.made(e->builder.options.context, number);
}

static struct timespec deadline_of(const struct editions *e)
{
	int64_t ms = e->builder.options.every_ms;
	struct timespec t;

	for (unsigned i = 0; i < e->failures && ms < AFTER_FAILURE_MAX_MS; i++)
		ms *= 2;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* Gives whether to end. After a failure a wake does not shorten the pause. */
static bool wait_for_work(struct editions *e)
{
	struct timespec deadline = deadline_of(e);
	bool stop;
	int rc = 0;

	pthread_mutex_lock(&e->mutex);
	while (!e->stop && (!e->wake || e->failures) && rc == 0)
		rc = pthread_cond_timedwait(&e->woken, &e->mutex, &deadline);
	e->wake = false;
	stop = e->stop;
	pthread_mutex_unlock(&e->mutex);
	return stop;
}

static void *run(void *context)
{
	struct editions *e = context;

	while (!wait_for_work(e))
		round_once(e);
	return NULL;
}

enum status editions_start(const struct editions_options *options, struct editions **ret_editions, struct error *ret_error)
{
	struct editions *e = calloc(1, sizeof *e);
	pthread_condattr_t attributes;
	bool started;

	if (e == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	edition_builder_init(&e->builder, options);
	if (e->builder.options.every_ms <= 0)
		e->builder.options.every_ms = EVERY_MS;
	e->wake = true;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	started = pthread_cond_init(&e->woken, &attributes) == 0 && pthread_mutex_init(&e->mutex, NULL) == 0 &&
		  pthread_create(&e->thread, NULL, run, e) == 0;
	pthread_condattr_destroy(&attributes);
	if (!started) {
		free(e);
		return error_set(ret_error, ST_UNAVAILABLE, "the thread of the editions cannot be started");
	}
	*ret_editions = e;
	return ST_OK;
}

void editions_wake(struct editions *editions)
{
	if (editions == NULL)
		return;
	pthread_mutex_lock(&editions->mutex);
	editions->wake = true;
	pthread_cond_signal(&editions->woken);
	pthread_mutex_unlock(&editions->mutex);
}

void editions_stop(struct editions *editions)
{
	if (editions == NULL)
		return;
	pthread_mutex_lock(&editions->mutex);
	editions->stop = true;
	pthread_cond_signal(&editions->woken);
	pthread_mutex_unlock(&editions->mutex);
	pthread_join(editions->thread, NULL);
	pthread_cond_destroy(&editions->woken);
	pthread_mutex_destroy(&editions->mutex);
	edition_builder_release(&editions->builder);
	free(editions);
}
