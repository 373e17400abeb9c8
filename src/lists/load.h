/* A folder's files read into an index builder, one bad file never spoiling the others. */
#ifndef LISTS_LOAD_H
#define LISTS_LOAD_H

#include "lists/snapshot.h"

/* Fills the snapshot's catalogue with what the files say, and gives a builder with all their entities.
 * Fails: ST_NOT_FOUND, ST_UNAVAILABLE (the folder), ST_LIMIT (too many files), ST_NO_MEMORY. */
MUST_USE enum status lists_load_folder(const char *folder, unsigned threads, const struct lists_told *told,
				       struct lists_snapshot *snapshot, struct index_builder **ret_builder,
				       struct error *ret_error);

/* The dataset of that name, a new one if there is none; lives until the next one is added. */
MUST_USE enum status snapshot_dataset_add(struct lists_snapshot *snapshot, struct text name,
					  struct lists_dataset **ret_dataset);

#endif
