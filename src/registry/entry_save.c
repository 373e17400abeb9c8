#include <jansson.h>
#include <sodium.h>

#include "ident/document.h"
#include "model/canonical.h"
#include "registry/columns.h"

#define SQL_MAX 8192u
#define CONTENT_MAX ((size_t)4 << 20)
#define DOCUMENT_MAX 256u

static bool value_equal(const struct db_value *a, const struct db_value *b)
{
	if (a->type != b->type)
		return false;
	return a->type == DB_TEXT ? text_equal(a->text, b->text) : a->type == DB_NULL || a->integer == b->integer;
}

enum status entry_insert(struct db_tx *tx, const struct entry *entry, struct error *ret_error)
{
	struct db_value values[COLUMNS_COUNT];
	struct buffer sql;
	size_t count = 0;
	enum status st;

	buffer_init(&sql, SQL_MAX);
	buffer_printf(&sql, "INSERT INTO entry (");
	for (size_t i = 0; i < COLUMNS_COUNT; i++) {
		values[count] = columns_value(entry, &entry_columns[i]);
		if (values[count].type != DB_NULL)
			buffer_printf(&sql, "%s%s", count++ ? ", " : "", entry_columns[i].name);
	}
	buffer_printf(&sql, ") VALUES (");
	for (size_t i = 0; i < count; i++)
		buffer_printf(&sql, "%s$%zu", i ? ", " : "", i + 1);
	buffer_printf(&sql, ")");
	buffer_add_char(&sql, '\0');
	TRY_OUT(buffer_status(&sql));
	st = db_exec(tx, (const char *)sql.data, (struct db_params){values, count}, NULL, ret_error);
out:
	buffer_release(&sql);
	return st;
}

/* Only what differs is written, so that an index is touched only where it must. The version always differs. */
enum status entry_update(struct db_tx *tx, const struct entry *before, const struct entry *after, struct error *ret_error)
{
	struct db_value values[COLUMNS_COUNT + 2] = {DB_V_TEXT(before->id), DB_V_INT(before->version)};
	struct buffer sql;
	uint64_t changed = 0;
	size_t count = 2;
	enum status st;

	buffer_init(&sql, SQL_MAX);
	buffer_printf(&sql, "UPDATE entry SET ");
	for (size_t i = 0; i < COLUMNS_COUNT; i++) {
		struct db_value old = columns_value(before, &entry_columns[i]);

		values[count] = columns_value(after, &entry_columns[i]);
		if (value_equal(&old, &values[count]))
			continue;
		buffer_printf(&sql, "%s%s = $%zu", count > 2 ? ", " : "", entry_columns[i].name, count + 1);
		count++;
	}
	buffer_printf(&sql, " WHERE id = $1 AND version = $2");
	buffer_add_char(&sql, '\0');
	TRY_OUT(buffer_status(&sql));
	TRY_OUT(db_exec(tx, (const char *)sql.data, (struct db_params){values, count}, &changed, ret_error));
	if (changed != 1)
		st = error_because(ret_error, ST_CONFLICT, "version", NULL, "the entry was changed meanwhile");
out:
	buffer_release(&sql);
	return st;
}

static enum status save_document(struct db_tx *tx, const struct entry *entry, size_t i, struct error *ret_error)
{
	const struct entry_document *document = &entry->documents[i];
	char canonical[DOCUMENT_MAX];
	size_t len;

	if (document->number.len > sizeof canonical)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "documents", "a document number is too long");
	len = document_canonical(document->number, false, canonical);
	return db_exec(tx,
		       "INSERT INTO entry_document (entry_id, position, kind, number, country, canonical)"
		       " VALUES ($1, $2, $3, $4, $5, $6)",
		       DB_PARAMS(DB_V_TEXT(entry->id), DB_V_INT((int64_t)i), DB_V_TEXT(document->kind),
				 DB_V_TEXT(document->number), DB_V_TEXT_OR_NULL(document->country),
				 DB_V_TEXT(((struct text){canonical, len}))),
		       NULL, ret_error);
}

enum status entry_save_identity(struct db_tx *tx, const struct entry *entry, struct error *ret_error)
{
	TRY(db_exec(tx, "DELETE FROM entry_name WHERE entry_id = $1", DB_PARAMS(DB_V_TEXT(entry->id)), NULL, ret_error));
	TRY(db_exec(tx, "DELETE FROM entry_document WHERE entry_id = $1", DB_PARAMS(DB_V_TEXT(entry->id)), NULL, ret_error));
	for (size_t i = 0; i < entry->name_count; i++) {
		const struct entry_name *name = &entry->names[i];

		TRY(db_exec(tx,
			    "INSERT INTO entry_name (entry_id, position, name, script, language, kind)"
			    " VALUES ($1, $2, $3, $4, $5, $6)",
			    DB_PARAMS(DB_V_TEXT(entry->id), DB_V_INT((int64_t)i), DB_V_TEXT(name->name),
				      DB_V_TEXT(name->script), DB_V_TEXT_OR_NULL(name->language), DB_V_TEXT(name->kind)),
			    NULL, ret_error));
	}
	for (size_t i = 0; i < entry->document_count; i++)
		TRY(save_document(tx, entry, i, ret_error));
	return ST_OK;
}

enum status entry_save_measures(struct db_tx *tx, const struct entry *entry, struct error *ret_error)
{
	for (size_t i = 0; i < entry->measure_count; i++) {
		const struct entry_measure *m = &entry->measures[i];

		TRY(db_exec(tx,
			    "INSERT INTO measure (id, entry_id, own_national, child, kind, basis, number, issuer, valid_from,"
			    " expires_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
			    " ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at, ended_at = excluded.ended_at",
			    DB_PARAMS(DB_V_TEXT(m->id), DB_V_TEXT(entry->id), DB_V_INT(entry->own_national),
				      DB_V_INT(entry->child), DB_V_TEXT(m->kind), DB_V_TEXT(m->basis),
				      DB_V_TEXT_OR_NULL(m->number), DB_V_TEXT_OR_NULL(m->issuer), DB_V_INT(m->valid_from_ms),
				      DB_V_INT(m->expires_ms), m->ended_ms ? DB_V_INT(m->ended_ms) : DB_V_NULL),
			    NULL, ret_error));
	}
	return ST_OK;
}

/* ---- what the ledger commits to ---- */

static json_t *text_json(struct text t)
{
	return json_stringn(t.data ? t.data : "", t.len);
}

static json_t *documents_json(const struct entry *entry)
{
	json_t *list = json_array();

	for (size_t i = 0; i < entry->document_count; i++) {
		const struct entry_document *d = &entry->documents[i];

		json_array_append_new(list, json_pack("[o,o,o]", text_json(d->kind), text_json(d->number), text_json(d->country)));
	}
	return list;
}

static json_t *measures_json(const struct entry *entry)
{
	json_t *list = json_array();

	for (size_t i = 0; i < entry->measure_count; i++) {
		const struct entry_measure *m = &entry->measures[i];

		json_array_append_new(list, json_pack("[o,o,o,o,o,I,I,I]", text_json(m->id), text_json(m->kind),
						      text_json(m->basis), text_json(m->number), text_json(m->issuer),
						      (json_int_t)m->valid_from_ms, (json_int_t)m->expires_ms,
						      (json_int_t)m->ended_ms));
	}
	return list;
}

static json_t *content_json(const struct entry *entry)
{
	json_t *object = json_object();

	for (size_t i = 0; i < COLUMNS_COUNT; i++) {
		struct db_value value = columns_value(entry, &entry_columns[i]);

		if (value.type == DB_TEXT)
			json_object_set_new(object, entry_columns[i].name, text_json(value.text));
		else if (value.type == DB_INT)
			json_object_set_new(object, entry_columns[i].name, json_integer((json_int_t)value.integer));
	}
	json_object_set_new(object, "documents", documents_json(entry));
	json_object_set_new(object, "measures", measures_json(entry));
	return object;
}

enum status entry_content(const struct entry *entry, char ret_hex[65], struct error *ret_error)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	struct buffer out;
	json_t *content = content_json(entry);
	enum status st;

	buffer_init(&out, CONTENT_MAX);
	st = canonical_write(content, &out);
	if (st != ST_OK) {
		error_set(ret_error, st, "the entry cannot be written as canonical JSON");
		goto out;
	}
	crypto_hash_sha256(digest, out.data, out.len);
	sodium_bin2hex(ret_hex, 65, digest, sizeof digest);
out:
	json_decref(content);
	buffer_release(&out);
	return st;
}
