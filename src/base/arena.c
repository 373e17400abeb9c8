#include "base/arena.h"

#include <stdlib.h>

#define BLOCK_SIZE_MIN ((size_t)16 * 1024)
#define ALIGNMENT ((size_t)16)

struct arena_block {
	struct arena_block *next;
	size_t size;
	_Alignas(16) uint8_t data[];
};

void arena_init(struct arena *arena, size_t ceiling)
{
	*arena = (struct arena){.ceiling = ceiling};
}

void arena_release(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
	arena_init(arena, arena->ceiling);
}

void arena_clear(struct arena *arena)
{
	struct arena_block *keep = arena->blocks;

	for (struct arena_block *b = arena->blocks; b; b = b->next)
		if (b->size > keep->size)
			keep = b;
	while (arena->blocks) {
		struct arena_block *next = arena->blocks->next;

		if (arena->blocks != keep)
			free(arena->blocks);
		arena->blocks = next;
	}
	arena_init(arena, arena->ceiling);
	if (keep) {
		keep->next = NULL;
		arena->blocks = keep;
		arena->total = keep->size;
	}
}

static struct arena_block *block_add(struct arena *arena, size_t need)
{
	size_t size = arena->blocks ? arena->blocks->size * 2 : BLOCK_SIZE_MIN;
	size_t left = arena->ceiling - arena->total;
	struct arena_block *block;

	if (size > (size_t)8 * 1024 * 1024)
		size = (size_t)8 * 1024 * 1024;
	if (size < need)
		size = need;
	if (size > left)
		size = need;
	if (size > left) {
		arena->refused = true;
		return NULL;
	}
	block = malloc(sizeof *block + size);
	if (block == NULL)
		return NULL;
	block->next = arena->blocks;
	block->size = size;
	arena->blocks = block;
	arena->total += size;
	arena->used = 0;
	return block;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
	size_t need;
	void *p;

	if (__builtin_mul_overflow(count, size, &need) || need > SIZE_MAX - ALIGNMENT) {
		arena->refused = true;
		return NULL;
	}
	need = (need + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (need == 0)
		need = ALIGNMENT;
	if ((arena->blocks == NULL || arena->blocks->size - arena->used < need) && block_add(arena, need) == NULL)
		return NULL;
	p = arena->blocks->data + arena->used;
	arena->used += need;
	memset(p, 0, need);
	return p;
}

enum status arena_failure(const struct arena *arena, struct error *ret_error)
{
	if (arena->refused)
		return error_set(ret_error, ST_LIMIT, "more than %zu bytes of working memory needed", arena->ceiling);
	return error_set(ret_error, ST_NO_MEMORY, "out of memory");
}

enum status arena_text(struct arena *arena, struct text in, struct text *ret_copy)
{
	char *copy = arena_alloc(arena, in.len, 1);

	if (copy == NULL)
		return arena_failure(arena, NULL);
	if (in.len)
		memcpy(copy, in.data, in.len);
	*ret_copy = (struct text){copy, in.len};
	return ST_OK;
}
