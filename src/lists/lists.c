#include "lists/lists.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "lists/file.h"

#define LOOK_MS 1000
#define AGAIN_LOOKS 300u /* what could not be read for now is tried again after so many looks */

struct lists {
	pthread_mutex_t lock; /* held for a few instructions, never while loading */
	struct lists_snapshot *current;
	struct lists_state state;
	char *folder;
	unsigned threads;
	struct lists_told told;
	uint64_t seen; /* fingerprint of the folder that was loaded, or tried */
	int stop;
	pthread_t watcher;
	bool watching;
};

/* Of names, sizes, times and rights of the folder's lists, whatever the order in which they are told. */
static uint64_t folder_fingerprint(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	uint64_t sum = 1;

	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL) {
		struct stat info;
		int64_t facts[6];

		if (!lists_is_file(entry->d_name) || fstatat(dirfd(dir), entry->d_name, &info, 0) != 0)
			continue;
		facts[0] = (int64_t)info.st_size;
		facts[1] = (int64_t)info.st_mtim.tv_sec;
		facts[2] = (int64_t)info.st_mtim.tv_nsec;
		facts[3] = (int64_t)info.st_ino;
		facts[4] = (int64_t)info.st_ctim.tv_sec;
		facts[5] = (int64_t)info.st_ctim.tv_nsec;
		sum += XXH3_64bits_withSeed(entry->d_name, strlen(entry->d_name), XXH3_64bits(facts, sizeof facts));
	}
	closedir(dir);
	return sum;
}

static void reload(struct lists *lists)
{
	struct lists_snapshot *fresh = NULL, *old;
	struct error error = {.code = ST_OK};
	enum status st = snapshot_load(lists->folder, lists->threads, &lists->told, &fresh, &error);

	if (st != ST_OK && lists->told.say)
		lists->told.say(lists->told.context, error.message);
	pthread_mutex_lock(&lists->lock);
	old = st == ST_OK ? lists->current : NULL;
	if (st == ST_OK)
		lists->current = fresh;
	lists->state.reloads++;
	lists->state.troubled = lists->current ? lists->current->troubled : 0;
	lists->state.failing = st != ST_OK;
	lists->state.failures += st != ST_OK;
	lists->state.error = error;
	pthread_mutex_unlock(&lists->lock);
	snapshot_release(old);
}

/* A change is taken up when two looks in a row see the same: a file still being copied is left alone. */
static void *watch(void *context)
{
	struct lists *lists = context;
	struct pollfd stop = {lists->stop, POLLIN, 0};
	uint64_t before = lists->seen;
	unsigned looks = 0;

	while (poll(&stop, 1, LOOK_MS) <= 0) {
		uint64_t now = folder_fingerprint(lists->folder);
		/* Only this thread replaces what is in force. */
		bool again = lists->current && lists->current->may_pass && ++looks >= AGAIN_LOOKS;

		if ((now == before && now != lists->seen) || again) {
			lists->seen = now;
			looks = 0;
			reload(lists);
		}
		before = now;
	}
	return NULL;
}

enum status lists_open(const char *folder, unsigned threads, const struct lists_told *told, struct lists **ret_lists,
		       struct error *ret_error)
{
	struct lists *lists = calloc(1, sizeof *lists);

	if (lists == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	lists->folder = strdup(folder);
	lists->threads = threads;
	if (told)
		lists->told = *told;
	lists->stop = eventfd(0, EFD_CLOEXEC);
	pthread_mutex_init(&lists->lock, NULL);
	if (lists->folder == NULL || lists->stop < 0) {
		lists_close(lists);
		return error_set(ret_error, ST_NO_MEMORY, "out of memory or of file descriptors");
	}
	lists->seen = folder_fingerprint(folder);
	reload(lists);
	if (pthread_create(&lists->watcher, NULL, watch, lists) != 0) {
		lists_close(lists);
		return error_set(ret_error, ST_UNAVAILABLE, "a thread cannot be started");
	}
	lists->watching = true;
	*ret_lists = lists;
	return ST_OK;
}

void lists_close(struct lists *lists)
{
	uint64_t one = 1;

	if (lists == NULL)
		return;
	if (lists->watching) {
		while (write(lists->stop, &one, sizeof one) < 0 && errno == EINTR)
			;
		pthread_join(lists->watcher, NULL);
	}
	if (lists->stop >= 0)
		close(lists->stop);
	snapshot_release(lists->current);
	pthread_mutex_destroy(&lists->lock);
	free(lists->folder);
	free(lists);
}

struct lists_snapshot *lists_hold(struct lists *lists)
{
	struct lists_snapshot *held;

	pthread_mutex_lock(&lists->lock);
	held = lists->current;
	if (held)
		snapshot_hold(held);
	pthread_mutex_unlock(&lists->lock);
	return held;
}

void lists_state(struct lists *lists, struct lists_state *ret_state)
{
	pthread_mutex_lock(&lists->lock);
	*ret_state = lists->state;
	pthread_mutex_unlock(&lists->lock);
}
