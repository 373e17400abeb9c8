#include "screen/build_keys.h"

#include <stdlib.h>

enum status pair_add(struct pairs *pairs, uint32_t key, uint32_t value)
{
	if (pairs->count == pairs->capacity) {
		size_t capacity = pairs->capacity ? pairs->capacity * 2 : 4096;
		uint64_t *at = realloc(pairs->at, capacity * sizeof *at);

		if (at == NULL)
			return ST_NO_MEMORY;
		pairs->at = at;
		pairs->capacity = capacity;
	}
	pairs->at[pairs->count++] = (uint64_t)key << 32 | value;
	return ST_OK;
}

static int pair_order(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Sorted, each once. */
static void pairs_settle(struct pairs *pairs)
{
	size_t kept = 0;

	if (pairs->count)
		qsort(pairs->at, pairs->count, sizeof *pairs->at, pair_order);
	for (size_t i = 0; i < pairs->count; i++)
		if (kept == 0 || pairs->at[i] != pairs->at[kept - 1])
			pairs->at[kept++] = pairs->at[i];
	pairs->count = kept;
}

#define KEYS_PER_START 8u

/* Where the keys of each value of their top bits begin. */
static enum status starts_write(const struct pairs *pairs, struct buffer *out)
{
	size_t buckets = 1, at = 0;
	uint32_t *starts;

	while (buckets * KEYS_PER_START < pairs->count)
		buckets *= 2;
	starts = (uint32_t *)(void *)buffer_extend(out, (buckets + 1) * sizeof *starts);
	if (starts == NULL)
		return buffer_status(out);
	for (size_t k = 0; k < buckets; k++) {
		while (at < pairs->count && (pairs->at[at] >> 32) * buckets >> 32 < k)
			at++;
		starts[k] = (uint32_t)at;
	}
	starts[buckets] = (uint32_t)pairs->count;
	return ST_OK;
}

/* For each token a date_bit for every name that holds it; malloc'ed. */
static uint64_t *token_dates(const struct index_builder *b, const struct slot_order *order,
			     const struct image_parts *parts)
{
	const struct name_record *names = (const void *)parts->section[SECTION_NAMES].data;
	const struct part_record *all = (const void *)parts->section[SECTION_PARTS].data;
	size_t name_count = parts->section[SECTION_NAMES].len / sizeof *names;
	uint64_t *dates = calloc(parts->section[SECTION_TOKENS].len / sizeof(struct token_record) + 1, sizeof *dates);

	for (size_t n = 0; dates && n < name_count; n++) {
		uint64_t bit = date_bit(pending_at(b, order->pendings[names[n].slot])->date);

		for (size_t i = 0; i < names[n].part_count; i++)
			dates[all[names[n].first_part + i].token] |= bit;
	}
	return dates;
}

enum status keys_write(const struct index_builder *b, const struct slot_order *order, struct pairs *tokens, struct pairs *joins,
		       struct image_parts *parts)
{
	struct buffer *section = parts->section;
	uint64_t *dates = token_dates(b, order, parts);

	if (dates == NULL)
		return ST_NO_MEMORY;
	pairs_settle(tokens);
	for (size_t i = 0; i < tokens->count; i++) {
		uint32_t token = (uint32_t)tokens->at[i];
		struct token_key k = {(uint32_t)(tokens->at[i] >> 32), token, dates[token]};

		buffer_add(&section[SECTION_KEYS], &k, sizeof k);
	}
	free(dates);
	pairs_settle(joins);
	for (size_t i = 0; i < joins->count; i++) {
		struct join_key k = {(uint32_t)(joins->at[i] >> 32), (uint32_t)joins->at[i]};

		buffer_add(&section[SECTION_JOINS], &k, sizeof k);
	}
	TRY(starts_write(tokens, &section[SECTION_KEY_STARTS]));
	return starts_write(joins, &section[SECTION_JOIN_STARTS]);
}
