/* The keys of private checks, sealed to one portal. docs/formats/bulletin.md. Pure.
 *
 * A grant is sealed and not signed: who reads one believes only those of its keys that the signed note names.
 */
#ifndef BULLETIN_GRANT_H
#define BULLETIN_GRANT_H

#include "bulletin/note.h"

/* Appends the grant of keys (mode OPRF_VERIFIABLE, at most BULLETIN_KEYS_MAX, newest first) for the portal's X25519 key.
 * Fails: ST_LIMIT; ST_MALFORMED (portal); ST_NO_MEMORY. */
MUST_USE enum status bulletin_grant_write(const uint8_t portal[32], const struct oprf_key *keys, size_t count, struct buffer *out,
					  struct error *ret_error);

/* Opens one with the portal's private key; the keys are to be cleared. Fails: ST_MALFORMED "bulletin-malformed"; ST_DENIED
 * "bulletin-grant" (not for this portal, or altered). */
MUST_USE enum status bulletin_grant_read(struct bytes grant, const uint8_t portal[32], const uint8_t secret[32],
					 struct oprf_key ret_keys[BULLETIN_KEYS_MAX], size_t *ret_count, struct error *ret_error);

#endif
