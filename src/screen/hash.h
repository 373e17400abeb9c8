/* One hash for look-ups inside an image and in the generated tables: XXH64 with a fixed seed, never 0. */
#ifndef SCREEN_HASH_H
#define SCREEN_HASH_H

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/slice.h"

static inline uint64_t hash_bytes(const void *data, size_t len)
{
	uint64_t h = XXH64(data, len, 0x636f72646f6eu);

	return h ? h : 1;
}

static inline uint64_t hash_text(struct text t)
{
	return hash_bytes(t.data, t.len);
}

#endif
