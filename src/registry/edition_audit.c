#include "edition/fold.h"
#include "registry/edition_inside.h"

static enum status differs(struct error *ret_error, const char *what, uint64_t index)
{
	return error_because(ret_error, ST_CORRUPT, "edition-not-ledger", NULL, "leaf %llu of the ledger: %s", (unsigned long long)index,
			     what);
}

/* place, body, salt, payload */
static enum status leaf_read(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct fold *fold = context;
	struct text body = db_text(row, 0, 1);
	struct bytes salt = db_blob(row, 0, 2);
	bool erased = db_is_null(row, 0, 2);
	uint64_t index = fold->size;
	struct merkle_hash commitment;
	struct leaf leaf;

	if ((uint64_t)db_int(row, 0, 0) != index)
		return differs(ret_error, "it is missing", index);
	TRY(fold_leaf(fold, body, erased, ret_error));
	if (erased)
		return ST_OK;
	TRY(leaf_parse(body, &leaf, ret_error));
	if (salt.len != LEAF_SALT_SIZE)
		return differs(ret_error, "its salt is no salt", index);
	leaf_commit(salt.data, db_text(row, 0, 3), &commitment);
	return merkle_hash_equal(&commitment, &leaf.commitment)
		       ? ST_OK
		       : differs(ret_error, "what is stored for it is not what it commits to", index);
}

static enum status audit(struct db_tx *tx, struct fold *fold, const struct edition *edition, struct fold_result *ret,
			 struct error *ret_error)
{
	const struct edition_manifest *m = edition_manifest(edition);

	if (m == NULL || m->log_size > INT64_MAX)
		return error_set(ret_error, ST_MALFORMED, "there is no edition to compare with");
	TRY(db_each(tx,
		    "SELECT l.place, l.body, p.salt, p.payload FROM ledger_leaf l LEFT JOIN ledger_payload p ON p.leaf = l.id "
		    "WHERE l.log = 'list' AND l.place < $1 ORDER BY l.place",
		    DB_PARAMS(DB_V_INT((int64_t)m->log_size)), leaf_read, fold, ret_error));
	return fold_compare(fold, edition, ret, ret_error);
}

enum status edition_audit(struct db_tx *tx, const struct edition *edition, struct fold_result *ret, struct error *ret_error)
{
	struct fold fold;
	enum status st;

	fold_init(&fold);
	st = audit(tx, &fold, edition, ret, ret_error);
	fold_release(&fold);
	return st;
}
