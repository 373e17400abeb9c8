/* The bytes of a leaf: canonical JSON (RFC 8785) without personal data, and the commitment to its payload. Pure.
 *
 *   {"actor":"..","commitment":"<64 hex>","id":"..","kind":"..","log":"..","subject":"..","time":<ms>,"v":1}
 *   commitment = SHA-256("cordon/commit/v1" || salt[32] || payload)
 */
#ifndef MERKLE_LEAF_H
#define MERKLE_LEAF_H

#include "base/buffer.h"
#include "merkle/tree.h"

#define LEAF_SALT_SIZE 32u
#define LEAF_FIELD_MAX 128u
#define LEAF_BODY_MAX 1024u

struct leaf {
	struct text actor, id, kind, log, subject;
	struct merkle_hash commitment;
	int64_t time_ms;
};

/* Whether `t` may stand in a leaf: printable ASCII without space, quote and backslash, LEAF_FIELD_MAX at most. */
bool leaf_field_valid(struct text t);

void leaf_commit(const uint8_t salt[LEAF_SALT_SIZE], struct text payload, struct merkle_hash *ret);

void leaf_write(const struct leaf *leaf, struct buffer *out);

/* Takes only what leaf_write makes. Points into `body`. Fails: ST_MALFORMED. */
MUST_USE enum status leaf_parse(struct text body, struct leaf *ret, struct error *ret_error);

#endif
