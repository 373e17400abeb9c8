/* Comma-separated values. Source: RFC 4180, with any separator; quoted fields may span lines. */
#ifndef EXCHANGE_CSV_H
#define EXCHANGE_CSV_H

#include "base/arena.h"

struct reader;

/* Cuts one record into fields, unquoted, in the arena; spaces after a separator and before it stay.
 * Fails: ST_MALFORMED (a quote that does not end), ST_LIMIT (more than `room` fields), ST_NO_MEMORY. */
MUST_USE enum status csv_split(struct text line, char separator, struct arena *arena, struct text *ret_fields,
			       size_t room, size_t *ret_count);

#define CSV_FIELDS_MAX 256u /* the widest list, the EU's, has 118 */

/* A table being read: its header and its current row. */
struct csv {
	struct reader *reader;
	char separator;
	struct arena header_arena;
	struct arena row_arena;
	struct text header[CSV_FIELDS_MAX];
	size_t columns;
	struct text fields[CSV_FIELDS_MAX];
	size_t count; /* of the current row */
};

/* `has_header`: the next record names the columns. Fails as csv_next. */
MUST_USE enum status csv_open(struct csv *csv, struct reader *reader, char separator, bool has_header,
			      struct error *ret_error);
void csv_close(struct csv *csv);

/* The next record, or count 0 at the end. Fields live until the next call. Fails: ST_MALFORMED with the row, ST_LIMIT. */
MUST_USE enum status csv_next(struct csv *csv, struct error *ret_error);

/* Whether the current row has fewer fields than the header. At the end of a file without a line end it is a file cut
 * off: ST_MALFORMED; elsewhere it is reported as passed over and *ret_short tells to leave it out. */
MUST_USE enum status csv_check_row(const struct csv *csv, bool *ret_short, struct error *ret_error);

/* A column's name as the field of a report: cut off where it is long, never inside a character. */
void csv_column_name(struct text name, char out[ERROR_FIELD_SIZE]);

/* Whether there is a column of that name. */
bool csv_has(const struct csv *csv, const char *name);

/* The field under a column's name (any of several names divided by '|'), trimmed; empty if there is none. */
struct text csv_field(const struct csv *csv, const char *names);

#endif
