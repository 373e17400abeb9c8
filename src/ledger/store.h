/* Tiles as rows of the database: what merkle/tile.h asks for. */
#ifndef LEDGER_STORE_H
#define LEDGER_STORE_H

#include "db/db.h"
#include "merkle/tile.h"

struct ledger_store {
	struct tile_store tiles;
	struct db_tx *tx;
	struct text log;
};

/* `store` holds pointers to itself: it stays where it is. */
void ledger_store_init(struct ledger_store *store, struct db_tx *tx, struct text log);

/* Copies a column into a hash. Fails: ST_CORRUPT. */
MUST_USE enum status ledger_hash(struct bytes in, struct merkle_hash *ret, struct error *ret_error);

static inline struct bytes merkle_bytes(const struct merkle_hash *hash)
{
	return (struct bytes){hash->b, MERKLE_HASH_SIZE};
}

#endif
