/* Signing keys on a PKCS #11 token: the key is made there and never leaves it. Named by a URI (RFC 7512):
 *
 *   pkcs11:token=cordon;object=list?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/etc/cordon/pin
 *
 * module-path may be left out where p11-kit is told of the module. The PIN stands in a file that its owner alone may read, never in
 * the URI. The token must know Ed25519 (PKCS #11 3.0: CKM_EDDSA).
 */
#ifndef CLI_KEY_TOKEN_H
#define CLI_KEY_TOKEN_H

#include "merkle/note.h"

#define KEY_TOKEN_URI_MAX 1024u

/* Finds the private key that the URI names. With `make`, one is made where there is none. Gives the token and the public key.
 * Fails: ST_MALFORMED (the URI); ST_NOT_FOUND (no such token or key); ST_DENIED reason "key-unsafe" (others may read the PIN), "key-pin";
 * ST_UNAVAILABLE reason "key-token"; ST_CONFLICT (it names several keys). Cost: blocks on the device. */
MUST_USE enum status key_token_open(const char *uri, bool make, struct note_token **ret_token, uint8_t ret_public[NOTE_PUBLIC_SIZE],
				    struct error *ret_error);

#endif
