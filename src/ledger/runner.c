#include "ledger/runner.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define EVERY_MS 200
#define AFTER_FAILURE_MAX_MS 10000

struct ledger_runner {
	struct ledger_runner_options options;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t woken;
	bool wake, stop;
	unsigned failures; /* in a row; the thread's own */
};

static void say(struct ledger_runner *r, const char *line)
{
	if (r->options.say)
		r->options.say(r->options.context, line);
}

/* Until nothing waits in this log. */
static enum status place_all(struct ledger_runner *r, struct ledger_signing *signing, struct error *ret_error)
{
	size_t placed;

	do {
		uint64_t before = signing->seen.size;

		TRY(ledger_sequence(r->options.db, r->options.env, signing, &placed, ret_error));
		if (r->options.signed_head && signing->seen.size != before)
			r->options.signed_head(r->options.context, signing);
	} while (placed == LEDGER_GROUP_MAX);
	return ST_OK;
}

static void round_once(struct ledger_runner *r)
{
	struct error error = {.code = ST_OK};
	char line[ERROR_MESSAGE_SIZE + 64];
	bool failed = false;

	for (size_t i = 0; i < r->options.log_count; i++) {
		if (place_all(r, &r->options.logs[i], &error) == ST_OK)
			continue;
		failed = true;
		if (r->failures == 0) {
			snprintf(line, sizeof line, "ledger %s: %s", r->options.logs[i].log, error.message);
			say(r, line);
		}
	}
	if (!failed && r->failures)
		say(r, "ledger: signing works again");
	r->failures = failed ? r->failures + 1 : 0;
}

static int64_t pause_ms(const struct ledger_runner *r)
{
	int64_t pause = r->options.every_ms;

	for (unsigned i = 0; i < r->failures && pause < AFTER_FAILURE_MAX_MS; i++)
		pause *= 2;
	return r->failures && pause > AFTER_FAILURE_MAX_MS ? AFTER_FAILURE_MAX_MS : pause;
}

static struct timespec deadline_in(int64_t ms)
{
	struct timespec t;

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
static bool wait_for_work(struct ledger_runner *r)
{
	struct timespec deadline = deadline_in(pause_ms(r));
	bool stop;
	int rc = 0;

	pthread_mutex_lock(&r->mutex);
	while (!r->stop && (!r->wake || r->failures) && rc == 0)
		rc = pthread_cond_timedwait(&r->woken, &r->mutex, &deadline);
	r->wake = false;
	stop = r->stop;
	pthread_mutex_unlock(&r->mutex);
	return stop;
}

static void *run(void *context)
{
	struct ledger_runner *r = context;
	bool stop;

	do {
		stop = wait_for_work(r);
		round_once(r);
	} while (!stop);
	return NULL;
}

enum status ledger_runner_start(const struct ledger_runner_options *options, struct ledger_runner **ret, struct error *ret_error)
{
	struct ledger_runner *r = calloc(1, sizeof *r);
	pthread_condattr_t attributes;

	if (r == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	r->options = *options;
	if (r->options.every_ms <= 0)
		r->options.every_ms = EVERY_MS;
	r->wake = true;
	if (pthread_condattr_init(&attributes) != 0)
		goto failed;
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	if (pthread_cond_init(&r->woken, &attributes) != 0 || pthread_mutex_init(&r->mutex, NULL) != 0 ||
	    pthread_create(&r->thread, NULL, run, r) != 0) {
		pthread_condattr_destroy(&attributes);
		goto failed;
	}
	pthread_condattr_destroy(&attributes);
	*ret = r;
	return ST_OK;
failed:
	free(r);
	return error_set(ret_error, ST_UNAVAILABLE, "the thread of the ledger cannot be started");
}

void ledger_runner_wake(struct ledger_runner *runner)
{
	if (runner == NULL)
		return;
	pthread_mutex_lock(&runner->mutex);
	runner->wake = true;
	pthread_cond_signal(&runner->woken);
	pthread_mutex_unlock(&runner->mutex);
}

void ledger_runner_stop(struct ledger_runner *runner)
{
	if (runner == NULL)
		return;
	pthread_mutex_lock(&runner->mutex);
	runner->stop = true;
	pthread_cond_signal(&runner->woken);
	pthread_mutex_unlock(&runner->mutex);
	pthread_join(runner->thread, NULL);
	pthread_cond_destroy(&runner->woken);
	pthread_mutex_destroy(&runner->mutex);
	free(runner);
}
