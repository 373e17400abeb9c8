/* Records told in several rows that need not stand together: held open by their reference until the file is read.
 * Memory grows with what is told, not with how often it is told. */
#ifndef EXCHANGE_GROUPS_H
#define EXCHANGE_GROUPS_H

#include "exchange/record.h"

#define GROUPS_MEMORY_MAX ((size_t)1 << 30) /* beyond it the file is refused, ST_LIMIT */

struct group;

struct groups {
	struct reader *reader;
	const char *dataset;
	struct arena arena;
	struct group *first, *last; /* as they were met */
	struct group **slots;       /* hashed by reference; owned */
	size_t slot_count, count;
};

/* `dataset` must outlive it. */
void groups_init(struct groups *groups, struct reader *reader, const char *dataset);
void groups_release(struct groups *groups);

/* The open record of that reference; a new one gets the schema. It lives until groups_release, at the same place.
 * Fails: ST_LIMIT, ST_NO_MEMORY. Cost: O(1). */
MUST_USE enum status groups_find(struct groups *groups, struct text reference, const char *schema,
				 struct record **ret_record, struct error *ret_error);

/* Hands all over, in the order in which they were met. Fails: what the sink gives. */
MUST_USE enum status groups_end(struct groups *groups, struct error *ret_error);

#endif
