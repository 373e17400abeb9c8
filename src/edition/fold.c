#include "edition/fold.h"

#include <sodium.h>
#include <stdlib.h>

struct fold_said {
	uint8_t subject[EDITION_ID_SIZE];
	uint64_t index;
	struct merkle_hash leaf;
	bool put, erased;
};

void fold_init(struct fold *fold)
{
	*fold = (struct fold){0};
}

void fold_release(struct fold *fold)
{
	free(fold->said);
	fold_init(fold);
}

static enum status differs(struct error *ret_error, const char *what, uint64_t index)
{
	return error_because(ret_error, ST_CORRUPT, "edition-not-ledger", NULL, "leaf %llu of the ledger: %s", (unsigned long long)index,
			     what);
}

/* The tree grows by a leaf: as many subtrees join as the number has ones at its end. */
static void peak_add(struct fold *fold, const struct merkle_hash *leaf)
{
	uint64_t n = fold->size;
	unsigned at = (unsigned)__builtin_popcountll(n);

	fold->peaks[at] = *leaf;
	for (; n & 1; n >>= 1, at--)
		merkle_hash_node(&fold->peaks[at - 1], &fold->peaks[at], &fold->peaks[at - 1]);
	fold->size++;
}

void fold_root(const struct fold *fold, struct merkle_hash *ret)
{
	unsigned at = (unsigned)__builtin_popcountll(fold->size);

	if (at == 0) {
		merkle_hash_empty(ret);
		return;
	}
	*ret = fold->peaks[--at];
	while (at > 0)
		merkle_hash_node(&fold->peaks[--at], ret, ret);
}

static enum status said_add(struct fold *fold, const struct leaf *leaf, struct fold_said said, struct error *ret_error)
{
	size_t len;

	if (sodium_hex2bin(said.subject, sizeof said.subject, leaf->subject.data, leaf->subject.len, NULL, &len, NULL) != 0 ||
	    len != sizeof said.subject)
		return differs(ret_error, "it does not say whom it is about", said.index);
	if (fold->count == fold->room) {
		size_t room = fold->room ? fold->room * 2 : 1024;
		struct fold_said *grown = realloc(fold->said, room * sizeof *grown);

		if (grown == NULL)
			return error_set(ret_error, ST_NO_MEMORY, "out of memory");
		fold->said = grown;
		fold->room = room;
	}
	fold->said[fold->count++] = said;
	return ST_OK;
}

enum status fold_leaf(struct fold *fold, struct text body, bool erased, struct error *ret_error)
{
	struct fold_said said = {.index = fold->size, .erased = erased};
	struct edition_record record;
	struct leaf leaf;

	if (leaf_parse(body, &leaf, NULL) != ST_OK)
		return differs(ret_error, "it cannot be read", said.index);
	merkle_hash_leaf(text_bytes(body), &said.leaf);
	peak_add(fold, &said.leaf);
	if (!edition_kind_set(&record, leaf.kind))
		return ST_OK;
	said.put = record.put;
	return said_add(fold, &leaf, said, ret_error);
}

static int by_subject_and_index(const void *x, const void *y)
{
	const struct fold_said *a = x, *b = y;
	int order = memcmp(a->subject, b->subject, EDITION_ID_SIZE);

	return order ? order : a->index < b->index ? -1 : a->index > b->index;
}

/* One record of the list by the ledger, and the edition's at the same place. */
static enum status record_compare(const struct fold_said *said, const struct edition *edition, size_t at, struct error *ret_error)
{
	const struct edition_record *r = at < edition_count(edition) ? edition_at(edition, at) : NULL;
	int order = r ? memcmp(said->subject, r->subject, EDITION_ID_SIZE) : -1;

	if (order < 0)
		return differs(ret_error, "its record is not in the edition", said->index);
	if (order > 0)
		return differs(ret_error, "the edition has its record, but the ledger has not", r->index);
	if (said->index != r->index || !merkle_hash_equal(&said->leaf, &r->leaf))
		return differs(ret_error, "the edition has another record of the same subject", said->index);
	if (said->erased)
		return differs(ret_error, "it is in force, but what it commits to is gone", said->index);
	return ST_OK;
}

static enum status list_compare(struct fold *fold, const struct edition *edition, struct fold_result *ret, struct error *ret_error)
{
	size_t at = 0;

	if (fold->count)
		qsort(fold->said, fold->count, sizeof *fold->said, by_subject_and_index);
	for (size_t i = 0; i < fold->count; i++) {
		const struct fold_said *said = &fold->said[i];
		bool last = i + 1 == fold->count || memcmp(said->subject, fold->said[i + 1].subject, EDITION_ID_SIZE) != 0;

		ret->erased += said->erased;
		if (last && said->put)
			TRY(record_compare(said, edition, at++, ret_error));
	}
	ret->records = at;
	if (at < edition_count(edition))
		return differs(ret_error, "the edition has its record, but the ledger has not", edition_at(edition, at)->index);
	return ST_OK;
}

enum status fold_compare(struct fold *fold, const struct edition *edition, struct fold_result *ret, struct error *ret_error)
{
	const struct edition_manifest *m = edition_manifest(edition);
	struct fold_result result = {0};
	struct merkle_hash root;

	if (m == NULL)
		return error_set(ret_error, ST_MALFORMED, "there is no edition to compare with");
	if (fold->size != m->log_size)
		return differs(ret_error, "the ledger ends before the edition's", fold->size);
	fold_root(fold, &root);
	if (!merkle_hash_equal(&root, &m->root))
		return error_because(ret_error, ST_CORRUPT, "edition-not-ledger", NULL,
				     "the first %llu leaves of the ledger are not those that its checkpoint was signed for",
				     (unsigned long long)m->log_size);
	TRY(list_compare(fold, edition, &result, ret_error));
	*ret = result;
	return ST_OK;
}
