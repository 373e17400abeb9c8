#include "exchange/groups.h"

#include <stdlib.h>

struct group {
	struct group *next;      /* met after it */
	struct group *next_here; /* in the same slot */
	struct text reference;
	uint64_t hash;
	int64_t row;             /* it was met first */
	struct record record;
};

struct groups {
	struct reader *reader;
	const char *dataset;
	struct arena arena;
	struct group *first, *last; /* as they were met */
	struct group **slots;       /* hashed by reference; owned */
	size_t slot_count, count;
};

static void groups_init(struct groups *g, struct reader *reader, const char *dataset)
{
	*g = (struct groups){.reader = reader, .dataset = dataset};
	arena_init(&g->arena, GROUPS_MEMORY_MAX);
}

static void groups_release(struct groups *g)
{
	arena_release(&g->arena);
	free(g->slots);
	g->slots = NULL;
}

/* FNV-1a; a file made to collide costs time in its own load only, and at most as its references squared. */
static uint64_t hash_of(struct text t)
{
	uint64_t hash = 0xCBF29CE484222325u;

	for (size_t i = 0; i < t.len; i++)
		hash = (hash ^ (uint8_t)t.data[i]) * 0x100000001B3u;
	return hash ^ hash >> 32;
}

static enum status slots_grow(struct groups *g)
{
	size_t count = g->slot_count ? g->slot_count * 2 : 1024;
	struct group **slots = calloc(count, sizeof *slots);

	if (slots == NULL)
		return ST_NO_MEMORY;
	for (struct group *one = g->first; one; one = one->next) {
		struct group **slot = &slots[one->hash & (count - 1)];

		one->next_here = *slot;
		*slot = one;
	}
	free(g->slots);
	g->slots = slots;
	g->slot_count = count;
	return ST_OK;
}

static enum status group_new(struct groups *g, struct text reference, uint64_t hash, const char *schema,
			     struct group **ret)
{
	struct group *one;

	if (g->count == g->slot_count)
		TRY(slots_grow(g));
	one = ARENA_NEW(&g->arena, struct group, 1);
	if (one == NULL)
		return arena_failure(&g->arena, NULL);
	TRY(arena_text(&g->arena, reference, &one->reference));
	TRY(record_begin_in(&one->record, g->reader, &g->arena, g->dataset, reference, schema));
	one->hash = hash;
	one->row = g->reader->row;
	one->next_here = g->slots[hash & (g->slot_count - 1)];
	g->slots[hash & (g->slot_count - 1)] = one;
	if (g->last)
		g->last->next = one;
	else
		g->first = one;
	g->last = one;
	g->count++;
	*ret = one;
	return ST_OK;
}

enum status groups_find(struct groups *g, struct text reference, const char *schema, struct record **ret_record,
			struct error *ret_error)
{
	uint64_t hash = hash_of(reference);
	struct group *one = g->slot_count ? g->slots[hash & (g->slot_count - 1)] : NULL;
	enum status st;

	while (one && (one->hash != hash || !text_equal(one->reference, reference)))
		one = one->next_here;
	if (one == NULL) {
		st = group_new(g, reference, hash, schema, &one);
		if (st != ST_OK)
			return error_set(ret_error, st, "row %lld: the list is larger than %zu MB of entries",
					 (long long)g->reader->row, GROUPS_MEMORY_MAX >> 20);
	}
	*ret_record = &one->record;
	return ST_OK;
}

static enum status groups_end(struct groups *g, struct error *ret_error)
{
	for (struct group *one = g->first; one; one = one->next) {
		g->reader->row = one->row;
		TRY(record_end(&one->record, ret_error));
	}
	return ST_OK;
}

enum status groups_read(struct csv *csv, const char *dataset, groups_row *row, struct error *ret_error)
{
	struct groups groups;
	enum status st;

	groups_init(&groups, csv->reader, dataset);
	st = csv_next(csv, ret_error);
	while (st == ST_OK && csv->count) {
		st = row(csv, &groups, ret_error);
		if (st == ST_OK)
			st = csv_next(csv, ret_error);
	}
	if (st == ST_OK)
		st = groups_end(&groups, ret_error);
	groups_release(&groups);
	return st;
}
