#include "db/postgres_copy.h"

#include <stdio.h>

#include "base/buffer.h"
#include "db/postgres_value.h"

#define COPY_BYTES_MAX ((size_t)1 << 30) /* libpq counts in an int */

/* ---- the form: a head, then of each row the number of its columns and of each value its length and bytes, -1 for NULL ---- */

static void add_int(struct buffer *out, uint64_t value, unsigned bytes)
{
	for (unsigned i = bytes; i-- > 0;)
		buffer_add_char(out, (char)(uint8_t)(value >> (8 * i)));
}

static void add_head(struct buffer *out)
{
	static const char signature[] = "PGCOPY\n\377\r\n"; /* with the NUL at its end */

	buffer_add(out, signature, sizeof signature);
	add_int(out, 0, 4); /* flags */
	add_int(out, 0, 4); /* length of what else stands in the head */
}

static void add_value(const struct db_value *v, struct buffer *out)
{
	struct bytes data = v->type == DB_TEXT ? text_bytes(v->text) : v->blob;

	if (v->type == DB_NULL) {
		add_int(out, UINT32_MAX, 4);
	} else if (v->type == DB_INT) {
		add_int(out, 8, 4);
		add_int(out, (uint64_t)v->integer, 8);
	} else {
		add_int(out, data.len, 4);
		buffer_add(out, data.data, data.len);
	}
}

/* `columns`: a result that has the types of the table's columns. */
static enum status add_rows(const struct put_rows *rows, const PGresult *columns, struct buffer *out, struct error *ret_error)
{
	size_t count = rows->table->column_count;

	buffer_clear(out);
	add_head(out);
	for (size_t i = 0; i < rows->rows; i++) {
		add_int(out, count, 2);
		for (size_t k = 0; k < count; k++) {
			const struct db_value *value = &rows->values[i * count + k];

			if (!pg_type_takes(PQftype(columns, (int)k), value))
				return error_set(ret_error, ST_MALFORMED, "a value of the wrong type for its column");
			add_value(value, out);
		}
	}
	add_int(out, UINT16_MAX, 2);
	return buffer_status(out) == ST_OK ? ST_OK : error_set(ret_error, buffer_status(out), "too many rows at once");
}

/* ---- sending ---- */

/* A statement with the names of all columns of a table between two texts. */
static enum status around_columns(const struct db_table *table, const char *before, const char *after, struct buffer *out, struct error *ret_error)
{
	buffer_clear(out);
	buffer_add_text(out, text_of(before));
	for (size_t i = 0; i < table->column_count; i++)
		buffer_printf(out, "%s\"%.*s\"", i ? ", " : "", TEXT_ARG(table->columns[i]));
	buffer_add_text(out, text_of(after));
	buffer_add_char(out, '\0');
	return buffer_status(out) == ST_OK ? ST_OK : error_set(ret_error, buffer_status(out), "out of memory");
}

/* What could not be made is not sent: the server is told that nothing comes.. */
static enum status copy_send(PGconn *pg, const struct put_rows *rows, const PGresult *columns, struct buffer *data, PGresult **ret_result,
			     struct error *ret_error)
{
	enum status st = add_rows(rows, columns, data, ret_error);
	PGresult *answer = NULL, *each;

	if (st == ST_OK && PQputCopyData(pg, (const char *)data->data, (int)data->len) != 1)
		return ST_UNAVAILABLE;
	if (PQputCopyEnd(pg, st == ST_OK ? NULL : "given up") != 1)
		return ST_UNAVAILABLE;
	while ((each = PQgetResult(pg)) != NULL) {
		if (answer == NULL)
			answer = each;
		else
			PQclear(each);
	}
	if (st != ST_OK)
		PQclear(answer);
	else
		*ret_result = answer;
	return st;
}

enum status pg_copy(PGconn *pg, const struct put_rows *rows, PGresult **ret_result, struct error *ret_error)
{
	char part[160];
	PGresult *columns = NULL, *begun = NULL;
	struct buffer text;
	enum status st;

	buffer_init(&text, COPY_BYTES_MAX);
	snprintf(part, sizeof part, " FROM \"%.*s\" LIMIT 0", TEXT_ARG(rows->table->name));
	TRY_OUT(around_columns(rows->table, "SELECT ", part, &text, ret_error));
	columns = PQexec(pg, (const char *)text.data);
	if (PQresultStatus(columns) != PGRES_TUPLES_OK) {
		*ret_result = columns;
		columns = NULL;
		goto out;
	}
	snprintf(part, sizeof part, "COPY \"%.*s\" (", TEXT_ARG(rows->table->name));
	TRY_OUT(around_columns(rows->table, part, ") FROM STDIN (FORMAT binary)", &text, ret_error));
	begun = PQexec(pg, (const char *)text.data);
	if (PQresultStatus(begun) != PGRES_COPY_IN) {
		*ret_result = begun;
		begun = NULL;
		goto out;
	}
	st = copy_send(pg, rows, columns, &text, ret_result, ret_error);
out:
	PQclear(begun);
	PQclear(columns);
	buffer_release(&text);
	return st;
}
