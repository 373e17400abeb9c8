#include "cli/hub_arrivals.h"

#include <stdio.h>
#include <stdlib.h>

#include "beat/beat.h"
#include "border/arrival.h"

#define TURN_MS 1000

struct hub_arrivals {
	struct hub_arrivals_options options;
	struct beat *beat;
	bool failing;
};

static struct beat_next turn(void *context, bool woken)
{
	struct hub_arrivals *a = context;
	struct office *office = a->options.office;
	struct error error = {.code = ST_OK};
	size_t changed = 0;
	bool failed = border_list_renew(office->border->list, &error) != ST_OK;
	char line[512];

	(void)woken;
	/* Also where the newest edition cannot be taken: what came meanwhile is screened with what is in force. */
	failed = arrival_again(office->border, &changed, failed ? NULL : &error) != ST_OK || failed;
	if (changed) {
		office->committed(office->context);
		if (a->options.turned)
			a->options.turned(a->options.context);
	}
	if (failed != a->failing && a->options.say) {
		snprintf(line, sizeof line, "screening of arrivals: %s", failed ? error.message : "works again");
		a->options.say(a->options.context, line);
	}
	a->failing = failed;
	return (struct beat_next){TURN_MS, false};
}

enum status hub_arrivals_start(const struct hub_arrivals_options *options, struct hub_arrivals **ret, struct error *ret_error)
{
	struct hub_arrivals *a = calloc(1, sizeof *a);
	enum status st;

	if (a == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	a->options = *options;
	st = beat_start(turn, a, false, &a->beat, ret_error);
	if (st == ST_OK)
		*ret = a;
	else
		free(a);
	return st;
}

void hub_arrivals_wake(struct hub_arrivals *a)
{
	if (a)
		beat_wake(a->beat);
}

void hub_arrivals_stop(struct hub_arrivals *a)
{
	if (a == NULL)
		return;
	beat_stop(a->beat);
	free(a);
}
