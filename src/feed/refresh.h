/* Brings published lists into a folder, and keeps the last good ones.
 *
 * A list is downloaded (or copied) beside the one that is held, checked by reading it whole, and only then put in its
 * place by renaming: whoever reads the folder sees the old list or the new one, also after a crash at any moment. Of a set
 * of files the companions are put in place before the file they belong to; what a crash left mixed is fetched whole next
 * time, for the files are not what the folder's record says.
 */
#ifndef FEED_REFRESH_H
#define FEED_REFRESH_H

#include "feed/catalogue.h"
#include "feed/holding.h"

struct refresh_options {
	struct fetch_limits limits;
	bool force; /* takes a list that shrank below half, too */
	/* Told what is under way: of a download bytes, of a check entities with total 0; false stops. May be NULL. */
	bool (*go_on)(void *context, const char *name, const char *act, uint64_t done, uint64_t total);
	void *context;
};

/* A folder that this process alone may change, until it is closed. */
struct list_folder {
	int fd, lock;
	struct refresh_options options;
	struct holding holding;
	struct catalogue catalogue;   /* read when it is first needed */
	bool catalogue_asked;         /* its publisher was asked since the folder was opened */
	struct error catalogue_stale; /* and this was the answer, if its code is not ST_OK */
};

enum refresh_outcome {
	REFRESH_NEW,  /* put in place of what was held */
	REFRESH_SAME, /* what is held is current */
};

/* Fails: ST_CONFLICT (another process has it), ST_NOT_FOUND, ST_UNAVAILABLE, and as holding_read. */
MUST_USE enum status list_folder_open(const char *path, const struct refresh_options *options,
				      struct list_folder *ret_folder, struct error *ret_error);
void list_folder_close(struct list_folder *folder);

/* Asks the publisher. The folder's record tells of the failure, too. Fails: as fetch_file and check_list; ST_CONFLICT
 * (fewer than half of what is held). Cost: downloads and reads the list once; no more than a question if unchanged. */
MUST_USE enum status refresh_fetch(struct list_folder *folder, const struct list_source *source,
				   enum refresh_outcome *ret_outcome, struct error *ret_error);

/* The same from files brought another way, in the order of the source's files. */
MUST_USE enum status refresh_take(struct list_folder *folder, const struct list_source *source,
				  const char *const *paths, size_t count, enum refresh_outcome *ret_outcome,
				  struct error *ret_error);

/* Writes into the folder's record why a list could not be had; the two above do it themselves. */
void refresh_failed(struct list_folder *folder, const char *name, const struct error *why);

/* Reads the catalogue, once, asking its publisher first; where that fails, *ret_stale says why and what is held is read.
 * Fails: where none is held either. */
MUST_USE enum status refresh_catalogue(struct list_folder *folder, const struct list_sources *sources,
				       struct error *ret_stale, struct error *ret_error);

/* The source of that name, of the table or ("ftm:NAME") of the catalogue; in the arena. Fails: ST_NOT_FOUND, and as
 * refresh_catalogue. */
MUST_USE enum status refresh_source(struct list_folder *folder, const struct list_sources *sources, const char *name,
				    struct arena *arena, struct list_source *ret_source, struct error *ret_error);

/* The names to fetch when none are given: what the folder holds, or, where it holds nothing, the standard lists. In the
 * arena. Fails: ST_NO_MEMORY. */
MUST_USE enum status refresh_names(const struct list_folder *folder, const struct list_sources *sources,
				   struct arena *arena, const char ***ret_names, size_t *ret_count,
				   struct error *ret_error);

/* Whether the list's main file lies in the folder as it was recorded. Reads it whole. */
bool refresh_held_good(int folder, const struct held_list *list);

/* Milliseconds since 1970. */
int64_t refresh_now_ms(void);

#endif
