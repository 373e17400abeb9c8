/* Keeps the lists of a folder loaded: looks every second and reloads in the background when files change. Of a bad file
 * the last good content stays, the others are taken up; where the folder itself fails, all stays as it was. Holding the
 * lists never waits for a reload.
 */
#ifndef LISTS_LISTS_H
#define LISTS_LISTS_H

#include "lists/snapshot.h"

struct lists;

struct lists_state {
	uint64_t reloads;
	uint64_t failures;
	bool failing;        /* the last attempt failed as a whole: what is in force is older than the files */
	struct error error;  /* why */
	uint32_t troubled;   /* files that are bad, of those in force */
};

/* Loads once and starts to watch. A folder whose first load fails is watched all the same; nothing is in force then.
 * `told` (may be NULL; copied) hears of trouble with single files, from the watching thread too.
 * Fails: ST_NO_MEMORY, ST_UNAVAILABLE (a thread cannot be started). */
MUST_USE enum status lists_open(const char *folder, unsigned threads, const struct lists_told *told,
				struct lists **ret_lists, struct error *ret_error);
void lists_close(struct lists *lists); /* NULL is fine */

/* The lists in force, or NULL where none could be loaded; give back with snapshot_release. */
struct lists_snapshot *lists_hold(struct lists *lists);

void lists_state(struct lists *lists, struct lists_state *ret_state);

#endif
