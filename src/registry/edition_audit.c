#include <sodium.h>
#include <stdlib.h>

#include "merkle/leaf.h"
#include "registry/edition_inside.h"

/* A leaf that counts. */
struct said {
	uint8_t subject[EDITION_ID_SIZE];
	uint64_t index;
	struct merkle_hash leaf;
	bool put, erased;
};

struct auditing {
	struct edition_audit result;
	struct said *said; /* owned */
	size_t count, room;
	struct merkle_hash peaks[64]; /* of the perfect subtrees so far, largest first */
};

static enum status differs(struct error *ret_error, const char *what, uint64_t index)
{
	return error_because(ret_error, ST_CORRUPT, "edition-not-ledger", NULL, "leaf %llu of the ledger: %s", (unsigned long long)index,
			     what);
}

/* The tree grows by a leaf: as many subtrees join as the number has ones at its end. */
static void peak_add(struct auditing *a, const struct merkle_hash *leaf)
{
	uint64_t n = a->result.leaves;
	unsigned at = (unsigned)__builtin_popcountll(n);

	a->peaks[at] = *leaf;
	for (; n & 1; n >>= 1, at--)
		merkle_hash_node(&a->peaks[at - 1], &a->peaks[at], &a->peaks[at - 1]);
	a->result.leaves++;
}

static void root_of(const struct auditing *a, struct merkle_hash *ret)
{
	unsigned at = (unsigned)__builtin_popcountll(a->result.leaves);

	if (at == 0) {
		merkle_hash_empty(ret);
		return;
	}
	*ret = a->peaks[--at];
	while (at > 0)
		merkle_hash_node(&a->peaks[--at], ret, ret);
}

static enum status said_add(struct auditing *a, const struct leaf *leaf, struct said said, struct error *ret_error)
{
	size_t len;

	if (sodium_hex2bin(said.subject, sizeof said.subject, leaf->subject.data, leaf->subject.len, NULL, &len, NULL) != 0 ||
	    len != sizeof said.subject)
		return differs(ret_error, "it does not say whom it is about", said.index);
	if (a->count == a->room) {
		size_t room = a->room ? a->room * 2 : 1024;
		struct said *grown = realloc(a->said, room * sizeof *grown);

		if (grown == NULL)
			return error_set(ret_error, ST_NO_MEMORY, "out of memory");
		a->said = grown;
		a->room = room;
	}
	a->said[a->count++] = said;
	return ST_OK;
}

/* place, body, salt, payload */
static enum status leaf_read(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct auditing *a = context;
	struct text body = db_text(row, 0, 1);
	struct bytes salt = db_blob(row, 0, 2);
	struct said said = {.index = a->result.leaves, .erased = db_is_null(row, 0, 2)};
	struct edition_record record;
	struct merkle_hash commitment;
	struct leaf leaf;

	if ((uint64_t)db_int(row, 0, 0) != said.index)
		return differs(ret_error, "it is missing", said.index);
	if (leaf_parse(body, &leaf, NULL) != ST_OK)
		return differs(ret_error, "it cannot be read", said.index);
	if (!said.erased) {
		if (salt.len != LEAF_SALT_SIZE)
			return differs(ret_error, "its salt is no salt", said.index);
		leaf_commit(salt.data, db_text(row, 0, 3), &commitment);
		if (!merkle_hash_equal(&commitment, &leaf.commitment))
			return differs(ret_error, "what is stored for it is not what it commits to", said.index);
	}
	merkle_hash_leaf(text_bytes(body), &said.leaf);
	peak_add(a, &said.leaf);
	if (!edition_kind_set(&record, leaf.kind))
		return ST_OK;
	said.put = record.put;
	return said_add(a, &leaf, said, ret_error);
}

static int by_subject_and_index(const void *x, const void *y)
{
	const struct said *a = x, *b = y;
	int order = memcmp(a->subject, b->subject, EDITION_ID_SIZE);

	return order ? order : a->index < b->index ? -1 : a->index > b->index;
}

/* One record of the list by the ledger, and the edition's at the same place. */
static enum status record_compare(const struct said *said, const struct edition *edition, size_t at, struct error *ret_error)
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

static enum status list_compare(struct auditing *a, const struct edition *edition, struct error *ret_error)
{
	size_t at = 0;

	if (a->count)
		qsort(a->said, a->count, sizeof *a->said, by_subject_and_index);
	for (size_t i = 0; i < a->count; i++) {
		const struct said *said = &a->said[i];
		bool last = i + 1 == a->count || memcmp(said->subject, a->said[i + 1].subject, EDITION_ID_SIZE) != 0;

		a->result.erased += said->erased;
		if (last && said->put)
			TRY(record_compare(said, edition, at++, ret_error));
	}
	a->result.records = at;
	if (at < edition_count(edition))
		return differs(ret_error, "the edition has its record, but the ledger has not", edition_at(edition, at)->index);
	return ST_OK;
}

static enum status audit(struct db_tx *tx, struct auditing *a, const struct edition *edition, struct error *ret_error)
{
	const struct edition_manifest *m = edition_manifest(edition);
	struct merkle_hash root;

	if (m == NULL || m->log_size > INT64_MAX)
		return error_set(ret_error, ST_MALFORMED, "there is no edition to compare with");
	TRY(db_each(tx,
		    "SELECT l.place, l.body, p.salt, p.payload FROM ledger_leaf l LEFT JOIN ledger_payload p ON p.leaf = l.id "
		    "WHERE l.log = 'list' AND l.place < $1 ORDER BY l.place",
		    DB_PARAMS(DB_V_INT((int64_t)m->log_size)), leaf_read, a, ret_error));
	if (a->result.leaves != m->log_size)
		return differs(ret_error, "the ledger ends before the edition's", a->result.leaves);
	root_of(a, &root);
	if (!merkle_hash_equal(&root, &m->root))
		return error_because(ret_error, ST_CORRUPT, "edition-not-ledger", NULL,
				     "the first %llu leaves of the ledger are not those that its checkpoint was signed for",
				     (unsigned long long)m->log_size);
	return list_compare(a, edition, ret_error);
}

enum status edition_audit(struct db_tx *tx, const struct edition *edition, struct edition_audit *ret, struct error *ret_error)
{
	struct auditing a = {.said = NULL};
	enum status st = audit(tx, &a, edition, ret_error);

	free(a.said);
	if (st == ST_OK) {
		a.result.state = edition_manifest(edition)->state;
		*ret = a.result;
	}
	return st;
}
