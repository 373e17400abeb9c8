/* Canonical JSON: the bytes that a hash or signature is over. Source: RFC 8785. */
#ifndef MODEL_CANONICAL_H
#define MODEL_CANONICAL_H

#include <jansson.h>

#include "base/buffer.h"

/* Appends the value: members sorted, no space, integers only. Fails: ST_MALFORMED (a number that is no integer, a key beyond
 * ASCII, nested deeper than 32), buffer_status. */
MUST_USE enum status canonical_write(const json_t *value, struct buffer *out);

#endif
