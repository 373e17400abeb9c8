/* Standard Base64 with padding (RFC 4648, 4); one spelling for each value. Pure. */
#ifndef MERKLE_BASE64_H
#define MERKLE_BASE64_H

#include "base/buffer.h"

/* Gives the bytes' number, at most `size`. Fails: ST_MALFORMED (another alphabet, padding or spare bits; longer than size). */
MUST_USE enum status base64_read(struct text in, uint8_t *out, size_t size, size_t *ret_len);

/* Exactly `size` bytes. */
MUST_USE enum status base64_read_exactly(struct text in, uint8_t *out, size_t size);

void base64_add(struct buffer *out, struct bytes in);

#endif
