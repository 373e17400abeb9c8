#include "ledger/verifying.h"

/* Tiles above level 0: each hash is the root of the tile below it. */

struct above {
	struct verifying *v;
	struct merkle_hash below[TILE_WIDTH], own[TILE_WIDTH];
};

static bool tile_is_wrong(const struct verifying *v, unsigned level, uint64_t n)
{
	for (size_t i = 0; level == 0 && i < v->wrong_count; i++)
		if (v->wrong_tiles[i] == n)
			return true;
	return false;
}

static struct merkle_hash tile_root(struct merkle_hash *hashes)
{
	for (size_t count = TILE_WIDTH; count > 1; count /= 2)
		for (size_t i = 0; i < count / 2; i++)
			merkle_hash_node(&hashes[2 * i], &hashes[2 * i + 1], &hashes[i]);
	return hashes[0];
}

/* The whole stored tile, of exactly this width. ST_CORRUPT: missing or of another width. */
static enum status read_whole(struct verifying *v, const struct tile *tile, struct merkle_hash *out, struct error *ret_error)
{
	struct arena arena;
	struct db_rows rows;
	enum status st;

	arena_init(&arena, 1 << 16);
	st = db_query_one(v->tx, "SELECT hashes FROM ledger_tile WHERE log = $1 AND level = $2 AND n = $3",
			  DB_PARAMS(DB_V_TEXT(text_of(v->log)), DB_V_INT(tile->level), DB_V_INT((int64_t)tile->n)), &arena, &rows,
			  ret_error);
	if (st == ST_OK && db_blob(&rows, 0, 0).len == tile->width * sizeof *out)
		memcpy(out, db_blob(&rows, 0, 0).data, tile->width * sizeof *out);
	else if (st == ST_OK || st == ST_NOT_FOUND)
		st = st == ST_OK ? ST_CORRUPT : ST_NOT_FOUND;
	arena_release(&arena);
	return st;
}

static enum status verify_tile(struct above *a, const struct tile *tile, struct error *ret_error)
{
	struct verifying *v = a->v;
	unsigned long long n = tile->n;
	enum status st = read_whole(v, tile, a->own, ret_error);

	v->told->tiles++;
	if (st == ST_NOT_FOUND) {
		verify_found(v, "tile-deleted", "tile %d/%llu is gone", tile->level, n);
		return ST_OK;
	}
	if (st == ST_CORRUPT) {
		verify_found(v, "tile-edited", "tile %d/%llu has another number of hashes than %u", tile->level, n, tile->width);
		return ST_OK;
	}
	TRY(st);
	for (unsigned i = 0; i < tile->width; i++) {
		struct tile below = {tile->level - 1, tile->n * TILE_WIDTH + i, TILE_WIDTH};
		struct merkle_hash root;

		if (tile_is_wrong(v, (unsigned)below.level, below.n))
			continue;
		st = read_whole(v, &below, a->below, ret_error);
		if (st == ST_NOT_FOUND || st == ST_CORRUPT)
			continue; /* told at its own level */
		TRY(st);
		root = tile_root(a->below);
		if (!merkle_hash_equal(&root, &a->own[i])) {
			verify_found(v, "tile-edited", "hash %u of tile %d/%llu is not the root of the tile below it", i, tile->level, n);
			return ST_OK;
		}
	}
	return ST_OK;
}

static enum status stray_row(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct verifying *v = context;
	int64_t level = db_int(row, 0, 0), n = db_int(row, 0, 1);

	(void)ret_error;
	if (tile_width((unsigned)level, (uint64_t)n, v->size) == 0)
		verify_found(v, "tile-inserted", "tile %lld/%lld is beyond the log's end", (long long)level, (long long)n);
	return ST_OK;
}

enum status verify_tiles(struct verifying *v, struct error *ret_error)
{
	struct above *a = ARENA_NEW(v->arena, struct above, 1);

	if (a == NULL)
		return arena_failure(v->arena, ret_error);
	a->v = v;
	for (unsigned level = 1; level <= TILE_LEVEL_MAX && tile_width(level, 0, v->size); level++)
		for (uint64_t n = 0; tile_width(level, n, v->size); n++)
			TRY(verify_tile(a, &(struct tile){(int)level, n, tile_width(level, n, v->size)}, ret_error));
	return db_each(v->tx, "SELECT level, n FROM ledger_tile WHERE log = $1 ORDER BY level, n",
		       DB_PARAMS(DB_V_TEXT(text_of(v->log))), stray_row, v, ret_error);
}
