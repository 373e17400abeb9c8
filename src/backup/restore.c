#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "backup/check.h"
#include "backup/members.h"
#include "db/catalogue.h"
#include "db/driver.h"
#include "db/migrate.h"
#include "ledger/ledger.h"
#include "merkle/base64.h"

#define ARENA_BYTES ((size_t)256 << 20)
#define ROW_BYTES ((size_t)1 << 30)

#define BATCH_ROWS 2000u
#define BATCH_BYTES ((size_t)1 << 20) /* of their JSON */

/* Rows of one member that are put in together; their values point into their JSON and into the arena `row`. */
struct batch {
	size_t table, count, bytes;
	int64_t first; /* its first row */
	json_t *rows[BATCH_ROWS];
	struct db_value *values;
};

struct restoring {
	const char *path;
	const struct backup_manifest *manifest;
	struct db_tx *tx;
	const struct db_table *tables; /* of the database */
	size_t table_count;
	const char **inserts;          /* a statement for each */
	struct arena arena, row;
	struct batch *batch;
};

static enum status damaged(struct text name, int64_t row, const char *what, struct error *ret_error)
{
	error_because(ret_error, ST_CORRUPT, "backup-damaged", NULL, "%.*s, row %lld: %s", TEXT_ARG(name), (long long)row, what);
	if (ret_error)
		ret_error->row = row;
	return ST_CORRUPT;
}

/* ---- a row ---- */

static enum status value_of(const json_t *json, struct arena *arena, struct db_value *ret_value)
{
	const json_t *inner = json_object_get(json, "base64");
	size_t len;
	uint8_t *data;

	if (json_is_null(json)) {
		*ret_value = DB_V_NULL;
	} else if (json_is_integer(json)) {
		*ret_value = DB_V_INT(json_integer_value(json));
	} else if (json_is_string(json)) {
		*ret_value = DB_V_TEXT(((struct text){json_string_value(json), json_string_length(json)}));
	} else if (json_is_string(inner) && json_object_size(json) == 1) {
		len = json_string_length(inner) / 4 * 3;
		data = arena_alloc(arena, len, 1);
		if (data == NULL)
			return ST_LIMIT;
		TRY(base64_read((struct text){json_string_value(inner), json_string_length(inner)}, data, len, &len));
		*ret_value = DB_V_BLOB(((struct bytes){data, len}));
	} else {
		return ST_MALFORMED;
	}
	return ST_OK;
}

static enum status values_of(struct restoring *r, const json_t *row, struct db_value *values, struct error *ret_error)
{
	const struct db_table *t = &r->tables[r->batch->table];

	if (json_object_size(row) != t->column_count)
		return error_set(ret_error, ST_MALFORMED, "other columns than the table has");
	for (size_t i = 0; i < t->column_count; i++) {
		const json_t *value = json_object_getn(row, t->columns[i].data, t->columns[i].len);

		if (value == NULL || value_of(value, &r->row, &values[i]) != ST_OK)
			return error_at(ret_error, ST_MALFORMED, "", -1, "column %.*s is missing or of no known kind",
					TEXT_ARG(t->columns[i]));
	}
	return ST_OK;
}

/* What concerns one row is said of that row; anything else as it is. */
static enum status of_row(struct text name, int64_t row, enum status st, const struct error *error, struct error *ret_error)
{
	if (st == ST_MALFORMED || st == ST_CONFLICT)
		return damaged(name, row, error->message, ret_error);
	if (ret_error)
		*ret_error = *error;
	return st;
}

static void batch_empty(struct restoring *r)
{
	for (size_t i = 0; i < r->batch->count; i++)
		json_decref(r->batch->rows[i]);
	r->batch->count = r->batch->bytes = 0;
	arena_clear(&r->row);
}

/* All at once where the database can; else, and where it refuses one, row by row. */
static enum status batch_put(struct restoring *r, struct text name, struct error *ret_error)
{
	struct batch *b = r->batch;
	const struct db_table *t = &r->tables[b->table];
	struct error error = {.code = ST_OK, .position = -1};
	bool done = b->count == 0;
	enum status st = ST_OK;

	if (b->count > 1)
		TRY(db_put_rows(r->tx, t, b->values, b->count, &done, ret_error));
	for (size_t i = 0; !done && st == ST_OK && i < b->count; i++) {
		st = db_exec(r->tx, r->inserts[b->table], (struct db_params){b->values + i * t->column_count, t->column_count}, NULL, &error);
		if (st != ST_OK)
			st = of_row(name, b->first + (int64_t)i, st, &error, ret_error);
	}
	batch_empty(r);
	return st;
}

static enum status put_lines(struct restoring *r, struct text name, struct text rest, struct error *ret_error)
{
	struct batch *b = r->batch;
	size_t columns = r->tables[b->table].column_count;
	struct text line;

	for (int64_t row = 1; rest.len > 0 && text_split(&rest, '\n', &line); row++) {
		json_t *json = json_loadb(line.data, line.len, JSON_REJECT_DUPLICATES, NULL);
		struct error error = {.code = ST_MALFORMED, .message = "not JSON"};
		enum status st;

		if (b->count == 0)
			b->first = row;
		st = json_is_object(json) ? values_of(r, json, b->values + b->count * columns, &error) : ST_MALFORMED;
		if (st != ST_OK) {
			json_decref(json);
			/* One that stands before it may be refused. */
			TRY(batch_put(r, name, ret_error));
			return of_row(name, row, st, &error, ret_error);
		}
		b->rows[b->count++] = json;
		b->bytes += line.len;
		if (b->count == BATCH_ROWS || b->bytes >= BATCH_BYTES)
			TRY(batch_put(r, name, ret_error));
	}
	return batch_put(r, name, ret_error);
}

static enum status put_member(struct restoring *r, const struct backup_manifest_member *member, struct bytes data, struct error *ret_error)
{
	struct batch *b = r->batch;
	enum status st;

	*b = (struct batch){.table = 0};
	while (b->table < r->table_count && !text_equal(r->tables[b->table].name, member->table))
		b->table++;
	if (b->table == r->table_count)
		return damaged(member->name, 0, "of a table that there is not", ret_error);
	b->values = reallocarray(NULL, BATCH_ROWS * r->tables[b->table].column_count, sizeof *b->values);
	if (b->values == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	st = put_lines(r, member->name, (struct text){(const char *)data.data, data.len}, ret_error);
	batch_empty(r);
	free(b->values);
	return st;
}

/* ---- all of it ---- */

static enum status insert_of(struct restoring *r, size_t table, struct error *ret_error)
{
	const struct db_table *t = &r->tables[table];
	struct buffer sql;
	struct text kept;
	enum status st;

	buffer_init(&sql, 1 << 16);
	buffer_printf(&sql, "INSERT INTO \"%.*s\" (", TEXT_ARG(t->name));
	for (size_t i = 0; i < t->column_count; i++)
		buffer_printf(&sql, "%s\"%.*s\"", i ? ", " : "", TEXT_ARG(t->columns[i]));
	buffer_add_text(&sql, TEXT(") VALUES ("));
	for (size_t i = 0; i < t->column_count; i++)
		buffer_printf(&sql, "%s$%zu", i ? ", " : "", i + 1);
	buffer_add_text(&sql, TEXT(")"));
	buffer_add_char(&sql, '\0');
	st = buffer_status(&sql);
	if (st == ST_OK)
		st = arena_text(&r->arena, buffer_text(&sql), &kept);
	buffer_release(&sql);
	if (st != ST_OK)
		return error_set(ret_error, st, "out of memory");
	r->inserts[table] = kept.data;
	return ST_OK;
}

static bool same_columns(const struct db_table *t, const struct backup_manifest_table *m)
{
	bool same = t->column_count == m->column_count && t->column_count <= DB_COLUMNS_MAX;

	for (size_t i = 0; same && i < t->column_count; i++)
		same = text_equal(t->columns[i], m->columns[i]);
	return same;
}

/* Steps of the schema put rows in too; those are in the export. */
static enum status prepare(struct restoring *r, struct error *ret_error)
{
	char sql[256];

	TRY(db_tables(r->tx, &r->arena, &r->tables, &r->table_count, ret_error));
	r->inserts = ARENA_NEW(&r->arena, const char *, r->table_count);
	if (r->inserts == NULL)
		return arena_failure(&r->arena, ret_error);
	TRY(db_defer_keys(r->tx, true, ret_error));
	for (size_t i = 0; i < r->table_count; i++) {
		const struct db_table *t = &r->tables[i];

		if (r->table_count != r->manifest->table_count || !text_equal(t->name, r->manifest->tables[i].name) ||
		    !same_columns(t, &r->manifest->tables[i]))
			return error_because(ret_error, ST_CONFLICT, "schema-differs", NULL,
					     "the export has other tables or columns than its schema");
		TRY(insert_of(r, i, ret_error));
		snprintf(sql, sizeof sql, "DELETE FROM \"%.*s\"", TEXT_ARG(t->name));
		TRY(db_exec(r->tx, sql, DB_NO_PARAMS, NULL, ret_error));
	}
	return ST_OK;
}

static enum status put_members(struct restoring *r, struct error *ret_error)
{
	const struct backup_manifest_member *member;
	struct members_in *in;
	struct text name;
	struct bytes data;
	enum status st;

	TRY(members_open(r->path, &in, ret_error));
	while ((st = members_next(in, &name, &data, ret_error)) == ST_OK) {
		if (text_equal(name, TEXT(MANIFEST_NAME)) || text_equal(name, TEXT(MANIFEST_SUM_NAME)))
			continue;
		/* Again, for the file may have changed since it was checked. */
		st = backup_member(r->manifest, name, data, &member, ret_error);
		if (st == ST_OK)
			st = put_member(r, member, data, ret_error);
		if (st != ST_OK)
			break;
	}
	members_in_free(in);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status check_counts(struct restoring *r, struct error *ret_error)
{
	for (size_t i = 0; i < r->table_count; i++) {
		struct db_rows rows;
		char sql[256];

		snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%.*s\"", TEXT_ARG(r->tables[i].name));
		arena_clear(&r->row);
		TRY(db_query_one(r->tx, sql, DB_NO_PARAMS, &r->row, &rows, ret_error));
		if (db_int(&rows, 0, 0) != r->manifest->tables[i].rows)
			return damaged(r->tables[i].name, 0, "another number of rows than the manifest says", ret_error);
	}
	return ST_OK;
}

static enum status check_logs(struct restoring *r, struct error *ret_error)
{
	for (size_t i = 0; i < r->manifest->log_count; i++) {
		const struct backup_manifest_log *log = &r->manifest->logs[i];
		struct ledger_head head;
		uint8_t root[sizeof head.root.b];
		char name[64];

		snprintf(name, sizeof name, "%.*s", TEXT_ARG(log->name));
		if (ledger_head(r->tx, name, &r->arena, &head, ret_error) != ST_OK || (int64_t)head.size != log->size ||
		    base64_read_exactly(log->root, root, sizeof root) != ST_OK || memcmp(root, head.root.b, sizeof root) != 0)
			return damaged(log->name, 0, "the log's head is not the one that the manifest says", ret_error);
	}
	return ST_OK;
}

/* PostgreSQL looks at new rows after a minute; a hub that starts before that would be served by guesses of how many there are. */
static enum status count_for_plans(struct db_tx *tx, struct error *ret_error)
{
	return strcmp(db_tx_kind(tx), "postgresql") == 0 ? db_exec(tx, "ANALYZE", DB_NO_PARAMS, NULL, ret_error) : ST_OK;
}

static enum status put_all(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct restoring *r = context;

	arena_clear(&r->arena);
	r->tx = tx;
	TRY(prepare(r, ret_error));
	TRY(put_members(r, ret_error));
	TRY(check_counts(r, ret_error));
	TRY(check_logs(r, ret_error));
	TRY(count_for_plans(tx, ret_error));
	return db_defer_keys(tx, false, ret_error);
}

/* What was empty before is empty again. */
static enum status drop_all(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct restoring *r = context;
	char sql[256];

	arena_clear(&r->arena);
	TRY(db_tables(tx, &r->arena, &r->tables, &r->table_count, ret_error));
	TRY(db_defer_keys(tx, true, ret_error));
	for (size_t i = 0; i < r->table_count; i++) {
		snprintf(sql, sizeof sql, "DROP TABLE \"%.*s\"%s", TEXT_ARG(r->tables[i].name),
			 strcmp(db_tx_kind(tx), "postgresql") == 0 ? " CASCADE" : "");
		TRY(db_exec(tx, sql, DB_NO_PARAMS, NULL, ret_error));
	}
	return db_exec(tx, "DROP TABLE schema_migration", DB_NO_PARAMS, NULL, ret_error);
}

/* The program must know every step that the export was made with, in the same text; later ones run after it. */
static enum status check_schema(const struct backup_manifest *m, int64_t *ret_max, struct error *ret_error)
{
	size_t count, at = 0;
	const struct migration *steps = migrations(&count);

	if (m->step_count == 0)
		return error_because(ret_error, ST_CORRUPT, "backup-damaged", NULL, "the manifest names no schema");
	for (size_t i = 0; i < m->step_count; i++, at++) {
		if (at == count)
			return error_because(ret_error, ST_CONFLICT, "schema-newer", NULL, "the export was made by a newer program");
		if (m->steps[i].number != steps[at].number || !text_equal(m->steps[i].sha256, text_of(steps[at].sha256)))
			return error_because(ret_error, ST_CONFLICT, "schema-differs", NULL,
					     "step %lld of the export's schema is not that of this program",
					     (long long)m->steps[i].number);
	}
	*ret_max = steps[at - 1].number;
	return ST_OK;
}

static enum status put_into(struct restoring *r, const char *url, int64_t schema_max, struct error *ret_error)
{
	const struct db_options fresh = {.readers = 1, .fresh = true, .schema_max = schema_max};
	struct db *db;
	enum status st;

	TRY(db_open(url, &fresh, &db, ret_error));
	st = db_transact(db, DB_WRITE, put_all, r, ret_error);
	if (st == ST_CONFLICT && ret_error && ret_error->reason[0] == '\0')
		st = error_because(ret_error, ST_CORRUPT, "backup-damaged", NULL, "%s: a row refers to one that there is not", r->path);
	if (st != ST_OK && db_transact(db, DB_WRITE, drop_all, r, NULL) != ST_OK && ret_error)
		snprintf(ret_error->field, sizeof ret_error->field, "not-emptied");
	db_close(db);
	if (st != ST_OK)
		return st;
	TRY(db_open(url, NULL, &db, ret_error));
	db_close(db);
	return ST_OK;
}

enum status backup_restore(const struct restore_what *what, struct backup_summary *ret_summary, struct error *ret_error)
{
	struct restoring r = {.path = what->path, .batch = calloc(1, sizeof *r.batch)};
	struct backup_manifest manifest;
	struct arena arena;
	int64_t schema_max = 0;
	enum status st;

	arena_init(&arena, ARENA_BYTES);
	arena_init(&r.arena, ARENA_BYTES);
	arena_init(&r.row, ROW_BYTES);
	if (r.batch == NULL)
		TRY_OUT(error_set(ret_error, ST_NO_MEMORY, "out of memory"));
	TRY_OUT(backup_verify(what->path, &arena, &manifest, ret_summary, ret_error));
	if (what->manifest && strcmp(what->manifest, ret_summary->manifest) != 0) {
		st = error_because(ret_error, ST_CONFLICT, "backup-other", NULL, "%s: the manifest is not the one that was asked for",
				   what->path);
		goto out;
	}
	TRY_OUT(check_schema(&manifest, &schema_max, ret_error));
	r.manifest = &manifest;
	TRY_OUT(put_into(&r, what->url, schema_max, ret_error));
out:
	free(r.batch);
	arena_release(&r.row);
	arena_release(&r.arena);
	arena_release(&arena);
	return st;
}
