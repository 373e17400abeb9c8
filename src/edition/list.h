/* A list in memory: its records, the cover that joins them to the log, and the bodies they stand in. Pure. */
#ifndef EDITION_LIST_H
#define EDITION_LIST_H

#include "edition/body.h"

/* A body that was applied; lists that were made of each other share those they have in common. One thread's. */
struct block {
	struct block *older; /* held */
	size_t holders;
	size_t len;
	uint8_t data[];
};

struct list {
	struct edition_record *records; /* owned; ascending by subject; they point into the blocks */
	size_t count;
	struct cover cover;
	struct merkle_hash state;
	struct block *blocks; /* newest first; held */
	size_t held;          /* bytes in them */
	struct arena arena;   /* the manifest's */
	struct edition_manifest manifest;
	bool taken;           /* it has a manifest */
};

struct edition {
	size_t memory_max;
	struct list list;
};

void list_init(struct list *list); /* the empty list */
void list_release(struct list *list);

/* Room for a body of `len` bytes; to be given to list_apply or block_release. NULL: out of memory. */
MUST_USE struct block *block_new(size_t len);
void block_release(struct block *block); /* NULL is fine */

/* What the block's body makes of `old`; takes the block over in any case. *made is an empty list before, and to be released
 * after a failure. Fails: ST_MALFORMED reason edition-malformed, -unproven or -gap; ST_NO_MEMORY. */
MUST_USE enum status list_apply(const struct list *old, struct block *block, struct list *made, struct error *ret_error);

/* Whether the list is what its manifest was signed for. Fails: ST_MALFORMED reason edition-unproven. */
MUST_USE enum status list_check(const struct list *list, struct error *ret_error);

#endif
