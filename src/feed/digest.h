/* SHA-256 and SHA-1 of bytes as they pass; SHA-1 only because catalogues publish it. */
#ifndef FEED_DIGEST_H
#define FEED_DIGEST_H

#include "base/slice.h"

struct digest_pair {
	char sha256[65]; /* lower-case hexadecimal */
	char sha1[41];
};

struct digest {
	void *sha256, *sha1;
};

/* Fails: ST_NO_MEMORY. */
MUST_USE enum status digest_init(struct digest *digest, struct error *ret_error);
void digest_add(struct digest *digest, struct bytes bytes);
void digest_finish(struct digest *digest, struct digest_pair *ret_pair);
void digest_release(struct digest *digest); /* a zeroed one is fine */

/* Of a whole file, from its beginning; moves its position. Fails: ST_UNAVAILABLE, ST_NO_MEMORY. */
MUST_USE enum status digest_file(int fd, struct digest_pair *ret_pair, struct error *ret_error);

#endif
