#include "ledger/witness.h"

#include <sodium.h>

#include "ledger/store.h"
#include "model/id.h"

#define WITNESS_BYTES_MAX (8 * NOTE_SIZE_MAX)

static const char plain[] = "text/plain; charset=utf-8";

const char *witness_alarm_word(enum witness_alarm alarm)
{
	static const char *const words[] = {"none", "fork", "rewind", "inconsistent"};

	return words[alarm];
}

/* ---- what is held ---- */

static enum status held_row(const struct db_rows *rows, struct witness_held *ret, struct error *ret_error)
{
	*ret = (struct witness_held){.size = (uint64_t)db_int(rows, 0, 1), .origin = db_text(rows, 0, 0), .note = db_text(rows, 0, 3),
				     .cosigned_ms = db_int(rows, 0, 4)};
	return ledger_hash(db_blob(rows, 0, 2), &ret->root, ret_error);
}

/* Nothing held is size 0. */
static enum status read_held(struct db_tx *tx, struct text origin, struct arena *arena, struct witness_held *ret,
			     struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT origin, size, root, note, cosigned_at FROM witness_log WHERE origin = $1", DB_PARAMS(DB_V_TEXT(origin)),
		     arena, &rows, ret_error));
	if (rows.rows == 0) {
		*ret = (struct witness_held){.size = 0, .origin = origin, .note = TEXT("")};
		return ST_OK;
	}
	return held_row(&rows, ret, ret_error);
}

struct looking {
	struct text origin;
	struct arena *arena;
	struct witness_held held;
	uint64_t count;
};

static enum status held_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct looking *l = context;

	return read_held(tx, l->origin, l->arena, &l->held, ret_error);
}

enum status witness_held(const struct witness *witness, struct text origin, struct arena *arena, struct witness_held *ret,
			 struct error *ret_error)
{
	struct looking l = {.origin = origin, .arena = arena};

	TRY(db_transact(witness->db, DB_READ, held_work, &l, ret_error));
	if (l.held.size == 0)
		return error_set(ret_error, ST_NOT_FOUND, "nothing of this log was cosigned yet");
	*ret = l.held;
	return ST_OK;
}

enum status witness_held_by_hash(const struct witness *witness, struct text hex, struct arena *arena, struct witness_held *ret,
				 struct error *ret_error)
{
	for (size_t i = 0; i < witness->log_count; i++) {
		struct text origin = text_of(witness->logs[i].name);
		uint8_t digest[crypto_hash_sha256_BYTES];
		char own[2 * sizeof digest + 1];

		crypto_hash_sha256(digest, (const uint8_t *)origin.data, origin.len);
		sodium_bin2hex(own, sizeof own, digest, sizeof digest);
		if (text_equal(hex, text_of(own)))
			return witness_held(witness, origin, arena, ret, ret_error);
	}
	return error_set(ret_error, ST_NOT_FOUND, "this log is not watched");
}

static enum status count_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct looking *l = context;
	struct db_rows rows;

	TRY(db_query_one(tx, "SELECT count(*) FROM witness_alarm", DB_NO_PARAMS, l->arena, &rows, ret_error));
	l->count = (uint64_t)db_int(&rows, 0, 0);
	return ST_OK;
}

enum status witness_alarms(const struct witness *witness, uint64_t *ret_count, struct error *ret_error)
{
	struct arena arena;
	struct looking l = {.arena = &arena};
	enum status st;

	arena_init(&arena, 4096);
	st = db_transact(witness->db, DB_READ, count_work, &l, ret_error);
	arena_release(&arena);
	if (st == ST_OK)
		*ret_count = l.count;
	return st;
}

/* ---- alarms ---- */

struct raising {
	const struct witness *witness;
	const struct witness_pair *pair;
	char id[ID_SIZE];
};

static enum status raise_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct raising *r = context;
	const struct witness_pair *p = r->pair;
	struct db_value kind = DB_V_TEXT(text_of(witness_alarm_word(p->kind)));
	struct arena arena;
	struct db_rows rows;
	enum status st;

	arena_init(&arena, 4096);
	id_make(r->witness->env, r->id);
	TRY_OUT(db_exec(tx,
			"INSERT INTO witness_alarm (id, origin, at, kind, held, offered) VALUES ($1, $2, $3, $4, $5, $6) "
			"ON CONFLICT (origin, kind, offered) DO NOTHING",
			DB_PARAMS(DB_V_TEXT(text_of(r->id)), DB_V_TEXT(p->origin), DB_V_INT(env_now(r->witness->env)), kind,
				  DB_V_TEXT(p->held), DB_V_TEXT(p->offered)),
			NULL, ret_error));
	TRY_OUT(db_query_one(tx, "SELECT id FROM witness_alarm WHERE origin = $1 AND kind = $2 AND offered = $3",
			     DB_PARAMS(DB_V_TEXT(p->origin), kind, DB_V_TEXT(p->offered)), &arena, &rows, ret_error));
	memcpy(r->id, db_text(&rows, 0, 0).data, ID_SIZE - 1);
out:
	arena_release(&arena);
	return st;
}

enum status witness_raise(const struct witness *witness, const struct witness_pair *pair, char ret_id[33], struct error *ret_error)
{
	struct raising r = {.witness = witness, .pair = pair};

	TRY(db_transact(witness->db, DB_WRITE, raise_work, &r, ret_error));
	memcpy(ret_id, r.id, ID_SIZE);
	return ST_OK;
}

/* ---- add-checkpoint ---- */

struct adding {
	const struct witness *witness;
	const struct add_checkpoint *request;
	struct witness_answer *answer;
	struct arena *arena;
	struct witness_held held;
	struct buffer lines;
};

static void answer_set(struct witness_answer *answer, unsigned status, const char *text)
{
	answer->status = status;
	answer->type = plain;
	buffer_clear(&answer->body);
	buffer_printf(&answer->body, "%s\n", text);
}

/* Decides; on 200 the caller goes on to store. */
static void judge(struct adding *a)
{
	const struct checkpoint *offered = &a->request->signed_checkpoint.checkpoint;
	struct merkle_consistency claim = {a->request->old_size, offered->size, a->held.root, offered->root};
	bool same_size = offered->size == a->held.size && a->held.size > 0;

	bool fork = same_size && !merkle_hash_equal(&offered->root, &a->held.root);

	/* A fork is one also where the sender did not know what is held. */
	a->answer->alarm = fork ? WITNESS_FORK : WITNESS_NO_ALARM;
	if (a->request->old_size != a->held.size) {
		a->answer->status = 409;
		a->answer->type = "text/x.tlog.size";
		buffer_clear(&a->answer->body);
		buffer_printf(&a->answer->body, "%llu\n", (unsigned long long)a->held.size);
	} else if (fork) {
		answer_set(a->answer, 422, "another root was cosigned for this size");
	} else if (a->held.size == 0 && a->request->proof.count) {
		answer_set(a->answer, 422, "a proof from nothing must be empty");
	} else if (a->held.size && merkle_consistency_check(&claim, &a->request->proof, NULL) != ST_OK) {
		answer_set(a->answer, 422, "the tree is not proved to begin with the one that was cosigned");
		a->answer->alarm = WITNESS_INCONSISTENT;
	} else {
		answer_set(a->answer, 200, "");
	}
}

/* The checkpoint under the log's own signature, then ours. */
static enum status cosigned_note(struct adding *a, struct buffer *note, struct error *ret_error)
{
	const struct note *signed_note = &a->request->signed_checkpoint.note;
	enum status st;

	buffer_clear(&a->lines);
	st = note_sign(a->witness->signer, signed_note->text, (uint64_t)(env_now(a->witness->env) / 1000), &a->lines, ret_error);
	if (st != ST_OK)
		return st;
	buffer_add_text(note, a->request->signed_checkpoint.raw);
	buffer_add_text(note, buffer_text(&a->lines));
	return buffer_status(note);
}

static enum status store(struct db_tx *tx, struct adding *a, struct error *ret_error)
{
	const struct checkpoint *offered = &a->request->signed_checkpoint.checkpoint;
	struct db_value origin = DB_V_TEXT(offered->origin), size = DB_V_INT((int64_t)offered->size),
			root = DB_V_BLOB(merkle_bytes(&offered->root)), at = DB_V_INT(env_now(a->witness->env));
	struct buffer note;
	uint64_t changed;
	enum status st;

	buffer_init(&note, 2 * NOTE_SIZE_MAX);
	TRY_OUT(cosigned_note(a, &note, ret_error));
	TRY_OUT(db_exec(tx,
			"UPDATE witness_log SET size = $1, root = $2, note = $3, cosigned_at = $4 WHERE origin = $5 AND size = $6",
			DB_PARAMS(size, root, DB_V_TEXT(buffer_text(&note)), at, origin, DB_V_INT((int64_t)a->held.size)), &changed,
			ret_error));
	if (changed == 0)
		st = db_exec(tx, "INSERT INTO witness_log (origin, size, root, note, cosigned_at) VALUES ($1, $2, $3, $4, $5)",
			     DB_PARAMS(origin, size, root, DB_V_TEXT(buffer_text(&note)), at), NULL, ret_error);
out:
	buffer_release(&note);
	return st;
}

static enum status add_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct adding *a = context;

	arena_clear(a->arena);
	TRY(read_held(tx, a->request->signed_checkpoint.checkpoint.origin, a->arena, &a->held, ret_error));
	judge(a);
	return a->answer->status == 200 ? store(tx, a, ret_error) : ST_OK;
}

static const struct note_key *log_find(const struct witness *witness, struct text origin)
{
	for (size_t i = 0; i < witness->log_count; i++)
		if (text_equal(origin, text_of(witness->logs[i].name)))
			return &witness->logs[i];
	return NULL;
}

/* Signed by any key that is configured under this name: a log whose key was changed has two. */
static bool log_signed(const struct witness *witness, const struct signed_checkpoint *opened)
{
	for (size_t i = 0; i < witness->log_count; i++)
		if (text_equal(opened->checkpoint.origin, text_of(witness->logs[i].name)) &&
		    note_verify(&opened->note, &witness->logs[i], NULL, NULL) == ST_OK)
			return true;
	return false;
}

static void add(const struct witness *witness, const struct add_checkpoint *request, struct witness_answer *answer)
{
	struct arena arena;
	struct adding a = {.witness = witness, .request = request, .answer = answer, .arena = &arena};
	struct error error = {.code = ST_OK};
	enum status st;

	arena_init(&arena, WITNESS_BYTES_MAX);
	buffer_init(&a.lines, NOTE_SIZE_MAX);
	st = db_transact(witness->db, DB_WRITE, add_work, &a, &error);
	if (st == ST_OK && answer->alarm != WITNESS_NO_ALARM) {
		struct witness_pair pair = {request->signed_checkpoint.checkpoint.origin, a.held.note, request->signed_checkpoint.raw,
					    answer->alarm};

		st = witness_raise(witness, &pair, answer->alarm_id, &error);
	}
	if (st != ST_OK) {
		answer->alarm = WITNESS_NO_ALARM;
		answer_set(answer, 503, "the witness cannot keep what it would sign");
	} else if (answer->status == 200) {
		buffer_clear(&answer->body);
		buffer_add_text(&answer->body, buffer_text(&a.lines));
	}
	buffer_release(&a.lines);
	arena_release(&arena);
}

void witness_add_checkpoint(const struct witness *witness, struct bytes body, struct witness_answer *answer)
{
	struct add_checkpoint request;

	answer->alarm = WITNESS_NO_ALARM;
	if (add_checkpoint_parse(body, &request, NULL) != ST_OK)
		answer_set(answer, 400, "this is not an old size, a proof and a checkpoint");
	else if (log_find(witness, request.signed_checkpoint.checkpoint.origin) == NULL)
		answer_set(answer, 404, "this log is not watched");
	else if (!log_signed(witness, &request.signed_checkpoint))
		answer_set(answer, 403, "the log's signature is missing or does not verify");
	else if (request.old_size > request.signed_checkpoint.checkpoint.size)
		answer_set(answer, 400, "the old size is above the checkpoint's");
	else
		add(witness, &request, answer);
}
