/* The tables by coarse sound: collected while names are interned, sorted and written at the end. */
#ifndef SCREEN_BUILD_KEYS_H
#define SCREEN_BUILD_KEYS_H

#include "screen/build.h"

/* A key and the token or name it leads to; freed with free(at). */
struct pairs {
	uint64_t *at;
	size_t count, capacity;
};

/* Fails: ST_NO_MEMORY. */
MUST_USE enum status pair_add(struct pairs *pairs, uint32_t key, uint32_t value);

/* Sorts both and writes KEYS, JOINS and their starts; all names, parts and tokens have been written.
 * Fails: ST_NO_MEMORY, ST_LIMIT. */
MUST_USE enum status keys_write(const struct index_builder *builder, const struct slot_order *order, struct pairs *tokens,
				struct pairs *joins, struct image_parts *parts);

#endif
