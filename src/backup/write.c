#include <stdlib.h>

#include "backup/backup.h"
#include "backup/members.h"
#include "db/catalogue.h"
#include "ledger/ledger.h"
#include "merkle/base64.h"
#include "model/entity_json.h"
#include "model/time.h"

#define PART_BYTES ((size_t)8 << 20) /* a member is closed once it has as many */
#define ARENA_BYTES ((size_t)256 << 20)

struct writing {
	const struct backup_what *what;
	struct members_out *out;
	struct arena arena;      /* of the manifest */
	struct backup_manifest manifest;
	size_t member_capacity;
	struct buffer part;      /* of the table at hand */
	int64_t part_rows, part_number;
	struct backup_manifest_table *table;
	bool begun;
	char sha256[SHA256_HEX_SIZE]; /* of the manifest */
};

/* ---- a table ---- */

static enum status member_slot(struct writing *w, struct backup_manifest_member **ret_member, struct error *ret_error)
{
	struct backup_manifest *m = &w->manifest;

	if (m->member_count == w->member_capacity) {
		size_t capacity = w->member_capacity ? w->member_capacity * 2 : 64;
		struct backup_manifest_member *members = ARENA_NEW(&w->arena, struct backup_manifest_member, capacity);

		if (members == NULL)
			return arena_failure(&w->arena, ret_error);
		if (m->member_count)
			memcpy(members, m->members, m->member_count * sizeof *members);
		m->members = members;
		w->member_capacity = capacity;
	}
	*ret_member = &m->members[m->member_count++];
	return ST_OK;
}

static enum status part_end(struct writing *w, struct error *ret_error)
{
	struct backup_manifest_member *member = NULL;
	char name[MEMBER_NAME_SIZE], sha256[SHA256_HEX_SIZE];

	if (buffer_status(&w->part) != ST_OK)
		return error_set(ret_error, buffer_status(&w->part), "a row is too large");
	TRY(member_slot(w, &member, ret_error));
	snprintf(name, sizeof name, MEMBERS_FOLDER "/%.*s.%04lld.jsonl", TEXT_ARG(w->table->name), (long long)++w->part_number);
	sha256_hex(buffer_bytes(&w->part), sha256);
	member->table = w->table->name;
	member->rows = w->part_rows;
	member->bytes = (int64_t)w->part.len;
	if (arena_text(&w->arena, text_of(name), &member->name) != ST_OK ||
	    arena_text(&w->arena, text_of(sha256), &member->sha256) != ST_OK)
		return arena_failure(&w->arena, ret_error);
	TRY(members_add(w->out, name, buffer_bytes(&w->part), ret_error));
	w->table->rows += w->part_rows;
	w->part_rows = 0;
	buffer_clear(&w->part);
	return ST_OK;
}

static void add_value(struct buffer *out, const struct db_value *value)
{
	switch (value->type) {
	case DB_INT:
		buffer_printf(out, "%lld", (long long)value->integer);
		break;
	case DB_TEXT:
		json_add_string(out, value->text);
		break;
	case DB_BLOB:
		buffer_add_text(out, TEXT("{\"base64\":\""));
		base64_add(out, value->blob);
		buffer_add_text(out, TEXT("\"}"));
		break;
	case DB_NULL:
	default:
		buffer_add_text(out, TEXT("null"));
	}
}

static enum status add_row(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct writing *w = context;

	for (size_t i = 0; i < row->columns; i++) {
		buffer_add_char(&w->part, i ? ',' : '{');
		json_add_string(&w->part, w->table->columns[i]);
		buffer_add_char(&w->part, ':');
		add_value(&w->part, db_at(row, 0, i));
	}
	buffer_add_text(&w->part, TEXT("}\n"));
	w->part_rows++;
	return w->part.len < PART_BYTES ? ST_OK : part_end(w, ret_error);
}

/* Ordered by all columns, so that the same rows give the same bytes from either kind of database. */
static enum status write_table(struct writing *w, struct db_tx *tx, struct error *ret_error)
{
	struct buffer sql;
	enum status st;

	buffer_init(&sql, 1 << 16);
	for (size_t i = 0; i < w->table->column_count; i++)
		buffer_printf(&sql, "%s\"%.*s\"", i ? ", " : "SELECT ", TEXT_ARG(w->table->columns[i]));
	buffer_printf(&sql, " FROM \"%.*s\"", TEXT_ARG(w->table->name));
	for (size_t i = 0; i < w->table->column_count; i++)
		buffer_printf(&sql, "%s%zu NULLS FIRST", i ? ", " : " ORDER BY ", i + 1);
	buffer_add_char(&sql, '\0');
	w->part_number = 0;
	st = buffer_status(&sql);
	if (st == ST_OK)
		st = db_each(tx, (const char *)sql.data, DB_NO_PARAMS, add_row, w, ret_error);
	buffer_release(&sql);
	if (st == ST_OK && (w->part_rows > 0 || w->part_number == 0))
		st = part_end(w, ret_error);
	return st;
}

/* ---- the manifest ---- */

static enum status gather_steps(struct writing *w, struct db_tx *tx, struct error *ret_error)
{
	struct backup_manifest *m = &w->manifest;
	struct db_rows rows;

	TRY(db_query(tx, "SELECT number, name, sha256 FROM schema_migration ORDER BY number", DB_NO_PARAMS, &w->arena, &rows, ret_error));
	m->steps = ARENA_NEW(&w->arena, struct backup_manifest_step, rows.rows);
	if (m->steps == NULL)
		return arena_failure(&w->arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		m->steps[i] = (struct backup_manifest_step){db_int(&rows, i, 0), db_text(&rows, i, 1), db_text(&rows, i, 2)};
	m->step_count = rows.rows;
	return ST_OK;
}

static bool has_table(const struct backup_manifest *m, struct text name)
{
	size_t i = 0;

	while (i < m->table_count && !text_equal(m->tables[i].name, name))
		i++;
	return i < m->table_count;
}

static enum status gather_logs(struct writing *w, struct db_tx *tx, struct error *ret_error)
{
	static const char *const names[] = {LEDGER_LIST, LEDGER_AUDIT};
	struct backup_manifest *m = &w->manifest;
	size_t count = sizeof names / sizeof names[0];

	m->logs = ARENA_NEW(&w->arena, struct backup_manifest_log, count);
	if (m->logs == NULL)
		return arena_failure(&w->arena, ret_error);
	/* A schema from before the ledger has none. */
	if (!has_table(m, TEXT("ledger_checkpoint")))
		return ST_OK;
	for (size_t i = 0; i < count; i++) {
		struct ledger_head head;
		struct buffer root;
		enum status st = ledger_head(tx, names[i], &w->arena, &head, ret_error);

		if (st == ST_NOT_FOUND)
			continue;
		if (st != ST_OK)
			return st;
		buffer_init(&root, 64);
		base64_add(&root, (struct bytes){head.root.b, sizeof head.root.b});
		m->logs[m->log_count] = (struct backup_manifest_log){.name = text_of(names[i]), .size = (int64_t)head.size};
		st = arena_text(&w->arena, buffer_text(&root), &m->logs[m->log_count++].root);
		buffer_release(&root);
		if (st != ST_OK)
			return arena_failure(&w->arena, ret_error);
	}
	return ST_OK;
}

static enum status gather_tables(struct writing *w, struct db_tx *tx, struct error *ret_error)
{
	struct backup_manifest *m = &w->manifest;
	const struct db_table *tables;

	TRY(db_tables(tx, &w->arena, &tables, &m->table_count, ret_error));
	m->tables = ARENA_NEW(&w->arena, struct backup_manifest_table, m->table_count);
	if (m->tables == NULL)
		return arena_failure(&w->arena, ret_error);
	for (size_t i = 0; i < m->table_count; i++)
		m->tables[i] = (struct backup_manifest_table){tables[i].name, tables[i].columns, tables[i].column_count, 0};
	return ST_OK;
}

static enum status write_manifest(struct writing *w, struct error *ret_error)
{
	struct buffer json;
	char made[TIME_SIZE], sum[SHA256_HEX_SIZE + sizeof MANIFEST_NAME + 4];
	enum status st;

	time_write(w->what->now_ms, made);
	w->manifest.made = text_of(made);
	w->manifest.program = text_of(w->what->program);
	buffer_init(&json, ARENA_BYTES);
	backup_manifest_write(&w->manifest, &json);
	st = buffer_status(&json);
	if (st == ST_OK)
		st = members_add(w->out, MANIFEST_NAME, buffer_bytes(&json), ret_error);
	sha256_hex(buffer_bytes(&json), w->sha256);
	buffer_release(&json);
	snprintf(sum, sizeof sum, "%s  %s\n", w->sha256, MANIFEST_NAME);
	return st == ST_OK ? members_add(w->out, MANIFEST_SUM_NAME, text_bytes(text_of(sum)), ret_error) : st;
}

static enum status write_all(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct writing *w = context;

	if (w->begun)
		return error_set(ret_error, ST_UNAVAILABLE, "the connection to the database was lost; begin again");
	w->begun = true;
	TRY(gather_steps(w, tx, ret_error));
	TRY(gather_tables(w, tx, ret_error));
	TRY(gather_logs(w, tx, ret_error));
	for (size_t i = 0; i < w->manifest.table_count; i++) {
		w->table = &w->manifest.tables[i];
		TRY(write_table(w, tx, ret_error));
	}
	return ST_OK;
}

static void summarise(const struct writing *w, struct backup_summary *ret)
{
	*ret = (struct backup_summary){.tables = (int64_t)w->manifest.table_count};
	for (size_t i = 0; i < w->manifest.member_count; i++) {
		ret->rows += w->manifest.members[i].rows;
		ret->bytes += w->manifest.members[i].bytes;
	}
	time_write(w->what->now_ms, ret->made);
	snprintf(ret->manifest, sizeof ret->manifest, "%s", w->sha256);
}

enum status backup_write(struct db *db, const struct backup_what *what, struct backup_summary *ret_summary, struct error *ret_error)
{
	struct writing w = {.what = what};
	enum status st;

	arena_init(&w.arena, ARENA_BYTES);
	buffer_init(&w.part, MEMBER_SIZE_MAX);
	TRY_OUT(members_create(what->path, what->folder, &w.out, ret_error));
	TRY_OUT(db_transact(db, DB_READ, write_all, &w, ret_error));
	TRY_OUT(write_manifest(&w, ret_error));
	TRY_OUT(members_finish(w.out, ret_error));
	summarise(&w, ret_summary);
out:
	members_out_free(w.out);
	buffer_release(&w.part);
	arena_release(&w.arena);
	return st;
}
