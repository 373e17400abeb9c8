#include "account/sign_in.h"

#include <sodium.h>

#include "account/attempt.h"
#include "account/audit.h"
#include "account/session.h"
#include "account/state.h"
#include "account/totp.h"

#define LOGIN_MIN 2u
#define LOGIN_MAX 100u

enum status login_normal(struct text login, struct arena *arena, struct text *ret_login, struct error *ret_error)
{
	struct text in = text_trim(login);
	char *out = arena_alloc(arena, in.len + 1, 1);

	if (!out)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < in.len; i++) {
		char c = in.data[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || strchr(".-_@", c)))
			return error_because(ret_error, ST_MALFORMED, "login-malformed", "login", "letters, digits, . - _ @");
		out[i] = c;
	}
	if (in.len < LOGIN_MIN || in.len > LOGIN_MAX)
		return error_because(ret_error, ST_MALFORMED, "login-malformed", "login", "2 to 100 characters");
	*ret_login = (struct text){out, in.len};
	return ST_OK;
}

enum status sign_in_audit(struct accounts *accounts, struct db_tx *tx, const struct actor *actor, struct text person,
			  const char *outcome, const char *why, struct error *ret_error)
{
	char detail[64];

	snprintf(detail, sizeof detail, "{\"why\":\"%s\"}", why);
	struct audit_event event = {.actor = actor, .action = "session.open", .thing_kind = "person", .thing = person,
				    .outcome = outcome, .detail = text_of(detail)};
	return audit_add(tx, accounts->env, &event, ret_error);
}

static enum status refused(struct error *ret_error, const char *reason)
{
	return error_because(ret_error, ST_DENIED, reason, NULL, "refused");
}

/* ---- the password ---- */

struct password_try {
	struct accounts *accounts;
	const struct actor *actor;
	struct arena arena;
	struct text login, person, hash;
	struct signed_in *ret;
	char again[PASSWORD_HASH_SIZE]; /* the same password with today's parameters, or empty */
	bool blocked, active, fits;
};

/* Counts before looking; the block of a login that nobody has is the same. */
static enum status password_begin(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct password_try *try = context;
	int64_t now_ms = env_now(try->accounts->env);
	struct db_rows row;
	enum status st;

	arena_clear(&try->arena);
	try->person = try->hash = TEXT_NONE;
	try->active = false;
	st = attempt_count(tx, ATTEMPT_ADDRESS, try->actor->address, now_ms, ret_error);
	if (st == ST_OK)
		st = attempt_count(tx, ATTEMPT_PASSWORD, try->login, now_ms, ret_error);
	try->blocked = st == ST_LIMIT;
	if (try->blocked)
		return sign_in_audit(try->accounts, tx, try->actor, TEXT_NONE, "refused", "slow-down", ret_error);
	if (st != ST_OK)
		return st;
	st = db_query_one(tx,
			  "SELECT p.id, w.hash, p.state FROM person p JOIN password w ON w.person = p.id WHERE p.login = $1",
			  DB_PARAMS(DB_V_TEXT(try->login)), &try->arena, &row, ret_error);
	if (st == ST_OK) {
		try->person = db_text(&row, 0, 0);
		try->hash = db_text(&row, 0, 1);
		try->active = text_equal(db_text(&row, 0, 2), TEXT("active"));
	}
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status next_of(struct db_tx *tx, struct text person, struct arena *arena, const char **ret_next,
			   struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(tx,
			 "SELECT (SELECT count(*) FROM totp WHERE person = $1 AND secret IS NOT NULL),"
			 " (SELECT count(*) FROM passkey WHERE person = $1)",
			 DB_PARAMS(DB_V_TEXT(person)), arena, &row, ret_error));
	*ret_next = db_int(&row, 0, 0) ? "totp" : db_int(&row, 0, 1) ? "passkey" : "enrol";
	return ST_OK;
}

static enum status password_end(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct password_try *try = context;
	const struct env *env = try->accounts->env;

	if (!try->fits)
		return sign_in_audit(try->accounts, tx, try->actor, try->person, "refused", "password", ret_error);
	TRY(attempt_clear(tx, ATTEMPT_PASSWORD, try->login, ret_error));
	TRY(attempt_clear(tx, ATTEMPT_ADDRESS, try->actor->address, ret_error));
	if (try->again[0])
		TRY(db_exec(tx, "UPDATE password SET hash = $3 WHERE person = $1 AND hash = $2",
			    DB_PARAMS(DB_V_TEXT(try->person), DB_V_TEXT(try->hash), DB_V_TEXT(text_of(try->again))), NULL,
			    ret_error));
	TRY(next_of(tx, try->person, &try->arena, &try->ret->next, ret_error));
	TRY(session_open(tx, env, try->person, ACTOR_PASSWORD, try->ret->token, ret_error));
	return sign_in_audit(try->accounts, tx, try->actor, try->person, "done", "password", ret_error);
}

enum status sign_in_password(struct accounts *accounts, const struct actor *actor, struct text login, struct text password,
			     struct signed_in *ret, struct error *ret_error)
{
	struct password_try try = {.accounts = accounts, .actor = actor, .ret = ret};
	struct arena names;
	enum status st;

	arena_init(&try.arena, 65536);
	arena_init(&names, 65536);
	/* A login that cannot be is as unknown as any other. */
	if (login_normal(login, &names, &try.login, NULL) != ST_OK)
		try.login = TEXT("?");
	TRY_OUT(db_transact(accounts->db, DB_WRITE, password_begin, &try, ret_error));
	if (try.blocked) {
		st = error_because(ret_error, ST_LIMIT, "slow-down", NULL, "too many attempts");
		goto out;
	}
	accounts_gate_enter(accounts);
	try.fits = password_fits(password, try.hash.len ? try.hash : text_of(accounts->decoy)) && try.hash.len && try.active;
	if (try.fits && password_outdated(try.hash) && password_hash(password, try.again, NULL) != ST_OK)
		try.again[0] = '\0';
	accounts_gate_leave(accounts);
	TRY_OUT(db_transact(accounts->db, DB_WRITE, password_end, &try, ret_error));
	st = try.fits ? ST_OK : refused(ret_error, "sign-in-failed");
out:
	arena_release(&names);
	arena_release(&try.arena);
	return st;
}

/* ---- the second proof ---- */

enum status sign_in_proved(struct accounts *accounts, struct db_tx *tx, const struct actor *actor, struct text person,
			   enum actor_strength strength, struct signed_in *ret, struct error *ret_error)
{
	const char *why = strength == ACTOR_PASSKEY ? "passkey" : "code";

	ret->next = "done";
	TRY(attempt_clear(tx, ATTEMPT_CODE, person, ret_error));
	if (actor->session.len && text_equal(actor->id, person))
		TRY(session_rise(tx, accounts->env, actor->session, strength, ret->token, ret_error));
	else
		TRY(session_open(tx, accounts->env, person, strength, ret->token, ret_error));
	return sign_in_audit(accounts, tx, actor, person, "done", why, ret_error);
}

struct code_try {
	struct accounts *accounts;
	const struct actor *actor;
	struct text code;
	struct signed_in *ret;
	bool blocked, fits;
};

static enum status code_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct code_try *try = context;
	struct text person = try->actor->id;
	int64_t now_ms = env_now(try->accounts->env), step;
	struct arena arena;
	struct db_rows row;
	uint64_t changed = 0;
	enum status st;

	arena_init(&arena, 65536);
	try->fits = false;
	st = attempt_count(tx, ATTEMPT_CODE, person, now_ms, ret_error);
	try->blocked = st == ST_LIMIT;
	if (try->blocked)
		st = sign_in_audit(try->accounts, tx, try->actor, person, "refused", "slow-down", ret_error);
	if (try->blocked || st != ST_OK)
		goto out;
	st = db_query_one(tx, "SELECT secret, last_step FROM totp WHERE person = $1 AND secret IS NOT NULL",
			  DB_PARAMS(DB_V_TEXT(person)), &arena, &row, ret_error);
	if (st != ST_OK && st != ST_NOT_FOUND)
		goto out;
	if (st == ST_OK && totp_fits(db_blob(&row, 0, 0), try->code, now_ms, db_int(&row, 0, 1), &step)) {
		/* The step is taken by whoever comes first: a code counts once. */
		TRY_OUT(db_exec(tx, "UPDATE totp SET last_step = $2 WHERE person = $1 AND last_step < $2",
				DB_PARAMS(DB_V_TEXT(person), DB_V_INT(step)), &changed, ret_error));
	}
	try->fits = changed == 1;
	if (try->fits)
		st = sign_in_proved(try->accounts, tx, try->actor, person, ACTOR_TOTP, try->ret, ret_error);
	else
		st = sign_in_audit(try->accounts, tx, try->actor, person, "refused", "code", ret_error);
out:
	arena_release(&arena);
	return st;
}

enum status sign_in_code(struct accounts *accounts, const struct actor *actor, struct text code, struct signed_in *ret,
			 struct error *ret_error)
{
	struct code_try try = {.accounts = accounts, .actor = actor, .code = code, .ret = ret};

	if (actor->session.len == 0)
		return refused(ret_error, "sign-in");
	TRY(db_transact(accounts->db, DB_WRITE, code_work, &try, ret_error));
	if (try.blocked)
		return error_because(ret_error, ST_LIMIT, "slow-down", NULL, "too many attempts");
	return try.fits ? ST_OK : refused(ret_error, "code-wrong");
}
