#include "merkle/leaf.h"
#include "ledger/ledger.h"
#include "ledger/store.h"
#include "merkle/base64.h"
#include "merkle/checkpoint.h"

#define PROOF_BYTES_MAX (4 * NOTE_SIZE_MAX)

struct located {
	struct text log, body;
	int64_t place; /* -1: none yet */
	int64_t at_ms;
};

static enum status locate(struct db_tx *tx, struct text leaf_id, struct arena *arena, struct located *ret, struct error *ret_error)
{
	struct db_rows rows;
	enum status st = db_query_one(tx, "SELECT log, place, at, body FROM ledger_leaf WHERE id = $1",
				      DB_PARAMS(DB_V_TEXT(leaf_id)), arena, &rows, ret_error);

	if (st == ST_NOT_FOUND)
		return error_set(ret_error, ST_NOT_FOUND, "there is no such leaf");
	TRY(st);
	*ret = (struct located){.log = db_text(&rows, 0, 0), .body = db_text(&rows, 0, 3), .at_ms = db_int(&rows, 0, 2),
				.place = db_is_null(&rows, 0, 1) ? -1 : db_int(&rows, 0, 1)};
	return ST_OK;
}

/* ---- standing ---- */

const char *ledger_state_word(enum ledger_state state)
{
	static const char *const words[] = {"pending", "logged", "cosigned"};

	return words[state];
}

enum status ledger_standing(struct db_tx *tx, struct text leaf_id, struct ledger_standing *ret, struct error *ret_error)
{
	struct arena arena;
	struct located leaf = {.place = -1};
	struct db_rows rows;
	enum status st;

	arena_init(&arena, (size_t)1 << 18);
	TRY_OUT(locate(tx, leaf_id, &arena, &leaf, ret_error));
	*ret = (struct ledger_standing){.state = LEDGER_PENDING, .place = leaf.place, .since_ms = leaf.at_ms};
	if (leaf.place < 0)
		goto out;
	TRY_OUT(db_query(tx, "SELECT signed_at FROM ledger_checkpoint WHERE log = $1 AND size > $2 ORDER BY size LIMIT 1",
			 DB_PARAMS(DB_V_TEXT(leaf.log), DB_V_INT(leaf.place)), &arena, &rows, ret_error));
	if (rows.rows == 0)
		goto out;
	ret->state = LEDGER_LOGGED;
	ret->since_ms = ret->logged_ms = db_int(&rows, 0, 0);
	TRY_OUT(db_query(tx, "SELECT at FROM ledger_cosignature WHERE log = $1 AND size > $2 ORDER BY size, at LIMIT 1",
			 DB_PARAMS(DB_V_TEXT(leaf.log), DB_V_INT(leaf.place)), &arena, &rows, ret_error));
	if (rows.rows) {
		ret->state = LEDGER_COSIGNED;
		ret->since_ms = db_int(&rows, 0, 0);
	}
out:
	arena_release(&arena);
	return st;
}

enum status ledger_open(struct db_tx *tx, struct text leaf_id, struct arena *arena, struct ledger_opening *ret,
			struct error *ret_error)
{
	struct db_rows rows;
	enum status st = db_query_one(tx,
				      "SELECT l.body, p.payload, p.salt FROM ledger_leaf l JOIN ledger_payload p ON p.leaf = l.id "
				      "WHERE l.id = $1",
				      DB_PARAMS(DB_V_TEXT(leaf_id)), arena, &rows, ret_error);

	if (st == ST_NOT_FOUND)
		return error_set(ret_error, ST_NOT_FOUND, "there is no such leaf, or it was erased");
	TRY(st);
	ret->body = db_text(&rows, 0, 0);
	ret->payload = db_text(&rows, 0, 1);
	if (db_blob(&rows, 0, 2).len != LEAF_SALT_SIZE)
		return error_because(ret_error, ST_CORRUPT, "ledger-damaged", "ledger_payload", "a salt of the wrong length");
	memcpy(ret->salt, db_blob(&rows, 0, 2).data, LEAF_SALT_SIZE);
	return ST_OK;
}

/* ---- checkpoints ---- */

/* The note of one size with all its cosignatures. */
static enum status whole_note(struct db_tx *tx, struct text log, int64_t size, struct arena *arena, struct text *ret_note,
			      struct error *ret_error)
{
	struct db_rows note, lines;
	struct buffer all;
	enum status st;

	buffer_init(&all, 2 * NOTE_SIZE_MAX);
	TRY_OUT(db_query_one(tx, "SELECT note FROM ledger_checkpoint WHERE log = $1 AND size = $2",
			     DB_PARAMS(DB_V_TEXT(log), DB_V_INT(size)), arena, &note, ret_error));
	TRY_OUT(db_query(tx, "SELECT line FROM ledger_cosignature WHERE log = $1 AND size = $2 ORDER BY at, witness, key_id",
			 DB_PARAMS(DB_V_TEXT(log), DB_V_INT(size)), arena, &lines, ret_error));
	buffer_add_text(&all, db_text(&note, 0, 0));
	for (size_t i = 0; i < lines.rows; i++)
		buffer_add_text(&all, db_text(&lines, i, 0));
	st = buffer_status(&all);
	if (st == ST_OK)
		st = arena_text(arena, buffer_text(&all), ret_note);
out:
	buffer_release(&all);
	return st;
}

/* The largest size above `above` that is signed, or that is cosigned; 0 rows: none. */
static enum status newest(struct db_tx *tx, struct text log, int64_t above, bool cosigned, struct arena *arena, struct db_rows *ret,
			  struct error *ret_error)
{
	return db_query(tx,
			cosigned ? "SELECT size FROM ledger_cosignature WHERE log = $1 AND size > $2 ORDER BY size DESC LIMIT 1"
				 : "SELECT size FROM ledger_checkpoint WHERE log = $1 AND size > $2 ORDER BY size DESC LIMIT 1",
			DB_PARAMS(DB_V_TEXT(log), DB_V_INT(above)), arena, ret, ret_error);
}

enum status ledger_checkpoint(struct db_tx *tx, const char *log, bool cosigned, struct arena *arena, struct text *ret_note,
			      struct error *ret_error)
{
	struct db_rows rows;

	TRY(newest(tx, text_of(log), -1, cosigned, arena, &rows, ret_error));
	if (rows.rows == 0)
		return error_set(ret_error, ST_NOT_FOUND, "log %s has no such checkpoint yet", log);
	return whole_note(tx, text_of(log), db_int(&rows, 0, 0), arena, ret_note, ret_error);
}

/* ---- proofs ---- */

enum status ledger_proof(struct db_tx *tx, struct text leaf_id, struct arena *arena, struct text *ret_proof, struct error *ret_error)
{
	struct tlog_proof *proof = ARENA_NEW(arena, struct tlog_proof, 1);
	struct ledger_store store;
	struct located leaf = {.place = -1};
	struct db_rows rows;
	struct buffer out, extra;
	enum status st;

	if (proof == NULL)
		return arena_failure(arena, ret_error);
	buffer_init(&out, PROOF_BYTES_MAX);
	buffer_init(&extra, TLOG_PROOF_EXTRA_MAX);
	TRY_OUT(locate(tx, leaf_id, arena, &leaf, ret_error));
	TRY_OUT(newest(tx, leaf.log, leaf.place, true, arena, &rows, ret_error));
	if (rows.rows == 0)
		TRY_OUT(newest(tx, leaf.log, leaf.place, false, arena, &rows, ret_error));
	if (leaf.place < 0 || rows.rows == 0) {
		st = error_because(ret_error, ST_NOT_FOUND, "leaf-pending", NULL, "the leaf has no place in the log yet");
		goto out;
	}
	ledger_store_init(&store, tx, leaf.log);
	proof->index = (uint64_t)leaf.place;
	TRY_OUT(tiles_inclusion(&store.tiles, proof->index, (uint64_t)db_int(&rows, 0, 0), &proof->proof, ret_error));
	TRY_OUT(whole_note(tx, leaf.log, db_int(&rows, 0, 0), arena, &proof->signed_checkpoint.raw, ret_error));
	base64_add(&extra, text_bytes(leaf.body));
	proof->extra = buffer_text(&extra);
	tlog_proof_write(proof, &out);
	TRY_OUT(buffer_status(&out));
	st = arena_text(arena, buffer_text(&out), ret_proof);
out:
	buffer_release(&extra);
	buffer_release(&out);
	return st;
}

/* ---- tiles ---- */

static enum status no_tile(struct error *ret_error)
{
	return error_set(ret_error, ST_NOT_FOUND, "the log has no such tile");
}

struct bundling {
	struct buffer out;
	unsigned count;
};

static enum status bundle_row(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct bundling *b = context;

	(void)ret_error;
	tile_entry_add(&b->out, text_bytes(db_text(row, 0, 0)));
	b->count++;
	return ST_OK;
}

static enum status entries(struct db_tx *tx, const char *log, const struct tile *tile, struct arena *arena, struct bytes *ret,
			   struct error *ret_error)
{
	struct bundling b = {.count = 0};
	struct text copy;
	int64_t first = (int64_t)(tile->n * TILE_WIDTH);
	enum status st;

	buffer_init(&b.out, (size_t)TILE_WIDTH * (TILE_ENTRY_MAX + 2));
	TRY_OUT(db_each(tx, "SELECT body FROM ledger_leaf WHERE log = $1 AND place >= $2 AND place < $3 ORDER BY place",
			DB_PARAMS(DB_V_TEXT(text_of(log)), DB_V_INT(first), DB_V_INT(first + tile->width)), bundle_row, &b, ret_error));
	TRY_OUT(buffer_status(&b.out));
	if (b.count != tile->width) {
		st = error_because(ret_error, ST_CORRUPT, "ledger-damaged", "ledger_leaf", "leaves of log %s are missing", log);
		goto out;
	}
	TRY_OUT(arena_text(arena, buffer_text(&b.out), &copy));
	*ret = text_bytes(copy);
out:
	buffer_release(&b.out);
	return st;
}

enum status ledger_tile(struct db_tx *tx, const char *log, const struct tile *tile, struct arena *arena, struct bytes *ret,
			struct error *ret_error)
{
	struct ledger_store store;
	struct db_rows rows;
	struct merkle_hash *hashes;

	TRY(newest(tx, text_of(log), -1, false, arena, &rows, ret_error));
	if (rows.rows == 0 || tile_width(tile->level == TILE_ENTRIES ? 0 : (unsigned)tile->level, tile->n,
					 (uint64_t)db_int(&rows, 0, 0)) < tile->width)
		return no_tile(ret_error);
	if (tile->level == TILE_ENTRIES)
		return entries(tx, log, tile, arena, ret, ret_error);
	hashes = ARENA_NEW(arena, struct merkle_hash, TILE_WIDTH);
	if (hashes == NULL)
		return arena_failure(arena, ret_error);
	ledger_store_init(&store, tx, text_of(log));
	TRY(store.tiles.read(&store, tile, hashes, ret_error));
	*ret = (struct bytes){(const uint8_t *)hashes, tile->width * sizeof *hashes};
	return ST_OK;
}

/* ---- the head, for people ---- */

enum status ledger_head(struct db_tx *tx, const char *log, struct arena *arena, struct ledger_head *ret, struct error *ret_error)
{
	struct ledger_witnessed *witnesses;
	struct db_rows head, rows;

	TRY(db_query(tx, "SELECT size, root, signed_at FROM ledger_checkpoint WHERE log = $1 ORDER BY size DESC LIMIT 1",
		     DB_PARAMS(DB_V_TEXT(text_of(log))), arena, &head, ret_error));
	if (head.rows == 0)
		return error_set(ret_error, ST_NOT_FOUND, "log %s was not signed yet", log);
	*ret = (struct ledger_head){.size = (uint64_t)db_int(&head, 0, 0), .signed_ms = db_int(&head, 0, 2)};
	TRY(ledger_hash(db_blob(&head, 0, 1), &ret->root, ret_error));
	TRY(db_query(tx,
		     "SELECT witness, key_id, max(at), max(size) FROM ledger_cosignature WHERE log = $1 GROUP BY witness, key_id "
		     "ORDER BY witness, key_id",
		     DB_PARAMS(DB_V_TEXT(text_of(log))), arena, &rows, ret_error));
	witnesses = ARENA_NEW(arena, struct ledger_witnessed, rows.rows + 1);
	if (witnesses == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++) {
		witnesses[i] = (struct ledger_witnessed){db_text(&rows, i, 0), db_text(&rows, i, 1), db_int(&rows, i, 2),
							 (uint64_t)db_int(&rows, i, 3)};
		if (witnesses[i].size > ret->cosigned_size)
			ret->cosigned_size = witnesses[i].size;
	}
	ret->witnesses = witnesses;
	ret->witness_count = rows.rows;
	return ST_OK;
}
