/* What travels on the feed, byte for byte: sealed files, heartbeat, grants, revocations. docs/formats/feed.md. Pure. */
#ifndef FEED_SEALED_H
#define FEED_SEALED_H

#include "edition/manifest.h"
#include "merkle/note.h"

#define FEED_KEY_SIZE 32u
#define FEED_KEY_ID_SIZE 8u
#define FEED_KEYS_MAX 4u
#define FEED_HEAD_SIZE 48u           /* of a sealed file, before its ciphertext */
#define FEED_OVERHEAD (FEED_HEAD_SIZE + 16u)
#define FEED_FILE_MAX ((size_t)1 << 30)

struct feed_key {
	uint8_t id[FEED_KEY_ID_SIZE];
	uint8_t secret[FEED_KEY_SIZE];
};

/* The keys that one post has been given, newest first. */
struct feed_keys {
	struct feed_key keys[FEED_KEYS_MAX];
	size_t count;
};

/* Appends the sealed file of a name ("editions/42/from-41"). The same gives the same bytes: of a name there is but one content.
 * Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status feed_seal(const struct feed_key *key, struct text name, struct bytes plain, struct buffer *out,
			       struct error *ret_error);

/* Appends what was sealed. Fails: ST_MALFORMED "feed-malformed"; ST_NOT_FOUND "feed-key-unknown" (a newer grant is needed); ST_CORRUPT
 * "feed-altered" (or sealed under another name); ST_LIMIT; ST_NO_MEMORY. */
MUST_USE enum status feed_open(const struct feed_keys *keys, struct text name, struct bytes sealed, struct buffer *out,
			       struct error *ret_error);

struct feed_heartbeat {
	struct text list;
	uint64_t number;
	uint32_t epoch;
	uint8_t key[FEED_KEY_ID_SIZE];
	int64_t time_ms;
};

/* Appends the signed note. Fails: as note_sign; ST_MALFORMED (list). */
MUST_USE enum status feed_heartbeat_write(const struct feed_heartbeat *heartbeat, const struct note_signer *signer, struct buffer *out,
					  struct error *ret_error);

/* Reads a note and checks that an edition key of `keys`, not revoked, signed it. Text is the note's. Fails: ST_MALFORMED
 * "feed-malformed"; ST_DENIED "edition-unknown-key". */
MUST_USE enum status feed_heartbeat_read(struct text note, const struct edition_keys *keys, struct feed_heartbeat *ret,
					 struct error *ret_error);

/* Appends the grant of keys for a post's Ed25519 key. Fails: ST_MALFORMED (its key), ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status feed_grant_write(struct text post, const uint8_t public_key[32], const struct feed_keys *keys, struct buffer *out,
				      struct error *ret_error);

/* Reads one with the post's Ed25519 secret key (libsodium's 64 bytes). Fails: ST_MALFORMED "feed-malformed"; ST_DENIED "feed-grant" (not
 * for this post, or altered). */
MUST_USE enum status feed_grant_read(struct text grant, struct text post, const uint8_t secret_key[64], struct feed_keys *ret,
				     struct error *ret_error);

/* A revocation: that this post is none of the hub's any more. */
MUST_USE enum status feed_revoked_write(struct text list, struct text post, int64_t time_ms, const struct note_signer *signer,
					struct buffer *out, struct error *ret_error);
/* ST_OK where it is one, signed, of this post. Fails: as feed_heartbeat_read. */
MUST_USE enum status feed_revoked_read(struct text note, struct text list, struct text post, const struct edition_keys *keys,
				       struct error *ret_error);

#endif
