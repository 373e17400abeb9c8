/* What a folder holds of published lists: where each came from, when, and what it was when it was last good.
 *
 * Stands in the file HOLDING_FILE of the folder, as JSON, replaced whole. One process at a time changes a folder.
 */
#ifndef FEED_HOLDING_H
#define FEED_HOLDING_H

#include "feed/fetch.h"
#include "feed/sources.h"

#define HOLDING_FILE ".lists.json"
#define HOLDING_LOCK ".lists.lock"
#define HOLDING_ADDRESS_SIZE 1024u

struct held_file {
	char name[128];
	char address[HOLDING_ADDRESS_SIZE]; /* empty: brought as a file */
	char etag[FETCH_TAG_SIZE], last_modified[FETCH_TAG_SIZE];
	struct digest_pair digests;
	uint64_t bytes;
};

struct held_list {
	char name[SOURCE_NAME_MAX + 8];
	char format[32];
	int64_t modified_s; /* of the list as its publisher dates it, seconds since 1970; -1 if not told */
	int64_t fetched_ms; /* when this content came; 0: never */
	int64_t checked_ms; /* when the publisher last said that it is current */
	int64_t tried_ms;   /* when it was last tried, also in vain */
	uint64_t listed;    /* persons, organisations...; of a catalogue, datasets */
	uint64_t entities, skipped;
	char trouble[ERROR_MESSAGE_SIZE]; /* why the last attempt failed, or empty */
	size_t file_count;
	struct held_file files[SOURCE_FILES_MAX];
};

struct holding {
	struct held_list *lists; /* owned, by name */
	size_t count;
};

/* What the folder's file says; nothing where there is none. Fails: ST_CORRUPT,
 * ST_LIMIT, ST_NO_MEMORY, ST_UNAVAILABLE. */
MUST_USE enum status holding_read(int folder, struct holding *ret_holding, struct error *ret_error);

/* Replaces the folder's file, durably. Fails: ST_UNAVAILABLE, ST_NO_MEMORY. */
MUST_USE enum status holding_write(int folder, const struct holding *holding, struct error *ret_error);

/* The list of that name, or NULL. */
struct held_list *holding_find(const struct holding *holding, const char *name);

/* The same, added where it is missing. Earlier pointers into the holding die. Fails: ST_NO_MEMORY, ST_LIMIT. */
MUST_USE enum status holding_add(struct holding *holding, const char *name, struct held_list **ret_list,
				 struct error *ret_error);

void holding_release(struct holding *holding); /* a zeroed one is fine */

#endif
