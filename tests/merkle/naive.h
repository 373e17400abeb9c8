/* The tree as RFC 6962 defines it, word by word and recursive: what the code under test is compared with. */
#ifndef TESTS_MERKLE_NAIVE_H
#define TESTS_MERKLE_NAIVE_H

#include <stdlib.h>

#include "merkle/tile.h"

static inline uint64_t naive_split(uint64_t n)
{
	uint64_t k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

static inline struct merkle_hash naive_root(const struct merkle_hash *leaves, uint64_t n)
{
	struct merkle_hash left, right;
	uint64_t k;

	if (n == 1)
		return leaves[0];
	k = naive_split(n);
	left = naive_root(leaves, k);
	right = naive_root(leaves + k, n - k);
	merkle_hash_node(&left, &right, &left);
	return left;
}

/* PATH(m, D[n]) */
static inline void naive_path(uint64_t m, const struct merkle_hash *leaves, uint64_t n, struct merkle_proof *out)
{
	uint64_t k;

	if (n == 1)
		return;
	k = naive_split(n);
	if (m < k) {
		naive_path(m, leaves, k, out);
		out->hashes[out->count++] = naive_root(leaves + k, n - k);
	} else {
		naive_path(m - k, leaves + k, n - k, out);
		out->hashes[out->count++] = naive_root(leaves, k);
	}
}

/* SUBPROOF(m, D[n], b) */
static inline void naive_subproof(uint64_t m, const struct merkle_hash *leaves, uint64_t n, bool b, struct merkle_proof *out)
{
	uint64_t k;

	if (m == n) {
		if (!b)
			out->hashes[out->count++] = naive_root(leaves, n);
		return;
	}
	k = naive_split(n);
	if (m <= k) {
		naive_subproof(m, leaves, k, b, out);
		out->hashes[out->count++] = naive_root(leaves + k, n - k);
	} else {
		naive_subproof(m - k, leaves + k, n - k, false, out);
		out->hashes[out->count++] = naive_root(leaves, k);
	}
}

/* Leaf i is the hash of its own number. */
static inline struct merkle_hash *naive_leaves(uint64_t n)
{
	struct merkle_hash *leaves = calloc(n ? n : 1, sizeof *leaves);

	for (uint64_t i = 0; i < n; i++)
		merkle_hash_leaf((struct bytes){(const uint8_t *)&i, sizeof i}, &leaves[i]);
	return leaves;
}

/* Tiles in memory: level 0 to 2, enough for 2^24 leaves. */
struct memory_tiles {
	struct merkle_hash *hashes[3];
	unsigned width[3][1024];
	size_t writes;
};

static inline enum status memory_read(void *context, const struct tile *tile, struct merkle_hash *out, struct error *ret_error)
{
	struct memory_tiles *m = context;

	if (tile->level > 2 || tile->n >= 1024 || m->width[tile->level][tile->n] < tile->width)
		return error_set(ret_error, ST_CORRUPT, "no such tile");
	memcpy(out, m->hashes[tile->level] + tile->n * TILE_WIDTH, tile->width * sizeof *out);
	return ST_OK;
}

static inline enum status memory_write(void *context, const struct tile *tile, const struct merkle_hash *hashes, struct error *ret_error)
{
	struct memory_tiles *m = context;

	(void)ret_error;
	memcpy(m->hashes[tile->level] + tile->n * TILE_WIDTH, hashes, tile->width * sizeof *hashes);
	m->width[tile->level][tile->n] = tile->width;
	m->writes++;
	return ST_OK;
}

static inline struct memory_tiles *memory_tiles_new(void)
{
	struct memory_tiles *m = calloc(1, sizeof *m);

	for (size_t i = 0; i < 3; i++)
		m->hashes[i] = calloc((size_t)1024 * TILE_WIDTH, sizeof(struct merkle_hash));
	return m;
}

static inline void memory_tiles_free(struct memory_tiles *m)
{
	for (size_t i = 0; i < 3; i++)
		free(m->hashes[i]);
	free(m);
}

static inline struct tile_store memory_store(struct memory_tiles *m)
{
	return (struct tile_store){memory_read, memory_write, m};
}

#endif
