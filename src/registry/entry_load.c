#include "registry/columns.h"

#define SQL_MAX 8192u

static enum status load_row(struct db_tx *tx, struct text id, struct arena *arena, struct entry *ret_entry,
			    struct error *ret_error)
{
	struct buffer sql;
	struct db_rows rows;
	enum status st;

	buffer_init(&sql, SQL_MAX);
	buffer_printf(&sql, "SELECT ");
	columns_list("", &sql);
	buffer_printf(&sql, " FROM entry WHERE id = $1");
	buffer_add_char(&sql, '\0');
	TRY_OUT(buffer_status(&sql));
	TRY_OUT(db_query_one(tx, (const char *)sql.data, DB_PARAMS(DB_V_TEXT(id)), arena, &rows, ret_error));
	columns_take(&rows, 0, 0, ret_entry);
out:
	buffer_release(&sql);
	return st;
}

static enum status load_names(struct db_tx *tx, struct arena *arena, struct entry *entry, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT name, script, language, kind FROM entry_name WHERE entry_id = $1 ORDER BY position",
		     DB_PARAMS(DB_V_TEXT(entry->id)), arena, &rows, ret_error));
	entry->names = ARENA_NEW(arena, struct entry_name, rows.rows + 1);
	if (!entry->names)
		return arena_failure(arena, ret_error);
	entry->name_count = rows.rows;
	for (size_t i = 0; i < rows.rows; i++)
		entry->names[i] = (struct entry_name){.name = db_text(&rows, i, 0), .script = db_text(&rows, i, 1),
						      .language = db_text(&rows, i, 2), .kind = db_text(&rows, i, 3)};
	return ST_OK;
}

static enum status load_documents(struct db_tx *tx, struct arena *arena, struct entry *entry, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT kind, number, country FROM entry_document WHERE entry_id = $1 ORDER BY position",
		     DB_PARAMS(DB_V_TEXT(entry->id)), arena, &rows, ret_error));
	entry->documents = ARENA_NEW(arena, struct entry_document, rows.rows + 1);
	if (!entry->documents)
		return arena_failure(arena, ret_error);
	entry->document_count = rows.rows;
	for (size_t i = 0; i < rows.rows; i++)
		entry->documents[i] = (struct entry_document){.kind = db_text(&rows, i, 0), .number = db_text(&rows, i, 1),
							      .country = db_text(&rows, i, 2)};
	return ST_OK;
}

static enum status load_measures(struct db_tx *tx, struct arena *arena, struct entry *entry, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx,
		     "SELECT id, kind, basis, number, issuer, valid_from, expires_at, ended_at FROM measure WHERE entry_id = $1"
		     " ORDER BY valid_from, id",
		     DB_PARAMS(DB_V_TEXT(entry->id)), arena, &rows, ret_error));
	entry->measures = ARENA_NEW(arena, struct entry_measure, rows.rows + 1);
	if (!entry->measures)
		return arena_failure(arena, ret_error);
	entry->measure_count = rows.rows;
	for (size_t i = 0; i < rows.rows; i++)
		entry->measures[i] = (struct entry_measure){
			.id = db_text(&rows, i, 0), .kind = db_text(&rows, i, 1), .basis = db_text(&rows, i, 2),
			.number = db_text(&rows, i, 3), .issuer = db_text(&rows, i, 4), .valid_from_ms = db_int(&rows, i, 5),
			.expires_ms = db_int(&rows, i, 6), .ended_ms = db_int(&rows, i, 7)};
	return ST_OK;
}

enum status entry_load(struct db_tx *tx, struct text id, struct arena *arena, struct entry *ret_entry, struct error *ret_error)
{
	struct entry entry = {0};
	enum status st = load_row(tx, id, arena, &entry, ret_error);

	if (st == ST_NOT_FOUND)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "there is no such entry");
	TRY(st);
	TRY(load_names(tx, arena, &entry, ret_error));
	TRY(load_documents(tx, arena, &entry, ret_error));
	TRY(load_measures(tx, arena, &entry, ret_error));
	*ret_entry = entry;
	return ST_OK;
}

bool entry_measure_in_force(const struct entry_measure *measure, int64_t now_ms)
{
	return measure->ended_ms == 0 && measure->valid_from_ms <= now_ms && now_ms < measure->expires_ms;
}
