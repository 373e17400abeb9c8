/* The Merkle tree of RFC 6962 and RFC 9162: hashes, and the check of proofs. Pure, without allocation or recursion.
 *
 *   MTH({}) = SHA-256("")    leaf = SHA-256(0x00 || entry)    node = SHA-256(0x01 || left || right)
 *
 * A tree of n leaves splits at the largest power of two below n.
 */
#ifndef MERKLE_TREE_H
#define MERKLE_TREE_H

#include "base/slice.h"

#define MERKLE_HASH_SIZE 32u
/* No tree is larger: sizes are INTEGER in the database. */
#define MERKLE_SIZE_MAX ((uint64_t)INT64_MAX)
/* A path in such a tree; what a witness is sent holds as many at most. */
#define MERKLE_PROOF_MAX 63u

struct merkle_hash {
	uint8_t b[MERKLE_HASH_SIZE];
};

struct merkle_proof {
	struct merkle_hash hashes[MERKLE_PROOF_MAX];
	size_t count;
};

void merkle_hash_empty(struct merkle_hash *ret);
void merkle_hash_leaf(struct bytes entry, struct merkle_hash *ret);
/* `ret` may be one of the two. */
void merkle_hash_node(const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *ret);
bool merkle_hash_equal(const struct merkle_hash *a, const struct merkle_hash *b);

/* "The leaf with this hash stands at `index` in the tree of `size` leaves with this root." */
struct merkle_inclusion {
	uint64_t index, size;
	struct merkle_hash leaf, root;
};

/* Fails: ST_MALFORMED (index not below size, a proof of the wrong length), ST_DENIED (it proves another root).
 * Cost: one hash a step, 63 at most. Source: RFC 9162, 2.1.3.2. */
MUST_USE enum status merkle_inclusion_check(const struct merkle_inclusion *claim, const struct merkle_proof *proof,
					    struct error *ret_error);

/* "The tree of `new_size` leaves begins with all leaves of the tree of `old_size`." */
struct merkle_consistency {
	uint64_t old_size, new_size;
	struct merkle_hash old_root, new_root;
};

/* Two equal sizes take an empty proof and equal roots. An old size of 0 proves nothing and is refused: a witness that has
 * seen nothing decides that before it asks. Fails as above. Source: RFC 9162, 2.1.4.2. */
MUST_USE enum status merkle_consistency_check(const struct merkle_consistency *claim, const struct merkle_proof *proof,
					      struct error *ret_error);

#endif
