/* Signing in through the login of a ministry: OpenID Connect, authorisation code with PKCE, state and nonce. Who its subject is
 * with us stands in our database, and so do his roles. Each call runs its own transactions; audited.
 *
 * The provider is described by a JSON file of the operator's: {"issuer", "authorize", "token" (addresses), "client", "secret",
 * "keys" (the array of its JWKS)}. Nothing of it is looked up over the network: a key that is not there signs nobody in.
 */
#ifndef ACCOUNT_OIDC_H
#define ACCOUNT_OIDC_H

#include <jansson.h>

#include "account/sign_in.h"

#define OIDC_TIME_MS 600000 /* to come back */
#define OIDC_COOKIE "oidc"

/* Fails: ST_MALFORMED (a member is missing, an address that is neither https nor on this machine). */
MUST_USE enum status oidc_config_check(const json_t *config, struct error *ret_error);

/* Whether a provider is configured. */
bool oidc_there(const struct accounts *accounts);

struct oidc_start {
	struct text address; /* where to send the browser; in the arena */
	char state[SECRET_TEXT_SIZE]; /* goes into a cookie of the browser that began */
};
/* `back` is our own address that the provider sends the browser to. Fails: ST_NOT_FOUND, reason "oidc-off". */
MUST_USE enum status oidc_start(struct accounts *accounts, struct text back, struct arena *arena, struct oidc_start *ret,
				struct error *ret_error);

struct oidc_return {
	struct text code, state, cookie, back;
};
/* Fails: ST_DENIED, reason "oidc-failed"; ST_UNAVAILABLE, reason "oidc-unreachable". Blocks on the provider, 10 s at most. */
MUST_USE enum status oidc_finish(struct accounts *accounts, const struct actor *actor, const struct oidc_return *came,
				 struct arena *arena, struct signed_in *ret, struct error *ret_error);

/* Ties a person to his subject at the configured issuer. In the caller's transaction. Fails: ST_CONFLICT (another's). */
MUST_USE enum status oidc_tie(struct db_tx *tx, struct text issuer, struct text subject, struct text person, struct error *ret_error);

#endif
