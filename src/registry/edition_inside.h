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

/* ---- parts of a file ---- */

/* Packs a body and says how long it is and what it hashes to. */
MUST_USE enum status edition_part_make(struct bytes body, uint64_t from, struct buffer *packed, struct edition_part *ret,
				       struct error *ret_error);

/* Appends the manifest's signed note. */
MUST_USE enum status edition_note_make(const struct edition_manifest *manifest, const struct note_signer *signer, struct arena *arena,
				       struct buffer *note, struct error *ret_error);

/* ---- urgent entries ---- */

struct edition_urgent {
	const struct edition *whole; /* the list as it will be */
	const struct edition_manifest *manifest; /* its own */
	uint64_t size;                           /* of the log */
	const struct note_signer *signer;
};

/* Appends the file of the urgent entries. In the transaction that makes the edition. Fails: as edition_body_write, edition_pack,
 * manifest_write, note_sign, db_query. */
MUST_USE enum status edition_urgent_make(const struct edition_urgent *urgent, struct db_tx *tx, struct arena *arena, struct buffer *out,
					 struct error *ret_error);

/* Checks that file as a reader would, stores it, and tells "urgent" where it says other than the edition before's. Fails: as
 * edition_take; as db_exec. */
MUST_USE enum status edition_urgent_keep(struct db_tx *tx, const struct edition_urgent *urgent, struct bytes file,
					 struct error *ret_error);

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
