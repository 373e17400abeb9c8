#include "ledger/store.h"

struct tile_into {
	struct merkle_hash *out;
	size_t width;
	bool found;
};

static enum status copy_tile(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct tile_into *into = context;
	struct bytes hashes = db_blob(row, 0, 0);

	(void)ret_error;
	into->found = hashes.len >= into->width * sizeof *into->out;
	if (into->found)
		memcpy(into->out, hashes.data, into->width * sizeof *into->out);
	return ST_OK;
}

static enum status read_tile(void *context, const struct tile *tile, struct merkle_hash *out, struct error *ret_error)
{
	struct ledger_store *store = context;
	struct tile_into into = {out, tile->width, false};

	TRY(db_each(store->tx, "SELECT hashes FROM ledger_tile WHERE log = $1 AND level = $2 AND n = $3",
		    DB_PARAMS(DB_V_TEXT(store->log), DB_V_INT(tile->level), DB_V_INT((int64_t)tile->n)), copy_tile, &into, ret_error));
	if (!into.found)
		return error_because(ret_error, ST_CORRUPT, "ledger-damaged", "ledger_tile", "tile %d/%llu of log %.*s is missing or short",
				     tile->level, (unsigned long long)tile->n, TEXT_ARG(store->log));
	return ST_OK;
}

static enum status write_tile(void *context, const struct tile *tile, const struct merkle_hash *hashes, struct error *ret_error)
{
	struct ledger_store *store = context;
	struct bytes blob = {(const uint8_t *)hashes, tile->width * sizeof *hashes};

	return db_exec(store->tx,
		       "INSERT INTO ledger_tile (log, level, n, hashes) VALUES ($1, $2, $3, $4) "
		       "ON CONFLICT (log, level, n) DO UPDATE SET hashes = excluded.hashes",
		       DB_PARAMS(DB_V_TEXT(store->log), DB_V_INT(tile->level), DB_V_INT((int64_t)tile->n), DB_V_BLOB(blob)), NULL,
		       ret_error);
}

void ledger_store_init(struct ledger_store *store, struct db_tx *tx, struct text log)
{
	*store = (struct ledger_store){.tiles = {read_tile, write_tile, store}, .tx = tx, .log = log};
}

enum status ledger_hash(struct bytes in, struct merkle_hash *ret, struct error *ret_error)
{
	if (in.len != MERKLE_HASH_SIZE)
		return error_because(ret_error, ST_CORRUPT, "ledger-damaged", NULL, "a hash of %zu bytes", in.len);
	memcpy(ret->b, in.data, MERKLE_HASH_SIZE);
	return ST_OK;
}
