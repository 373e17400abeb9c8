#include "exchange/sheet_cell.h"

#include "exchange/sheet_value.h"

static void refuse(struct sheet_cell *cell, const char *reason, const char *why)
{
	cell->why = why;
	cell->reason = reason;
}

static enum status number_read(const struct workbook *book, const xmlNode *node, struct text value, struct arena *arena,
			       struct sheet_cell *cell)
{
	char text[SHEET_TEXT_SIZE];
	const char *why;
	uint64_t style = 0;
	int format = SHEET_PLAIN;

	if (text_to_uint(xml_attribute(node, "s"), UINT32_MAX, &style) == ST_OK && style < book->format_count)
		format = book->formats[style];
	why = sheet_number(value, format, book->since_1904, text);
	if (why == NULL)
		return arena_text(arena, text_of(text), &cell->text);
	refuse(cell, format == SHEET_NO_YEAR				 ? "date-no-year"
		     : format >= SHEET_DAY && format <= SHEET_YEAR ? "date-impossible"
								     : "cell-number", why);
	return ST_OK;
}

static enum status value_read(const struct workbook *book, const xmlNode *node, struct arena *arena, struct sheet_cell *cell)
{
	struct text type = xml_attribute(node, "t"), value = xml_text(node, "v");
	const xmlNode *inside = xml_child(node, "is", NULL);
	uint64_t number;

	if (text_equal(type, TEXT("inlineStr")))
		return inside ? workbook_text(inside, arena, &cell->text) : ST_OK;
	if (value.len == 0)
		return ST_OK;
	if (text_equal(type, TEXT("s"))) {
		if (text_to_uint(value, SIZE_MAX, &number) != ST_OK || number >= book->string_count)
			refuse(cell, "cell-error", "names a text that the workbook does not have");
		else
			cell->text = book->strings[number];
		return ST_OK;
	}
	if (text_equal(type, TEXT("e"))) {
		refuse(cell, "cell-error", "holds an error of a formula");
		return ST_OK;
	}
	if (text_equal(type, TEXT("str")))
		return arena_text(arena, value, &cell->text);
	if (text_equal(type, TEXT("b")))
		return arena_text(arena, text_equal(value, TEXT("1")) ? TEXT("true") : TEXT("false"), &cell->text);
	if (text_equal(type, TEXT("d"))) {
		value.len = text_find(value, 'T', 0);
		return arena_text(arena, value, &cell->text);
	}
	return number_read(book, node, value, arena, cell);
}

enum status sheet_cell_read(const struct workbook *book, const xmlNode *node, struct arena *arena, struct sheet_cell *ret_cell)
{
	*ret_cell = (struct sheet_cell){.text = TEXT(""), .formula = xml_child(node, "f", NULL) != NULL};
	return value_read(book, node, arena, ret_cell);
}

void sheet_column_letters(size_t column, char out[4])
{
	size_t n = 0;

	for (size_t c = column + 1; c && n < 3; c = (c - 1) / 26)
		out[n++] = (char)('A' + (c - 1) % 26);
	for (size_t i = 0; i < n / 2; i++) {
		char last = out[n - 1 - i];

		out[n - 1 - i] = out[i];
		out[i] = last;
	}
	out[n] = '\0';
}
