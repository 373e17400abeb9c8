/* The list as the ledger's leaves say it must be: the fold of the log's first leaves, in the order of the log. Pure.
 *
 * Needs no payload and so no name: whoever has the public log can say whether an edition is what it must be.
 */
#ifndef EDITION_FOLD_H
#define EDITION_FOLD_H

#include "edition/edition.h"

struct fold_said;

struct fold {
	uint64_t size; /* leaves read */
	struct merkle_hash peaks[64];
	struct fold_said *said; /* owned: leaves that count */
	size_t count, room;
};

void fold_init(struct fold *fold);
void fold_release(struct fold *fold);

/* The next leaf. `erased`: what it commits to is known to be gone. Fails: ST_CORRUPT reason "edition-not-ledger" (it is no leaf, or
 * does not say whom it is about); ST_NO_MEMORY. Cost: O(1) hashes amortised. */
MUST_USE enum status fold_leaf(struct fold *fold, struct text body, bool erased, struct error *ret_error);

/* Root of the leaves read so far. */
void fold_root(const struct fold *fold, struct merkle_hash *ret_root);

struct fold_result {
	uint64_t records; /* on the list */
	uint64_t erased;  /* leaves that count whose payload is gone, none of them in force */
};

/* Compares with an edition of as many leaves: root, then record by record. No more leaves may be added after.
 * Fails: ST_CORRUPT reason "edition-not-ledger", the message naming the first difference. */
MUST_USE enum status fold_compare(struct fold *fold, const struct edition *edition, struct fold_result *ret, struct error *ret_error);

#endif
