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

struct watch {
	struct watch_options options;
	pthread_mutex_t lock; /* of `current`, for the time of a pointer */
	struct watch_list *current;
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

/* A state that has number, counts, base, settled, changed and removed: the index of what changed, and the overlay. It is freed on
 * failure. */
MUST_USE enum status watch_list_finish(const struct watch_options *options, struct watch_list *list, struct error *ret_error);

#endif
