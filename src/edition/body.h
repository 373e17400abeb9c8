/* The body of an edition taken apart and put together. docs/formats/edition.md, "Body". Pure. */
#ifndef EDITION_BODY_H
#define EDITION_BODY_H

#include "edition/edition.h"

/* Records point into the body that was read. */
struct body {
	uint64_t from, from_size, size;
	struct merkle_hash from_state;
	struct edition_record *drops, *puts; /* owned */
	size_t drop_count, put_count;
	struct bytes hashes; /* a multiple of 32 bytes */
};

/* Form only: lengths, order, kinds, and each record's leaf hash from its payload, salt and fields. *ret_body is to be released
 * in any case. Fails: ST_MALFORMED, ST_LIMIT, ST_NO_MEMORY; reason "edition-malformed", "edition-unproven". */
MUST_USE enum status edition_body_read(struct bytes in, struct body *ret_body, struct error *ret_error);
void edition_body_release(struct body *body);

#endif
