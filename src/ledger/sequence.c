#include "ledger/sequence.h"

#include "ledger/store.h"

#define GROUP_BYTES ((size_t)16 << 20)
/* Parameters of one statement; the first is the place of the first leaf. */
#define PLACES_AT_ONCE 60u

struct sequencing {
	const struct env *env;
	const struct ledger_signing *signing;
	struct text log;
	struct arena *arena;
	/* as read */
	uint64_t size;
	struct merkle_hash root;
	bool signed_before;
	/* made */
	uint64_t placed;
	struct merkle_hash new_root;
	bool signed_now;
};

static enum status damaged(const struct sequencing *s, struct error *ret_error, const char *what)
{
	return error_because(ret_error, ST_CORRUPT, "ledger-damaged", NULL, "log %.*s is not signed: %s", TEXT_ARG(s->log), what);
}

/* Locks the head's row until the commit, so that of two hubs one waits instead of working for nothing. */
static enum status lock_head(struct db_tx *tx, struct sequencing *s, struct error *ret_error)
{
	struct merkle_hash empty;
	struct db_rows rows;
	uint64_t changed;
	enum status st;

	TRY(db_exec(tx, "UPDATE ledger_head SET size = size WHERE log = $1", DB_PARAMS(DB_V_TEXT(s->log)), &changed, ret_error));
	if (changed == 0) {
		merkle_hash_empty(&empty);
		TRY(db_exec(tx, "INSERT INTO ledger_head (log, size, root) VALUES ($1, 0, $2)",
			    DB_PARAMS(DB_V_TEXT(s->log), DB_V_BLOB(merkle_bytes(&empty))), NULL, ret_error));
	}
	st = db_query_one(tx, "SELECT size, root FROM ledger_head WHERE log = $1", DB_PARAMS(DB_V_TEXT(s->log)), s->arena, &rows,
			  ret_error);
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? damaged(s, ret_error, "its head is gone") : st;
	s->size = (uint64_t)db_int(&rows, 0, 0);
	return ledger_hash(db_blob(&rows, 0, 1), &s->root, ret_error);
}

/* The newest checkpoint must be of the head's size and root, and its text must say so under our signature's name. */
static enum status check_checkpoint(struct db_tx *tx, struct sequencing *s, struct error *ret_error)
{
	struct signed_checkpoint opened;
	struct merkle_hash root;
	struct db_rows rows;

	TRY(db_query(tx, "SELECT size, root, note FROM ledger_checkpoint WHERE log = $1 ORDER BY size DESC LIMIT 1",
		     DB_PARAMS(DB_V_TEXT(s->log)), s->arena, &rows, ret_error));
	s->signed_before = rows.rows == 1;
	if (!s->signed_before)
		return s->size == 0 ? ST_OK : damaged(s, ret_error, "its checkpoints are gone");
	TRY(ledger_hash(db_blob(&rows, 0, 1), &root, ret_error));
	if ((uint64_t)db_int(&rows, 0, 0) != s->size || !merkle_hash_equal(&root, &s->root))
		return damaged(s, ret_error, "its head is not the newest checkpoint");
	if (signed_checkpoint_parse(text_bytes(db_text(&rows, 0, 2)), &opened, NULL) != ST_OK || opened.checkpoint.size != s->size ||
	    !merkle_hash_equal(&opened.checkpoint.root, &s->root) ||
	    !text_equal(opened.checkpoint.origin, text_of(s->signing->signer->key.name)))
		return damaged(s, ret_error, "the text of its newest checkpoint is of another tree head");
	return ST_OK;
}

static enum status check_tiles(struct db_tx *tx, struct sequencing *s, struct error *ret_error)
{
	struct ledger_store store;
	struct merkle_hash root;

	ledger_store_init(&store, tx, s->log);
	TRY(tiles_root(&store.tiles, s->size, &root, ret_error));
	return merkle_hash_equal(&root, &s->root) ? ST_OK : damaged(s, ret_error, "its tiles lead to another root than its head");
}

/* What this hub signed must still be part of the log: a database put back to an older state would be signed a second way. */
static enum status check_seen(struct db_tx *tx, struct sequencing *s, struct error *ret_error)
{
	const struct ledger_seen *seen = &s->signing->seen;
	struct merkle_hash root;
	struct db_rows rows;

	if (seen->size == 0)
		return ST_OK;
	TRY(db_query(tx, "SELECT root FROM ledger_checkpoint WHERE log = $1 AND size = $2",
		     DB_PARAMS(DB_V_TEXT(s->log), DB_V_INT((int64_t)seen->size)), s->arena, &rows, ret_error));
	if (s->size >= seen->size && rows.rows == 1) {
		TRY(ledger_hash(db_blob(&rows, 0, 0), &root, ret_error));
		if (merkle_hash_equal(&root, &seen->root))
			return ST_OK;
	}
	return error_because(ret_error, ST_CORRUPT, "ledger-rewound", NULL,
			     "log %.*s is not signed: a tree of %llu leaves was signed before that it does not hold", TEXT_ARG(s->log),
			     (unsigned long long)seen->size);
}

/* One statement for up to PLACES_AT_ONCE leaves from `first` on. */
static enum status place_some(struct db_tx *tx, const struct sequencing *s, const struct db_rows *leaves, size_t first,
			      struct error *ret_error)
{
	size_t count = leaves->rows - first < PLACES_AT_ONCE ? leaves->rows - first : PLACES_AT_ONCE;
	struct db_value values[PLACES_AT_ONCE + 1];
	struct buffer sql;
	uint64_t changed;
	enum status st;

	values[0] = DB_V_INT((int64_t)(s->size + first));
	buffer_init(&sql, 4096);
	buffer_printf(&sql, "UPDATE ledger_leaf SET place = CAST($1 AS BIGINT) + v.column2 FROM (VALUES ");
	for (size_t i = 0; i < count; i++) {
		buffer_printf(&sql, "%s($%zu, %zu)", i ? ", " : "", i + 2, i);
		values[i + 1] = *db_at(leaves, first + i, 0);
	}
	buffer_printf(&sql, ") AS v WHERE ledger_leaf.id = v.column1 AND ledger_leaf.place IS NULL");
	buffer_add_char(&sql, '\0');
	st = buffer_status(&sql);
	if (st == ST_OK)
		st = db_exec(tx, (const char *)sql.data, (struct db_params){values, count + 1}, &changed, ret_error);
	buffer_release(&sql);
	if (st == ST_OK && changed != count)
		return damaged(s, ret_error, "leaves that waited are gone");
	return st;
}

static enum status place_all(struct db_tx *tx, struct sequencing *s, struct error *ret_error)
{
	struct ledger_store store;
	struct merkle_hash *hashes;
	struct db_rows leaves;

	TRY(db_query(tx, "SELECT id, body FROM ledger_leaf WHERE log = $1 AND place IS NULL ORDER BY at, id LIMIT $2",
		     DB_PARAMS(DB_V_TEXT(s->log), DB_V_INT(LEDGER_GROUP_MAX)), s->arena, &leaves, ret_error));
	if (leaves.rows == 0)
		return ST_OK;
	hashes = ARENA_NEW(s->arena, struct merkle_hash, leaves.rows);
	if (hashes == NULL)
		return arena_failure(s->arena, ret_error);
	for (size_t i = 0; i < leaves.rows; i++)
		merkle_hash_leaf(text_bytes(db_text(&leaves, i, 1)), &hashes[i]);
	for (size_t i = 0; i < leaves.rows; i += PLACES_AT_ONCE)
		TRY(place_some(tx, s, &leaves, i, ret_error));
	ledger_store_init(&store, tx, s->log);
	TRY(tiles_extend(&store.tiles, s->size, hashes, leaves.rows, ret_error));
	TRY(tiles_root(&store.tiles, s->size + leaves.rows, &s->new_root, ret_error));
	s->placed = leaves.rows;
	return ST_OK;
}

/* The log's signature, and its own cosignature, which says when. */
static enum status sign(const struct sequencing *s, const struct checkpoint *checkpoint, int64_t now_ms, struct buffer *note,
			struct error *ret_error)
{
	struct note_signer timed = {.key = {.type = NOTE_ED25519}};
	struct buffer text;
	enum status st;

	buffer_init(&text, NOTE_SIZE_MAX);
	checkpoint_write(checkpoint, &text);
	TRY_OUT(buffer_status(&text));
	buffer_add_text(note, buffer_text(&text));
	buffer_add_char(note, '\n');
	TRY_OUT(note_sign(s->signing->signer, buffer_text(&text), 0, note, ret_error));
	note_signer_as(s->signing->signer, NOTE_COSIGNATURE, &timed);
	TRY_OUT(note_sign(&timed, buffer_text(&text), (uint64_t)(now_ms / 1000), note, ret_error));
out:
	note_signer_clear(&timed);
	buffer_release(&text);
	return st;
}

static enum status sign_head(struct db_tx *tx, struct sequencing *s, struct error *ret_error)
{
	uint64_t size = s->size + s->placed;
	struct checkpoint checkpoint = {.origin = text_of(s->signing->signer->key.name), .size = size, .root = s->new_root};
	int64_t now = env_now(s->env), before = s->signed_before ? (int64_t)s->size : -1;
	struct buffer note;
	uint64_t changed;
	enum status st;

	buffer_init(&note, NOTE_SIZE_MAX);
	TRY_OUT(db_exec(tx, "UPDATE ledger_head SET size = $1, root = $2 WHERE log = $3 AND size = $4",
			DB_PARAMS(DB_V_INT((int64_t)size), DB_V_BLOB(merkle_bytes(&s->new_root)), DB_V_TEXT(s->log),
				  DB_V_INT((int64_t)s->size)),
			&changed, ret_error));
	if (changed != 1) {
		st = damaged(s, ret_error, "its head moved under a lock");
		goto out;
	}
	TRY_OUT(sign(s, &checkpoint, now, &note, ret_error));
	/* One root for each size, ever: the primary key refuses a second. */
	TRY_OUT(db_exec(tx,
			"INSERT INTO ledger_checkpoint (log, size, before, root, signed_at, note) VALUES ($1, $2, $3, $4, $5, $6)",
			DB_PARAMS(DB_V_TEXT(s->log), DB_V_INT((int64_t)size), DB_V_INT(before), DB_V_BLOB(merkle_bytes(&s->new_root)),
				  DB_V_INT(now / 1000 * 1000), DB_V_TEXT(buffer_text(&note))),
			NULL, ret_error));
	s->signed_now = true;
out:
	buffer_release(&note);
	return st;
}

static enum status sequence(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct sequencing *s = context;

	arena_clear(s->arena);
	s->placed = 0;
	s->signed_now = false;
	TRY(lock_head(tx, s, ret_error));
	s->new_root = s->root;
	TRY(check_checkpoint(tx, s, ret_error));
	TRY(check_tiles(tx, s, ret_error));
	TRY(check_seen(tx, s, ret_error));
	TRY(place_all(tx, s, ret_error));
	return s->placed || !s->signed_before ? sign_head(tx, s, ret_error) : ST_OK;
}

/* Whether there is anything to do: read first, so that an idle log takes no write. */
static enum status look(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct sequencing *s = context;
	struct db_rows rows;

	arena_clear(s->arena);
	TRY(db_query(tx, "SELECT id FROM ledger_leaf WHERE log = $1 AND place IS NULL LIMIT 1", DB_PARAMS(DB_V_TEXT(s->log)), s->arena,
		     &rows, ret_error));
	s->placed = rows.rows;
	TRY(db_query(tx, "SELECT size FROM ledger_checkpoint WHERE log = $1 LIMIT 1", DB_PARAMS(DB_V_TEXT(s->log)), s->arena, &rows,
		     ret_error));
	s->signed_before = rows.rows == 1;
	return ST_OK;
}

enum status ledger_sequence(struct db *db, const struct env *env, struct ledger_signing *signing, size_t *ret_placed,
			    struct error *ret_error)
{
	struct arena arena;
	struct sequencing s = {.env = env, .signing = signing, .log = text_of(signing->log), .arena = &arena};
	enum status st;

	arena_init(&arena, GROUP_BYTES);
	st = db_transact(db, DB_READ, look, &s, ret_error);
	if (st == ST_OK && (s.placed || !s.signed_before)) {
		st = db_transact(db, DB_WRITE, sequence, &s, ret_error);
		if (st == ST_OK && s.signed_now)
			signing->seen = (struct ledger_seen){s.size + s.placed, s.new_root};
	}
	arena_release(&arena);
	if (st == ST_OK)
		*ret_placed = (size_t)s.placed;
	return st;
}
