/* The kit's test vectors: what the program makes of keys that everybody may know. */
#ifndef KIT_VECTORS_H
#define KIT_VECTORS_H

#include <jansson.h>

#include "base/slice.h"

/* A new object, or NULL where memory was short or an example is wrong (*ret_error says which). */
json_t *vectors_bulletin(struct error *ret_error); /* a signed note, a private check that is listed and one that is not */
json_t *vectors_ledger(struct error *ret_error);   /* leaves, a cosigned checkpoint, a proof */

#endif
