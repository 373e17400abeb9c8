/* Keys of the public side in DATA/keys: of the private check (oprf.key), of the inbox (inbox.key) and of evidence (evidence.key). Newest first; old
 * ones stay, that what was asked or sealed before a change can still be answered or opened: two of the first and of the second; of evidence all.
 *
 *     OPRF+KEY+KEYID+BASE64      or      INBOX+KEY+KEYID+BASE64      or      EVIDENCE+KEY+KEYID+BASE64
 *
 * one a line: KEYID the first 8 bytes of SHA-256 of the public key in 16 hexadecimal digits, BASE64 the 32-byte private key.
 */
#ifndef CLI_KEY_RINGS_H
#define CLI_KEY_RINGS_H

#include "base/env.h"
#include "base/status.h"
#include "bulletin/note.h"

#define KEY_RING_MAX 64u

enum key_ring_kind { KEY_RING_OPRF, KEY_RING_INBOX, KEY_RING_EVIDENCE };

/* To be cleared with key_ring_clear. */
struct key_ring {
	enum key_ring_kind kind;
	size_t count;
	struct key_ring_key {
		uint8_t public_key[32];
		uint8_t secret[32];
		char id[2 * OPRF_KEY_ID_SIZE + 1];
	} keys[KEY_RING_MAX];
};

/* "oprf", "inbox" or "evidence"; false for another purpose. */
bool key_ring_named(const char *purpose, enum key_ring_kind *ret);

/* Fails: as key_file_load; ST_MALFORMED (a line that is no key, or whose id is another key's). */
MUST_USE enum status key_ring_load(const char *folder, enum key_ring_kind kind, struct key_ring *ret, struct error *ret_error);

/* The first key, durable before it is given. Fails: ST_CONFLICT (there are some); as key_file_create. */
MUST_USE enum status key_ring_create(const char *folder, enum key_ring_kind kind, const struct env *env, struct key_ring *ret,
				    struct error *ret_error);

/* A new key before the others. Of oprf and inbox BULLETIN_KEYS_MAX stay; of evidence none goes. Fails: as key_ring_load, key_ring_create; ST_LIMIT
 * (there are KEY_RING_MAX of evidence). */
MUST_USE enum status key_ring_rotate(const char *folder, enum key_ring_kind kind, const struct env *env, struct key_ring *ret,
				    struct error *ret_error);

void key_ring_clear(struct key_ring *set);

#endif
