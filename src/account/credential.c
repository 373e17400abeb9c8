#include "account/credential.h"

#include <sodium.h>

#include "account/attempt.h"
#include "account/audit.h"
#include "account/policy.h"
#include "account/session.h"
#include "account/state.h"
#include "account/totp.h"

enum status credential_audit(struct accounts *accounts, struct db_tx *tx, const struct actor *actor, const char *outcome,
			     const char *what, struct error *ret_error)
{
	char detail[64];

	snprintf(detail, sizeof detail, "{\"what\":\"%s\"}", what);
	struct audit_event event = {.actor = actor, .action = "credential.change", .thing_kind = "person", .thing = actor->id,
				    .outcome = outcome, .detail = text_of(detail)};
	return audit_add(tx, accounts->env, &event, ret_error);
}

static enum status count_factors(struct db_tx *tx, struct text person, int64_t *ret_count, struct error *ret_error)
{
	struct arena arena;
	struct db_rows row;
	enum status st;

	arena_init(&arena, 65536);
	st = db_query_one(tx,
			  "SELECT (SELECT count(*) FROM totp WHERE person = $1 AND secret IS NOT NULL)"
			  " + (SELECT count(*) FROM passkey WHERE person = $1)",
			  DB_PARAMS(DB_V_TEXT(person)), &arena, &row, ret_error);
	if (st == ST_OK)
		*ret_count = db_int(&row, 0, 0);
	arena_release(&arena);
	return st;
}

enum status credential_may(struct accounts *accounts, struct db_tx *tx, const struct actor *actor, struct error *ret_error)
{
	const struct policy_thing himself = {.owner = actor->country, .subject = actor->id};
	int64_t factors;

	if (actor->session.len == 0)
		return error_because(ret_error, ST_DENIED, "sign-in", NULL, "no session");
	if (actor->strength > ACTOR_PASSWORD)
		return may(actor, TEXT("credential.change"), &himself, accounts_host(accounts), env_now(accounts->env)) ==
				       POLICY_ALLOWED
			       ? ST_OK
			       : error_because(ret_error, ST_DENIED, "prove-anew", NULL, "a fresh proof is wanted");
	TRY(count_factors(tx, actor->id, &factors, ret_error));
	return factors == 0 ? ST_OK : error_because(ret_error, ST_DENIED, "sign-in", NULL, "the second proof is missing");
}

/* ---- one-time codes ---- */

static enum status offer_write(struct bytes secret, struct text login, struct arena *arena, struct totp_offer *ret_offer,
			       struct error *ret_error)
{
	char base32[64];
	struct buffer uri;
	enum status st;

	base32_write(secret, base32);
	buffer_init(&uri, 512);
	buffer_printf(&uri, "otpauth://totp/Cordon:%.*s?secret=%s&issuer=Cordon&algorithm=SHA1&digits=6&period=30", TEXT_ARG(login),
		      base32);
	st = buffer_status(&uri);
	if (st == ST_OK)
		st = arena_text(arena, buffer_text(&uri), &ret_offer->uri);
	if (st == ST_OK)
		st = arena_text(arena, text_of(base32), &ret_offer->secret);
	buffer_release(&uri);
	sodium_memzero(base32, sizeof base32);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "no memory for a secret");
}

enum status totp_offer_make(struct db_tx *tx, const struct env *env, struct text person, struct arena *arena,
			    struct totp_offer *ret_offer, struct error *ret_error)
{
	uint8_t secret[TOTP_SECRET_SIZE];
	struct bytes bytes = {secret, sizeof secret};
	char id[ID_SIZE];
	struct db_rows row;

	env_random(env, secret, sizeof secret);
	id_make(env, id);
	TRY(db_exec(tx,
		    "INSERT INTO totp (person, id, pending, last_step, created_ms) VALUES ($1, $2, $3, 0, $4)"
		    " ON CONFLICT (person) DO UPDATE SET pending = excluded.pending",
		    DB_PARAMS(DB_V_TEXT(person), DB_V_TEXT(text_of(id)), DB_V_BLOB(bytes), DB_V_INT(env_now(env))), NULL, ret_error));
	TRY(db_query_one(tx, "SELECT login FROM person WHERE id = $1", DB_PARAMS(DB_V_TEXT(person)), arena, &row, ret_error));
	return offer_write(bytes, db_text(&row, 0, 0), arena, ret_offer, ret_error);
}

enum status totp_put(struct db_tx *tx, const struct env *env, struct text person, struct bytes secret, struct error *ret_error)
{
	char id[ID_SIZE];

	id_make(env, id);
	return db_exec(tx,
		       "INSERT INTO totp (person, id, secret, last_step, created_ms) VALUES ($1, $2, $3, 0, $4)"
		       " ON CONFLICT (person) DO UPDATE SET secret = excluded.secret, pending = NULL",
		       DB_PARAMS(DB_V_TEXT(person), DB_V_TEXT(text_of(id)), DB_V_BLOB(secret), DB_V_INT(env_now(env))), NULL, ret_error);
}

struct change {
	struct accounts *accounts;
	const struct actor *actor;
	struct arena *arena;
	struct text value; /* code, id or password hash */
	struct text login;
	struct totp_offer offer;
	struct signed_in *ret;
	bool blocked, fits;
};

static enum status totp_begin_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct change *change = context;

	TRY(credential_may(change->accounts, tx, change->actor, ret_error));
	return totp_offer_make(tx, change->accounts->env, change->actor->id, change->arena, &change->offer, ret_error);
}

enum status totp_begin(struct accounts *accounts, const struct actor *actor, struct arena *arena, struct totp_offer *ret_offer,
		       struct error *ret_error)
{
	struct change change = {.accounts = accounts, .actor = actor, .arena = arena};

	TRY(db_transact(accounts->db, DB_WRITE, totp_begin_work, &change, ret_error));
	*ret_offer = change.offer;
	return ST_OK;
}

static enum status totp_take_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct change *change = context;
	struct text person = change->actor->id;
	int64_t now_ms = env_now(change->accounts->env), step = 0;
	struct db_rows row;
	enum status st;

	change->fits = false;
	TRY(credential_may(change->accounts, tx, change->actor, ret_error));
	st = attempt_count(tx, ATTEMPT_CODE, person, now_ms, ret_error);
	change->blocked = st == ST_LIMIT;
	if (change->blocked)
		return credential_audit(change->accounts, tx, change->actor, "refused", "slow-down", ret_error);
	if (st != ST_OK)
		return st;
	st = db_query_one(tx, "SELECT pending FROM totp WHERE person = $1 AND pending IS NOT NULL", DB_PARAMS(DB_V_TEXT(person)),
			  change->arena, &row, ret_error);
	if (st != ST_OK && st != ST_NOT_FOUND)
		return st;
	change->fits = st == ST_OK && totp_fits(db_blob(&row, 0, 0), change->value, now_ms, 0, &step);
	if (!change->fits)
		return credential_audit(change->accounts, tx, change->actor, "refused", "code", ret_error);
	TRY(db_exec(tx, "UPDATE totp SET secret = pending, pending = NULL, last_step = $2, created_ms = $3 WHERE person = $1",
		    DB_PARAMS(DB_V_TEXT(person), DB_V_INT(step), DB_V_INT(now_ms)), NULL, ret_error));
	TRY(credential_audit(change->accounts, tx, change->actor, "done", "totp", ret_error));
	return sign_in_proved(change->accounts, tx, change->actor, person, ACTOR_TOTP, change->ret, ret_error);
}

enum status totp_take(struct accounts *accounts, const struct actor *actor, struct text code, struct signed_in *ret,
		      struct error *ret_error)
{
	struct arena arena;
	struct change change = {.accounts = accounts, .actor = actor, .arena = &arena, .value = code, .ret = ret};
	enum status st;

	arena_init(&arena, 65536);
	st = db_transact(accounts->db, DB_WRITE, totp_take_work, &change, ret_error);
	arena_release(&arena);
	if (st == ST_OK && change.blocked)
		return error_because(ret_error, ST_LIMIT, "slow-down", NULL, "too many attempts");
	if (st == ST_OK && !change.fits)
		return error_because(ret_error, ST_DENIED, "code-wrong", "code", "not the code of this moment");
	return st;
}

/* ---- password ---- */

static enum status password_change_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct change *change = context;
	struct text person = change->actor->id;

	TRY(credential_may(change->accounts, tx, change->actor, ret_error));
	TRY(db_exec(tx,
		    "INSERT INTO password (person, hash, first, changed_ms) VALUES ($1, $2, 0, $3)"
		    " ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, first = 0, changed_ms = excluded.changed_ms",
		    DB_PARAMS(DB_V_TEXT(person), DB_V_TEXT(change->value), DB_V_INT(env_now(change->accounts->env))), NULL,
		    ret_error));
	TRY(attempt_clear(tx, ATTEMPT_PASSWORD, change->login, ret_error));
	TRY(session_end_all(tx, person, change->actor->session, ret_error));
	return credential_audit(change->accounts, tx, change->actor, "done", "password", ret_error);
}

struct password_now {
	struct accounts *accounts;
	const struct actor *actor;
	struct arena *arena;
	struct text login, hash;
	bool blocked;
};

/* Counts before looking, as signing in does. */
static enum status password_now_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct password_now *now = context;
	struct db_rows row;
	enum status st;

	TRY(credential_may(now->accounts, tx, now->actor, ret_error));
	TRY(db_query_one(tx, "SELECT p.login, w.hash FROM person p JOIN password w ON w.person = p.id WHERE p.id = $1",
			 DB_PARAMS(DB_V_TEXT(now->actor->id)), now->arena, &row, ret_error));
	now->login = db_text(&row, 0, 0);
	now->hash = db_text(&row, 0, 1);
	st = attempt_count(tx, ATTEMPT_PASSWORD, now->login, env_now(now->accounts->env), ret_error);
	now->blocked = st == ST_LIMIT;
	return now->blocked ? credential_audit(now->accounts, tx, now->actor, "refused", "slow-down", ret_error) : st;
}

static enum status hash_new(struct password_now *now, struct text old, struct text password, char hash[PASSWORD_HASH_SIZE],
			    struct error *ret_error)
{
	enum status st;

	accounts_gate_enter(now->accounts);
	if (password_fits(old, now->hash))
		st = password_hash(password, hash, ret_error);
	else
		st = error_because(ret_error, ST_DENIED, "password-wrong", "password", "not the password of now");
	accounts_gate_leave(now->accounts);
	return st;
}

enum status password_change(struct accounts *accounts, const struct actor *actor, struct text old, struct text password,
			    struct error *ret_error)
{
	struct arena arena;
	struct password_now now = {.accounts = accounts, .actor = actor, .arena = &arena};
	struct change change = {.accounts = accounts, .actor = actor};
	char hash[PASSWORD_HASH_SIZE];
	enum status st;

	arena_init(&arena, 65536);
	TRY_OUT(db_transact(accounts->db, DB_WRITE, password_now_work, &now, ret_error));
	if (now.blocked) {
		st = error_because(ret_error, ST_LIMIT, "slow-down", NULL, "too many attempts");
		goto out;
	}
	TRY_OUT(password_accept(password, now.login, ret_error));
	TRY_OUT(hash_new(&now, old, password, hash, ret_error));
	change.value = text_of(hash);
	change.login = now.login;
	st = db_transact(accounts->db, DB_WRITE, password_change_work, &change, ret_error);
out:
	arena_release(&arena);
	return st;
}

/* ---- removal, list ---- */

static enum status remove_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct change *change = context;
	struct text person = change->actor->id;
	uint64_t passkeys, codes = 0;
	int64_t factors;

	TRY(credential_may(change->accounts, tx, change->actor, ret_error));
	TRY(db_exec(tx, "DELETE FROM passkey WHERE id = $1 AND person = $2", DB_PARAMS(DB_V_TEXT(change->value), DB_V_TEXT(person)),
		    &passkeys, ret_error));
	if (passkeys == 0)
		TRY(db_exec(tx, "DELETE FROM totp WHERE id = $1 AND person = $2",
			    DB_PARAMS(DB_V_TEXT(change->value), DB_V_TEXT(person)), &codes, ret_error));
	if (passkeys + codes == 0)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "no such credential");
	TRY(count_factors(tx, person, &factors, ret_error));
	if (factors == 0)
		return error_because(ret_error, ST_CONFLICT, "last-factor", NULL, "the last second factor stays");
	return credential_audit(change->accounts, tx, change->actor, "done", "removed", ret_error);
}

enum status credential_remove(struct accounts *accounts, const struct actor *actor, struct text id, struct error *ret_error)
{
	struct change change = {.accounts = accounts, .actor = actor, .value = id};

	return db_transact(accounts->db, DB_WRITE, remove_work, &change, ret_error);
}

enum status credential_list(struct db_tx *tx, struct text person, struct arena *arena, struct credential **ret_list,
			    size_t *ret_count, struct error *ret_error)
{
	struct db_rows rows;
	struct credential *list;

	TRY(db_query(tx,
		     "SELECT '' AS id, 'password' AS kind, '' AS name, changed_ms AS created_ms, 0 AS used_ms FROM password"
		     " WHERE person = $1"
		     " UNION ALL SELECT id, 'totp', '', created_ms, last_step * 30000 FROM totp WHERE person = $1 AND secret IS NOT NULL"
		     " UNION ALL SELECT id, 'passkey', name, created_ms, coalesce(used_ms, 0) FROM passkey WHERE person = $1"
		     " ORDER BY created_ms, id",
		     DB_PARAMS(DB_V_TEXT(person)), arena, &rows, ret_error));
	list = ARENA_NEW(arena, struct credential, rows.rows + 1);
	if (!list)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		list[i] = (struct credential){db_text(&rows, i, 0), db_text(&rows, i, 1), db_text(&rows, i, 2), db_int(&rows, i, 3),
					      db_int(&rows, i, 4)};
	*ret_list = list;
	*ret_count = rows.rows;
	return ST_OK;
}
