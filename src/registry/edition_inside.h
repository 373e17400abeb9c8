/* What the files of the builder share. */
#ifndef REGISTRY_EDITION_INSIDE_H
#define REGISTRY_EDITION_INSIDE_H

#include "ledger/ledger.h"
#include "ledger/store.h"
#include "registry/editions.h"

#define EDITION_MEMORY ((size_t)16 << 30)
#define EDITION_NEVER INT64_MAX /* edition_leaf.ended of what is the last word */

/* Brings edition_leaf up to the first `size` leaves of the log. A write transaction. */
MUST_USE enum status edition_fold(struct db_tx *tx, uint64_t size, struct error *ret_error);

/* Records in an arena, ascending by subject. */
struct edition_rows {
	struct edition_record *items;
	size_t count, room;
	struct arena *arena;
};

/* What is on the list at `size` and was said of it at `from` or later. Fails: ST_CORRUPT reason "edition-leaf-erased". */
MUST_USE enum status edition_rows_put(struct db_tx *tx, uint64_t from, uint64_t size, struct edition_rows *ret, struct error *ret_error);

/* What was dropped since `from` of what was on the list then. Fails as above. */
MUST_USE enum status edition_rows_dropped(struct db_tx *tx, uint64_t from, uint64_t size, struct edition_rows *ret,
					  struct error *ret_error);

/* How many subjects of the list at `from` have another record at `size`. */
MUST_USE enum status edition_rows_changed(struct db_tx *tx, uint64_t from, uint64_t size, uint64_t *ret_count, struct error *ret_error);

/* Hashes of subtrees from the log's tiles; each tile is read once when they are asked for in order. */
struct edition_tiles {
	struct ledger_store store;
	uint64_t size;
	struct tile held[TILE_LEVEL_MAX + 1]; /* width 0: none */
	struct merkle_hash hashes[TILE_LEVEL_MAX + 1][TILE_WIDTH];
};
void edition_tiles_init(struct edition_tiles *tiles, struct db_tx *tx, uint64_t size);
MUST_USE enum status edition_tiles_hash(void *tiles, unsigned level, uint64_t index, struct merkle_hash *ret, struct error *ret_error);

#endif
