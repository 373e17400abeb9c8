/* What answers need beside the index: the catalogue, filters, neighbours and words. Inside lists/. */
#ifndef LISTS_DESCRIBE_H
#define LISTS_DESCRIBE_H

#include "lists/snapshot.h"

/* The dataset of this name, added where it is new; numbers of others may move. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status lists_dataset_add(struct lists_snapshot *s, struct text name, struct lists_dataset **ret_dataset);

/* Fills all of it from the index. Fails: ST_MALFORMED, ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status lists_describe(struct lists_snapshot *s, struct error *ret_error);

#endif
