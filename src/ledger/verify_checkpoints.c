#include <sodium.h>
#include <stdio.h>

#include "ledger/verifying.h"

/* Any of the log's keys that counts for this size. Gives the key that signed, or NULL. */
static const struct ledger_log_key *signed_by(const struct verifying *v, const struct signed_checkpoint *opened, bool *ret_forged)
{
	*ret_forged = false;
	for (size_t i = 0; i < v->options->trust.key_count; i++) {
		const struct ledger_log_key *key = &v->options->trust.keys[i];
		enum status st;

		if (strcmp(key->log, v->log) != 0 || opened->checkpoint.size > key->to_size)
			continue;
		st = note_verify(&opened->note, &key->key, NULL, NULL);
		if (st == ST_DENIED)
			*ret_forged = true;
		else if (st == ST_OK && text_equal(opened->checkpoint.origin, text_of(key->key.name)))
			return key;
	}
	return NULL;
}

/* The log's own cosignature says when. */
static bool signed_at(const struct signed_checkpoint *opened, const struct note_key *key, int64_t ms)
{
	struct note_key timed;
	uint64_t seconds;

	note_key_as(key, NOTE_COSIGNATURE, &timed);
	return note_verify(&opened->note, &timed, &seconds, NULL) == ST_OK && seconds <= INT64_MAX / 1000 &&
	       (int64_t)seconds * 1000 == ms;
}

static void check_head(struct verifying *v, struct head_signed *head, struct text raw)
{
	struct signed_checkpoint opened;
	const struct ledger_log_key *key;
	unsigned long long size = head->size;
	bool forged;

	if (signed_checkpoint_parse(text_bytes(raw), &opened, NULL) != ST_OK || opened.checkpoint.size != head->size ||
	    !merkle_hash_equal(&opened.checkpoint.root, &head->root)) {
		verify_found(v, "checkpoint-edited", "the checkpoint of size %llu does not say what its row says", size);
		return;
	}
	key = signed_by(v, &opened, &forged);
	if (key == NULL)
		verify_found(v, "checkpoint-forged", "the checkpoint of size %llu %s", size,
			     forged ? "has a signature that does not verify" : "is not signed by a key that is trusted for it");
	else if (!signed_at(&opened, &key->key, head->signed_ms))
		verify_found(v, "checkpoint-edited", "the checkpoint of size %llu was signed at another time than its row says", size);
	else
		head->trusted = true;
}

struct head_walk {
	struct verifying *v;
	int64_t before;
	int64_t before_ms;
};

static enum status head_row(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct head_walk *w = context;
	struct verifying *v = w->v;
	struct head_signed *head = &v->heads[v->head_count];
	long long size = (long long)db_int(row, 0, 0);

	*head = (struct head_signed){.size = (uint64_t)db_int(row, 0, 0), .signed_ms = db_int(row, 0, 3)};
	TRY(ledger_hash(db_blob(row, 0, 2), &head->root, ret_error));
	if (db_int(row, 0, 1) != w->before)
		verify_found(v, "checkpoint-deleted", "the checkpoint of size %lld follows one of size %lld, but that of size %lld stands before it",
			     size, (long long)db_int(row, 0, 1), (long long)w->before);
	if (head->signed_ms < w->before_ms - LATE_MS)
		verify_found(v, "checkpoint-backdated", "the checkpoint of size %lld is older than the one before it", size);
	check_head(v, head, db_text(row, 0, 4));
	w->before = size;
	w->before_ms = head->signed_ms;
	v->head_count++;
	v->told->checkpoints++;
	return ST_OK;
}

/* The head's row is the newest checkpoint's size and root. */
static enum status check_newest(struct verifying *v, struct error *ret_error)
{
	const struct head_signed *newest = v->head_count ? &v->heads[v->head_count - 1] : NULL;
	struct merkle_hash root;
	struct db_rows rows;

	v->size = newest ? newest->size : 0;
	TRY(db_query(v->tx, "SELECT size, root FROM ledger_head WHERE log = $1", DB_PARAMS(DB_V_TEXT(text_of(v->log))), v->arena, &rows,
		     ret_error));
	if (newest == NULL) {
		if (rows.rows && db_int(&rows, 0, 0))
			verify_found(v, "checkpoint-deleted", "the head is of size %lld, but there is no checkpoint",
				     (long long)db_int(&rows, 0, 0));
		return ST_OK;
	}
	if (rows.rows == 0) {
		verify_found(v, "head-edited", "the head's row is gone");
		return ST_OK;
	}
	TRY(ledger_hash(db_blob(&rows, 0, 1), &root, ret_error));
	if ((uint64_t)db_int(&rows, 0, 0) > v->size)
		verify_found(v, "checkpoint-deleted", "the head is of size %lld, but the newest checkpoint of size %llu",
			     (long long)db_int(&rows, 0, 0), (unsigned long long)v->size);
	else if ((uint64_t)db_int(&rows, 0, 0) != v->size || !merkle_hash_equal(&root, &newest->root))
		verify_found(v, "head-edited", "the head's row (size %lld) is not the newest checkpoint (size %llu)",
			     (long long)db_int(&rows, 0, 0), (unsigned long long)v->size);
	return ST_OK;
}

enum status verify_checkpoints(struct verifying *v, struct error *ret_error)
{
	struct head_walk w = {.v = v, .before = -1, .before_ms = INT64_MIN + LATE_MS};
	struct db_rows count;

	TRY(db_query_one(v->tx, "SELECT count(*) FROM ledger_checkpoint WHERE log = $1", DB_PARAMS(DB_V_TEXT(text_of(v->log))), v->arena,
			 &count, ret_error));
	v->heads = ARENA_NEW(v->arena, struct head_signed, (size_t)db_int(&count, 0, 0) + 1);
	if (v->heads == NULL)
		return arena_failure(v->arena, ret_error);
	TRY(db_each(v->tx, "SELECT size, before, root, signed_at, note FROM ledger_checkpoint WHERE log = $1 ORDER BY size",
		    DB_PARAMS(DB_V_TEXT(text_of(v->log))), head_row, &w, ret_error));
	return check_newest(v, ret_error);
}

/* ---- cosignatures ---- */

static const struct note_key *witness_find(const struct verifying *v, struct text name, struct text key_id)
{
	for (size_t i = 0; i < v->options->trust.witness_count; i++) {
		const struct note_key *key = &v->options->trust.witnesses[i];
		char hex[2 * NOTE_ID_SIZE + 1];

		sodium_bin2hex(hex, sizeof hex, key->id, sizeof key->id);
		if (text_equal(name, text_of(key->name)) && text_equal(key_id, text_of(hex)))
			return key;
	}
	return NULL;
}

/* size, witness, key_id, at, line, note */
static enum status cosignature_row(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct verifying *v = context;
	const struct note_key *key = witness_find(v, db_text(row, 0, 1), db_text(row, 0, 2));
	struct signed_checkpoint opened;
	struct note lines;
	uint64_t seconds = 0;

	(void)ret_error;
	v->told->cosignatures++;
	if (key == NULL) {
		v->told->unknown_cosignatures++;
		return ST_OK;
	}
	if (note_parse_lines(db_text(row, 0, 4), &lines, NULL) == ST_OK &&
	    signed_checkpoint_parse(text_bytes(db_text(row, 0, 5)), &opened, NULL) == ST_OK) {
		lines.text = opened.note.text;
		if (lines.count == 1 && note_verify(&lines, key, &seconds, NULL) == ST_OK && seconds <= INT64_MAX / 1000 &&
		    (int64_t)seconds * 1000 == db_int(row, 0, 3))
			return ST_OK;
	}
	verify_found(v, "cosignature-edited", "the cosignature of %.*s at size %lld does not verify", TEXT_ARG(db_text(row, 0, 1)),
		     (long long)db_int(row, 0, 0));
	return ST_OK;
}

enum status verify_cosignatures(struct verifying *v, struct error *ret_error)
{
	return db_each(v->tx,
		       "SELECT s.size, s.witness, s.key_id, s.at, s.line, c.note FROM ledger_cosignature s "
		       "LEFT JOIN ledger_checkpoint c ON c.log = s.log AND c.size = s.size WHERE s.log = $1 ORDER BY s.size",
		       DB_PARAMS(DB_V_TEXT(text_of(v->log))), cosignature_row, v, ret_error);
}
