#include <stdio.h>
#include <stdlib.h>

#include "beat/beat.h"
#include "registry/editions.h"

#define EVERY_MS 500
#define AFTER_FAILURE_MAX_MS 30000

struct editions {
	struct edition_builder builder; /* the thread's own */
	struct beat *beat;
	unsigned failures; /* in a row; the thread's own */
};

static int64_t pause_ms(const struct editions *e)
{
	int64_t ms = e->builder.options.every_ms;

	for (unsigned i = 0; i < e->failures && ms < AFTER_FAILURE_MAX_MS; i++)
		ms *= 2;
	return ms;
}

static struct beat_next round_once(void *context, bool woken)
{
	struct editions *e = context;
	struct error error = {.code = ST_OK};
	char line[ERROR_MESSAGE_SIZE + ERROR_REASON_SIZE + 64];
	uint64_t number = 0;
	bool failed = edition_build(&e->builder, &number, &error) != ST_OK;

	(void)woken;
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
	return (struct beat_next){pause_ms(e), failed};
}

enum status editions_start(const struct editions_options *options, struct editions **ret_editions, struct error *ret_error)
{
	struct editions *e = calloc(1, sizeof *e);
	enum status st;

	if (e == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	edition_builder_init(&e->builder, options);
	if (e->builder.options.every_ms <= 0)
		e->builder.options.every_ms = EVERY_MS;
	st = beat_start(round_once, e, false, &e->beat, ret_error);
	if (st == ST_OK)
		*ret_editions = e;
	else
		free(e);
	return st;
}

void editions_wake(struct editions *editions)
{
	if (editions)
		beat_wake(editions->beat);
}

void editions_stop(struct editions *editions)
{
	if (editions == NULL)
		return;
	beat_stop(editions->beat);
	edition_builder_release(&editions->builder);
	free(editions);
}
