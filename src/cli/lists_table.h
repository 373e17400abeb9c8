/* `cordon lists`: what there is and what is held, as a table. */
#ifndef CLI_LISTS_TABLE_H
#define CLI_LISTS_TABLE_H

#include "feed/refresh.h"

#define LIST_OLD_MS ((int64_t)7 * 24 * 3600 * 1000) /* not checked for longer: old */

/* Writes to standard output: lists of the table, lists that are held, files put there by hand. `with_details` adds where
 * they come from. A folder that is not there holds nothing. Fails: as holding_read; ST_UNAVAILABLE. */
MUST_USE enum status lists_table_write(const char *folder, const struct list_sources *sources, bool with_details,
				       struct error *ret_error);

/* The catalogue, those datasets that have every word in name or title. Gives how many. */
size_t catalogue_write(const struct catalogue *catalogue, char *const *words, int word_count);

#endif
