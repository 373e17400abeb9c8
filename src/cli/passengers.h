/* Queries from a passenger list: whom a carrier's PAXLST names, one after the other. */
#ifndef CLI_PASSENGERS_H
#define CLI_PASSENGERS_H

#include "cli/queries.h"
#include "exchange/reader.h"

struct passengers;

/* Whether a file that begins like this is an interchange: its service string advice, or the first segment of one or of a message. */
bool passengers_begin(struct text head);

/* The whole of it, at most EDIFACT_SIZE_MAX bytes. `now_ms` settles the century of two-digit years. Fails: as paxlst_read, with the
 * offset in the file; as reader_take. */
MUST_USE enum status passengers_read(struct reader *reader, int64_t now_ms, struct passengers **ret, struct error *ret_error);
void passengers_free(struct passengers *passengers);

/* The next one as a query, {"id":"row-N"...}, N from 1 through all lists; who has neither name nor document is given with `failed`.
 * Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status passengers_next(struct passengers *passengers, struct arena *arena, struct query_line *ret_line, struct error *ret_error);

#endif
