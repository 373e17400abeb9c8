#include "ledger/cosign.h"

#include <sodium.h>

#include "ledger/store.h"
#include "merkle/checkpoint.h"

static void key_id_hex(const struct note_key *key, char out[2 * NOTE_ID_SIZE + 1])
{
	sodium_bin2hex(out, 2 * NOTE_ID_SIZE + 1, key->id, NOTE_ID_SIZE);
}

enum status ledger_submission(struct db_tx *tx, const char *log, uint64_t old_size, struct arena *arena, struct ledger_submission *ret,
			      struct error *ret_error)
{
	struct merkle_proof proof = {.count = 0};
	struct ledger_store store;
	struct db_rows rows;
	struct buffer out;
	enum status st;

	buffer_init(&out, 2 * NOTE_SIZE_MAX);
	TRY_OUT(db_query(tx, "SELECT size, note FROM ledger_checkpoint WHERE log = $1 ORDER BY size DESC LIMIT 1",
			 DB_PARAMS(DB_V_TEXT(text_of(log))), arena, &rows, ret_error));
	if (rows.rows == 0) {
		st = error_set(ret_error, ST_NOT_FOUND, "log %s was not signed yet", log);
		goto out;
	}
	ret->size = (uint64_t)db_int(&rows, 0, 0);
	if (old_size > ret->size) {
		st = error_because(ret_error, ST_CONFLICT, "ledger-rewound", NULL, "the witness holds %llu leaves of log %s, which has %llu",
				   (unsigned long long)old_size, log, (unsigned long long)ret->size);
		goto out;
	}
	ledger_store_init(&store, tx, text_of(log));
	if (old_size)
		TRY_OUT(tiles_consistency(&store.tiles, old_size, ret->size, &proof, ret_error));
	add_checkpoint_write(old_size, &proof, db_text(&rows, 0, 1), &out);
	TRY_OUT(buffer_status(&out));
	st = arena_text(arena, buffer_text(&out), &ret->body);
out:
	buffer_release(&out);
	return st;
}

enum status ledger_cosigned_size(struct db_tx *tx, const char *log, const struct note_key *witness, uint64_t *ret_size,
				 struct error *ret_error)
{
	char hex[2 * NOTE_ID_SIZE + 1];
	struct arena arena;
	struct db_rows rows;
	enum status st;

	key_id_hex(witness, hex);
	arena_init(&arena, 4096);
	st = db_query_one(tx,
			  "SELECT coalesce(max(size), 0) FROM ledger_cosignature WHERE log = $1 AND witness = $2 AND key_id = $3",
			  DB_PARAMS(DB_V_TEXT(text_of(log)), DB_V_TEXT(text_of(witness->name)), DB_V_TEXT(text_of(hex))), &arena, &rows,
			  ret_error);
	if (st == ST_OK)
		*ret_size = (uint64_t)db_int(&rows, 0, 0);
	arena_release(&arena);
	return st;
}

static enum status keep(struct db_tx *tx, const struct ledger_cosignature *c, const struct note_key *key,
			const struct note_signature *line, uint64_t seconds, struct error *ret_error)
{
	char hex[2 * NOTE_ID_SIZE + 1];

	key_id_hex(key, hex);
	return db_exec(tx,
		       "INSERT INTO ledger_cosignature (log, size, witness, key_id, at, line) VALUES ($1, $2, $3, $4, $5, $6) "
		       "ON CONFLICT (log, size, witness, key_id) DO NOTHING",
		       DB_PARAMS(DB_V_TEXT(text_of(c->log)), DB_V_INT((int64_t)c->size), DB_V_TEXT(text_of(key->name)),
				 DB_V_TEXT(text_of(hex)), DB_V_INT((int64_t)seconds * 1000), DB_V_TEXT(line->line)),
		       NULL, ret_error);
}

/* Each witness that has a line here. */
static enum status keep_all(struct db_tx *tx, const struct ledger_cosignature *c, const struct note *lines,
			    const struct note_key *witnesses, size_t witness_count, struct error *ret_error)
{
	bool kept = false;

	for (size_t i = 0; i < witness_count; i++)
		for (size_t s = 0; s < lines->count; s++) {
			struct note one = {.text = lines->text, .signatures = {lines->signatures[s]}, .count = 1};
			uint64_t seconds;
			enum status st = note_verify(&one, &witnesses[i], &seconds, ret_error);

			if (st == ST_NOT_FOUND)
				continue;
			TRY(st);
			if (seconds > INT64_MAX / 1000)
				return error_set(ret_error, ST_MALFORMED, "a time beyond all times");
			TRY(keep(tx, c, &witnesses[i], &lines->signatures[s], seconds, ret_error));
			kept = true;
		}
	return kept ? ST_OK : error_set(ret_error, ST_NOT_FOUND, "no witness that is known here signed this");
}

enum status ledger_cosign(struct db_tx *tx, const struct ledger_cosignature *cosignature, const struct note_key *witnesses,
			  size_t witness_count, struct error *ret_error)
{
	struct arena arena;
	struct db_rows rows;
	struct signed_checkpoint opened;
	struct note lines;
	enum status st;

	arena_init(&arena, 4 * NOTE_SIZE_MAX);
	TRY_OUT(note_parse_lines(cosignature->lines, &lines, ret_error));
	st = db_query_one(tx, "SELECT note FROM ledger_checkpoint WHERE log = $1 AND size = $2",
			  DB_PARAMS(DB_V_TEXT(text_of(cosignature->log)), DB_V_INT((int64_t)cosignature->size)), &arena, &rows, ret_error);
	if (st == ST_NOT_FOUND)
		st = error_set(ret_error, ST_NOT_FOUND, "there is no checkpoint of that size");
	TRY_OUT(st);
	TRY_OUT(signed_checkpoint_parse(text_bytes(db_text(&rows, 0, 0)), &opened, ret_error));
	lines.text = opened.note.text;
	st = keep_all(tx, cosignature, &lines, witnesses, witness_count, ret_error);
out:
	arena_release(&arena);
	return st;
}
