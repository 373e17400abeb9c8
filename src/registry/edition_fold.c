#include "merkle/leaf.h"
#include "registry/edition_inside.h"

struct folding {
	struct db_tx *tx;
};

static enum status leaf_fold(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct folding *f = context;
	struct edition_record record;
	struct leaf leaf;
	int64_t place = db_int(row, 0, 1);

	TRY(leaf_parse(db_text(row, 0, 2), &leaf, ret_error));
	if (text_equal(leaf.kind, TEXT(LEDGER_ERASE)))
		return db_exec(f->tx, "UPDATE edition_leaf SET erased = 1 WHERE leaf = $1", DB_PARAMS(DB_V_TEXT(leaf.subject)), NULL,
			       ret_error);
	if (!edition_kind_set(&record, leaf.kind))
		return ST_OK;
	if (!id_valid(leaf.subject))
		return error_because(ret_error, ST_CORRUPT, "edition-not-ledger", NULL, "leaf %lld of the log says nothing of whom it is about",
				     (long long)place);
	TRY(db_exec(f->tx, "UPDATE edition_leaf SET ended = $1 WHERE subject = $2 AND ended = $3",
		    DB_PARAMS(DB_V_INT(place), DB_V_TEXT(leaf.subject), DB_V_INT(EDITION_NEVER)), NULL, ret_error));
	return db_exec(f->tx, "INSERT INTO edition_leaf (subject, place, leaf, put, ended) VALUES ($1, $2, $3, $4, $5)",
		       DB_PARAMS(DB_V_TEXT(leaf.subject), DB_V_INT(place), DB_V_TEXT(db_text(row, 0, 0)), DB_V_INT(record.put),
				 DB_V_INT(EDITION_NEVER)),
		       NULL, ret_error);
}

enum status edition_fold(struct db_tx *tx, uint64_t size, struct error *ret_error)
{
	struct folding folding = {tx};
	struct arena arena;
	struct db_rows rows;
	uint64_t changed;
	int64_t from;
	enum status st;

	arena_init(&arena, 65536);
	st = db_query_one(tx, "SELECT size FROM edition_fold", DB_NO_PARAMS, &arena, &rows, ret_error);
	from = st == ST_OK ? db_int(&rows, 0, 0) : 0;
	arena_release(&arena);
	if (st != ST_OK || (uint64_t)from >= size)
		return st;
	/* First, so that of two hubs one waits or begins anew. */
	TRY(db_exec(tx, "UPDATE edition_fold SET size = $1 WHERE one = 1 AND size = $2",
		    DB_PARAMS(DB_V_INT((int64_t)size), DB_V_INT(from)), &changed, ret_error));
	if (changed != 1)
		return error_because(ret_error, ST_UNAVAILABLE, "retry", NULL, "another hub reads the same leaves");
	return db_each(tx, "SELECT id, place, body FROM ledger_leaf WHERE log = 'list' AND place >= $1 AND place < $2 ORDER BY place",
		       DB_PARAMS(DB_V_INT(from), DB_V_INT((int64_t)size)), leaf_fold, &folding, ret_error);
}
