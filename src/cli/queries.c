#include "cli/queries.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "cli/passengers.h"
#include "cli/source.h"
#include "cli/world.h"
#include "exchange/csv.h"
#include "exchange/reader.h"
#include "ident/mrz.h"
#include "model/entity_json.h"

enum form { FORM_JSON, FORM_CSV, FORM_MRZ, FORM_PAXLST };

#define COLUMNS_MAX 64u

struct queries {
	struct file_source file;
	struct reader reader;
	enum form form;
	struct text header[COLUMNS_MAX]; /* in `header_arena` */
	size_t columns;
	char separator;
	struct arena header_arena;
	struct passengers *passengers; /* of a PAXLST */
};

static enum form form_of(struct text head)
{
	head = text_trim(head);
	/* One spoilt line, even the first, must not make the others something else. */
	if ((head.len && head.data[0] == '{') || text_has(head, TEXT("\n{")))
		return FORM_JSON;
	if (passengers_begin(head))
		return FORM_PAXLST;
	/* A zone has fillers and no separators in its first line. */
	head.len = text_find(head, '\n', 0);
	return text_find(head, '<', 0) < head.len && text_find(head, ',', 0) == head.len ? FORM_MRZ : FORM_CSV;
}

static enum status header_read(struct queries *q, struct error *ret_error)
{
	struct text line;

	TRY(reader_line(&q->reader, &line, ret_error));
	q->separator = text_find(line, ';', 0) < line.len ? ';' : text_find(line, '\t', 0) < line.len ? '\t' : ',';
	return csv_split(line, q->separator, &q->header_arena, q->header, COLUMNS_MAX, &q->columns) == ST_OK
		       ? ST_OK
		       : error_at(ret_error, ST_MALFORMED, "header", 0, "the header row is no CSV of at most %u columns",
				  COLUMNS_MAX);
}

enum status queries_open(const char *path, struct queries **ret_queries, struct error *ret_error)
{
	struct queries *q = calloc(1, sizeof *q);
	struct bytes head;
	enum status st;

	if (q == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	st = file_source_open(path, &q->file, ret_error);
	if (st != ST_OK) {
		free(q);
		return st;
	}
	file_source_settle(&q->file);
	reader_init(&q->reader, &q->file.source, NULL);
	arena_init(&q->header_arena, (size_t)1 << 20);
	st = reader_peek(&q->reader, 512, &head, ret_error);
	if (st == ST_OK)
		q->form = form_of((struct text){(const char *)head.data, head.len});
	if (st == ST_OK && q->form == FORM_CSV && head.len)
		st = header_read(q, ret_error);
	if (st == ST_OK && q->form == FORM_PAXLST)
		st = passengers_read(&q->reader, env_now(world_env()), &q->passengers, ret_error);
	if (st != ST_OK) {
		queries_close(q);
		return st;
	}
	*ret_queries = q;
	return ST_OK;
}

void queries_close(struct queries *q)
{
	if (q == NULL)
		return;
	file_source_close(&q->file);
	reader_release(&q->reader);
	arena_release(&q->header_arena);
	passengers_free(q->passengers);
	free(q);
}

unsigned queries_percent(const struct queries *q)
{
	return q->file.size ? (unsigned)(q->file.done * 100 / q->file.size) : 0;
}

static void row_id(const struct queries *q, struct buffer *json)
{
	buffer_printf(json, "{\"id\":\"row-%lld\"", (long long)q->reader.row);
}

/* One CSV row as a query: columns are named by FollowTheMoney's properties, `id` and `schema` as themselves; several
 * values are divided by '|'. */
static enum status csv_query(struct queries *q, struct text line, struct arena *arena, struct buffer *json)
{
	struct text fields[COLUMNS_MAX], rest, one;
	size_t count;
	bool first = true, has_id = false;

	TRY(csv_split(line, q->separator, arena, fields, COLUMNS_MAX, &count));
	if (count != q->columns)
		return ST_MALFORMED;
	for (size_t i = 0; i < count; i++)
		if (text_equal(q->header[i], TEXT("id")) && fields[i].len) {
			buffer_printf(json, "{\"id\":");
			json_add_string(json, fields[i]);
			has_id = true;
		}
	if (!has_id)
		row_id(q, json);
	for (size_t i = 0; i < count; i++)
		if (text_equal(q->header[i], TEXT("schema")) && fields[i].len) {
			buffer_printf(json, ",\"schema\":");
			json_add_string(json, fields[i]);
		}
	buffer_printf(json, ",\"properties\":{");
	for (size_t i = 0; i < count; i++) {
		if (text_equal(q->header[i], TEXT("id")) || text_equal(q->header[i], TEXT("schema")) || fields[i].len == 0)
			continue;
		if (!first)
			buffer_add_char(json, ',');
		first = false;
		json_add_string(json, q->header[i]);
		buffer_printf(json, ":[");
		rest = fields[i];
		for (bool next = false; text_split(&rest, '|', &one); next = true) {
			if (next)
				buffer_add_char(json, ',');
			json_add_string(json, text_trim(one));
		}
		buffer_add_char(json, ']');
	}
	buffer_printf(json, "}}");
	return buffer_status(json);
}

/* A zone's lines, put together: as many as make 90, 88 or 72 characters. */
static enum status zone_query(struct queries *q, struct text line, struct arena *arena, struct buffer *json,
			      struct error *ret_error)
{
	size_t lines = text_trim(line).len == 30 ? 3 : 2;

	row_id(q, json);
	buffer_printf(json, ",\"mrz\":[");
	for (size_t i = 0; i < lines && line.data; i++) {
		struct text copy;

		if (i)
			buffer_add_char(json, ',');
		TRY(arena_text(arena, text_trim(line), &copy));
		json_add_string(json, copy);
		if (i + 1 < lines)
			TRY(reader_line(&q->reader, &line, ret_error));
	}
	buffer_printf(json, "]}");
	return buffer_status(json);
}

static enum status row_to_json(struct queries *q, struct text line, struct arena *arena, struct query_line *ret,
			       struct error *ret_error)
{
	struct buffer json;
	enum status st;

	buffer_init(&json, EXCHANGE_LINE_MAX);
	st = q->form == FORM_CSV ? csv_query(q, line, arena, &json) : zone_query(q, line, arena, &json, ret_error);
	if (st == ST_MALFORMED) {
		ret->failed = true;
		error_at(&ret->error, st, "row", -1, "row %lld has not %zu fields as the header", (long long)q->reader.row,
			 q->columns);
		st = ST_OK;
	} else if (st == ST_OK) {
		st = arena_text(arena, buffer_text(&json), &ret->json);
	}
	buffer_release(&json);
	return st;
}

enum status queries_next(struct queries *q, struct arena *arena, struct query_line *ret_line, struct error *ret_error)
{
	struct text line;

	if (q->form == FORM_PAXLST)
		return passengers_next(q->passengers, arena, ret_line, ret_error);
	*ret_line = (struct query_line){.more = true};
	for (;;) {
		enum status st = reader_line(&q->reader, &line, &ret_line->error);

		if (st == ST_MALFORMED) {
			ret_line->failed = true;
			return ST_OK;
		}
		if (st != ST_OK) {
			*ret_error = ret_line->error;
			return st;
		}
		if (line.data == NULL) {
			ret_line->more = false;
			return ST_OK;
		}
		if (text_trim(line).len == 0)
			continue;
		if (q->form == FORM_JSON)
			return arena_text(arena, line, &ret_line->json);
		return row_to_json(q, line, arena, ret_line, ret_error);
	}
}
