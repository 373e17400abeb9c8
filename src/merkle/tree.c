#include <sodium.h>

#include "merkle/tree.h"

void merkle_hash_empty(struct merkle_hash *ret)
{
	crypto_hash_sha256(ret->b, NULL, 0);
}

void merkle_hash_leaf(struct bytes entry, struct merkle_hash *ret)
{
	static const uint8_t prefix = 0x00;
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, &prefix, 1);
	crypto_hash_sha256_update(&state, entry.data, entry.len);
	crypto_hash_sha256_final(&state, ret->b);
}

void merkle_hash_node(const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *ret)
{
	uint8_t both[1 + 2 * MERKLE_HASH_SIZE] = {0x01};

	memcpy(both + 1, left->b, MERKLE_HASH_SIZE);
	memcpy(both + 1 + MERKLE_HASH_SIZE, right->b, MERKLE_HASH_SIZE);
	crypto_hash_sha256(ret->b, both, sizeof both);
}

/* Everybody may know them: no need to hide where they differ, and a list of 100,000 compares as many. */
bool merkle_hash_equal(const struct merkle_hash *a, const struct merkle_hash *b)
{
	return memcmp(a->b, b->b, MERKLE_HASH_SIZE) == 0;
}

static enum status wrong_length(struct error *ret_error)
{
	return error_set(ret_error, ST_MALFORMED, "the proof has too few or too many hashes");
}

static enum status compare_root(const struct merkle_hash *got, const struct merkle_hash *claimed, struct error *ret_error)
{
	return merkle_hash_equal(got, claimed) ? ST_OK : error_set(ret_error, ST_DENIED, "the proof leads to another root");
}

enum status merkle_inclusion_check(const struct merkle_inclusion *claim, const struct merkle_proof *proof, struct error *ret_error)
{
	uint64_t fn = claim->index, sn = claim->size - 1;
	struct merkle_hash r = claim->leaf;

	if (claim->size > MERKLE_SIZE_MAX || claim->index >= claim->size)
		return error_set(ret_error, ST_MALFORMED, "the index is not below the tree's size");
	for (size_t i = 0; i < proof->count; i++) {
		if (sn == 0)
			return wrong_length(ret_error);
		if (fn % 2 == 1 || fn == sn) {
			merkle_hash_node(&proof->hashes[i], &r, &r);
			while (fn % 2 == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			merkle_hash_node(&r, &proof->hashes[i], &r);
		}
		fn >>= 1;
		sn >>= 1;
	}
	if (sn != 0)
		return wrong_length(ret_error);
	return compare_root(&r, &claim->root, ret_error);
}

enum status merkle_consistency_check(const struct merkle_consistency *claim, const struct merkle_proof *proof,
				     struct error *ret_error)
{
	uint64_t fn = claim->old_size - 1, sn = claim->new_size - 1;
	struct merkle_hash fr, sr;
	size_t i = 0;

	if (claim->new_size > MERKLE_SIZE_MAX || claim->old_size > claim->new_size || claim->old_size == 0)
		return error_set(ret_error, ST_MALFORMED, "the old size must be between 1 and the new size");
	if (claim->old_size == claim->new_size)
		return proof->count ? wrong_length(ret_error) : compare_root(&claim->old_root, &claim->new_root, ret_error);
	while (fn % 2 == 1) {
		fn >>= 1;
		sn >>= 1;
	}
	/* An old tree that is a complete subtree of the new one stands for the first hash. */
	if (fn == 0) {
		fr = claim->old_root;
	} else {
		if (proof->count == 0)
			return wrong_length(ret_error);
		fr = proof->hashes[i++];
	}
	sr = fr;
	for (; i < proof->count; i++) {
		if (sn == 0)
			return wrong_length(ret_error);
		if (fn % 2 == 1 || fn == sn) {
			merkle_hash_node(&proof->hashes[i], &fr, &fr);
			merkle_hash_node(&proof->hashes[i], &sr, &sr);
			while (fn % 2 == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			merkle_hash_node(&sr, &proof->hashes[i], &sr);
		}
		fn >>= 1;
		sn >>= 1;
	}
	if (sn != 0)
		return wrong_length(ret_error);
	TRY(compare_root(&fr, &claim->old_root, ret_error));
	return compare_root(&sr, &claim->new_root, ret_error);
}
