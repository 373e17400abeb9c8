/* Signing in: a password, then a second proof; or a passkey, which is both. Unknown logins, wrong passwords, locked people and
 * blocked attempts answer alike and take as long. Everything is audited. Each call runs its own transactions.
 */
#ifndef ACCOUNT_SIGN_IN_H
#define ACCOUNT_SIGN_IN_H

#include "account/accounts.h"
#include "account/secret.h"

struct signed_in {
	char token[SECRET_TEXT_SIZE]; /* of the session, for its cookie */
	const char *next;             /* "totp", "passkey", "enrol" or "done" */
};

/* `actor` is whoever asks (its address counts). Opens a session of strength ACTOR_PASSWORD.
 * Fails: ST_DENIED, reason "sign-in-failed"; ST_LIMIT, reason "slow-down"; as db_transact. Cost: one Argon2 hash. */
MUST_USE enum status sign_in_password(struct accounts *accounts, const struct actor *actor, struct text login,
				      struct text password, struct signed_in *ret, struct error *ret_error);

/* The one-time code of a session that has its password, or a fresh proof within one that is complete. A code counts once.
 * Fails: as above, reason "code-wrong"; ST_DENIED, reason "sign-in" without a session. */
MUST_USE enum status sign_in_code(struct accounts *accounts, const struct actor *actor, struct text code, struct signed_in *ret,
				  struct error *ret_error);

/* Counts the failure or success of the second proof of `person` and raises or opens his session: shared with passkeys and OIDC.
 * In the caller's transaction. */
MUST_USE enum status sign_in_proved(struct accounts *accounts, struct db_tx *tx, const struct actor *actor, struct text person,
				    enum actor_strength strength, struct signed_in *ret, struct error *ret_error);

/* Adds {"why": why} to the audit for an attempt to sign in as `person` (or nobody known). */
MUST_USE enum status sign_in_audit(struct accounts *accounts, struct db_tx *tx, const struct actor *actor, struct text person,
				   const char *outcome, const char *why, struct error *ret_error);

/* `login` as it is stored: trimmed, lower case ASCII. Fails: ST_MALFORMED, reason "login-malformed". */
MUST_USE enum status login_normal(struct text login, struct arena *arena, struct text *ret_login, struct error *ret_error);

#endif
