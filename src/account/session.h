/* Sessions: a random token in a cookie, its SHA-256 in the database. Everything here runs in the caller's transaction. */
#ifndef ACCOUNT_SESSION_H
#define ACCOUNT_SESSION_H

#include "account/secret.h"
#include "db/db.h"
#include "model/actor.h"
#include "model/id.h"

#define SESSION_HALF_MS ((int64_t)10 * 60000) /* with a password alone: time to finish signing in */

/* Opens one and gives its token. Fails: as db_exec. */
MUST_USE enum status session_open(struct db_tx *tx, const struct env *env, struct text person, enum actor_strength strength,
				  char ret_token[SECRET_TEXT_SIZE], struct error *ret_error);

/* A new proof of who the person is: strength at least that, a new token, the old one no longer counts.
 * Fails: ST_NOT_FOUND (ended meanwhile), as db_exec. */
MUST_USE enum status session_rise(struct db_tx *tx, const struct env *env, struct text session, enum actor_strength strength,
				  char ret_token[SECRET_TEXT_SIZE], struct error *ret_error);

MUST_USE enum status session_end(struct db_tx *tx, struct text session, struct error *ret_error);

/* All of a person's but `except` (or empty). */
MUST_USE enum status session_end_all(struct db_tx *tx, struct text person, struct text except, struct error *ret_error);

/* Who stands behind a token, into *ret_actor (texts in the arena) without address and purpose; an empty id where it is unknown,
 * ended, too old by either clock, or the person is not active. `ret_used_ms` is when it was last noted as used. */
MUST_USE enum status session_find(struct db_tx *tx, struct text token, int64_t now_ms, struct arena *arena,
				  struct actor *ret_actor, int64_t *ret_used_ms, struct error *ret_error);

/* The Set-Cookie value of a token, or of the end of the session (empty token), in the arena. */
MUST_USE enum status session_cookie(bool secure, struct text token, struct arena *arena, struct text *ret_value);

/* What follows `name` (with its "=") in a Cookie header, or an empty text. */
struct text cookie_value(struct text cookies, struct text name);

/* The token in a Cookie header, or an empty text. */
struct text session_token(bool secure, struct text cookies);

#endif
