#include <sodium.h>
#include <stdlib.h>

#include "merkle/leaf.h"
#include "registry/edition_inside.h"

static bool id_read(struct text hex, uint8_t out[EDITION_ID_SIZE])
{
	size_t len;

	return sodium_hex2bin(out, EDITION_ID_SIZE, hex.data, hex.len, NULL, &len, NULL) == 0 && len == EDITION_ID_SIZE;
}

static enum status room_make(struct edition_rows *rows, struct error *ret_error)
{
	struct edition_record *grown;

	if (rows->count < rows->room)
		return ST_OK;
	rows->room = rows->room ? rows->room * 2 : 64;
	grown = ARENA_NEW(rows->arena, struct edition_record, rows->room);
	if (grown == NULL)
		return arena_failure(rows->arena, ret_error);
	if (rows->count)
		memcpy(grown, rows->items, rows->count * sizeof *grown);
	rows->items = grown;
	return ST_OK;
}

/* place, body, salt, payload */
static enum status record_add(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct edition_rows *rows = context;
	struct bytes salt = db_blob(row, 0, 2);
	struct edition_record *r;
	struct leaf leaf;

	TRY(leaf_parse(db_text(row, 0, 1), &leaf, ret_error));
	if (salt.len != LEAF_SALT_SIZE)
		return error_because(ret_error, ST_CORRUPT, "edition-leaf-erased", NULL,
				     "leaf %lld is in force, but what it commits to is gone", (long long)db_int(row, 0, 0));
	TRY(room_make(rows, ret_error));
	r = &rows->items[rows->count];
	*r = (struct edition_record){.index = (uint64_t)db_int(row, 0, 0), .time_ms = leaf.time_ms};
	memcpy(r->salt, salt.data, sizeof r->salt);
	if (!edition_kind_set(r, leaf.kind) || !id_read(leaf.subject, r->subject) || !id_read(leaf.id, r->id))
		return error_because(ret_error, ST_CORRUPT, "edition-not-ledger", NULL, "leaf %lld is not what it was read as",
				     (long long)db_int(row, 0, 0));
	if (arena_text(rows->arena, leaf.actor, &r->actor) != ST_OK ||
	    arena_text(rows->arena, db_text(row, 0, 3), &r->payload) != ST_OK)
		return arena_failure(rows->arena, ret_error);
	edition_leaf_hash(r);
	rows->count++;
	return ST_OK;
}

static int by_subject(const void *a, const void *b)
{
	return memcmp(((const struct edition_record *)a)->subject, ((const struct edition_record *)b)->subject, EDITION_ID_SIZE);
}

static enum status rows_load(struct db_tx *tx, const char *sql, struct db_params params, struct edition_rows *ret,
			     struct error *ret_error)
{
	TRY(db_each(tx, sql, params, record_add, ret, ret_error));
	/* A database may sort by a language's rules; the order here is that of bytes. */
	if (ret->count)
		qsort(ret->items, ret->count, sizeof *ret->items, by_subject);
	return ST_OK;
}

#define RECORD_SQL                                                                                      \
	"SELECT e.place, l.body, p.salt, p.payload FROM edition_leaf e JOIN ledger_leaf l ON l.id = e.leaf " \
	"LEFT JOIN ledger_payload p ON p.leaf = e.leaf "

enum status edition_rows_put(struct db_tx *tx, uint64_t from, uint64_t size, struct edition_rows *ret, struct error *ret_error)
{
	return rows_load(tx, RECORD_SQL "WHERE e.place >= $1 AND e.place < $2 AND e.ended >= $2 AND e.put = 1",
			 DB_PARAMS(DB_V_INT((int64_t)from), DB_V_INT((int64_t)size)), ret, ret_error);
}

enum status edition_rows_dropped(struct db_tx *tx, uint64_t from, uint64_t size, struct edition_rows *ret, struct error *ret_error)
{
	return rows_load(tx,
			 RECORD_SQL "WHERE e.place >= $1 AND e.place < $2 AND e.ended >= $2 AND e.put = 0 AND EXISTS (SELECT 1 FROM "
				    "edition_leaf b WHERE b.subject = e.subject AND b.place < $1 AND b.ended >= $1 AND b.put = 1)",
			 DB_PARAMS(DB_V_INT((int64_t)from), DB_V_INT((int64_t)size)), ret, ret_error);
}

enum status edition_rows_changed(struct db_tx *tx, uint64_t from, uint64_t size, uint64_t *ret_count, struct error *ret_error)
{
	struct arena arena;
	struct db_rows rows;
	enum status st;

	arena_init(&arena, 65536);
	st = db_query_one(tx,
			  "SELECT count(*) FROM edition_leaf e WHERE e.place >= $1 AND e.place < $2 AND e.ended >= $2 AND e.put = 1 AND "
			  "EXISTS (SELECT 1 FROM edition_leaf b WHERE b.subject = e.subject AND b.place < $1 AND b.ended >= $1 AND b.put = 1)",
			  DB_PARAMS(DB_V_INT((int64_t)from), DB_V_INT((int64_t)size)), &arena, &rows, ret_error);
	if (st == ST_OK)
		*ret_count = (uint64_t)db_int(&rows, 0, 0);
	arena_release(&arena);
	return st;
}

/* ---- hashes of subtrees ---- */

void edition_tiles_init(struct edition_tiles *tiles, struct db_tx *tx, uint64_t size)
{
	memset(tiles->held, 0, sizeof tiles->held);
	tiles->size = size;
	ledger_store_init(&tiles->store, tx, TEXT(LEDGER_LIST));
}

enum status edition_tiles_hash(void *context, unsigned level, uint64_t index, struct merkle_hash *ret, struct error *ret_error)
{
	struct edition_tiles *tiles = context;
	unsigned at = level / 8, count = 1u << (level % 8);
	uint64_t first = index << (level % 8); /* of the hashes of that level of tiles */
	struct tile tile = {.level = (int)at, .n = first / TILE_WIDTH, .width = tile_width(at, first / TILE_WIDTH, tiles->size)};
	struct merkle_hash fold[TILE_WIDTH];

	if (at > TILE_LEVEL_MAX || first % TILE_WIDTH + count > tile.width)
		return error_set(ret_error, ST_CORRUPT, "the log has no such subtree");
	if (tiles->held[at].width != tile.width || tiles->held[at].n != tile.n) {
		tiles->held[at].width = 0;
		TRY(tiles->store.tiles.read(tiles->store.tiles.context, &tile, tiles->hashes[at], ret_error));
		tiles->held[at] = tile;
	}
	memcpy(fold, &tiles->hashes[at][first % TILE_WIDTH], count * sizeof *fold);
	for (; count > 1; count /= 2)
		for (unsigned i = 0; i < count / 2; i++)
			merkle_hash_node(&fold[2 * i], &fold[2 * i + 1], &fold[i]);
	*ret = fold[0];
	return ST_OK;
}
