#include "cli/hub_arrivals.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "border/arrival.h"

#define TURN_S 1

struct hub_arrivals {
	struct hub_arrivals_options options;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t asked;
	bool woken, stop, failing;
};

static void turn(struct hub_arrivals *a)
{
	struct office *office = a->options.office;
	struct error error = {.code = ST_OK};
	size_t changed = 0;
	bool failed = border_list_renew(office->border->list, &error) != ST_OK;
	char line[512];

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
}

static void *run(void *context)
{
	struct hub_arrivals *a = context;

	pthread_mutex_lock(&a->lock);
	while (!a->stop) {
		struct timespec until;

		a->woken = false;
		pthread_mutex_unlock(&a->lock);
		turn(a);
		pthread_mutex_lock(&a->lock);
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += TURN_S;
		while (!a->woken && !a->stop && pthread_cond_clockwait(&a->asked, &a->lock, CLOCK_MONOTONIC, &until) == 0)
			;
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

enum status hub_arrivals_start(const struct hub_arrivals_options *options, struct hub_arrivals **ret, struct error *ret_error)
{
	struct hub_arrivals *a = calloc(1, sizeof *a);

	if (a == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	a->options = *options;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->asked, NULL);
	if (pthread_create(&a->thread, NULL, run, a) != 0) {
		free(a);
		return error_set(ret_error, ST_UNAVAILABLE, "a thread cannot be started");
	}
	*ret = a;
	return ST_OK;
}

void hub_arrivals_wake(struct hub_arrivals *a)
{
	if (a == NULL)
		return;
	pthread_mutex_lock(&a->lock);
	a->woken = true;
	pthread_cond_signal(&a->asked);
	pthread_mutex_unlock(&a->lock);
}

void hub_arrivals_stop(struct hub_arrivals *a)
{
	if (a == NULL)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_signal(&a->asked);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	pthread_cond_destroy(&a->asked);
	pthread_mutex_destroy(&a->lock);
	free(a);
}
