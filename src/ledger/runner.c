#include "ledger/runner.h"

#include <stdio.h>
#include <stdlib.h>

#include "beat/beat.h"

#define EVERY_MS 200
#define AFTER_FAILURE_MAX_MS 10000

struct ledger_runner {
	struct ledger_runner_options options;
	struct beat *beat;
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

static int64_t pause_ms(const struct ledger_runner *r)
{
	int64_t pause = r->options.every_ms;

	for (unsigned i = 0; i < r->failures && pause < AFTER_FAILURE_MAX_MS; i++)
		pause *= 2;
	return r->failures && pause > AFTER_FAILURE_MAX_MS ? AFTER_FAILURE_MAX_MS : pause;
}

static struct beat_next round_once(void *context, bool woken)
{
	struct ledger_runner *r = context;
	struct error error = {.code = ST_OK};
	char line[ERROR_MESSAGE_SIZE + 64];
	bool failed = false;

	(void)woken;
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
	return (struct beat_next){pause_ms(r), failed};
}

enum status ledger_runner_start(const struct ledger_runner_options *options, struct ledger_runner **ret, struct error *ret_error)
{
	struct ledger_runner *r = calloc(1, sizeof *r);
	enum status st;

	if (r == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	r->options = *options;
	if (r->options.every_ms <= 0)
		r->options.every_ms = EVERY_MS;
	st = beat_start(round_once, r, true, &r->beat, ret_error);
	if (st == ST_OK)
		*ret = r;
	else
		free(r);
	return st;
}

void ledger_runner_wake(struct ledger_runner *runner)
{
	if (runner)
		beat_wake(runner->beat);
}

void ledger_runner_stop(struct ledger_runner *runner)
{
	if (runner == NULL)
		return;
	beat_stop(runner->beat);
	free(runner);
}
