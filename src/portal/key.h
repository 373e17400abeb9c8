/* The portal's own key (X25519): the hub seals to it what only the oracle may know. One file, of tight mode. */
#ifndef PORTAL_KEY_H
#define PORTAL_KEY_H

#include "base/slice.h"

struct portal_key {
	uint8_t public_key[32], secret[32];
	char name[65]; /* the public key in hexadecimal digits: what the hub calls this portal */
};

/* Makes DIR/portal.key. Fails: ST_CONFLICT (there is one), ST_UNAVAILABLE. To be wiped. */
MUST_USE enum status portal_key_make(const char *folder, struct portal_key *ret, struct error *ret_error);

/* Fails: ST_NOT_FOUND, ST_DENIED (others may read it), ST_CORRUPT, ST_UNAVAILABLE. To be wiped. */
MUST_USE enum status portal_key_read(const char *folder, struct portal_key *ret, struct error *ret_error);

void portal_key_wipe(struct portal_key *key);

#endif
