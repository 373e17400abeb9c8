/* Passkeys: challenges that count once, the keys of a person, signing in with one. Each call runs its own transaction and is
 * audited.
 */
#ifndef ACCOUNT_PASSKEY_H
#define ACCOUNT_PASSKEY_H

#include "account/credential.h"
#include "account/webauthn.h"

#define PASSKEY_TIME_MS 300000 /* a challenge lives */
#define PASSKEYS_MAX 10u       /* of one person */

/* The site that passkeys belong to, in request->arena. Without a configured origin: the request's Host, on localhost only.
 * Fails: ST_DENIED, reason "passkey", where a passkey cannot be made or used at this address. */
MUST_USE enum status accounts_party(const struct accounts *accounts, const struct http_request *request,
				    struct webauthn_party *ret_party, struct error *ret_error);

enum passkey_use { PASSKEY_ASSERTION, PASSKEY_CREATION };

struct passkey_offer {
	uint8_t challenge[WEBAUTHN_CHALLENGE_SIZE];
	struct bytes *handles; /* of the person's passkeys, in the arena: to be allowed or excluded */
	size_t handle_count;
	struct text login, name;
};

/* A new challenge: for signing in (nobody known yet: no handles), for proving anew, or for adding a passkey.
 * Fails: for PASSKEY_CREATION as credential_may, and ST_LIMIT, reason "passkeys-many"; as db_transact. */
MUST_USE enum status passkey_offer(struct accounts *accounts, const struct actor *actor, enum passkey_use use, struct arena *arena,
				   struct passkey_offer *ret_offer, struct error *ret_error);

struct passkey_new {
	const struct webauthn_party *party;
	struct webauthn_creation creation;
	struct text name;
};
/* Completes a session that had its password alone. Fails: ST_DENIED and ST_MALFORMED, reason "passkey"; as credential_may. */
MUST_USE enum status passkey_add(struct accounts *accounts, const struct actor *actor, const struct passkey_new *new_key,
				 struct signed_in *ret, struct error *ret_error);

struct passkey_proof {
	const struct webauthn_party *party;
	struct webauthn_assertion assertion;
	struct bytes handle;
	struct bytes user; /* the user handle: the person's id; may be empty */
};
/* Opens a session, or proves anew within one that is the same person's. Fails: ST_DENIED, reason "passkey", whatever is wrong. */
MUST_USE enum status passkey_sign_in(struct accounts *accounts, const struct actor *actor, const struct passkey_proof *proof,
				     struct signed_in *ret, struct error *ret_error);

#endif
