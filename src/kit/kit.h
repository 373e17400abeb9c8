/* What a country needs that wants to join: one JSON document with the formats, the keys and roles, the templates, and test vectors made by
 * the program's own code. docs/joining.md. Pure; sodium_init() has been called.
 */
#ifndef KIT_KIT_H
#define KIT_KIT_H

#include "base/buffer.h"

#define KIT_FORMAT "cordon.kit.v1"
#define KIT_SIZE_MAX ((size_t)4 << 20)

/* The keys of a hub, and of a country that cosigns. */
struct kit_key {
	const char *purpose; /* as `cordon key create PURPOSE` */
	const char *kind;
	const char *use;
	bool signs; /* a signed note's key, made and ended by `cordon key` */
};
extern const struct kit_key kit_keys[];
extern const size_t kit_key_count;

/* The documents that it brings: docs/joining.md and docs/formats. */
struct kit_document {
	const char *name, *sha256;
};
size_t kit_document_count(void);
struct kit_document kit_document(size_t i);

/* Appends the document, UTF-8. The same program writes the same bytes. Fails: ST_NO_MEMORY; ST_LIMIT (the buffer's ceiling). Cost: 50 ms. */
MUST_USE enum status kit_write(struct buffer *out, struct error *ret_error);

#endif
