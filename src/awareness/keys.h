/* Private keys that open what the public sent: of the inbox, for what comes in, and of evidence, for what is kept of it. Other threads use them
 * while they are changed. */
#ifndef AWARENESS_KEYS_H
#define AWARENESS_KEYS_H

#include "base/buffer.h"
#include "base/status.h"
#include "bulletin/item.h"

#define AWARENESS_KEYS_MAX 64u
#define AWARENESS_KEY_ID_SIZE 17u

/* X25519, the newest first: to it is sealed; what was sealed to one of before is opened too. */
struct awareness_ring {
	size_t count;
	struct awareness_key {
		uint8_t public_key[32], secret[32];
		char id[AWARENESS_KEY_ID_SIZE]; /* the first 8 bytes of SHA-256 of the public key in hexadecimal digits */
	} keys[AWARENESS_KEYS_MAX];
};

enum awareness_ring_kind { AWARENESS_INBOX, AWARENESS_EVIDENCE };

struct awareness_keys;

/* Without keys. Fails: ST_NO_MEMORY. */
MUST_USE enum status awareness_keys_new(struct awareness_keys **ret, struct error *ret_error);
void awareness_keys_free(struct awareness_keys *keys); /* NULL is fine */

/* Adds a key before the others; of more than AWARENESS_KEYS_MAX the oldest goes. */
void awareness_ring_add(struct awareness_ring *ring, const uint8_t secret[32]);

/* Copies it in the place of what was there; `ring` has at least one key. */
void awareness_keys_set(struct awareness_keys *keys, enum awareness_ring_kind kind, const struct awareness_ring *ring);

/* The public part of the newest key. */
void awareness_keys_newest(struct awareness_keys *keys, enum awareness_ring_kind kind, uint8_t ret_public[32], char ret_id[AWARENESS_KEY_ID_SIZE]);

/* An item of the bulletin's form with whichever key opens it. Appends its content. Fails: as bulletin_item_open; ST_DENIED reason "inbox-key"
 * where none does. */
MUST_USE enum status awareness_keys_open(struct awareness_keys *keys, enum awareness_ring_kind kind, struct bytes item,
					 struct bulletin_item_head *ret, struct buffer *out, struct error *ret_error);

/* A box without a head, in the same way. */
MUST_USE enum status awareness_keys_open_box(struct awareness_keys *keys, enum awareness_ring_kind kind, struct bytes sealed, struct buffer *out,
					     struct error *ret_error);

#endif
