#include "lib/test.h"

#include <sodium.h>

#include "merkle/naive.h"

/* Leaves and roots that implementations of RFC 6962 have tested each other with since 2013. */
static void roots_are_those_of_the_field(void **state)
{
	static const char *const entries[] = {
		"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
	static const char *const roots[] = {
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	};
	struct memory_tiles *m = memory_tiles_new();
	struct tile_store store = memory_store(m);
	struct merkle_hash root;
	char hex[65];

	(void)state;
	merkle_hash_empty(&root);
	sodium_bin2hex(hex, sizeof hex, root.b, sizeof root.b);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	for (size_t i = 0; i < 8; i++) {
		uint8_t entry[16];
		struct merkle_hash leaf;
		size_t len;

		assert_int_equal(sodium_hex2bin(entry, sizeof entry, entries[i], strlen(entries[i]), NULL, &len, NULL), 0);
		merkle_hash_leaf((struct bytes){entry, len}, &leaf);
		assert_ok(tiles_extend(&store, i, &leaf, 1, NULL));
		assert_ok(tiles_root(&store, i + 1, &root, NULL));
		sodium_bin2hex(hex, sizeof hex, root.b, sizeof root.b);
		assert_string_equal(hex, roots[i]);
	}
	memory_tiles_free(m);
}

static void expect_refused(enum status st)
{
	assert_true(st == ST_MALFORMED || st == ST_DENIED);
}

/* Every change of a good proof is refused. */
static void spoil_inclusion(const struct merkle_inclusion *claim, const struct merkle_proof *proof)
{
	struct merkle_inclusion c = *claim;
	struct merkle_proof p = *proof;

	for (size_t i = 0; i < p.count; i++) {
		p.hashes[i].b[i % 32] ^= 1;
		expect_refused(merkle_inclusion_check(&c, &p, NULL));
		p.hashes[i].b[i % 32] ^= 1;
	}
	p.count++;
	p.hashes[p.count - 1] = claim->root;
	expect_refused(merkle_inclusion_check(&c, &p, NULL));
	p.count = proof->count;
	if (p.count) {
		p.count--;
		expect_refused(merkle_inclusion_check(&c, &p, NULL));
		p.count++;
	}
	c.leaf.b[0] ^= 1;
	expect_refused(merkle_inclusion_check(&c, &p, NULL));
	c.leaf = claim->leaf;
	if (c.size > 1) {
		c.index ^= 1;
		expect_refused(merkle_inclusion_check(&c, &p, NULL));
	}
	c.index = c.size;
	expect_refused(merkle_inclusion_check(&c, &p, NULL));
	c.index = UINT64_MAX;
	expect_refused(merkle_inclusion_check(&c, &p, NULL));
}

static void spoil_consistency(const struct merkle_consistency *claim, const struct merkle_proof *proof)
{
	struct merkle_consistency c = *claim;
	struct merkle_proof p = *proof;

	for (size_t i = 0; i < p.count; i++) {
		p.hashes[i].b[i % 32] ^= 1;
		expect_refused(merkle_consistency_check(&c, &p, NULL));
		p.hashes[i].b[i % 32] ^= 1;
	}
	p.hashes[p.count++] = claim->old_root;
	expect_refused(merkle_consistency_check(&c, &p, NULL));
	p.count = proof->count;
	if (p.count) {
		p.count--;
		expect_refused(merkle_consistency_check(&c, &p, NULL));
		p.count++;
	}
	c.old_root.b[31] ^= 1;
	expect_refused(merkle_consistency_check(&c, &p, NULL));
	c.old_root = claim->old_root;
	c.new_root.b[31] ^= 1;
	expect_refused(merkle_consistency_check(&c, &p, NULL));
	c.new_root = claim->new_root;
	c.old_size = 0;
	expect_refused(merkle_consistency_check(&c, &p, NULL));
	c.old_size = c.new_size + 1;
	expect_refused(merkle_consistency_check(&c, &p, NULL));
}

static void same_proof(const struct merkle_proof *a, const struct merkle_proof *b)
{
	assert_int_equal(a->count, b->count);
	assert_memory_equal(a->hashes, b->hashes, a->count * sizeof a->hashes[0]);
}

#define SMALL 70u

/* All indexes and pairs of sizes up to SMALL. */
static void proofs_are_those_of_the_definition(void **state)
{
	struct merkle_hash *leaves = naive_leaves(SMALL), *copy = naive_leaves(SMALL);
	struct memory_tiles *m = memory_tiles_new();
	struct tile_store store = memory_store(m);

	(void)state;
	assert_ok(tiles_extend(&store, 0, copy, SMALL, NULL));
	for (uint64_t n = 1; n <= SMALL; n++) {
		for (uint64_t i = 0; i < n; i++) {
			struct merkle_inclusion claim = {i, n, leaves[i], naive_root(leaves, n)};
			struct merkle_proof want = {.count = 0}, got;

			naive_path(i, leaves, n, &want);
			assert_ok(tiles_inclusion(&store, i, n, &got, NULL));
			same_proof(&got, &want);
			assert_ok(merkle_inclusion_check(&claim, &got, NULL));
			spoil_inclusion(&claim, &got);
		}
		for (uint64_t o = 1; o <= n; o++) {
			struct merkle_consistency claim = {o, n, naive_root(leaves, o), naive_root(leaves, n)};
			struct merkle_proof want = {.count = 0}, got;

			naive_subproof(o, leaves, n, true, &want);
			assert_ok(tiles_consistency(&store, o, n, &got, NULL));
			same_proof(&got, &want);
			assert_ok(merkle_consistency_check(&claim, &got, NULL));
			spoil_consistency(&claim, &got);
		}
	}
	memory_tiles_free(m);
	free(leaves);
	free(copy);
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Trees of several levels of tiles, grown in groups of any size. */
static void large_trees_grow_in_groups(void **state)
{
	enum { LARGE = 70000 };
	struct merkle_hash *leaves = naive_leaves(LARGE), *copy = calloc(LARGE, sizeof *copy);
	struct memory_tiles *m = memory_tiles_new();
	struct tile_store store = memory_store(m);
	uint64_t seed = 0x9E3779B97F4A7C15u, size = 0;

	(void)state;
	for (unsigned round = 0; size < LARGE; round++) {
		uint64_t count = next_random(&seed) % (round % 3 ? 900 : 9000) + 1, index, old;
		struct merkle_hash root, want;
		struct merkle_proof proof;

		count = count < LARGE - size ? count : LARGE - size;
		memcpy(copy, leaves + size, count * sizeof *copy);
		assert_ok(tiles_extend(&store, size, copy, count, NULL));
		size += count;
		want = naive_root(leaves, size);
		assert_ok(tiles_root(&store, size, &root, NULL));
		assert_memory_equal(root.b, want.b, sizeof want.b);
		index = next_random(&seed) % size;
		assert_ok(tiles_inclusion(&store, index, size, &proof, NULL));
		assert_ok(merkle_inclusion_check(&(struct merkle_inclusion){index, size, leaves[index], root}, &proof, NULL));
		old = next_random(&seed) % size + 1;
		assert_ok(tiles_root(&store, old, &want, NULL));
		assert_ok(tiles_consistency(&store, old, size, &proof, NULL));
		assert_ok(merkle_consistency_check(&(struct merkle_consistency){old, size, want, root}, &proof, NULL));
	}
	/* The example of tlog-tiles: 273 full and one of 112, one full and one of 17, one of 1. */
	assert_int_equal(m->width[0][272], 256);
	assert_int_equal(m->width[0][273], 112);
	assert_int_equal(m->width[1][0], 256);
	assert_int_equal(m->width[1][1], 17);
	assert_int_equal(m->width[2][0], 1);
	memory_tiles_free(m);
	free(leaves);
	free(copy);
}

static void a_missing_tile_is_told(void **state)
{
	struct memory_tiles *m = memory_tiles_new();
	struct tile_store store = memory_store(m);
	struct merkle_hash *leaves = naive_leaves(600), root;
	struct merkle_proof proof;

	(void)state;
	assert_ok(tiles_extend(&store, 0, leaves, 600, NULL));
	m->width[0][2] = 87; /* 88 are needed */
	assert_int_equal(tiles_root(&store, 600, &root, NULL), ST_CORRUPT);
	assert_int_equal(tiles_inclusion(&store, 0, 600, &proof, NULL), ST_CORRUPT);
	assert_int_equal(tiles_inclusion(&store, 600, 600, &proof, NULL), ST_MALFORMED);
	assert_int_equal(tiles_consistency(&store, 0, 600, &proof, NULL), ST_MALFORMED);
	assert_int_equal(tiles_consistency(&store, 601, 600, &proof, NULL), ST_MALFORMED);
	assert_int_equal(tiles_extend(&store, MERKLE_SIZE_MAX, leaves, 1, NULL), ST_LIMIT);
	memory_tiles_free(m);
	free(leaves);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_are_those_of_the_field),
		cmocka_unit_test(proofs_are_those_of_the_definition),
		cmocka_unit_test(large_trees_grow_in_groups),
		cmocka_unit_test(a_missing_tile_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
