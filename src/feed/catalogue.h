/* The catalogue of FollowTheMoney datasets as its publisher's index.json has it: names, titles, and where each dataset's
 * entities can be had, with size and checksum. */
#ifndef FEED_CATALOGUE_H
#define FEED_CATALOGUE_H

#include "feed/sources.h"

struct catalogue {
	void *json; /* owned */
	size_t count;
};

/* Lives as long as the catalogue; text is never NULL. */
struct catalogue_dataset {
	const char *name, *title, *publisher;
	const char *updated_at; /* 2026-10-02T20:10:05, or empty */
	const char *address;    /* of entities.ftm.json */
	const char *sha1;       /* of the same, or empty */
	uint64_t size;          /* of the same in bytes, 0 if not told */
	uint64_t things;        /* persons, companies...: what can be listed */
};

/* Reads a whole file, from its beginning. Fails: ST_MALFORMED, ST_LIMIT, ST_UNAVAILABLE. */
MUST_USE enum status catalogue_read(int fd, struct catalogue *ret_catalogue, struct error *ret_error);
void catalogue_release(struct catalogue *catalogue); /* a zeroed one is fine */

/* Gives false where dataset number `at` (< count) has no name that could be a list's, or no entities to be had. */
bool catalogue_dataset(const struct catalogue *catalogue, size_t at, struct catalogue_dataset *ret_dataset);

/* The dataset as a source, named "ftm:NAME", in the arena. Fails: ST_NOT_FOUND, ST_DENIED (its address), ST_NO_MEMORY. */
MUST_USE enum status catalogue_source(const struct catalogue *catalogue, const char *name, struct arena *arena,
				      struct list_source *ret_source, struct error *ret_error);

/* The same for a dataset that is brought as a file: without address, size and checksum. Fails: ST_MALFORMED (the name),
 * ST_NO_MEMORY. */
MUST_USE enum status dataset_source(const char *name, struct arena *arena, struct list_source *ret_source,
				    struct error *ret_error);

#endif
