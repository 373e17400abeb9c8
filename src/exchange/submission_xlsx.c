/* A submission as an Excel workbook: the rows of its first visible sheet. */
#include <stdio.h>

#include "exchange/sheet_cell.h"
#include "exchange/sheet_value.h"
#include "exchange/submission_intake.h"

#define SHEET_MAX ((uint64_t)256 << 20) /* bytes of the sheet's XML; it is streamed */
#define TYPES_MAX ((uint64_t)1 << 20)
#define CELLS_MAX 256u
#define MERGED_MAX 100000u /* cells that merging has emptied, over all */

struct sheet {
	struct workbook book;
	struct intake *in;
	int64_t row;
	size_t merged;
	bool macros;
};

static enum status type_take(struct reader *reader, void *context, xmlNode *node, struct error *ret_error)
{
	struct sheet *s = context;
	struct text type = xml_attribute(node, "ContentType");

	(void)reader;
	(void)ret_error;
	s->macros = s->macros || text_has(type, TEXT("macroEnabled")) || text_has(type, TEXT("vbaProject"));
	return ST_OK;
}

/* What can run is not looked at: the file is refused. */
static enum status macros_refuse(struct sheet *s, struct error *ret_error)
{
	static const char *const names[] = {"Default", "Override", NULL};
	enum status st = workbook_part(&s->book, TEXT("[Content_Types].xml"), TYPES_MAX, names, type_take, s, ret_error);

	if (st == ST_OK && s->macros)
		return error_because(ret_error, ST_MALFORMED, "file-macros", NULL, "the workbook has macros");
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status cells_read(struct sheet *s, const xmlNode *row, struct intake_cell cells[CELLS_MAX], size_t *ret_count,
			      struct error *ret_error)
{
	size_t next = 0, n = 0;

	for (const xmlNode *c = xml_child(row, "c", NULL); c; c = xml_child(row, "c", c)) {
		struct sheet_cell cell;
		uint64_t ignored;
		size_t column;

		if (!sheet_reference(xml_attribute(c, "r"), &column, &ignored))
			return error_because(ret_error, ST_MALFORMED, "file-damaged", NULL, "a cell has no good reference");
		column = column == SIZE_MAX ? next : column;
		next = column + 1;
		TRY(sheet_cell_read(&s->book, c, s->in->arena, &cell));
		/* A copy: the workbook's own texts go with it, the submission stays. */
		TRY(arena_text(s->in->arena, text_trim(cell.text), &cell.text));
		if (cell.text.len == 0 && cell.why == NULL)
			continue;
		/* A text of the workbook's own goes with the workbook; rows stay. */
		TRY(arena_text(s->in->arena, cell.text, &cell.text));
		if (column >= CELLS_MAX)
			return error_because(ret_error, ST_LIMIT, "file-columns", NULL, "more than %u columns", CELLS_MAX);
		for (; n <= column; n++)
			cells[n] = (struct intake_cell){.text = TEXT("")};
		cells[column] = (struct intake_cell){cell.text, cell.formula ? "cell-formula" : cell.reason};
	}
	*ret_count = n;
	return ST_OK;
}

/* The first row of those taken in that stands at or below `row`. */
static size_t row_from(const struct submission *out, int64_t row)
{
	size_t low = 0, high = out->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (out->rows[middle].row < row)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Of merged cells only the first holds the value; the others look full and are empty. */
static enum status merged_take(struct sheet *s, struct text where, struct error *ret_error)
{
	struct intake *in = s->in;
	struct text rest = where, from, to;
	size_t left, right;
	uint64_t top, bottom;

	if (!text_split(&rest, ':', &from) || !text_split(&rest, ':', &to) || !sheet_reference(from, &left, &top) ||
	    !sheet_reference(to, &right, &bottom) || left > right || top > bottom)
		return error_because(ret_error, ST_MALFORMED, "file-damaged", NULL, "merged cells have no good reference");
	for (size_t i = row_from(in->out, (int64_t)top); i < in->out->count && in->out->rows[i].row <= (int64_t)bottom; i++)
		for (size_t column = left; column <= right && column < in->columns; column++) {
			if ((in->out->rows[i].row == (int64_t)top && column == left) || in->map[column] == SUBMISSION_COLUMNS)
				continue;
			if (++s->merged > MERGED_MAX)
				return error_because(ret_error, ST_LIMIT, "file-merged", NULL, "too many merged cells");
			TRY(intake_refuse(in, &in->out->rows[i], in->map[column], "cell-merged"));
		}
	return ST_OK;
}

static enum status row_take(struct reader *reader, void *context, xmlNode *node, struct error *ret_error)
{
	struct sheet *s = context;
	struct intake_cell cells[CELLS_MAX];
	struct text number = xml_attribute(node, "r");
	uint64_t row = (uint64_t)s->row + 1;
	size_t count = 0;

	(void)reader;
	if (xml_is(node, "mergeCell"))
		return merged_take(s, xml_attribute(node, "ref"), ret_error);
	if (number.len && (text_to_uint(number, 1048576, &row) != ST_OK || (int64_t)row <= s->row))
		return error_because(ret_error, ST_MALFORMED, "file-damaged", NULL, "a row has no good number");
	s->row = (int64_t)row;
	TRY(cells_read(s, node, cells, &count, ret_error));
	return intake_table_row(s->in, s->row, cells, count, ret_error);
}

/* Damage and limits of the zip and of its XML, which have no reason of their own. */
static enum status told(enum status st, const struct sheet *s, struct error *error)
{
	error->code = st;
	if (error->row == 0)
		error->row = s->row;
	if (error->reason[0] || st == ST_NO_MEMORY)
		return st;
	snprintf(error->reason, sizeof error->reason, "%s", st == ST_LIMIT ? "file-unpacked" : "file-damaged");
	error->field[0] = '\0'; /* the layer's, which the message names */
	return st;
}

static enum status whole_take(void *context, uint8_t *out, size_t room, size_t *ret_len, struct error *ret_error)
{
	struct bytes *left = context;
	size_t n = left->len < room ? left->len : room;

	(void)ret_error;
	if (n)
		memcpy(out, left->data, n);
	left->data += n;
	left->len -= n;
	*ret_len = n;
	return ST_OK;
}

enum status submission_xlsx_read(struct intake *in, struct bytes file, struct error *ret_error)
{
	static const char *const names[] = {"row", "mergeCell", NULL};
	struct exchange_source source = {.read = whole_take, .context = &file, .name = TEXT("submission")};
	struct error why = {.code = ST_OK};
	struct sheet s = {.in = in};
	struct reader reader;
	enum status st;

	in->out->format = "xlsx";
	reader_init(&reader, &source, NULL);
	st = workbook_open(&s.book, &reader, &why);
	if (st == ST_OK)
		st = macros_refuse(&s, &why);
	if (st == ST_OK)
		st = workbook_part(&s.book, s.book.sheet_path, SHEET_MAX, names, row_take, &s, &why);
	if (st == ST_NOT_FOUND)
		st = ST_MALFORMED;
	st = st == ST_OK ? ST_OK : told(st, &s, &why);
	if (st != ST_OK && ret_error)
		*ret_error = why;
	workbook_release(&s.book);
	reader_release(&reader);
	return st;
}
