/* The list template as an Excel workbook: the rows of its first visible sheet, one at a time. */
#include <stdio.h>

#include "exchange/sheet_cell.h"
#include "exchange/sheet_value.h"
#include "exchange/template.h"

#define SHEET_MAX ((uint64_t)1 << 30) /* bytes of the sheet's XML; it is streamed */
#define CELL_MAX ((size_t)1 << 20)    /* bytes in one cell; Excel itself stops at 32,767 characters */

struct sheet {
	struct workbook book;
	struct csv table;
	struct template template;
	bool has_header;
	uint64_t row; /* Excel's number of the current row */
};

/* "H" or the header's name, for people. */
static void column_name(const struct sheet *s, size_t column, char out[ERROR_FIELD_SIZE])
{
	char letters[4];

	if (column < s->table.columns && s->table.header[column].len) {
		csv_column_name(s->table.header[column], out);
		return;
	}
	sheet_column_letters(column, letters);
	snprintf(out, ERROR_FIELD_SIZE, "column %s", letters);
}

static void skip_cell(struct sheet *s, size_t column, const char *reason)
{
	char name[ERROR_FIELD_SIZE];

	column_name(s, column, name);
	reader_skip(s->table.reader, name, reason);
}

/* ---- one row ---- */

static enum status row_fault(const struct sheet *s, size_t column, enum status code, const char *what,
			     struct error *ret_error)
{
	char name[ERROR_FIELD_SIZE];

	column_name(s, column, name);
	return error_at(ret_error, code, name, -1, "%s: %s", name, what);
}

/* Fills the table's fields; gives false for a row without any value. */
static enum status fields_fill(struct sheet *s, const xmlNode *row, bool *ret_any, struct error *ret_error)
{
	struct csv *t = &s->table;
	size_t next = 0;

	arena_clear(&t->row_arena);
	t->count = s->has_header ? t->columns : 0;
	for (size_t i = 0; i < t->count; i++)
		t->fields[i] = TEXT("");
	*ret_any = false;
	for (const xmlNode *c = xml_child(row, "c", NULL); c; c = xml_child(row, "c", c)) {
		struct sheet_cell cell;
		struct text value;
		uint64_t row_number;
		size_t column;

		if (!sheet_reference(xml_attribute(c, "r"), &column, &row_number))
			return row_fault(s, next, ST_MALFORMED, "a cell has no good reference", ret_error);
		column = column == SIZE_MAX ? next : column;
		next = column + 1;
		TRY(sheet_cell_read(&s->book, c, &t->row_arena, &cell));
		if (cell.why)
			skip_cell(s, column, cell.why);
		value = text_trim(cell.text);
		if (value.len == 0)
			continue;
		if (value.len > CELL_MAX)
			return row_fault(s, column, ST_LIMIT, "a cell holds more than 1 MB", ret_error);
		if (column >= CSV_FIELDS_MAX || (s->has_header && column >= t->columns)) {
			skip_cell(s, column, "stands in a column without a name");
			continue;
		}
		for (; t->count <= column; t->count++)
			t->fields[t->count] = TEXT("");
		t->fields[column] = value;
		*ret_any = true;
	}
	return ST_OK;
}

static enum status header_take(struct sheet *s, struct error *ret_error)
{
	struct csv *t = &s->table;

	for (size_t i = 0; i < t->count; i++)
		TRY(arena_text(&t->header_arena, t->fields[i], &t->header[i]));
	t->columns = t->count;
	s->has_header = true;
	return template_begin(&s->template, t, ret_error);
}

static enum status row_take(struct reader *reader, void *context, xmlNode *node, struct error *ret_error)
{
	struct sheet *s = context;
	struct text number = xml_attribute(node, "r");
	bool any;

	if (xml_is(node, "mergeCell")) {
		struct text where = xml_attribute(node, "ref");
		char field[ERROR_FIELD_SIZE];

		char name[ERROR_FIELD_SIZE];

		csv_column_name(where, name);
		snprintf(field, sizeof field, "merged cells %.24s", where.len < 24 ? name : "");
		reader->row = (int64_t)s->row;
		reader_skip(reader, field, "only the first of them holds the value");
		return ST_OK;
	}
	if (number.len == 0)
		s->row++;
	else if (text_to_uint(number, 1048576, &s->row) != ST_OK)
		return error_set(ret_error, ST_MALFORMED, "a row has no good number");
	reader->row = (int64_t)s->row;
	TRY(fields_fill(s, node, &any, ret_error));
	if (!any)
		return ST_OK;
	return s->has_header ? template_row(&s->template, ret_error) : header_take(s, ret_error);
}

/* A fault of a row names it; one of the file, what was read last. */
static void sheet_failed(const struct sheet *s, struct error *error)
{
	size_t len = error ? strlen(error->message) : 0;

	if (error && strcmp(error->field, "xml") != 0 && strcmp(error->field, "zip") != 0)
		error->row = (int64_t)s->row;
	else if (error)
		snprintf(error->message + len, sizeof error->message - len, ", after row %llu", (unsigned long long)s->row);
}

static enum status sheet_read(struct sheet *s, struct reader *reader, struct error *ret_error)
{
	static const char *const names[] = {"row", "mergeCell", NULL};
	enum status st;

	TRY(workbook_open(&s->book, reader, ret_error));
	st = workbook_part(&s->book, s->book.sheet_path, SHEET_MAX, names, row_take, s, ret_error);
	if (st != ST_OK) {
		sheet_failed(s, ret_error);
		return st == ST_NOT_FOUND ? ST_MALFORMED : st;
	}
	return s->has_header ? ST_OK : error_set(ret_error, ST_MALFORMED, "the first visible sheet is empty");
}

enum status xlsx_read(struct reader *reader, struct error *ret_error)
{
	struct sheet s = {.row = 0};
	enum status st;

	reader->report.format = "template-xlsx";
	s.table.reader = reader;
	arena_init(&s.table.header_arena, (size_t)1 << 20);
	arena_init(&s.table.row_arena, (size_t)64 << 20);
	st = sheet_read(&s, reader, ret_error);
	csv_close(&s.table);
	workbook_release(&s.book);
	return st;
}
