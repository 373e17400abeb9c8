/* Editions on the command line: read, checked, screened against. */
#ifndef CLI_EDITION_SET_H
#define CLI_EDITION_SET_H

#include "cli/answer.h"
#include "edition/edition.h"

#define EDITION_SET_MAX 16u

struct edition_set_options {
	char *const *paths;
	size_t count;
	const char *keys;  /* a file; NULL: those in the editions themselves, said on standard error */
	bool expired_too;
	int64_t now_ms;
};

struct edition_set;

/* Reads and checks all. A line on standard error for each: what it is, and where it is less than it should be.
 * Fails: as edition_take, the message naming the file. */
MUST_USE enum status edition_set_open(const struct edition_set_options *options, struct edition_set **ret_set, struct error *ret_error);
void edition_set_close(struct edition_set *editions); /* NULL is fine */

/* For struct loading's `more`: listed persons, each in the dataset that its list is called. */
MUST_USE enum status edition_set_feed(void *editions, struct index_builder *builder, struct error *ret_error);

/* Set before asking: expiries are applied by the clock of the moment. */
void edition_set_use(struct edition_set *editions, const struct index *index, int64_t now_ms);

/* For struct screen_options: whether something may be done about the person now. */
bool edition_set_keep(void *editions, entity_ref ref);

/* For struct answer_extra: measures in force, and whether the traveller was cleared of being this person. */
void edition_set_add(void *editions, const struct entity *query, struct screen_result *result, struct buffer *out);

/* The bytes of a whole file; to be freed. Fails: ST_NOT_FOUND, ST_UNAVAILABLE, ST_LIMIT. */
MUST_USE enum status file_whole(const char *path, struct buffer *ret_bytes, struct error *ret_error);

/* Keys from a file, in the arena. */
MUST_USE enum status keys_load(const char *path, struct arena *arena, struct edition_keys *ret_keys, struct error *ret_error);

#endif
