/* SHA-256 of much: OpenSSL's is four times as fast as libsodium's where the processor helps, and a list has 90 MB. Pure. */
#ifndef EDITION_DIGEST_H
#define EDITION_DIGEST_H

#include "merkle/tree.h"

struct edition_digest; /* a hash that is being made */

/* NULL: out of memory. */
MUST_USE struct edition_digest *edition_digest_new(void);
void edition_digest_add(struct edition_digest *digest, const void *data, size_t len); /* NULL is fine */
/* Ends and frees it. Fails: ST_NO_MEMORY (digest is NULL, or the library failed). */
MUST_USE enum status edition_digest_end(struct edition_digest *digest, struct merkle_hash *ret);

/* Of one piece. */
MUST_USE enum status edition_digest_of(struct bytes in, struct merkle_hash *ret);

#endif
