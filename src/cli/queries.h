/* Queries from a file: JSON lines, CSV with a header row, machine-readable zones, or a passenger list (PAXLST); all become JSON lines. */
#ifndef CLI_QUERIES_H
#define CLI_QUERIES_H

#include "base/arena.h"

struct queries;

struct query_line {
	bool more;         /* false: the file is at its end */
	struct text json;  /* the query; lives in the arena */
	bool failed;       /* this row is no query: */
	struct error error;
	struct text id;
};

/* "-" is standard input. The form is recognised by its first bytes. Fails: ST_NOT_FOUND, ST_UNAVAILABLE, ST_MALFORMED; a passenger list
 * that cannot be read: as passengers_read. */
MUST_USE enum status queries_open(const char *path, struct queries **ret_queries, struct error *ret_error);
void queries_close(struct queries *queries);

/* Fails only if the file cannot be read on; a bad row is given with `failed`. */
MUST_USE enum status queries_next(struct queries *queries, struct arena *arena, struct query_line *ret_line,
				  struct error *ret_error);

unsigned queries_percent(const struct queries *queries);

#endif
