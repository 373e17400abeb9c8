#include "ledger/keys.h"

#include <sodium.h>
#include <stdio.h>

#include "ledger/ledger.h"

static const char columns[] = "SELECT log, vkey, state, created_at, coalesce(ended_at, 0), from_size, coalesce(to_size, 0) FROM ledger_key";

enum status ledger_keys(struct db_tx *tx, const char *purpose, struct arena *arena, const struct ledger_key_row **ret_rows,
			size_t *ret_count, struct error *ret_error)
{
	char sql[256];
	struct db_rows rows;
	struct ledger_key_row *keys;

	snprintf(sql, sizeof sql, "%s%s ORDER BY created_at, vkey", columns, purpose ? " WHERE log = $1" : "");
	TRY(db_query(tx, sql, purpose ? DB_PARAMS(DB_V_TEXT(text_of(purpose))) : DB_NO_PARAMS, arena, &rows, ret_error));
	keys = ARENA_NEW(arena, struct ledger_key_row, rows.rows + 1);
	if (keys == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		keys[i] = (struct ledger_key_row){
			.purpose = db_text(&rows, i, 0), .vkey = db_text(&rows, i, 1), .state = db_text(&rows, i, 2),
			.created_ms = db_int(&rows, i, 3), .ended_ms = db_int(&rows, i, 4), .from_size = (uint64_t)db_int(&rows, i, 5),
			.to_size = (uint64_t)db_int(&rows, i, 6)};
	*ret_rows = keys;
	*ret_count = rows.rows;
	return ST_OK;
}

/* Size of the newest checkpoint of the log; 0 for a purpose that has none. */
static enum status log_size(struct db_tx *tx, const char *purpose, struct arena *arena, int64_t *ret, struct error *ret_error)
{
	const char *log = strcmp(purpose, LEDGER_EDITION) == 0 ? LEDGER_LIST : purpose;
	struct db_rows rows;

	TRY(db_query_one(tx, "SELECT coalesce(max(size), 0) FROM ledger_checkpoint WHERE log = $1", DB_PARAMS(DB_V_TEXT(text_of(log))),
			 arena, &rows, ret_error));
	*ret = db_int(&rows, 0, 0);
	return ST_OK;
}

/* The leaf names the key by its id, and commits to the whole. */
static enum status tell(struct db_tx *tx, const struct env *env, const char *kind, const char *purpose, struct text vkey,
			struct error *ret_error)
{
	struct note_key key;
	char hex[2 * NOTE_ID_SIZE + 1], payload[NOTE_VKEY_SIZE + 64], id[ID_SIZE];

	TRY(note_vkey_parse(vkey, &key, ret_error));
	sodium_bin2hex(hex, sizeof hex, key.id, sizeof key.id);
	/* A key's name holds neither quotes nor backslashes here: it could not stand in a leaf otherwise. */
	snprintf(payload, sizeof payload, "{\"purpose\":\"%s\",\"vkey\":\"%.*s\"}", purpose, TEXT_ARG(vkey));
	return ledger_append(tx, env,
			     &(struct ledger_new){.log = LEDGER_LIST, .kind = kind, .subject = text_of(hex), .payload = text_of(payload)},
			     id, ret_error);
}

enum status ledger_key_begin(struct db_tx *tx, const struct env *env, const char *purpose, const struct note_key *key,
			     struct error *ret_error)
{
	char vkey[NOTE_VKEY_SIZE];
	struct arena arena;
	int64_t size;
	enum status st;

	arena_init(&arena, 4096);
	note_vkey(key, vkey);
	TRY_OUT(log_size(tx, purpose, &arena, &size, ret_error));
	TRY_OUT(db_exec(tx, "INSERT INTO ledger_key (vkey, log, state, created_at, from_size) VALUES ($1, $2, 'active', $3, $4)",
			DB_PARAMS(DB_V_TEXT(text_of(vkey)), DB_V_TEXT(text_of(purpose)), DB_V_INT(env_now(env)), DB_V_INT(size)), NULL,
			ret_error));
	st = tell(tx, env, "key.begin", purpose, text_of(vkey), ret_error);
out:
	arena_release(&arena);
	return st;
}

enum status ledger_key_end(struct db_tx *tx, const struct env *env, const char *purpose, enum ledger_key_end how, uint64_t *ret_size,
			   struct error *ret_error)
{
	struct arena arena;
	struct db_rows rows;
	int64_t size;
	enum status st;

	arena_init(&arena, 8192);
	st = db_query_one(tx, "SELECT vkey FROM ledger_key WHERE log = $1 AND state = 'active'", DB_PARAMS(DB_V_TEXT(text_of(purpose))),
			  &arena, &rows, ret_error);
	if (st == ST_NOT_FOUND)
		st = error_set(ret_error, ST_NOT_FOUND, "no key is active for %s", purpose);
	TRY_OUT(st);
	TRY_OUT(log_size(tx, purpose, &arena, &size, ret_error));
	TRY_OUT(db_exec(tx, "UPDATE ledger_key SET state = $1, ended_at = $2, to_size = $3 WHERE vkey = $4",
			DB_PARAMS(DB_V_TEXT(how == LEDGER_KEY_REVOKE ? TEXT("revoked") : TEXT("retired")), DB_V_INT(env_now(env)),
				  DB_V_INT(size), DB_V_TEXT(db_text(&rows, 0, 0))),
			NULL, ret_error));
	TRY_OUT(tell(tx, env, how == LEDGER_KEY_REVOKE ? "key.revoke" : "key.retire", purpose, db_text(&rows, 0, 0), ret_error));
	*ret_size = (uint64_t)size;
out:
	arena_release(&arena);
	return st;
}

enum status ledger_key_disown(struct db_tx *tx, const struct env *env, const char *purpose, struct text id, struct error *ret_error)
{
	const struct ledger_key_row *rows;
	struct arena arena;
	size_t count, at = 0;
	enum status st;

	arena_init(&arena, (size_t)1 << 20);
	TRY_OUT(ledger_keys(tx, purpose, &arena, &rows, &count, ret_error));
	for (; at < count; at++) {
		char hex[2 * NOTE_ID_SIZE + 1];
		struct note_key key;

		TRY_OUT(note_vkey_parse(rows[at].vkey, &key, ret_error));
		sodium_bin2hex(hex, sizeof hex, key.id, sizeof key.id);
		if (text_equal(text_of(hex), id) && text_equal(rows[at].state, TEXT("retired")))
			break;
	}
	if (at == count) {
		st = error_set(ret_error, ST_NOT_FOUND, "no key %.*s of %s was retired", TEXT_ARG(id), purpose);
		goto out;
	}
	TRY_OUT(db_exec(tx, "UPDATE ledger_key SET state = 'revoked', ended_at = $1 WHERE vkey = $2",
			DB_PARAMS(DB_V_INT(env_now(env)), DB_V_TEXT(rows[at].vkey)), NULL, ret_error));
	st = tell(tx, env, "key.revoke", purpose, rows[at].vkey, ret_error);
out:
	arena_release(&arena);
	return st;
}
