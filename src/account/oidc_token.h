/* The identity token of an OpenID provider: a JWT, checked against the provider's keys that were given by hand. Pure.
 * OpenID Connect Core 1.0, 3.1.3.7; RFC 7515, 7517, 7518. Three algorithms and no other: RS256, PS256, ES256.
 */
#ifndef ACCOUNT_OIDC_TOKEN_H
#define ACCOUNT_OIDC_TOKEN_H

#include <jansson.h>

#include "base/arena.h"

struct oidc_expected {
	const json_t *keys; /* the array of a JWKS */
	struct text issuer, client, nonce;
	int64_t now_ms;
};

/* Gives the subject, in the arena. Fails: ST_DENIED, reason "oidc-failed", whatever is wrong; ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status oidc_token_check(struct text token, const struct oidc_expected *expected, struct arena *arena,
				      struct text *ret_subject, struct error *ret_error);

#endif
