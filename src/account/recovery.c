#include "account/recovery.h"

#include <sodium.h>

#include "account/audit.h"
#include "account/state.h"

#define HALF_GROUPS 3u /* 60 bits each */

struct recovery {
	struct accounts *accounts;
	const struct actor *actor;
	struct text person;
	char id[ID_SIZE]; /* of the open proposal of another, or empty */
	char first[SECRET_WORD_SIZE], second[SECRET_WORD_SIZE];
	char hash[PASSWORD_HASH_SIZE];
};

static enum status open_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct recovery *r = context;
	int64_t now_ms = env_now(r->accounts->env), age_ms;
	struct arena arena;
	struct db_rows row;
	enum status st;

	arena_init(&arena, 65536);
	r->id[0] = '\0';
	st = db_query_one(tx,
			  "SELECT id, proposed_by, proposed_ms, half FROM recovery WHERE person = $1 AND confirmed_by IS NULL",
			  DB_PARAMS(DB_V_TEXT(r->person)), &arena, &row, ret_error);
	if (st == ST_OK) {
		age_ms = now_ms - db_int(&row, 0, 2);
		if (age_ms < 0 || age_ms >= RECOVERY_TIME_MS) {
			st = ST_OK; /* over: proposing anew replaces it */
		} else if (text_equal(db_text(&row, 0, 1), r->actor->id)) {
			st = error_because(ret_error, ST_CONFLICT, "recovery-open", NULL, "another administrator must confirm");
		} else {
			snprintf(r->id, sizeof r->id, "%.*s", TEXT_ARG(db_text(&row, 0, 0)));
			snprintf(r->first, sizeof r->first, "%.*s", TEXT_ARG(db_text(&row, 0, 3)));
		}
	}
	arena_release(&arena);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status audit(struct recovery *r, struct db_tx *tx, const char *detail, struct error *ret_error)
{
	struct audit_event event = {.actor = r->actor, .action = "person.recover", .thing_kind = "person", .thing = r->person,
				    .outcome = "done", .detail = text_of(detail)};

	return audit_add(tx, r->accounts->env, &event, ret_error);
}

static enum status propose_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct recovery *r = context;
	int64_t now_ms = env_now(r->accounts->env);
	char id[ID_SIZE];
	enum status st;

	id_make(r->accounts->env, id);
	TRY(db_exec(tx, "DELETE FROM recovery WHERE person = $1 AND confirmed_by IS NULL AND (proposed_ms <= $2 OR proposed_ms > $3)",
		    DB_PARAMS(DB_V_TEXT(r->person), DB_V_INT(now_ms - RECOVERY_TIME_MS), DB_V_INT(now_ms)), NULL, ret_error));
	st = db_exec(tx, "INSERT INTO recovery (id, person, proposed_by, proposed_ms, half) VALUES ($1, $2, $3, $4, $5)",
		     DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(r->person), DB_V_TEXT(r->actor->id), DB_V_INT(now_ms),
			       DB_V_TEXT(text_of(r->first))),
		     NULL, ret_error);
	if (st == ST_CONFLICT)
		return error_because(ret_error, ST_CONFLICT, "recovery-open", NULL, "somebody else was faster");
	if (st != ST_OK)
		return st;
	return audit(r, tx, "{\"step\":\"proposed\"}", ret_error);
}

static enum status confirm_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct recovery *r = context;
	uint64_t changed;

	TRY(db_exec(tx,
		    "UPDATE recovery SET confirmed_by = $2, confirmed_ms = $3, half = '' WHERE id = $1 AND confirmed_by IS NULL"
		    " AND proposed_by <> $2",
		    DB_PARAMS(DB_V_TEXT(text_of(r->id)), DB_V_TEXT(r->actor->id), DB_V_INT(env_now(r->accounts->env))), &changed,
		    ret_error));
	if (changed != 1)
		return error_because(ret_error, ST_CONFLICT, "recovery-open", NULL, "somebody else was faster");
	TRY(person_reset(tx, r->accounts->env, r->person, r->hash, ret_error));
	return audit(r, tx, "{\"step\":\"confirmed\"}", ret_error);
}

static enum status confirm(struct recovery *r, struct error *ret_error)
{
	char whole[2 * SECRET_WORD_SIZE];
	enum status st;

	secret_word(r->accounts->env, HALF_GROUPS, r->second);
	snprintf(whole, sizeof whole, "%s-%s", r->first, r->second);
	accounts_gate_enter(r->accounts);
	st = password_hash(text_of(whole), r->hash, ret_error);
	accounts_gate_leave(r->accounts);
	sodium_memzero(whole, sizeof whole);
	if (st == ST_OK)
		st = db_transact(r->accounts->db, DB_WRITE, confirm_work, r, ret_error);
	return st;
}

enum status recovery_ask(struct accounts *accounts, const struct actor *actor, struct text person,
			 struct recovery_given *ret_given, struct error *ret_error)
{
	struct recovery r = {.accounts = accounts, .actor = actor, .person = person};
	enum status st;

	if (text_equal(actor->id, person))
		return error_because(ret_error, ST_DENIED, "own-roles", NULL, "nobody recovers himself");
	TRY(db_transact(accounts->db, DB_READ, open_work, &r, ret_error));
	if (r.id[0]) {
		st = confirm(&r, ret_error);
	} else {
		secret_word(accounts->env, HALF_GROUPS, r.first);
		st = db_transact(accounts->db, DB_WRITE, propose_work, &r, ret_error);
	}
	if (st == ST_OK) {
		ret_given->confirmed = r.id[0] != '\0';
		memcpy(ret_given->half, ret_given->confirmed ? r.second : r.first, sizeof ret_given->half);
	}
	sodium_memzero(&r, sizeof r);
	return st;
}
