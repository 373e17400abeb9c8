/* Keeps the lists of a folder loaded: looks every second, reloads in the background when files change, keeps the last
 * good ones where that fails. Holding the lists never waits for a reload.
 */
#ifndef LISTS_LISTS_H
#define LISTS_LISTS_H

#include "lists/snapshot.h"

struct lists;

struct lists_state {
	uint64_t reloads;
	uint64_t failures;
	bool failing;        /* the last attempt failed: what is in force is older than the files */
	struct error error;  /* why */
};

/* Loads once and starts to watch. A folder whose first load fails is watched all the same; nothing is in force then.
 * Fails: ST_NO_MEMORY, ST_UNAVAILABLE (a thread cannot be started). */
MUST_USE enum status lists_open(const char *folder, unsigned threads, struct lists **ret_lists,
				struct error *ret_error);
void lists_close(struct lists *lists); /* NULL is fine */

/* The lists in force, or NULL where none could be loaded; give back with snapshot_release. */
struct lists_snapshot *lists_hold(struct lists *lists);

void lists_state(struct lists *lists, struct lists_state *ret_state);

#endif
