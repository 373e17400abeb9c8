/* Records told in several rows that need not stand together: held open by their reference until the file is read.
 * Memory grows with what is told, not with how often it is told. */
#ifndef EXCHANGE_GROUPS_H
#define EXCHANGE_GROUPS_H

#include "exchange/csv.h"
#include "exchange/record.h"

#define GROUPS_MEMORY_MAX ((size_t)1 << 30) /* beyond it the file is refused, ST_LIMIT */

struct groups;

/* The open record of that reference; a new one gets the schema. It lives until all are handed over, at the same place.
 * Fails: ST_LIMIT, ST_NO_MEMORY. Cost: O(1). */
MUST_USE enum status groups_find(struct groups *groups, struct text reference, const char *schema,
				 struct record **ret_record, struct error *ret_error);

/* Reads one row into its group. */
typedef enum status groups_row(struct csv *csv, struct groups *groups, struct error *ret_error);
/* Reads all rows, then hands all records over in the order in which they were met. `dataset` must outlive the reader's records.
 * Fails: as csv_next, `row`; what the sink gives. */
MUST_USE enum status groups_read(struct csv *csv, const char *dataset, groups_row *row, struct error *ret_error);

#endif
