/* A cover: as much of a log's tree as joins the leaves of some records to its root.
 *
 * The tree of n leaves is cut into perfect subtrees, the binary digits of n, largest first. Each that holds a record's leaf is
 * gone through down to it; each that holds none is one hash. A perfect subtree never changes again, so the cover of a later
 * tree is made from the former one and hashes of what came since. docs/formats/edition.md, "Check of all leaves at once".
 */
#ifndef EDITION_COVER_H
#define EDITION_COVER_H

#include "base/buffer.h"
#include "merkle/tree.h"

struct cover_leaf {
	uint64_t index;
	struct merkle_hash hash;
	bool kept; /* false: needed for the proof of a drop, a mere hash from then on */
};

enum cover_kind { COVER_HASH, COVER_LEAF, COVER_INNER };

/* In the order in which they are gone through: a node, what is under its left half, what is under its right half. */
struct cover_node {
	uint64_t index; /* from the left, among subtrees of its level */
	struct merkle_hash hash;
	uint32_t width; /* nodes: itself and all under it, which follow it */
	uint8_t level;  /* 2^level leaves */
	uint8_t kind;   /* enum cover_kind */
};

struct cover {
	uint64_t size;
	struct cover_node *nodes; /* owned */
	size_t count, capacity;
};

/* Where hashes of subtrees come from that nothing else gives: a file, which has them in order, or the log's tiles. */
struct cover_source {
	enum status (*hash)(void *context, unsigned level, uint64_t index, struct merkle_hash *ret_hash, struct error *ret_error);
	void *context;
};

void cover_init(struct cover *cover); /* of the empty log */
void cover_release(struct cover *cover);

/* Both in ascending order. */
struct cover_task {
	const struct cover *old; /* NULL: of the empty log */
	uint64_t size;           /* not below old's */
	const struct cover_leaf *leaves; /* of what came since */
	size_t count;
	const uint64_t *gone; /* leaves of the former cover that are to be mere hashes from now on */
	size_t gone_count;
	const struct cover_source *source;
};

/* Fails: ST_MALFORMED (leaves not ascending, beyond the size or before the old one, or gone that were not there), what the source gives,
 * ST_NO_MEMORY. Cost: the old nodes are copied in one piece between leaves that are gone; hashes only what is new. */
MUST_USE enum status cover_make(const struct cover_task *task, struct cover *ret_cover, struct error *ret_error);

/* Appends the hashes that a reader who has the cover of the first `from_size` leaves needs besides the task's leaves, all of which
 * stand beyond (task->old and gone are not looked at), and gives how many. Fails: as cover_make. */
MUST_USE enum status cover_hashes(const struct cover_task *task, uint64_t from_size, struct buffer *out, size_t *ret_count,
				  struct error *ret_error);

/* The inclusion proof of one of the cover's leaves, as RFC 9162 has it. Fails: ST_NOT_FOUND. Cost: O(nodes). */
MUST_USE enum status cover_path(const struct cover *cover, uint64_t index, struct merkle_proof *ret_proof);

/* The tree's root. */
void cover_root(const struct cover *cover, struct merkle_hash *ret_root);

#endif
