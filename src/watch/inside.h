/* A state from within: what was built whole, what changed since, and what changed last. */
#ifndef WATCH_INSIDE_H
#define WATCH_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "screen/overlay.h"
#include "watch/watch.h"

/* A record of the list; its payload stands in the part's bytes. */
struct watch_record {
	uint8_t subject[EDITION_ID_SIZE];
	uint64_t index; /* of its leaf: another one is another content */
	size_t at, len; /* of the payload */
	enum edition_kind kind;
};

/* A clearance, by the entry that its traveller is not. */
struct watch_cleared {
	uint8_t entry[EDITION_ID_SIZE];
	const struct watch_record *record;
};

/* Records, their payloads, the index over those that are listings, and those that are clearances. */
struct watch_part {
	struct watch_record *records; /* owned; ascending by subject */
	size_t count;
	struct buffer payloads;
	struct buffer image;
	struct index *index;
	struct watch_cleared *cleared; /* owned; by entry */
	size_t cleared_count;
};

/* A part that states which follow each other share. */
struct watch_base {
	atomic_uint holders;
	struct watch_part part;
};

/* Of a subject that stands in several parts the last counts: what was settled stands over the base, what changed over both. What is
 * there since long need not be built again because something changes now. */
struct watch_list {
	atomic_uint holders;
	uint64_t number;
	struct watch_base *base;    /* held */
	struct watch_base *settled; /* held; NULL: nothing */
	struct watch_part changed;
	uint8_t (*removed)[EDITION_ID_SIZE]; /* owned; ascending; of the base or settled, on the list no more */
	size_t removed_count;
	struct overlay *overlay;
	size_t listings, clearances;
};

/* A base that is built beside. The taker's own, but what its thread writes: `base`, `st`, `done`. */
struct watch_rebuild {
	pthread_t thread;
	struct watch_options options;
	struct watch_base *base; /* its records, then its index too */
	enum status st;
	atomic_bool done;
	bool running;            /* the thread is there, or ended and not joined */
	void (*begin)(void *context); /* called by the thread before it builds; for tests, NULL otherwise */
	void *begin_context;
};

struct watch {
	struct watch_options options;
	pthread_mutex_t lock; /* of `current`, for the time of a pointer */
	struct watch_list *current;
	/* The taker's own. */
	struct watch_rebuild rebuild;
	struct watch_base *ready; /* held; built beside, for the states to come; NULL: the base of the state in force is the newest */
	size_t rebuild_after;     /* changes over the base from which one is built beside */
};

int watch_record_compare(const void *a, const void *b); /* by subject */
const struct watch_record *watch_record_find(const struct watch_part *part, const uint8_t subject[EDITION_ID_SIZE]);
/* A record as edition/listing.h reads it. */
struct edition_record watch_record_open(const struct watch_part *part, const struct watch_record *record);
/* The record in force of a subject and the part it stands in, or NULL. */
const struct watch_record *watch_find(const struct watch_list *list, const uint8_t subject[EDITION_ID_SIZE],
				      const struct watch_part **ret_part);
bool watch_removed(const struct watch_list *list, const uint8_t subject[EDITION_ID_SIZE]);

void watch_part_release(struct watch_part *part);
void watch_base_release(struct watch_base *base); /* NULL is fine */

/* The index over the part's listings, and its clearances. Fails: as index_builder_add; ST_MALFORMED. */
MUST_USE enum status watch_part_build(const struct watch_options *options, struct watch_part *part, struct error *ret_error);
/* The clearances alone, of a part that has its index. */
MUST_USE enum status watch_part_cleared(struct watch_part *part, struct error *ret_error);

/* Builds an index over `records`, which it takes over, in a thread of its own. False: there is no thread to be had. */
bool watch_rebuild_start(struct watch_rebuild *rebuild, const struct watch_options *options, struct watch_base *records);
/* Gives the base once it is built, which is the caller's then; waits for it if told to. Fails: ST_NOT_FOUND (none is being built, or not
 * yet done); as watch_part_build: nothing is being built any more. */
MUST_USE enum status watch_rebuild_end(struct watch_rebuild *rebuild, bool wait, struct watch_base **ret);

/* A state that has number, counts, base, settled, changed and removed: the index of what changed, and the overlay. It is freed on
 * failure. */
MUST_USE enum status watch_list_finish(const struct watch_options *options, struct watch_list *list, struct error *ret_error);

#endif
