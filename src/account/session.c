#include "account/session.h"

#include "account/accounts.h"
#include "account/policy.h"
#include "base/buffer.h"

/* RFC 6265bis, 4.1.3.2: the prefix ties the cookie to TLS, to this host and to all of it. */
#define NAME_SECURE "__Host-sid"
#define NAME_LOCAL "sid"

enum status session_open(struct db_tx *tx, const struct env *env, struct text person, enum actor_strength strength,
			 char ret_token[SECRET_TEXT_SIZE], struct error *ret_error)
{
	int64_t now_ms = env_now(env);
	uint8_t hash[SECRET_SIZE];
	char id[ID_SIZE];

	id_make(env, id);
	secret_token(env, ret_token);
	secret_hash(text_of(ret_token), hash);
	/* The table does not grow for ever: whatever nobody can use any more goes. */
	TRY(db_exec(tx, "DELETE FROM session WHERE person = $1 AND (opened_ms < $2 OR used_ms < $3)",
		    DB_PARAMS(DB_V_TEXT(person), DB_V_INT(now_ms - ACCOUNTS_SHIFT_MS), DB_V_INT(now_ms - ACCOUNTS_IDLE_MS)), NULL,
		    ret_error));
	TRY(db_exec(tx,
		    "INSERT INTO session (id, token, person, strength, opened_ms, used_ms, proved_ms)"
		    " VALUES ($1, $2, $3, $4, $5, $5, $5)",
		    DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_BLOB(((struct bytes){hash, sizeof hash})), DB_V_TEXT(person),
			      DB_V_INT(strength), DB_V_INT(now_ms)),
		    NULL, ret_error));
	return db_exec(tx, "UPDATE person SET seen_ms = $2 WHERE id = $1", DB_PARAMS(DB_V_TEXT(person), DB_V_INT(now_ms)), NULL,
		       ret_error);
}

enum status session_rise(struct db_tx *tx, const struct env *env, struct text session, enum actor_strength strength,
			 char ret_token[SECRET_TEXT_SIZE], struct error *ret_error)
{
	uint8_t hash[SECRET_SIZE];
	uint64_t changed;

	secret_token(env, ret_token);
	secret_hash(text_of(ret_token), hash);
	TRY(db_exec(tx,
		    "UPDATE session SET token = $2, strength = CASE WHEN strength < $3 THEN $3 ELSE strength END,"
		    " used_ms = CASE WHEN used_ms < $4 THEN $4 ELSE used_ms END, proved_ms = $4 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(session), DB_V_BLOB(((struct bytes){hash, sizeof hash})), DB_V_INT(strength),
			      DB_V_INT(env_now(env))),
		    &changed, ret_error));
	return changed == 1 ? ST_OK : error_because(ret_error, ST_NOT_FOUND, "sign-in", NULL, "the session has ended");
}

enum status session_end(struct db_tx *tx, struct text session, struct error *ret_error)
{
	return db_exec(tx, "DELETE FROM session WHERE id = $1", DB_PARAMS(DB_V_TEXT(session)), NULL, ret_error);
}

enum status session_end_all(struct db_tx *tx, struct text person, struct text except, struct error *ret_error)
{
	return db_exec(tx, "DELETE FROM session WHERE person = $1 AND id <> $2",
		       DB_PARAMS(DB_V_TEXT(person), DB_V_TEXT(except.len ? except : TEXT("-"))), NULL, ret_error);
}

/* Neither clock may have run out, nor gone back behind what was noted. */
static bool alive(enum actor_strength strength, int64_t opened_ms, int64_t used_ms, int64_t now_ms)
{
	int64_t shift_ms = strength > ACTOR_PASSWORD ? ACCOUNTS_SHIFT_MS : SESSION_HALF_MS;

	return now_ms >= used_ms - POLICY_SKEW_MS && now_ms - used_ms < ACCOUNTS_IDLE_MS && now_ms - opened_ms < shift_ms;
}

enum status session_find(struct db_tx *tx, struct text token, int64_t now_ms, struct arena *arena, struct actor *ret_actor,
			 int64_t *ret_used_ms, struct error *ret_error)
{
	uint8_t hash[SECRET_SIZE];
	struct db_rows rows;

	secret_hash(token, hash);
	TRY(db_query(tx,
		     "SELECT s.id, s.strength, s.opened_ms, s.used_ms, s.proved_ms, p.id, p.name, p.country, p.agency, r.role"
		     " FROM session s JOIN person p ON p.id = s.person LEFT JOIN person_role r ON r.person = p.id"
		     " WHERE s.token = $1 AND p.state = 'active'",
		     DB_PARAMS(DB_V_BLOB(((struct bytes){hash, sizeof hash}))), arena, &rows, ret_error));
	*ret_actor = (struct actor){.strength = ACTOR_NOBODY};
	*ret_used_ms = 0;
	if (rows.rows == 0 ||
	    !alive((enum actor_strength)db_int(&rows, 0, 1), db_int(&rows, 0, 2), db_int(&rows, 0, 3), now_ms))
		return ST_OK;
	*ret_used_ms = db_int(&rows, 0, 3);
	*ret_actor = (struct actor){.session = db_text(&rows, 0, 0), .strength = (enum actor_strength)db_int(&rows, 0, 1),
				    .proved_ms = db_int(&rows, 0, 4), .id = db_text(&rows, 0, 5), .name = db_text(&rows, 0, 6),
				    .country = db_text(&rows, 0, 7), .agency = db_text(&rows, 0, 8)};
	for (size_t i = 0; i < rows.rows; i++) {
		int bit = role_find(db_text(&rows, i, 9));

		if (bit >= 0)
			ret_actor->roles |= (uint64_t)1 << bit;
	}
	return ST_OK;
}

enum status session_cookie(bool secure, struct text token, struct arena *arena, struct text *ret_value)
{
	struct buffer out;
	enum status st;

	buffer_init(&out, 256);
	buffer_printf(&out, "%s=%.*s; Path=/; %sHttpOnly; SameSite=Strict%s", secure ? NAME_SECURE : NAME_LOCAL, TEXT_ARG(token),
		      secure ? "Secure; " : "", token.len ? "" : "; Max-Age=0");
	st = buffer_status(&out);
	if (st == ST_OK)
		st = arena_text(arena, buffer_text(&out), ret_value);
	buffer_release(&out);
	return st;
}

struct text cookie_value(struct text cookies, struct text name)
{
	struct text part;

	while (cookies.data && text_split(&cookies, ';', &part)) {
		part = text_trim(part);
		if (text_starts(part, name))
			return (struct text){part.data + name.len, part.len - name.len};
	}
	return TEXT("");
}

struct text session_token(bool secure, struct text cookies)
{
	return cookie_value(cookies, secure ? TEXT(NAME_SECURE "=") : TEXT(NAME_LOCAL "="));
}
