/* Portals that an operator made known: each is given the keys of private checking, sealed to its own key (docs/formats/bulletin.md). */
#ifndef AWARENESS_PORTAL_H
#define AWARENESS_PORTAL_H

#include "awareness/awareness.h"

/* `key`: X25519, 64 hexadecimal digits. Fails: ST_MALFORMED reason "value-invalid" (key, name); ST_CONFLICT reason "portal-known"; as
 * db_exec. */
MUST_USE enum status portal_add(const struct env *env, struct db_tx *tx, struct text by, struct text key, struct text name,
				char ret_id[ID_SIZE], struct error *ret_error);

/* It is given no key from here on; the keys it has it keeps until they are rotated. Fails: ST_NOT_FOUND; as db_exec. */
MUST_USE enum status portal_end(const struct env *env, struct db_tx *tx, struct text by, struct text id, struct error *ret_error);

#endif
