/* Our own list template (docs/formats/list-template.md), whatever file its table comes from: one person or thing a row,
 * several values in a cell divided by '|'. */
#ifndef EXCHANGE_TEMPLATE_H
#define EXCHANGE_TEMPLATE_H

#include "exchange/csv.h"
#include "exchange/reader.h"

struct template {
	const struct csv *table; /* its header and current row */
	char dataset[64];        /* the file's name up to its first '.' */
};

/* Checks the header: id and name must be there, no column twice; an unknown column is reported as passed over.
 * Fails: ST_MALFORMED with the row. */
MUST_USE enum status template_begin(struct template *template, const struct csv *table, struct error *ret_error);

/* Takes the table's current row; one without id or name is reported. Fails: what the sink gives. */
MUST_USE enum status template_row(const struct template *template, struct error *ret_error);

#endif
