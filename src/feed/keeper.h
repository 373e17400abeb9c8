/* Keeps the lists of a folder fresh from a thread of its own: fetches each when it was not checked for a while, and tries
 * one that failed again sooner. Nothing that reads the lists waits for it. */
#ifndef FEED_KEEPER_H
#define FEED_KEEPER_H

#include "feed/refresh.h"

#define KEEPER_AGAIN_MS ((int64_t)15 * 60 * 1000) /* after a failure; sooner where the lists are checked more often */

struct keeper;

struct keeper_options {
	const char *folder;                 /* both must outlive the keeper */
	const struct list_sources *sources;
	struct refresh_options refresh;     /* its go_on is the keeper's own */
	int64_t every_ms;                   /* how old what was checked may become */
	/* Told from the thread: each list that was replaced, each failure when it is new. */
	void (*say)(void *context, const char *line);
	void *context;
};

/* Starts at once. Fails: ST_NO_MEMORY, ST_UNAVAILABLE (no thread). */
MUST_USE enum status keeper_start(const struct keeper_options *options, struct keeper **ret_keeper,
				  struct error *ret_error);

/* Why the last attempt to renew the list failed whose main file has this name up to its first dot, as text in the arena;
 * TEXT_NONE where it did not, or for want of memory. For any thread. */
struct text keeper_trouble(struct keeper *keeper, struct text name, struct arena *arena);

/* Stops a download that is under way, waits for the thread. NULL is fine. */
void keeper_stop(struct keeper *keeper);

#endif
