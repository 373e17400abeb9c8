/* An arena: everything of one lifetime (a request, an import, an index build), freed at once.
 *
 * Born with a ceiling in bytes; reaching it is ST_LIMIT, never a crash. Not for several threads at once.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/slice.h"

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used;                /* bytes in the newest block */
	size_t total;               /* bytes held in all blocks */
	size_t ceiling;
	bool refused;               /* a request was turned down by the ceiling, not by the system */
};

void arena_init(struct arena *arena, size_t ceiling);

/* Frees every block; the arena can be used again. */
void arena_release(struct arena *arena);

/* Forgets everything but keeps the largest block, for the next request. */
void arena_clear(struct arena *arena);

/* `count` times `size` zeroed bytes aligned for any object, or NULL (ceiling, overflow, no memory). O(1) amortised. */
MUST_USE void *arena_alloc(struct arena *arena, size_t count, size_t size);

/* ST_LIMIT or ST_NO_MEMORY, after arena_alloc gave NULL. */
enum status arena_failure(const struct arena *arena, struct error *ret_error);

/* A copy that lives as long as the arena. */
MUST_USE enum status arena_text(struct arena *arena, struct text in, struct text *ret_copy);

/* Typed allocation. */
#define ARENA_NEW(arena, type, count) ((type *)arena_alloc((arena), (count), sizeof(type)))

#endif
