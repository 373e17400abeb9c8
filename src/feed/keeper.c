#include "feed/keeper.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define LOOK_MS 60000
#define NAMES_MEMORY_MAX ((size_t)8 << 20)

struct trouble {
	char name[128]; /* of the list's main file, up to its first dot */
	char message[ERROR_MESSAGE_SIZE];
};

struct keeper {
	struct keeper_options options;
	pthread_mutex_t lock;     /* of the two below, for a few instructions */
	struct trouble *troubles; /* owned */
	size_t trouble_count;
	int stop;
	pthread_t thread;
	char last_trouble[ERROR_MESSAGE_SIZE]; /* of the folder as a whole, told once */
};

static bool stopping(const struct keeper *k, int wait_ms)
{
	struct pollfd stop = {k->stop, POLLIN, 0};
	int n;

	do {
		n = poll(&stop, 1, wait_ms);
	} while (n < 0 && errno == EINTR);
	return n != 0;
}

static bool go_on(void *context, const char *name, const char *act, uint64_t done, uint64_t total)
{
	(void)name;
	(void)act;
	(void)done;
	(void)total;
	return !stopping(context, 0);
}

static bool is_due(const struct keeper *k, const struct held_list *held, int64_t now)
{
	int64_t every = k->options.every_ms, again = every < KEEPER_AGAIN_MS ? every : KEEPER_AGAIN_MS;

	if (held == NULL || held->tried_ms > now || held->checked_ms > now)
		return true; /* never tried, or the clock was set back */
	if (held->trouble[0])
		return now - held->tried_ms >= again;
	return now - held->checked_ms >= every;
}

static void say(const struct keeper *k, const char *name, const char *what)
{
	char line[ERROR_MESSAGE_SIZE + 160];

	snprintf(line, sizeof line, "%s%s%s", name, name[0] ? ": " : "", what);
	if (k->options.say)
		k->options.say(k->options.context, line);
}

static void refresh_one(const struct keeper *k, struct list_folder *folder, const char *name, struct arena *arena)
{
	const struct held_list *held = holding_find(&folder->holding, name);
	char before[ERROR_MESSAGE_SIZE] = "", line[128];
	struct error error = {.code = ST_OK};
	struct list_source source;
	enum refresh_outcome outcome;
	enum status st;

	if (held)
		snprintf(before, sizeof before, "%s", held->trouble);
	st = refresh_source(folder, k->options.sources, name, arena, &source, &error);
	if (st == ST_OK)
		st = refresh_fetch(folder, &source, &outcome, &error);
	else
		refresh_failed(folder, name, &error);
	held = holding_find(&folder->holding, name);
	if (st == ST_OK && outcome == REFRESH_NEW && held) {
		snprintf(line, sizeof line, "fetched, lists %llu", (unsigned long long)held->listed);
		say(k, name, line);
	} else if (st != ST_OK && held && strcmp(before, held->trouble) != 0 && !stopping(k, 0)) {
		say(k, name, held->trouble);
	}
}

/* For those who ask meanwhile. Without memory for it, nobody is told; the record has it all the same. */
static void troubles_keep(struct keeper *k, const struct holding *holding)
{
	struct trouble *fresh = calloc(holding->count + 1, sizeof *fresh), *old;
	size_t count = 0;

	for (size_t i = 0; fresh && i < holding->count; i++) {
		const struct held_list *held = &holding->lists[i];
		struct text file = text_of(held->files[0].name);

		if (held->trouble[0] == '\0' || held->fetched_ms == 0)
			continue;
		snprintf(fresh[count].name, sizeof fresh[count].name, "%.*s", (int)text_find(file, '.', 0), file.data);
		snprintf(fresh[count].message, sizeof fresh[count].message, "%s", held->trouble);
		count++;
	}
	pthread_mutex_lock(&k->lock);
	old = k->troubles;
	k->troubles = fresh;
	k->trouble_count = count;
	pthread_mutex_unlock(&k->lock);
	free(old);
}

struct text keeper_trouble(struct keeper *k, struct text name, struct arena *arena)
{
	struct text copy = TEXT_NONE;
	enum status st = ST_OK;

	pthread_mutex_lock(&k->lock);
	for (size_t i = 0; i < k->trouble_count && copy.data == NULL && st == ST_OK; i++)
		if (text_equal(text_of(k->troubles[i].name), name))
			st = arena_text(arena, text_of(k->troubles[i].message), &copy);
	pthread_mutex_unlock(&k->lock);
	return copy;
}

static enum status round_run(struct keeper *k, struct list_folder *folder, struct error *ret_error)
{
	struct arena arena;
	const char **names;
	size_t count = 0;
	enum status st;

	arena_init(&arena, NAMES_MEMORY_MAX);
	st = refresh_names(folder, k->options.sources, &arena, &names, &count, ret_error);
	for (size_t i = 0; st == ST_OK && i < count && !stopping(k, 0); i++)
		if (is_due(k, holding_find(&folder->holding, names[i]), refresh_now_ms()))
			refresh_one(k, folder, names[i], &arena);
	arena_release(&arena);
	return st;
}

static void *keep(void *context)
{
	struct keeper *k = context;
	int64_t wait = k->options.every_ms / 4;

	wait = wait > LOOK_MS ? LOOK_MS : wait < 100 ? 100 : wait;
	do {
		struct list_folder folder;
		struct error error = {.code = ST_OK};
		enum status st = list_folder_open(k->options.folder, &k->options.refresh, &folder, &error);

		if (st == ST_OK) {
			st = round_run(k, &folder, &error);
			troubles_keep(k, &folder.holding);
			list_folder_close(&folder);
		}
		/* Somebody who fetches by hand at this moment does what this would do. */
		if (st != ST_OK && st != ST_CONFLICT && strcmp(k->last_trouble, error.message) != 0)
			say(k, "", error.message);
		snprintf(k->last_trouble, sizeof k->last_trouble, "%s", st == ST_OK ? "" : error.message);
	} while (!stopping(k, (int)wait));
	return NULL;
}

enum status keeper_start(const struct keeper_options *options, struct keeper **ret_keeper, struct error *ret_error)
{
	struct keeper *k = calloc(1, sizeof *k);

	if (k == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	k->options = *options;
	k->options.refresh.go_on = go_on;
	k->options.refresh.context = k;
	pthread_mutex_init(&k->lock, NULL);
	k->stop = eventfd(0, EFD_CLOEXEC);
	if (k->stop < 0 || pthread_create(&k->thread, NULL, keep, k) != 0) {
		if (k->stop >= 0)
			close(k->stop);
		pthread_mutex_destroy(&k->lock);
		free(k);
		return error_set(ret_error, ST_UNAVAILABLE, "a thread cannot be started");
	}
	*ret_keeper = k;
	return ST_OK;
}

void keeper_stop(struct keeper *k)
{
	uint64_t one = 1;

	if (k == NULL)
		return;
	while (write(k->stop, &one, sizeof one) < 0 && errno == EINTR)
		;
	pthread_join(k->thread, NULL);
	close(k->stop);
	pthread_mutex_destroy(&k->lock);
	free(k->troubles);
	free(k);
}
