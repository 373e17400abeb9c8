/* What goes on by itself: the spool is sent, clocks run out, what was kept long enough goes. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "post/drill.h"
#include "post/inside.h"
#include "post/second.h"

#define MINUTE_MS ((int64_t)60000)
#define RETRY_MIN_S 2u
#define RETRY_MAX_S 30u

/* Waits until it is due, for `seconds` at most; false: it is to stop. */
static bool wait_due(struct lanes *lanes, unsigned seconds, bool for_due)
{
	struct timespec until;
	bool go_on;

	clock_gettime(CLOCK_MONOTONIC, &until); /* the other one may be put back, and then it would wait for ever */
	until.tv_sec += seconds;
	pthread_mutex_lock(&lanes->lock);
	while (!atomic_load(&lanes->stop) && !(for_due && lanes->due) &&
	       pthread_cond_clockwait(&lanes->wake, &lanes->lock, CLOCK_MONOTONIC, &until) == 0)
		;
	if (for_due)
		lanes->due = false;
	go_on = !atomic_load(&lanes->stop);
	pthread_mutex_unlock(&lanes->lock);
	return go_on;
}

static void say(const struct lanes *lanes, const char *what, const struct error *error)
{
	char line[ERROR_MESSAGE_SIZE + 64];

	if (lanes->options.say == NULL)
		return;
	snprintf(line, sizeof line, "%s: %s", what, error->message);
	lanes->options.say(lanes->options.context, line);
}

/* ---- sending ---- */

static enum status post_spool(void *context, struct text body, unsigned *ret_status, struct buffer *ret_answer, struct error *ret_error)
{
	struct lanes *lanes = context;

	return lanes->options.hub(lanes->options.context, "spool", body, ret_status, ret_answer, ret_error);
}

static enum status send_all(struct lanes *lanes, struct error *ret_error)
{
	bool more = true, forked;
	enum status st = ST_OK;

	while (st == ST_OK && more && !atomic_load(&lanes->stop)) {
		st = spool_send(&lanes->spool, post_spool, lanes, &more, ret_error);
		if (st == ST_OK && more)
			lanes_changed(lanes);
	}
	if (st == ST_OK)
		st = second_asked(lanes, ret_error);
	forked = st == ST_CONFLICT;
	pthread_mutex_lock(&lanes->lock);
	if (st == ST_OK || forked)
		lanes->forked = forked;
	pthread_mutex_unlock(&lanes->lock);
	lanes_changed(lanes);
	for (more = true; st == ST_OK && more && !atomic_load(&lanes->stop);)
		st = second_fetch(lanes, &more, ret_error);
	return st;
}

static void *send_for_ever(void *context)
{
	struct lanes *lanes = context;
	unsigned pause = 1;
	bool failed = false;
	struct error error;

	/* After a failure news do not hurry it: a line that is down would be tried for each traveller. */
	while (wait_due(lanes, pause, !failed)) {
		bool before = failed;

		failed = send_all(lanes, &error) != ST_OK;
		if (failed)
			say(lanes, "spool", &error);
		pause = !failed ? RETRY_MAX_S : !before ? RETRY_MIN_S : pause * 2 < RETRY_MAX_S ? pause * 2 : RETRY_MAX_S;
	}
	return NULL;
}

/* ---- clocks ---- */

static void mind_hourly(struct lanes *lanes, int64_t now)
{
	struct error error;

	if (spool_forget(&lanes->spool, now, &error) != ST_OK || known_forget(lanes->known, now, &error) != ST_OK ||
	    second_forget(lanes, now, &error) != ST_OK)
		say(lanes, "retention", &error);
}

static void *mind_for_ever(void *context)
{
	struct lanes *lanes = context;
	int64_t hour = 0, minute = 0;
	struct error error;

	while (wait_due(lanes, 1, false)) {
		int64_t now = env_now(lanes->env);

		if (drill_miss(lanes, now, &error) != ST_OK)
			say(lanes, "drill", &error);
		if (now - minute >= MINUTE_MS / 6 || now < minute) {
			minute = now;
			lanes_disk_look(lanes);
		}
		if (now - hour >= 60 * MINUTE_MS || now < hour) {
			hour = now;
			mind_hourly(lanes, now);
		}
	}
	return NULL;
}

enum status lanes_start(struct lanes *lanes, struct error *ret_error)
{
	struct error error;

	/* A full disk keeps nobody from screening. */
	if (lanes_event(lanes, "started", text_of(lanes->options.version), TEXT_NONE, &error) != ST_OK)
		say(lanes, "spool", &error);
	if (pthread_create(&lanes->minder, NULL, mind_for_ever, lanes) != 0)
		return error_set(ret_error, ST_NO_MEMORY, "a thread cannot be started");
	lanes->started = true;
	if (lanes->options.hub == NULL)
		return ST_OK;
	if (pthread_create(&lanes->sender, NULL, send_for_ever, lanes) != 0) {
		lanes->options.hub = NULL;
		return error_set(ret_error, ST_NO_MEMORY, "a thread cannot be started");
	}
	return ST_OK;
}

void lanes_close(struct lanes *lanes)
{
	if (lanes == NULL)
		return;
	if (lanes->started) {
		(void)!lanes_event(lanes, "stopped", TEXT_NONE, TEXT_NONE, NULL);
		pthread_mutex_lock(&lanes->lock);
		atomic_store(&lanes->stop, true);
		pthread_cond_broadcast(&lanes->wake);
		pthread_mutex_unlock(&lanes->lock);
		pthread_join(lanes->minder, NULL);
		if (lanes->options.hub)
			pthread_join(lanes->sender, NULL);
	}
	sittings_free(lanes->sittings);
	known_free(lanes->known);
	pthread_cond_destroy(&lanes->wake);
	pthread_mutex_destroy(&lanes->lock);
	free(lanes);
}
