/* The list template as CSV. */
#include "exchange/template.h"

static enum status bad_length(const struct csv *csv, struct error *ret_error)
{
	error_at(ret_error, ST_MALFORMED, "csv", -1,
		 csv->reader->cut && csv->count < csv->columns ? "the file is cut off: its last row has %zu of %zu fields"
							       : "%zu fields, where the header has %zu",
		 csv->count, csv->columns);
	if (ret_error)
		ret_error->row = csv->reader->row;
	return ST_MALFORMED;
}

static enum status rows_read(struct csv *csv, struct error *ret_error)
{
	struct template template;

	TRY(template_begin(&template, csv, ret_error));
	TRY(csv_next(csv, ret_error));
	while (csv->count) {
		if (csv->count != csv->columns)
			return bad_length(csv, ret_error);
		TRY(template_row(&template, ret_error));
		TRY(csv_next(csv, ret_error));
	}
	return ST_OK;
}

enum status template_csv_read(struct reader *reader, struct error *ret_error)
{
	struct bytes head;
	struct text first;
	struct csv csv;
	enum status st;

	reader->report.format = "template-csv";
	TRY(reader_peek(reader, 4096, &head, ret_error));
	first = (struct text){(const char *)head.data, head.len};
	first.len = text_find(first, '\n', 0);
	st = csv_open(&csv, reader, text_has(first, TEXT(";")) && !text_has(first, TEXT(",")) ? ';' : ',', true, ret_error);
	if (st == ST_OK)
		st = rows_read(&csv, ret_error);
	csv_close(&csv);
	return st;
}
