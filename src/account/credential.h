/* What a person proves himself with: password, one-time codes, passkeys. He changes his own alone.
 *
 * With a password alone he may add his first second factor; where he has one, he must have proved himself afresh (policy:
 * credential.change). Each call runs its own transaction and is audited.
 */
#ifndef ACCOUNT_CREDENTIAL_H
#define ACCOUNT_CREDENTIAL_H

#include "account/sign_in.h"

struct totp_offer {
	struct text secret; /* base32 */
	struct text uri;    /* otpauth://, for a QR code */
};

/* Makes a new secret that waits for its first code; the one in use goes on counting until then. Texts in the arena.
 * Fails: ST_DENIED, reason "sign-in" or "prove-anew"; as db_transact. */
MUST_USE enum status totp_begin(struct accounts *accounts, const struct actor *actor, struct arena *arena,
				struct totp_offer *ret_offer, struct error *ret_error);

/* The same inside the caller's transaction, without asking: for the first set-up. */
MUST_USE enum status totp_offer_make(struct db_tx *tx, const struct env *env, struct text person, struct arena *arena,
				     struct totp_offer *ret_offer, struct error *ret_error);

/* A secret that counts at once, as a demonstration or another system gives it. */
MUST_USE enum status totp_put(struct db_tx *tx, const struct env *env, struct text person, struct bytes secret,
			      struct error *ret_error);

/* The first code of a secret that waits: from now on it counts, and the session is complete.
 * Fails: as totp_begin; ST_DENIED, reason "code-wrong"; ST_LIMIT, reason "slow-down". */
MUST_USE enum status totp_take(struct accounts *accounts, const struct actor *actor, struct text code, struct signed_in *ret,
			       struct error *ret_error);

/* `old` must fit. Ends the person's other sessions. Fails: as totp_begin; ST_DENIED, reason "password-wrong"; ST_LIMIT, reason
 * "slow-down"; ST_MALFORMED as password_accept. Cost: two Argon2 hashes. */
MUST_USE enum status password_change(struct accounts *accounts, const struct actor *actor, struct text old, struct text password,
				     struct error *ret_error);

/* Removes a passkey or the one-time codes by id. Fails: as totp_begin; ST_NOT_FOUND; ST_CONFLICT, reason "last-factor". */
MUST_USE enum status credential_remove(struct accounts *accounts, const struct actor *actor, struct text id,
				       struct error *ret_error);

struct credential {
	struct text id, kind, name; /* kind: "password", "totp", "passkey"; a password has no id */
	int64_t created_ms, used_ms; /* used_ms 0: never, or not noted */
};
/* In the caller's transaction; in the arena. Fails: as db_query. */
MUST_USE enum status credential_list(struct db_tx *tx, struct text person, struct arena *arena, struct credential **ret_list,
				     size_t *ret_count, struct error *ret_error);

/* Whether the actor may add or change a factor now. Fails: as totp_begin. */
MUST_USE enum status credential_may(struct accounts *accounts, struct db_tx *tx, const struct actor *actor,
				    struct error *ret_error);

/* Adds a row to the audit: action "credential.change", {"what": what}. */
MUST_USE enum status credential_audit(struct accounts *accounts, struct db_tx *tx, const struct actor *actor, const char *outcome,
				      const char *what, struct error *ret_error);

#endif
