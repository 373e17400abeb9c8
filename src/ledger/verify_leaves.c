#include <stdlib.h>

#include "merkle/leaf.h"
#include "ledger/ledger.h"
#include "ledger/sequence.h"
#include "ledger/verifying.h"

#define CHUNK_BYTES_MAX ((size_t)TILE_WIDTH * (LEDGER_PAYLOAD_MAX + 4096))

/* The roots of the complete subtrees that a tree of some size begins with, largest first. */
struct frontier {
	struct merkle_hash hashes[64];
	uint64_t size;
	unsigned count;
};

static void frontier_add(struct frontier *f, const struct merkle_hash *leaf)
{
	f->hashes[f->count++] = *leaf;
	for (uint64_t n = f->size++; n & 1; n >>= 1) {
		f->count--;
		merkle_hash_node(&f->hashes[f->count - 1], &f->hashes[f->count], &f->hashes[f->count - 1]);
	}
}

static struct merkle_hash frontier_root(const struct frontier *f)
{
	struct merkle_hash root;

	if (f->count == 0) {
		merkle_hash_empty(&root);
		return root;
	}
	root = f->hashes[f->count - 1];
	for (unsigned i = f->count - 1; i > 0; i--)
		merkle_hash_node(&f->hashes[i - 1], &root, &root);
	return root;
}

/* A place where leaf and tile do not say the same. */
struct fault {
	uint64_t place;
	char id[ID_SIZE];          /* empty: no leaf stands there */
	struct merkle_hash leaf, tile;
	bool has_tile, tile_wrong; /* else the leaf is wrong */
};

struct erased {
	char id[ID_SIZE];
	uint64_t place;
};

struct leaf_walk {
	struct verifying *v;
	struct frontier from_leaves, from_tiles;
	size_t next_head;          /* the checkpoint that is compared next */
	struct fault *faults;
	size_t fault_count, undecided; /* faults from `undecided` on are of the group that is read */
	uint64_t unnamed;          /* beyond FAULTS_MAX */
	bool lost;                 /* neither leaves nor tiles led to a signed root: later roots say nothing */
	struct erased *without, *erasures; /* leaves without payload, and leaves that are said to be erased */
	size_t without_count, without_room, erasure_count, erasure_room;
	int64_t latest_ms;         /* time of the newest leaf so far */
	/* tile being read */
	struct merkle_hash tile[TILE_WIDTH];
	unsigned tile_width;
};

/* ---- one leaf ---- */

static enum status remember(struct erased **list, size_t *count, size_t *room, struct erased what)
{
	if (*count == *room) {
		size_t more = *room ? 2 * *room : 64;
		struct erased *grown = realloc(*list, more * sizeof **list);

		if (grown == NULL)
			return ST_NO_MEMORY;
		*list = grown;
		*room = more;
	}
	(*list)[(*count)++] = what;
	return ST_OK;
}

static struct erased erased_of(struct text id, uint64_t place)
{
	struct erased e = {.place = place};

	memcpy(e.id, id.data, id.len < ID_SIZE ? id.len : ID_SIZE - 1);
	return e;
}

static void check_time(struct leaf_walk *w, const struct leaf *leaf, uint64_t place)
{
	const struct verifying *v = w->v;
	const struct head_signed *before = w->next_head ? &v->heads[w->next_head - 1] : NULL;
	/* A full group leaves older leaves for the next one. */
	bool full = w->next_head > 1 && before->size - v->heads[w->next_head - 2].size >= LEDGER_GROUP_MAX;

	if (leaf->time_ms < w->latest_ms - LATE_MS)
		verify_found(w->v, "leaf-backdated", "leaf %.*s (place %llu) claims to be older than leaves before it", TEXT_ARG(leaf->id),
			     (unsigned long long)place);
	else if (before && !full && leaf->time_ms < before->signed_ms - LATE_MS)
		verify_found(w->v, "leaf-backdated", "leaf %.*s (place %llu) claims to be older than a checkpoint that does not hold it",
			     TEXT_ARG(leaf->id), (unsigned long long)place);
	if (leaf->time_ms > w->latest_ms)
		w->latest_ms = leaf->time_ms;
}

/* id, at, body, salt, payload. `in_place` (the body is what was signed) decides whether the payload is blamed. */
static enum status check_row(struct leaf_walk *w, const struct db_rows *rows, size_t i, bool in_place, uint64_t place)
{
	struct text id = db_text(rows, i, 1), body = db_text(rows, i, 3);
	unsigned long long at = place;
	struct leaf leaf;
	struct merkle_hash commitment;

	if (leaf_parse(body, &leaf, NULL) != ST_OK) {
		if (in_place)
			verify_found(w->v, "leaf-edited", "leaf %.*s (place %llu) is no leaf", TEXT_ARG(id), at);
		return ST_OK;
	}
	if (in_place && (!text_equal(leaf.id, id) || leaf.time_ms != db_int(rows, i, 2) || !text_equal(leaf.log, text_of(w->v->log))))
		verify_found(w->v, "leaf-edited", "the row of leaf %.*s (place %llu) has another id, time or log than its body",
			     TEXT_ARG(leaf.id), at);
	if (in_place)
		check_time(w, &leaf, place);
	if (text_equal(leaf.kind, TEXT(LEDGER_ERASE)))
		TRY(remember(&w->erasures, &w->erasure_count, &w->erasure_room, erased_of(leaf.subject, place)));
	if (db_is_null(rows, i, 5))
		return remember(&w->without, &w->without_count, &w->without_room, erased_of(id, place));
	if (db_blob(rows, i, 4).len == LEAF_SALT_SIZE)
		leaf_commit(db_blob(rows, i, 4).data, db_text(rows, i, 5), &commitment);
	if (in_place && (db_blob(rows, i, 4).len != LEAF_SALT_SIZE || !merkle_hash_equal(&commitment, &leaf.commitment)))
		verify_found(w->v, "payload-edited", "the payload or salt of leaf %.*s (place %llu) is not what it commits to",
			     TEXT_ARG(id), at);
	return ST_OK;
}

static void fault_add(struct leaf_walk *w, const struct fault *fault)
{
	if (w->fault_count < FAULTS_MAX)
		w->faults[w->fault_count++] = *fault;
	else
		w->unnamed++;
}

/* ---- checkpoints on the way ---- */

static void decide(struct leaf_walk *w, bool tile_wrong)
{
	for (size_t i = w->undecided; i < w->fault_count; i++)
		w->faults[i].tile_wrong = tile_wrong;
	w->undecided = w->fault_count;
}

/* The tree has grown to a size that was signed: which of the two, leaves or tiles, lead to the signed root? */
static void at_head(struct leaf_walk *w)
{
	const struct head_signed *head = &w->v->heads[w->next_head];
	uint64_t since = w->next_head ? w->v->heads[w->next_head - 1].size : 0;
	struct merkle_hash leaves = frontier_root(&w->from_leaves), tiles = frontier_root(&w->from_tiles);
	bool leaves_good = merkle_hash_equal(&leaves, &head->root), tiles_good = merkle_hash_equal(&tiles, &head->root);

	if (!head->trusted || w->lost)
		return;
	if (leaves_good) {
		decide(w, true);
		w->from_tiles = w->from_leaves;
	} else if (tiles_good) {
		decide(w, false);
		w->from_leaves = w->from_tiles;
	} else {
		verify_found(w->v, "log-rewritten",
			     "leaves and tiles up to place %llu do not lead to the root that was signed at that size; those before place %llu did",
			     (unsigned long long)head->size - 1, (unsigned long long)since);
		w->lost = true;
	}
}

static void pass_heads(struct leaf_walk *w)
{
	while (w->next_head < w->v->head_count && w->v->heads[w->next_head].size <= w->from_leaves.size) {
		if (w->v->heads[w->next_head].size == w->from_leaves.size)
			at_head(w);
		w->next_head++;
	}
}

/* ---- walking ---- */

static enum status read_stored(struct leaf_walk *w, uint64_t n, unsigned width, struct arena *arena, struct error *ret_error)
{
	struct verifying *v = w->v;
	struct db_rows rows;

	w->tile_width = 0;
	TRY(db_query(v->tx, "SELECT hashes FROM ledger_tile WHERE log = $1 AND level = 0 AND n = $2",
		     DB_PARAMS(DB_V_TEXT(text_of(v->log)), DB_V_INT((int64_t)n)), arena, &rows, ret_error));
	v->told->tiles++;
	if (rows.rows == 0) {
		verify_found(v, "tile-deleted", "tile 0/%llu is gone", (unsigned long long)n);
		return ST_OK;
	}
	if (db_blob(&rows, 0, 0).len != width * sizeof w->tile[0]) {
		verify_found(v, "tile-edited", "tile 0/%llu has another number of hashes than %u", (unsigned long long)n, width);
		return ST_OK;
	}
	memcpy(w->tile, db_blob(&rows, 0, 0).data, width * sizeof w->tile[0]);
	w->tile_width = width;
	return ST_OK;
}

/* One place: row `*at` if it is of this place. */
static enum status take_place(struct leaf_walk *w, const struct db_rows *rows, size_t *at, uint64_t place)
{
	struct fault fault = {.place = place, .has_tile = place % TILE_WIDTH < w->tile_width};
	struct merkle_hash from_leaf, from_tile;
	bool there = *at < rows->rows && (uint64_t)db_int(rows, *at, 0) == place;

	if (fault.has_tile)
		fault.tile = w->tile[place % TILE_WIDTH];
	if (there) {
		merkle_hash_leaf(text_bytes(db_text(rows, *at, 3)), &fault.leaf);
		memcpy(fault.id, db_text(rows, *at, 1).data, ID_SIZE - 1);
		TRY(check_row(w, rows, *at, !fault.has_tile || merkle_hash_equal(&fault.leaf, &fault.tile), place));
		++*at;
		w->v->told->leaves++;
	} else if (!fault.has_tile) {
		merkle_hash_empty(&fault.leaf);
	}
	from_leaf = there || !fault.has_tile ? fault.leaf : fault.tile;
	from_tile = fault.has_tile ? fault.tile : from_leaf;
	if (!there || !merkle_hash_equal(&from_leaf, &from_tile))
		fault_add(w, &fault);
	frontier_add(&w->from_leaves, &from_leaf);
	frontier_add(&w->from_tiles, &from_tile);
	pass_heads(w);
	return ST_OK;
}

static enum status take_tile(struct leaf_walk *w, uint64_t n, struct error *ret_error)
{
	unsigned width = tile_width(0, n, w->v->size);
	int64_t first = (int64_t)(n * TILE_WIDTH);
	struct arena arena;
	struct db_rows rows;
	size_t at = 0;
	enum status st;

	arena_init(&arena, CHUNK_BYTES_MAX);
	TRY_OUT(read_stored(w, n, width, &arena, ret_error));
	TRY_OUT(db_query(w->v->tx,
			 "SELECT l.place, l.id, l.at, l.body, p.salt, p.payload FROM ledger_leaf l "
			 "LEFT JOIN ledger_payload p ON p.leaf = l.id WHERE l.log = $1 AND l.place >= $2 AND l.place < $3 ORDER BY l.place",
			 DB_PARAMS(DB_V_TEXT(text_of(w->v->log)), DB_V_INT(first), DB_V_INT(first + (int64_t)width)), &arena, &rows,
			 ret_error));
	for (unsigned i = 0; i < width; i++) {
		st = take_place(w, &rows, &at, (uint64_t)first + i);
		if (st != ST_OK) {
			error_set(ret_error, st, "out of memory");
			goto out;
		}
	}
out:
	arena_release(&arena);
	return st;
}

/* ---- telling ---- */

static void tell_fault(struct leaf_walk *w, const struct fault *f)
{
	unsigned long long place = f->place;

	if (f->id[0] == '\0') {
		verify_found(w->v, "leaf-deleted", "the leaf at place %llu is gone", place);
		return;
	}
	for (size_t i = 0; i < w->fault_count; i++)
		if (w->faults[i].has_tile && merkle_hash_equal(&w->faults[i].tile, &f->leaf)) {
			verify_found(w->v, "leaf-moved", "leaf %s stands at place %llu, but was signed at place %llu", f->id, place,
				     (unsigned long long)w->faults[i].place);
			return;
		}
	verify_found(w->v, "leaf-edited", "leaf %s (place %llu) is not what was signed", f->id, place);
}

static void tell_faults(struct leaf_walk *w)
{
	struct verifying *v = w->v;
	uint64_t last_tile = UINT64_MAX;

	for (size_t i = 0; i < w->fault_count; i++) {
		const struct fault *f = &w->faults[i];
		uint64_t n = f->place / TILE_WIDTH;

		if (!f->tile_wrong || f->id[0] == '\0') {
			tell_fault(w, f);
		} else if (n != last_tile) {
			verify_found(v, "tile-edited", "tile 0/%llu does not hold the hash of leaf %s (place %llu)", (unsigned long long)n,
				     f->id, (unsigned long long)f->place);
			v->wrong_tiles[v->wrong_count++] = last_tile = n;
		}
	}
	if (w->unnamed)
		verify_found(v, "leaf-edited", "%llu more leaves are not what was signed", (unsigned long long)w->unnamed);
}

static int by_id(const void *a, const void *b)
{
	return memcmp(((const struct erased *)a)->id, ((const struct erased *)b)->id, ID_SIZE);
}

/* A payload may be missing only where a later leaf says that it was erased. */
static void tell_without_payload(struct leaf_walk *w)
{
	if (w->erasure_count)
		qsort(w->erasures, w->erasure_count, sizeof *w->erasures, by_id);
	for (size_t i = 0; i < w->without_count; i++) {
		const struct erased *leaf = &w->without[i], *found = NULL;

		if (w->erasure_count)
			found = bsearch(leaf, w->erasures, w->erasure_count, sizeof *w->erasures, by_id);
		if (found)
			w->v->told->erased++;
		else
			verify_found(w->v, "payload-deleted", "the payload of leaf %s (place %llu) is gone, and no leaf says that it was erased",
				     leaf->id, (unsigned long long)leaf->place);
	}
}

/* Leaves beyond the signed end, and those that still wait. */
static enum status beyond_row(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct leaf_walk *w = context;

	if (!db_is_null(row, 0, 0)) {
		verify_found(w->v, "leaf-inserted", "leaf %.*s has place %lld, beyond what was signed", TEXT_ARG(db_text(row, 0, 1)),
			     (long long)db_int(row, 0, 0));
		return ST_OK;
	}
	w->v->told->waiting++;
	if (check_row(w, row, 0, true, w->v->size) != ST_OK)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	return ST_OK;
}

enum status verify_leaves(struct verifying *v, struct error *ret_error)
{
	struct leaf_walk *w = ARENA_NEW(v->arena, struct leaf_walk, 1);
	enum status st = ST_OK;

	if (w == NULL)
		return arena_failure(v->arena, ret_error);
	w->v = v;
	w->faults = ARENA_NEW(v->arena, struct fault, FAULTS_MAX);
	if (w->faults == NULL)
		return arena_failure(v->arena, ret_error);
	pass_heads(w);
	for (uint64_t n = 0; n * TILE_WIDTH < v->size; n++)
		TRY_OUT(take_tile(w, n, ret_error));
	TRY_OUT(db_each(v->tx,
			"SELECT l.place, l.id, l.at, l.body, p.salt, p.payload FROM ledger_leaf l "
			"LEFT JOIN ledger_payload p ON p.leaf = l.id WHERE l.log = $1 AND (l.place IS NULL OR l.place >= $2) ORDER BY l.id",
			DB_PARAMS(DB_V_TEXT(text_of(v->log)), DB_V_INT((int64_t)v->size)), beyond_row, w, ret_error));
	tell_faults(w);
	tell_without_payload(w);
out:
	free(w->without);
	free(w->erasures);
	return st;
}
