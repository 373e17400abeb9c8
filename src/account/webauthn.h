/* Passkeys: what a browser sends, checked. W3C Web Authentication Level 2, clauses 7.1 and 7.2. Pure.
 *
 * libfido2 decodes authenticator data and checks signatures; what concerns a server (client data, origin, flags, attestation
 * formats) is ours. User presence and verification are always asked for.
 */
#ifndef ACCOUNT_WEBAUTHN_H
#define ACCOUNT_WEBAUTHN_H

#include "base/slice.h"

#define WEBAUTHN_CHALLENGE_SIZE 32u
#define WEBAUTHN_HANDLE_MIN 16u
#define WEBAUTHN_HANDLE_MAX 1023u
#define WEBAUTHN_KEY_MAX 600u
#define WEBAUTHN_JSON_MAX 4096u

struct webauthn_party {
	struct text id;     /* "cordon.example" */
	struct text origin; /* "https://cordon.example" */
	bool attested;      /* a new passkey must come with a signed statement of its maker */
};

/* Reads clientDataJSON strictly: UTF-8, no member twice, `type` ("webauthn.create", "webauthn.get"), exact origin, not from
 * another site's frame. Gives the challenge; that it was ours and unused is for the caller.
 * Fails: ST_MALFORMED (not such JSON), ST_DENIED (another type, origin, cross origin), reason "passkey". */
MUST_USE enum status webauthn_client_data(const struct webauthn_party *party, struct bytes json, const char *type,
					  uint8_t ret_challenge[WEBAUTHN_CHALLENGE_SIZE], struct error *ret_error);

struct webauthn_key {
	uint8_t handle[WEBAUTHN_HANDLE_MAX];
	size_t handle_len;
	int algorithm; /* COSE: -7 ES256, -8 EdDSA, -257 RS256 */
	uint8_t key[WEBAUTHN_KEY_MAX]; /* as libfido2 holds it */
	size_t key_len;
	uint32_t counter;
};

struct webauthn_creation {
	struct bytes client_data;
	struct bytes attestation; /* CBOR object {fmt, attStmt, authData} */
};
/* After webauthn_client_data. Formats: "none", and "packed" with its signature checked.
 * Fails: ST_MALFORMED, ST_DENIED (other relying party, flags, signature, no statement where one is asked for), reason
 * "passkey"; ST_NO_MEMORY. */
MUST_USE enum status webauthn_create(const struct webauthn_party *party, const struct webauthn_creation *creation,
				     struct webauthn_key *ret_key, struct error *ret_error);

struct webauthn_assertion {
	struct bytes client_data;
	struct bytes authenticator_data;
	struct bytes signature;
};
/* After webauthn_client_data. Gives the signature counter. Fails as webauthn_create. */
MUST_USE enum status webauthn_assert(const struct webauthn_party *party, const struct webauthn_assertion *assertion,
				     const struct webauthn_key *key, uint32_t *ret_counter, struct error *ret_error);

/* Whether the new counter may follow the old one: 0 always, or grown. Clause 7.2, step 21. */
static inline bool webauthn_counts(uint32_t was, uint32_t is)
{
	return (was == 0 && is == 0) || is > was;
}

#endif
