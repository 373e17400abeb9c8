#include "cli/hub_tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "beat/beat.h"
#include "border/hit.h"
#include "border/past.h"
#include "border/retention.h"
#include "registry/clearance.h"
#include "registry/similar.h"

#define TURN_MS 1000

typedef enum status task_work(struct office *office, struct error *ret_error);

static enum status refresh(struct office *office, struct error *ret_error)
{
	return registry_refresh(office->registry, ret_error);
}

static enum status time_passes(struct office *office, struct error *ret_error)
{
	size_t done = 0, ended = 0;
	enum status st = registry_clock(office->registry, &done, ret_error);

	if (st == ST_OK)
		st = clearance_clock(office->registry, &ended, ret_error);
	if (done + ended)
		office->committed(office->context);
	return st;
}

static enum status border_time(struct office *office, struct error *ret_error)
{
	size_t done = 0;
	enum status st = border_clock(office->border, &done, ret_error);

	if (done)
		office->committed(office->context);
	return st;
}

static enum status past(struct office *office, struct error *ret_error)
{
	size_t found = 0;
	enum status st = past_search(office->border, &found, ret_error);

	if (found)
		office->committed(office->context);
	return st;
}

static enum status forget(struct office *office, struct error *ret_error)
{
	size_t gone;

	return border_forget(office->border, &gone, ret_error);
}

static const struct task {
	const char *name;
	task_work *work;
	int64_t every_ms;
	bool woken; /* also when something was committed */
} tasks[] = {
	{"index of look-alikes", refresh, TURN_MS, true},
	{"acts of the clock", time_passes, 30000, false},
	{"clocks of the border", border_time, 30000, false},
	{"crossings of the past", past, 10000, false},
	{"kept answers", office_forget, 3600000, false},
	{"what is kept no longer", forget, 3600000, false},
};
#define TASK_COUNT (sizeof tasks / sizeof tasks[0])

struct hub_tasks {
	struct office *office;
	void (*say)(void *context, const char *line);
	struct beat *beat;
	int64_t next_ms[TASK_COUNT]; /* by the monotonic clock */
	bool failing[TASK_COUNT];
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void task_run(struct hub_tasks *t, size_t i)
{
	struct error error = {.code = ST_OK};
	bool failed = tasks[i].work(t->office, &error) != ST_OK;
	char line[512];

	if (failed != t->failing[i] && t->say) {
		snprintf(line, sizeof line, "%s: %s", tasks[i].name, failed ? error.message : "works again");
		t->say(NULL, line);
	}
	t->failing[i] = failed;
	t->next_ms[i] = now_ms() + tasks[i].every_ms;
}

static struct beat_next tasks_run(void *context, bool woken)
{
	struct hub_tasks *t = context;

	for (size_t i = 0; i < TASK_COUNT && !beat_stopping(t->beat); i++)
		if ((woken && tasks[i].woken) || now_ms() >= t->next_ms[i])
			task_run(t, i);
	return (struct beat_next){TURN_MS, false};
}

enum status hub_tasks_start(struct office *office, void (*say)(void *context, const char *line), struct hub_tasks **ret_tasks,
			    struct error *ret_error)
{
	struct hub_tasks *t = calloc(1, sizeof *t);
	enum status st;

	if (t == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	t->office = office;
	t->say = say;
	st = beat_start(tasks_run, t, false, &t->beat, ret_error);
	if (st == ST_OK)
		*ret_tasks = t;
	else
		free(t);
	return st;
}

void hub_tasks_wake(struct hub_tasks *t)
{
	if (t)
		beat_wake(t->beat);
}

void hub_tasks_stop(struct hub_tasks *t)
{
	if (t == NULL)
		return;
	beat_stop(t->beat);
	free(t);
}
