#include "exchange/csv.h"

#include "exchange/reader.h"

enum status csv_split(struct text line, char separator, struct arena *arena, struct text *ret_fields, size_t room,
		      size_t *ret_count)
{
	char *out = arena_alloc(arena, line.len + 1, 1);
	size_t at = 0, n = 0;

	if (out == NULL)
		return arena_failure(arena, NULL);
	for (;;) {
		char *start = out;
		bool quoted = at < line.len && line.data[at] == '"';

		if (n == room)
			return ST_LIMIT;
		at += quoted;
		for (;; at++) {
			char c = at < line.len ? line.data[at] : separator;

			if (quoted && at == line.len)
				return ST_MALFORMED;
			if (quoted && c == '"') {
				if (at + 1 >= line.len || line.data[at + 1] != '"') {
					quoted = false;
					continue;
				}
				at++;
			} else if (!quoted && c == separator) {
				break;
			}
			*out++ = c;
		}
		ret_fields[n++] = (struct text){start, (size_t)(out - start)};
		if (at >= line.len)
			break;
		at++;
	}
	*ret_count = n;
	return ST_OK;
}

enum status csv_open(struct csv *csv, struct reader *reader, char separator, bool has_header, struct error *ret_error)
{
	*csv = (struct csv){.reader = reader, .separator = separator};
	arena_init(&csv->header_arena, (size_t)1 << 20);
	arena_init(&csv->row_arena, EXCHANGE_LINE_MAX * 4);
	if (!has_header)
		return ST_OK;
	TRY(csv_next(csv, ret_error));
	for (size_t i = 0; i < csv->count; i++)
		TRY(arena_text(&csv->header_arena, text_trim(csv->fields[i]), &csv->header[i]));
	csv->columns = csv->count;
	return ST_OK;
}

void csv_close(struct csv *csv)
{
	arena_release(&csv->header_arena);
	arena_release(&csv->row_arena);
}

static size_t quotes(struct text t)
{
	size_t n = 0;

	for (size_t i = 0; i < t.len; i++)
		n += t.data[i] == '"';
	return n;
}

/* A record goes on while a quote is open. */
static enum status record_text(struct csv *csv, struct text *ret, struct error *ret_error)
{
	struct buffer whole;
	struct text line;
	size_t open = 0;
	enum status st = ST_OK;

	buffer_init(&whole, EXCHANGE_LINE_MAX);
	do {
		st = reader_line(csv->reader, &line, ret_error);
		if (st != ST_OK || line.data == NULL)
			break;
		if (whole.len)
			buffer_add_char(&whole, '\n');
		buffer_add_text(&whole, line);
		open += quotes(line);
		st = buffer_status(&whole);
	} while (st == ST_OK && (open % 2 || whole.len == 0));
	if (st == ST_OK && open % 2)
		st = error_at(ret_error, ST_MALFORMED, "csv", -1, "a quote is still open at the end of the file");
	*ret = TEXT_NONE;
	if (st == ST_OK && whole.len)
		st = arena_text(&csv->row_arena, buffer_text(&whole), ret);
	buffer_release(&whole);
	return st;
}

enum status csv_next(struct csv *csv, struct error *ret_error)
{
	struct text whole;
	struct bytes after;

	arena_clear(&csv->row_arena);
	csv->count = 0;
	TRY(record_text(csv, &whole, ret_error));
	if (whole.len == 0)
		return ST_OK;
	/* OFAC ends its files with a control-Z; anywhere else it would hide what follows. */
	if (whole.len == 1 && whole.data[0] == 0x1A) {
		TRY(reader_peek(csv->reader, 1, &after, ret_error));
		if (after.len == 0)
			return ST_OK;
	}
	if (csv_split(whole, csv->separator, &csv->row_arena, csv->fields, CSV_FIELDS_MAX, &csv->count) != ST_OK) {
		error_at(ret_error, ST_MALFORMED, "csv", -1, "row %lld is no record of at most %u fields",
			 (long long)csv->reader->row, CSV_FIELDS_MAX);
		if (ret_error)
			ret_error->row = csv->reader->row;
		return ST_MALFORMED;
	}
	return ST_OK;
}

enum status csv_check_row(const struct csv *csv, bool *ret_short, struct error *ret_error)
{
	*ret_short = csv->count < csv->columns;
	if (*ret_short && csv->reader->cut) {
		error_at(ret_error, ST_MALFORMED, "csv", -1, "the file is cut off: its last row has %zu of %zu fields",
			 csv->count, csv->columns);
		if (ret_error)
			ret_error->row = csv->reader->row;
		return ST_MALFORMED;
	}
	if (*ret_short)
		reader_skip(csv->reader, "row", "fewer fields than the header has");
	return ST_OK;
}

void csv_column_name(struct text name, char out[ERROR_FIELD_SIZE])
{
	size_t len = 0;

	for (size_t at = 0; at < name.len;) {
		(void)text_next(name, &at);
		if (at < ERROR_FIELD_SIZE)
			len = at;
	}
	if (len)
		memcpy(out, name.data, len);
	out[len] = '\0';
}

bool csv_has(const struct csv *csv, const char *name)
{
	for (size_t i = 0; i < csv->columns; i++)
		if (text_equal_nocase(csv->header[i], text_of(name)))
			return true;
	return false;
}

struct text csv_field(const struct csv *csv, const char *names)
{
	struct text rest = text_of(names), name;

	while (text_split(&rest, '|', &name))
		for (size_t i = 0; i < csv->columns && i < csv->count; i++)
			if (text_equal_nocase(csv->header[i], name))
				return text_trim(csv->fields[i]);
	return TEXT_NONE;
}
