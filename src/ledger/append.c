#include <sodium.h>
#include <stdio.h>

#include "merkle/leaf.h"
#include "ledger/ledger.h"

static enum status check_new(const struct ledger_new *leaf, struct error *ret_error)
{
	if (leaf->payload.len > LEDGER_PAYLOAD_MAX)
		return error_at(ret_error, ST_LIMIT, "payload", -1, "a leaf commits to at most %zu bytes", LEDGER_PAYLOAD_MAX);
	if (!leaf_field_valid(text_of(leaf->kind)) || leaf->kind[0] == '\0')
		return error_at(ret_error, ST_MALFORMED, "kind", -1, "this cannot stand in a leaf");
	if (!leaf_field_valid(leaf->subject))
		return error_at(ret_error, ST_MALFORMED, "subject", -1, "this cannot stand in a leaf");
	if (!leaf_field_valid(leaf->actor))
		return error_at(ret_error, ST_MALFORMED, "actor", -1, "this cannot stand in a leaf");
	return ST_OK;
}

static enum status store(struct db_tx *tx, const struct leaf *leaf, const uint8_t salt[LEAF_SALT_SIZE], struct text payload,
			 struct error *ret_error)
{
	struct buffer body;
	enum status st;

	buffer_init(&body, LEAF_BODY_MAX);
	leaf_write(leaf, &body);
	st = buffer_status(&body);
	if (st != ST_OK) {
		st = error_set(ret_error, st, "the leaf is too long");
		goto out;
	}
	TRY_OUT(db_exec(tx, "INSERT INTO ledger_leaf (id, log, subject, at, body) VALUES ($1, $2, $3, $4, $5)",
			DB_PARAMS(DB_V_TEXT(leaf->id), DB_V_TEXT(leaf->log), DB_V_TEXT_OR_NULL(leaf->subject),
				  DB_V_INT(leaf->time_ms), DB_V_TEXT(buffer_text(&body))),
			NULL, ret_error));
	TRY_OUT(db_exec(tx, "INSERT INTO ledger_payload (leaf, salt, payload) VALUES ($1, $2, $3)",
			DB_PARAMS(DB_V_TEXT(leaf->id), DB_V_BLOB(((struct bytes){salt, LEAF_SALT_SIZE})), DB_V_TEXT(payload)), NULL,
			ret_error));
out:
	buffer_release(&body);
	return st;
}

/* Leaves that wait are placed by their time. Those of one subject must keep their order, or the list that is folded from them
 * would be an older one: also where two fall into one millisecond, or the clock was set back between them. */
static enum status time_after_waiting(struct db_tx *tx, struct leaf *leaf, struct error *ret_error)
{
	struct db_rows rows;
	struct arena arena;
	enum status st;

	if (leaf->subject.len == 0 || !text_equal(leaf->log, TEXT(LEDGER_LIST)))
		return ST_OK;
	arena_init(&arena, 4096);
	st = db_query_one(tx, "SELECT max(at) FROM ledger_leaf WHERE log = $1 AND subject = $2 AND place IS NULL",
			  DB_PARAMS(DB_V_TEXT(leaf->log), DB_V_TEXT(leaf->subject)), &arena, &rows, ret_error);
	if (st == ST_OK && !db_is_null(&rows, 0, 0) && db_int(&rows, 0, 0) >= leaf->time_ms)
		leaf->time_ms = db_int(&rows, 0, 0) + 1;
	arena_release(&arena);
	return st;
}

enum status ledger_append(struct db_tx *tx, const struct env *env, const struct ledger_new *leaf, char ret_id[ID_SIZE],
			  struct error *ret_error)
{
	uint8_t salt[LEAF_SALT_SIZE];
	char id[ID_SIZE];
	struct leaf row = {.actor = leaf->actor, .kind = text_of(leaf->kind), .log = text_of(leaf->log), .subject = leaf->subject,
			   .time_ms = env_now(env)};

	TRY(check_new(leaf, ret_error));
	id_make(env, id);
	env_random(env, salt, sizeof salt);
	row.id = text_of(id);
	leaf_commit(salt, leaf->payload, &row.commitment);
	TRY(time_after_waiting(tx, &row, ret_error));
	TRY(store(tx, &row, salt, leaf->payload, ret_error));
	sodium_memzero(salt, sizeof salt);
	memcpy(ret_id, id, ID_SIZE);
	return ST_OK;
}

enum status ledger_erase(struct db_tx *tx, const struct env *env, struct text leaf_id, const struct ledger_new *why,
			 char ret_id[ID_SIZE], struct error *ret_error)
{
	struct ledger_new leaf = *why;
	struct db_rows rows;
	struct arena arena;
	char log[LEAF_FIELD_MAX + 1];
	uint64_t changed;
	enum status st;

	arena_init(&arena, 4096);
	st = db_query_one(tx, "SELECT log FROM ledger_leaf WHERE id = $1", DB_PARAMS(DB_V_TEXT(leaf_id)), &arena, &rows, ret_error);
	if (st == ST_OK)
		(void)snprintf(log, sizeof log, "%.*s", TEXT_ARG(db_text(&rows, 0, 0)));
	arena_release(&arena);
	if (st == ST_NOT_FOUND)
		return error_set(ret_error, ST_NOT_FOUND, "there is no such leaf");
	TRY(st);
	TRY(db_exec(tx, "DELETE FROM ledger_payload WHERE leaf = $1", DB_PARAMS(DB_V_TEXT(leaf_id)), &changed, ret_error));
	if (changed == 0)
		return error_set(ret_error, ST_NOT_FOUND, "this leaf was erased already");
	leaf.log = log;
	leaf.kind = LEDGER_ERASE;
	leaf.subject = leaf_id;
	return ledger_append(tx, env, &leaf, ret_id, ret_error);
}
