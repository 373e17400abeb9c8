#include "registry/edition_inside.h"

#define COLUMNS                                                                                                              \
	"e.number, e.previous, e.issued_at, e.soft_at, e.hard_at, e.log_size, e.root, e.state, e.listings, e.clearances, "   \
	"e.witnessed, e.added, e.changed, e.removed, e.manifest, f.sha256, length(f.bytes), e.epoch FROM edition e "          \
	"LEFT JOIN edition_file f ON f.number = e.number AND f.from_number = 0 "

static enum status row_take(const struct db_rows *rows, size_t i, struct edition_row *ret, struct error *ret_error)
{
	*ret = (struct edition_row){
		.number = (uint64_t)db_int(rows, i, 0), .previous = (uint64_t)db_int(rows, i, 1), .issued_ms = db_int(rows, i, 2),
		.soft_ms = db_int(rows, i, 3), .hard_ms = db_int(rows, i, 4), .log_size = (uint64_t)db_int(rows, i, 5),
		.listings = (uint64_t)db_int(rows, i, 8), .clearances = (uint64_t)db_int(rows, i, 9),
		.witnessed = db_int(rows, i, 10) != 0, .added = (uint64_t)db_int(rows, i, 11), .changed = (uint64_t)db_int(rows, i, 12),
		.removed = (uint64_t)db_int(rows, i, 13), .manifest = db_text(rows, i, 14), .size = (uint64_t)db_int(rows, i, 16),
		.epoch = (uint32_t)db_int(rows, i, 17)};
	TRY(ledger_hash(db_blob(rows, i, 6), &ret->root, ret_error));
	TRY(ledger_hash(db_blob(rows, i, 7), &ret->state, ret_error));
	return ret->size ? ledger_hash(db_blob(rows, i, 15), &ret->sha256, ret_error) : ST_OK;
}

enum status edition_row_load(struct db_tx *tx, uint64_t number, struct arena *arena, struct edition_row *ret, struct error *ret_error)
{
	struct db_rows rows;

	if (number > INT64_MAX)
		return ST_NOT_FOUND;
	if (number == 0)
		TRY(db_query_one(tx, "SELECT " COLUMNS "WHERE e.number = (SELECT max(number) FROM edition)", DB_NO_PARAMS, arena, &rows,
				 ret_error));
	else
		TRY(db_query_one(tx, "SELECT " COLUMNS "WHERE e.number = $1", DB_PARAMS(DB_V_INT((int64_t)number)), arena, &rows, ret_error));
	return row_take(&rows, 0, ret, ret_error);
}

enum status edition_rows_load(struct db_tx *tx, uint64_t before, uint32_t limit, struct arena *arena, struct edition_row **ret_rows,
			      size_t *ret_count, struct error *ret_error)
{
	struct db_rows rows;

	if (before == 0 || before > INT64_MAX)
		before = INT64_MAX;
	TRY(db_query(tx, "SELECT " COLUMNS "WHERE e.number < $1 ORDER BY e.number DESC LIMIT $2",
		     DB_PARAMS(DB_V_INT((int64_t)before), DB_V_INT(limit)), arena, &rows, ret_error));
	*ret_rows = ARENA_NEW(arena, struct edition_row, rows.rows ? rows.rows : 1);
	if (*ret_rows == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		TRY(row_take(&rows, i, &(*ret_rows)[i], ret_error));
	*ret_count = rows.rows;
	return ST_OK;
}

enum status edition_file_load(struct db_tx *tx, uint64_t number, uint64_t from, struct arena *arena, struct bytes *ret,
			      struct merkle_hash *ret_sha256, struct error *ret_error)
{
	struct db_rows rows;

	if (number > INT64_MAX || from > INT64_MAX)
		return ST_NOT_FOUND;
	TRY(db_query_one(tx, "SELECT bytes, sha256 FROM edition_file WHERE number = $1 AND from_number = $2",
			 DB_PARAMS(DB_V_INT((int64_t)number), DB_V_INT((int64_t)from)), arena, &rows, ret_error));
	*ret = db_blob(&rows, 0, 0);
	return ledger_hash(db_blob(&rows, 0, 1), ret_sha256, ret_error);
}
