/* What answers need beside the index: the catalogue, filters, neighbours and words. Inside lists/. */
#ifndef LISTS_DESCRIBE_H
#define LISTS_DESCRIBE_H

#include "lists/snapshot.h"

/* Fills all of it from the index. Fails: ST_MALFORMED, ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status lists_describe(struct lists_snapshot *s, struct error *ret_error);

#endif
