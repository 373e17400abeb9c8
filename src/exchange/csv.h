/* Comma-separated values. Source: RFC 4180, with any separator; a quoted field may not span lines here. */
#ifndef EXCHANGE_CSV_H
#define EXCHANGE_CSV_H

#include "base/arena.h"

/* Cuts a line into fields, unquoted, in the arena. Fails: ST_MALFORMED (a quote that does not end), ST_LIMIT (more
 * than `room` fields), ST_NO_MEMORY. */
MUST_USE enum status csv_split(struct text line, char separator, struct arena *arena, struct text *ret_fields,
			       size_t room, size_t *ret_count);

#endif
