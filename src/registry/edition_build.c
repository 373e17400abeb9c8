#include "edition/digest.h"
#include "edition/pack.h"
#include "merkle/checkpoint.h"
#include "registry/edition_inside.h"

#define SOFT_MS ((int64_t)24 * 3600 * 1000)
#define HARD_MS ((int64_t)7 * 24 * 3600 * 1000)
#define RENEW_MS ((int64_t)12 * 3600 * 1000)
#define FILES_KEPT 3
#define BACK_MAX 128u /* editions, in powers of two; what is left of EDITION_DELTAS_MAX is for posts that are elsewhere */
#define LAG_LEAVES_MAX 10000 /* of the log; a post that is farther behind takes the whole list */
#define LAG_MS ((int64_t)14 * 24 * 3600 * 1000) /* one that was not heard for so long as well */
#define FOLDED_AT_ONCE 2048u /* leaves: others want to write too */
#define HELD_SLACK ((size_t)16 << 20) /* of bodies of records that are no more, before the list is read anew */

/* The log's newest checkpoints. They are read before the leaves are folded, and no others are used after: what was signed in the
 * meantime has leaves that are not folded yet. */
struct heads {
	struct arena arena;
	struct text signed_note, cosigned_note; /* empty: none */
	uint64_t signed_size, cosigned_size, folded;
	uint64_t fold; /* up to here next */
};

/* One attempt. */
struct build {
	const struct heads *heads;
	struct edition_builder *builder;
	const struct editions_options *options;
	int64_t now_ms;
	struct arena arena;
	bool any_before;
	struct edition_row last; /* where any_before */
	struct text checkpoint;  /* the new one's; empty: nothing to build */
	uint64_t size;
	bool witnessed;
	struct edition *next; /* the list as it will be */
	struct edition_manifest manifest;
	uint64_t added, changed, removed;
	struct buffer body, packed, delta_body, delta_packed[EDITION_DELTAS_MAX], note, urgent;
};

static void build_init(struct build *b, struct edition_builder *builder, const struct heads *heads)
{
	*b = (struct build){.heads = heads, .builder = builder, .options = &builder->options, .now_ms = env_now(builder->options.env)};
	arena_init(&b->arena, EDITION_MEMORY);
	buffer_init(&b->body, EDITION_BODY_MAX);
	buffer_init(&b->packed, EDITION_BODY_MAX);
	buffer_init(&b->delta_body, EDITION_BODY_MAX);
	buffer_init(&b->note, (size_t)4 * EDITION_MANIFEST_MAX);
	buffer_init(&b->urgent, EDITION_BODY_MAX);
	for (size_t i = 0; i < EDITION_DELTAS_MAX; i++)
		buffer_init(&b->delta_packed[i], EDITION_BODY_MAX);
}

static void build_release(struct build *b)
{
	arena_release(&b->arena);
	edition_free(b->next);
	buffer_release(&b->body);
	buffer_release(&b->packed);
	buffer_release(&b->delta_body);
	buffer_release(&b->note);
	buffer_release(&b->urgent);
	for (size_t i = 0; i < EDITION_DELTAS_MAX; i++)
		buffer_release(&b->delta_packed[i]);
}

static int64_t or_default(int64_t value, int64_t usual)
{
	return value > 0 ? value : usual;
}

/* ---- is it time? ---- */

/* A checkpoint of the log; empty where there is none. */
static enum status checkpoint_load(struct db_tx *tx, bool cosigned, struct arena *arena, struct text *ret_note, uint64_t *ret_size,
				   struct error *ret_error)
{
	struct signed_checkpoint parsed;
	enum status st = ledger_checkpoint(tx, LEDGER_LIST, cosigned, arena, ret_note, ret_error);

	*ret_size = 0;
	if (st == ST_NOT_FOUND) {
		*ret_note = TEXT_NONE;
		return ST_OK;
	}
	TRY(st);
	TRY(signed_checkpoint_parse(text_bytes(*ret_note), &parsed, ret_error));
	*ret_size = parsed.checkpoint.size;
	return ST_OK;
}

/* The place of the first leaf that the last edition did not have and that counts, and when it was signed for; -1 where none. */
static enum status pending_find(struct build *b, struct db_tx *tx, int64_t *ret_place, int64_t *ret_logged_ms, struct error *ret_error)
{
	struct db_rows rows;

	*ret_place = -1;
	TRY(db_query_one(tx, "SELECT min(place) FROM edition_leaf WHERE place >= $1",
			 DB_PARAMS(DB_V_INT((int64_t)b->last.log_size)), &b->arena, &rows, ret_error));
	if (!db_is_null(&rows, 0, 0))
		*ret_place = db_int(&rows, 0, 0);
	TRY(db_query_one(tx, "SELECT min(signed_at) FROM ledger_checkpoint WHERE log = 'list' AND size > $1",
			 DB_PARAMS(DB_V_INT(*ret_place)), &b->arena, &rows, ret_error));
	*ret_logged_ms = db_int(&rows, 0, 0);
	return ST_OK;
}

static void checkpoint_use(struct build *b, struct text note, uint64_t size, bool witnessed)
{
	b->checkpoint = note;
	b->size = size;
	b->witnessed = witnessed;
}

static enum status decide(struct build *b, struct db_tx *tx, struct error *ret_error)
{
	const struct editions_options *o = b->options;
	struct text signed_note = b->heads->signed_note, cosigned_note = b->heads->cosigned_note;
	uint64_t signed_size = b->heads->signed_size, cosigned_size = b->heads->cosigned_size, base = b->last.log_size;
	int64_t pending, logged_ms;
	/* An edition must not grow old, nor stand under a key that was revoked since. */
	bool waited, renew = !b->any_before || b->now_ms >= b->last.issued_ms + or_default(o->renew_ms, RENEW_MS) ||
			     o->keys.epoch > b->last.epoch;

	if (signed_note.len == 0)
		return ST_OK;
	if (cosigned_note.len && (cosigned_size < base || edition_witnesses(cosigned_note, &o->keys, b->now_ms) == 0))
		cosigned_note = TEXT_NONE;
	TRY(pending_find(b, tx, &pending, &logged_ms, ret_error));
	waited = b->now_ms - logged_ms >= o->grace_ms;
	if (cosigned_note.len && ((pending >= 0 && (uint64_t)pending < cosigned_size) || renew || !b->last.witnessed))
		checkpoint_use(b, cosigned_note, cosigned_size, true);
	else if (waited && signed_size >= base && ((pending >= 0 && (uint64_t)pending < signed_size) || (renew && !cosigned_note.len)))
		checkpoint_use(b, signed_note, signed_size, edition_witnesses(signed_note, &o->keys, b->now_ms) > 0);
	return ST_OK;
}

/* ---- making it ---- */

/* Appends the body of what changed from an edition to now. Gives false where a drop's salt was erased, so that it cannot be shown
 * any more: whoever has so old an edition takes the whole. */
static enum status change_write(struct build *b, struct db_tx *tx, const struct edition_row *from, struct buffer *out,
				struct edition_change *change, bool *ret_shown, struct error *ret_error)
{
	struct edition_rows drops = {.arena = &b->arena}, puts = {.arena = &b->arena};
	struct edition_tiles tiles;
	struct cover_source source = {edition_tiles_hash, &tiles};
	enum status st = edition_rows_dropped(tx, from->log_size, b->size, &drops, ret_error);

	*ret_shown = st != ST_CORRUPT;
	if (st == ST_CORRUPT)
		return ST_OK;
	TRY(st);
	TRY(edition_rows_put(tx, from->log_size, b->size, &puts, ret_error));
	*change = (struct edition_change){from->number, from->log_size, from->state, b->size, drops.items, puts.items, drops.count, puts.count};
	edition_tiles_init(&tiles, tx, b->size);
	return edition_body_write(change, &source, out, ret_error);
}

static enum status delta_make(struct build *b, struct db_tx *tx, const struct edition_row *from, struct error *ret_error)
{
	size_t at = b->manifest.delta_count;
	struct edition_change change;
	bool shown;

	buffer_clear(&b->delta_body);
	TRY(change_write(b, tx, from, &b->delta_body, &change, &shown, ret_error));
	if (!shown)
		return ST_OK;
	TRY(edition_part_make(buffer_bytes(&b->delta_body), from->number, &b->delta_packed[at], &b->manifest.deltas[at], ret_error));
	b->manifest.delta_count++;
	if (from->number != b->last.number)
		return ST_OK;
	TRY(edition_rows_changed(tx, from->log_size, b->size, &b->changed, ret_error));
	b->removed = change.drop_count;
	b->added = change.put_count - b->changed;
	return ST_OK;
}

/* Numbers of editions from which there will be deltas, each once, the nearest first as a manifest has them. */
struct bases {
	uint64_t numbers[EDITION_DELTAS_MAX];
	size_t count;
};

static void base_add(struct bases *bases, uint64_t number)
{
	size_t at = 0;

	while (at < bases->count && bases->numbers[at] > number)
		at++;
	if (bases->count == EDITION_DELTAS_MAX || (at < bases->count && bases->numbers[at] == number))
		return;
	memmove(bases->numbers + at + 1, bases->numbers + at, (bases->count - at) * sizeof bases->numbers[0]);
	bases->numbers[at] = number;
	bases->count++;
}

/* What posts said last that they have, most of them first: one that comes back after days takes one step, and not the whole list over a bad line. */
static enum status bases_of_posts(struct build *b, struct db_tx *tx, struct bases *bases, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx,
		     "SELECT p.edition FROM post p JOIN edition e ON e.number = p.edition WHERE p.state = 'enrolled' AND p.seen_at >= $1 "
		     "AND e.log_size >= $2 GROUP BY p.edition ORDER BY count(*) DESC, p.edition DESC LIMIT $3",
		     DB_PARAMS(DB_V_INT(b->now_ms - LAG_MS), DB_V_INT((int64_t)b->size - LAG_LEAVES_MAX), DB_V_INT(EDITION_DELTAS_MAX)), &b->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		base_add(bases, (uint64_t)db_int(&rows, i, 0));
	return ST_OK;
}

/* From the last one, the one two before, four before..., and from those that posts have. */
static enum status deltas_make(struct build *b, struct db_tx *tx, struct error *ret_error)
{
	struct bases bases = {.count = 0};

	if (!b->any_before)
		return ST_OK;
	for (uint64_t back = 1; back <= b->last.number && back <= BACK_MAX; back *= 2)
		base_add(&bases, b->last.number + 1 - back);
	TRY(bases_of_posts(b, tx, &bases, ret_error));
	for (size_t i = 0; i < bases.count; i++) {
		struct edition_row from;

		TRY(edition_row_load(tx, bases.numbers[i], &b->arena, &from, ret_error));
		TRY(delta_make(b, tx, &from, ret_error));
	}
	return ST_OK;
}

static void manifest_begin(struct build *b)
{
	const struct editions_options *o = b->options;
	struct edition_manifest *m = &b->manifest;

	*m = (struct edition_manifest){.list = o->list, .number = b->last.number + 1, .previous = b->last.number, .issued_ms = b->now_ms,
				       .witnessed = b->witnessed, .keys = o->keys, .checkpoint = b->checkpoint};
	if (m->issued_ms <= b->last.issued_ms)
		m->issued_ms = b->last.issued_ms + 1;
	m->soft_ms = m->issued_ms + or_default(o->soft_ms, SOFT_MS);
	m->hard_ms = m->issued_ms + or_default(o->hard_ms, HARD_MS);
	for (size_t i = 0; i < edition_count(b->next); i++)
		*(edition_at(b->next, i)->kind == EDITION_LISTING ? &m->listings : &m->clearances) += 1;
	edition_state(b->next, &m->state);
}

/* The builder's list is the last edition: kept in memory, or after a start from its file. Without either it begins from nothing,
 * which costs a reading of every record. */
static enum status held_renew(struct build *b, struct db_tx *tx, struct error *ret_error)
{
	struct edition_trust trust = {.keys = &b->options->keys, .list = b->options->list, .now_ms = b->now_ms, .expired_too = true};
	struct edition *held = b->builder->held;
	struct merkle_hash sha256;
	struct bytes file;
	enum status st;

	if (held && edition_manifest(held) && edition_manifest(held)->number == b->last.number &&
	    edition_memory(held) <= 3 * edition_manifest(held)->snapshot.body_len + HELD_SLACK)
		return ST_OK;
	edition_free(held);
	b->builder->held = NULL;
	TRY(edition_new(EDITION_MEMORY, &b->builder->held, ret_error));
	if (!b->any_before)
		return ST_OK;
	st = edition_file_load(tx, b->last.number, 0, &b->arena, &file, &sha256, ret_error);
	if (st == ST_OK && edition_take(b->builder->held, file, &trust, NULL) == ST_OK)
		return ST_OK;
	return st == ST_OK || st == ST_NOT_FOUND ? ST_OK : st;
}

/* Records are kept in memory from one edition to the next; what was erased must be found all the same. */
static enum status erased_check(struct build *b, struct db_tx *tx, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query_one(tx, "SELECT min(place) FROM edition_leaf WHERE erased = 1 AND place < $1 AND ended >= $1 AND put = 1",
			 DB_PARAMS(DB_V_INT((int64_t)b->size)), &b->arena, &rows, ret_error));
	if (db_is_null(&rows, 0, 0))
		return ST_OK;
	return error_because(ret_error, ST_CORRUPT, "edition-leaf-erased", NULL, "leaf %lld is in force, but what it commits to is gone",
			     (long long)db_int(&rows, 0, 0));
}

/* The list as it will be, from the builder's and what changed since; proved against the log by its root. */
static enum status next_make(struct build *b, struct db_tx *tx, struct error *ret_error)
{
	const struct edition_manifest *held = edition_manifest(b->builder->held);
	struct edition_row from = {.number = held ? held->number : 0, .log_size = held ? held->log_size : 0};
	struct edition_change change;
	bool shown;

	edition_state(b->builder->held, &from.state);
	buffer_clear(&b->delta_body);
	TRY(change_write(b, tx, &from, &b->delta_body, &change, &shown, ret_error));
	if (!shown) {
		edition_free(b->builder->held);
		b->builder->held = NULL;
		return error_because(ret_error, ST_CORRUPT, "edition-leaf-erased", NULL, "a drop that was not told yet was erased");
	}
	return edition_next(b->builder->held, buffer_bytes(&b->delta_body), &b->next, ret_error);
}

/* Whether the list has as many records as the leaves say; a second way to the same number. */
static enum status count_check(struct build *b, struct db_tx *tx, bool *ret_holds, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query_one(tx,
			 "SELECT count(*), (SELECT size FROM edition_fold) FROM edition_leaf WHERE place < $1 AND ended >= $1 AND put = 1",
			 DB_PARAMS(DB_V_INT((int64_t)b->size)), &b->arena, &rows, ret_error));
	*ret_holds = (uint64_t)db_int(&rows, 0, 0) == edition_count(b->next) && (uint64_t)db_int(&rows, 0, 1) >= b->size;
	return ST_OK;
}

/* From the last edition; should that not have been what it must be, from nothing. */
static enum status list_make(struct build *b, struct db_tx *tx, struct error *ret_error)
{
	bool holds;

	TRY(held_renew(b, tx, ret_error));
	TRY(next_make(b, tx, ret_error));
	TRY(count_check(b, tx, &holds, ret_error));
	if (holds)
		return ST_OK;
	edition_free(b->next);
	edition_free(b->builder->held);
	b->next = b->builder->held = NULL;
	TRY(edition_new(EDITION_MEMORY, &b->builder->held, ret_error));
	TRY(next_make(b, tx, ret_error));
	TRY(count_check(b, tx, &holds, ret_error));
	return holds ? ST_OK
		     : error_because(ret_error, ST_CORRUPT, "edition-not-ledger", NULL, "the list does not have as many records as the leaves say");
}

static enum status make(struct build *b, struct db_tx *tx, struct error *ret_error)
{
	TRY(erased_check(b, tx, ret_error));
	TRY(list_make(b, tx, ret_error));
	manifest_begin(b);
	b->added = edition_count(b->next);
	TRY(edition_body(b->next, &b->body, ret_error));
	TRY(edition_part_make(buffer_bytes(&b->body), 0, &b->packed, &b->manifest.snapshot, ret_error));
	TRY(deltas_make(b, tx, ret_error));
	TRY(edition_note_make(&b->manifest, b->options->signer, &b->arena, &b->note, ret_error));
	return edition_urgent_make(&(struct edition_urgent){b->next, &b->manifest, b->size, b->options->signer}, tx, &b->arena, &b->urgent,
				   ret_error);
}

/* As a reader would: what does not pass here is not published. */
static enum status self_check(struct build *b, struct error *ret_error)
{
	const struct edition_trust trust = {.keys = &b->options->keys, .list = b->options->list, .now_ms = b->manifest.issued_ms};
	struct error why = {.code = ST_OK};

	if (edition_adopt(b->next, buffer_text(&b->note), &trust, &why) == ST_OK) {
		b->manifest.root = edition_manifest(b->next)->root;
		return ST_OK;
	}
	return error_because(ret_error, ST_CORRUPT, "edition-unproven", NULL, "the edition does not stand its own check: %.80s: %.120s",
			     why.reason, why.message);
}

static enum status read_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct build *b = context;
	enum status st;

	build_release(b);
	build_init(b, b->builder, b->heads);
	st = edition_row_load(tx, 0, &b->arena, &b->last, ret_error);
	b->any_before = st == ST_OK;
	if (st == ST_NOT_FOUND) {
		b->last = (struct edition_row){.number = 0};
		st = ST_OK;
	}
	TRY(st);
	TRY(decide(b, tx, ret_error));
	return b->checkpoint.len ? make(b, tx, ret_error) : ST_OK;
}

/* ---- keeping it ---- */

static enum status file_keep(struct build *b, struct db_tx *tx, const struct edition_part *part, const struct buffer *packed,
			     struct error *ret_error)
{
	struct merkle_hash hash;
	struct buffer file;
	enum status st;

	buffer_init(&file, EDITION_BODY_MAX);
	edition_file_write(buffer_text(&b->note), part->packing, buffer_bytes(packed), &file);
	st = buffer_status(&file);
	if (st == ST_OK)
		st = edition_digest_of(buffer_bytes(&file), &hash);
	if (st == ST_OK)
		st = db_exec(tx, "INSERT INTO edition_file (number, from_number, sha256, bytes) VALUES ($1, $2, $3, $4)",
			     DB_PARAMS(DB_V_INT((int64_t)b->manifest.number), DB_V_INT((int64_t)part->from), DB_V_BLOB(merkle_bytes(&hash)),
				       DB_V_BLOB(buffer_bytes(&file))),
			     NULL, ret_error);
	buffer_release(&file);
	return st;
}

static enum status keep_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct build *b = context;
	const struct edition_manifest *m = &b->manifest;
	char number[24];

	TRY(db_exec(tx,
		    "INSERT INTO edition (number, previous, epoch, issued_at, soft_at, hard_at, log_size, root, state, listings, clearances, "
		    "witnessed, added, changed, removed, manifest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
		    DB_PARAMS(DB_V_INT((int64_t)m->number), m->previous ? DB_V_INT((int64_t)m->previous) : DB_V_NULL, DB_V_INT(m->keys.epoch),
			      DB_V_INT(m->issued_ms), DB_V_INT(m->soft_ms), DB_V_INT(m->hard_ms), DB_V_INT((int64_t)b->size),
			      DB_V_BLOB(merkle_bytes(&m->root)), DB_V_BLOB(merkle_bytes(&m->state)), DB_V_INT((int64_t)m->listings),
			      DB_V_INT((int64_t)m->clearances), DB_V_INT(m->witnessed), DB_V_INT((int64_t)b->added),
			      DB_V_INT((int64_t)b->changed), DB_V_INT((int64_t)b->removed), DB_V_TEXT(buffer_text(&b->note))),
		    NULL, ret_error));
	TRY(file_keep(b, tx, &m->snapshot, &b->packed, ret_error));
	for (size_t i = 0; i < m->delta_count; i++)
		TRY(file_keep(b, tx, &m->deltas[i], &b->delta_packed[i], ret_error));
	TRY(edition_urgent_keep(tx, &(struct edition_urgent){b->next, m, b->size, b->options->signer}, buffer_bytes(&b->urgent), ret_error));
	TRY(db_exec(tx, "DELETE FROM edition_file WHERE number <= $1", DB_PARAMS(DB_V_INT((int64_t)m->number - FILES_KEPT)), NULL, ret_error));
	TRY(db_exec(tx, "DELETE FROM edition_urgent WHERE number <= $1", DB_PARAMS(DB_V_INT((int64_t)m->number - FILES_KEPT)), NULL, ret_error));
	snprintf(number, sizeof number, "%llu", (unsigned long long)m->number);
	return db_tell(tx, "edition", text_of(number), b->now_ms, ret_error);
}

/* ---- one attempt ---- */

static enum status heads_read(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct heads *h = context;
	struct db_rows rows;

	arena_clear(&h->arena);
	TRY(checkpoint_load(tx, false, &h->arena, &h->signed_note, &h->signed_size, ret_error));
	TRY(checkpoint_load(tx, true, &h->arena, &h->cosigned_note, &h->cosigned_size, ret_error));
	TRY(db_query_one(tx, "SELECT size FROM edition_fold", DB_NO_PARAMS, &h->arena, &rows, ret_error));
	h->folded = (uint64_t)db_int(&rows, 0, 0);
	return ST_OK;
}

static enum status fold_write(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct heads *h = context;

	return edition_fold(tx, h->fold, ret_error);
}

void edition_builder_init(struct edition_builder *builder, const struct editions_options *options)
{
	*builder = (struct edition_builder){.options = *options};
}

void edition_builder_release(struct edition_builder *builder)
{
	edition_free(builder->held);
	builder->held = NULL;
}

static enum status build_from(struct edition_builder *builder, const struct heads *heads, uint64_t *ret_number, struct error *ret_error)
{
	struct db *db = builder->options.db;
	struct build b;
	enum status st;

	build_init(&b, builder, heads);
	TRY_OUT(db_transact(db, DB_READ, read_work, &b, ret_error));
	if (b.checkpoint.len == 0)
		goto out;
	TRY_OUT(self_check(&b, ret_error));
	st = db_transact(db, DB_WRITE, keep_work, &b, ret_error);
	if (st == ST_OK) {
		*ret_number = b.manifest.number;
		edition_free(builder->held);
		builder->held = b.next;
		b.next = NULL;
	} else if (st == ST_CONFLICT) {
		st = ST_OK; /* another hub has given this number */
	}
out:
	build_release(&b);
	return st;
}

enum status edition_build(struct edition_builder *builder, uint64_t *ret_number, struct error *ret_error)
{
	struct heads heads = {.folded = 0};
	enum status st;

	*ret_number = 0;
	arena_init(&heads.arena, (size_t)4 << 20);
	st = db_transact(builder->options.db, DB_READ, heads_read, &heads, ret_error);
	while (st == ST_OK && heads.folded < heads.signed_size) {
		heads.fold = heads.signed_size - heads.folded > FOLDED_AT_ONCE ? heads.folded + FOLDED_AT_ONCE : heads.signed_size;
		st = db_transact(builder->options.db, DB_WRITE, fold_write, &heads, ret_error);
		heads.folded = heads.fold;
	}
	if (st == ST_OK)
		st = build_from(builder, &heads, ret_number, ret_error);
	arena_release(&heads.arena);
	return st;
}
