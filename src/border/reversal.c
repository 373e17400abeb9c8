#include "border/reversal.h"

#include <stdio.h>

#include "account/audit.h"
#include "border/arrival_inside.h"
#include "edifact/cusres.h"

#define MESSAGE_MAX 65536u
#define FETCHED_MAX 100
#define REFERENCE_SIZE 15u /* of an interchange: at most 14 characters */
#define CALLS_MAX 100
#define UNUSABLE TEXT("118") /* ERC: the message as a whole could not be taken */

enum status reversal_words(struct db_tx *tx, struct arena *arena, struct text *ret_no_board, struct error *ret_error)
{
	struct db_rows row;
	struct buffer out;
	enum status st;

	TRY(db_query(tx, "SELECT desk FROM post WHERE state <> 'revoked' AND desk <> '' ORDER BY CASE kind WHEN 'air' THEN 0 ELSE 1 END, name"
		     " LIMIT 1", DB_NO_PARAMS, arena, &row, ret_error));
	buffer_init(&out, 512);
	buffer_add_text(&out, TEXT("DO NOT BOARD"));
	if (row.rows)
		buffer_printf(&out, ". CALL %.*s", TEXT_ARG(db_text(&row, 0, 0)));
	st = buffer_status(&out);
	if (st == ST_OK)
		st = arena_text(arena, buffer_text(&out), ret_no_board);
	buffer_release(&out);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "out of memory");
}

/* ---- made ---- */

static void reference_make(const struct border *border, char out[REFERENCE_SIZE])
{
	char id[ID_SIZE];

	id_make(border->env, id);
	for (size_t i = 0; i + 1 < REFERENCE_SIZE; i++)
		out[i] = id[i] >= 'a' ? (char)(id[i] - 'a' + 'A') : id[i];
	out[REFERENCE_SIZE - 1] = '\0';
}

static enum status message_write(const struct border *border, struct db_tx *tx, const struct reversal_new *r, struct text reference,
				 struct arena *arena, struct buffer *out, struct error *ret_error)
{
	const struct paxlst_passenger passenger = {.locator = r->locator, .reference = r->reference};
	struct cusres_item item = {.passenger = &passenger, .board = r->board, .text = TEXT("OK TO BOARD")};
	struct cusres message = {.kind = CUSRES_UNSOLICITED, .reference = reference, .control = reference, .group = reference,
				 .transaction = reference, .now_ms = env_now(border->env), .items = &item, .count = 1};
	struct paxlst list;

	TRY(arrival_head_read(r->head, arena, &list, ret_error));
	if (!r->board)
		TRY(reversal_words(tx, arena, &item.text, ret_error));
	message.list = &list;
	return cusres_write(&message, out, ret_error);
}

enum status reversal_add(const struct border *border, struct db_tx *tx, const struct reversal_new *r, struct arena *arena,
			 struct error *ret_error)
{
	char reference[REFERENCE_SIZE], id[ID_SIZE];
	int64_t now_ms = env_now(border->env);
	struct buffer message;
	enum status st;

	TRY(db_exec(tx, "UPDATE reversal SET ended_at = $2 WHERE arrival_person_id = $1 AND acknowledged_at IS NULL AND ended_at IS NULL",
		    DB_PARAMS(DB_V_TEXT(r->person), DB_V_INT(now_ms)), NULL, ret_error));
	reference_make(border, reference);
	id_make(border->env, id);
	buffer_init(&message, MESSAGE_MAX);
	st = message_write(border, tx, r, text_of(reference), arena, &message, ret_error);
	if (st == ST_OK)
		st = db_exec(tx, "INSERT INTO reversal (id, arrival_person_id, board, message, reference, created_at, call_at)"
			     " VALUES ($1, $2, $3, $4, $5, $6, $7)",
			     DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(r->person), DB_V_INT(r->board), DB_V_BLOB(buffer_bytes(&message)),
				       DB_V_TEXT(text_of(reference)), DB_V_INT(now_ms), DB_V_INT(now_ms + arrival_clock_ms("acknowledge"))),
			     NULL, ret_error);
	buffer_release(&message);
	return st;
}

/* ---- sent ---- */

static bool after_read(struct text after, int64_t *ret_ms, struct text *ret_id)
{
	size_t space = text_find(after, ' ', 0);
	uint64_t ms;

	*ret_ms = INT64_MIN;
	*ret_id = TEXT("");
	if (after.len == 0)
		return true;
	if (space + ID_SIZE != after.len || text_to_uint((struct text){after.data, space}, INT64_MAX, &ms) != ST_OK)
		return false;
	*ret_ms = (int64_t)ms;
	*ret_id = (struct text){after.data + space + 1, ID_SIZE - 1};
	return true;
}

#define WAITING                                                                                                                 \
	" FROM reversal r JOIN arrival_person p ON p.id = r.arrival_person_id JOIN arrival a ON a.id = p.arrival_id"            \
	" WHERE r.acknowledged_at IS NULL AND r.ended_at IS NULL AND a.sender = $1 AND (r.created_at, r.id) > ($2, $3)"         \
	" ORDER BY r.created_at, r.id LIMIT $4"

static enum status waiting(struct db_tx *tx, const char *sql, struct text sender, struct text after, int64_t limit, struct arena *arena,
			   struct db_rows *ret, struct error *ret_error)
{
	int64_t from_ms;
	struct text from_id;

	if (!after_read(after, &from_ms, &from_id))
		return error_because(ret_error, ST_MALFORMED, "malformed", "after", "not a place among unsolicited answers");
	return db_query(tx, sql, DB_PARAMS(DB_V_TEXT(sender), DB_V_INT(from_ms), DB_V_TEXT(from_id), DB_V_INT(limit)), arena, ret, ret_error);
}

enum status reversal_waits(struct db_tx *tx, struct text sender, struct text after, struct arena *arena, bool *ret_waits,
			   struct error *ret_error)
{
	struct db_rows rows;

	TRY(waiting(tx, "SELECT r.id" WAITING, sender, after, 1, arena, &rows, ret_error));
	*ret_waits = rows.rows != 0;
	return ST_OK;
}

enum status reversal_fetch(const struct border *border, struct db_tx *tx, struct text sender, struct text after, struct arena *arena,
			   struct buffer *out, struct text *ret_last, struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);
	char last[64];
	struct db_rows rows;

	TRY(waiting(tx, "SELECT r.id, r.created_at, r.message" WAITING, sender, after, FETCHED_MAX, arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_add(out, db_blob(&rows, i, 2).data, db_blob(&rows, i, 2).len);
		TRY(db_exec(tx, "UPDATE reversal SET sent_at = $2 WHERE id = $1 AND sent_at IS NULL",
			    DB_PARAMS(DB_V_TEXT(db_text(&rows, i, 0)), DB_V_INT(now_ms)), NULL, ret_error));
	}
	*ret_last = after;
	if (rows.rows == 0)
		return ST_OK;
	snprintf(last, sizeof last, "%lld %.*s", (long long)db_int(&rows, rows.rows - 1, 1), TEXT_ARG(db_text(&rows, rows.rows - 1, 0)));
	TRY(arena_text(arena, text_of(last), ret_last));
	return buffer_status(out);
}

/* ---- acknowledged ---- */

static enum status one_acknowledge(struct db_tx *tx, struct text sender, const struct cusres_received *r, int64_t now_ms, struct arena *arena,
				   size_t *count, struct error *ret_error)
{
	struct text reference = r->transaction.len ? r->transaction : r->control;
	struct db_rows row;

	TRY(db_query(tx, "SELECT r.id, a.id FROM reversal r JOIN arrival_person p ON p.id = r.arrival_person_id JOIN arrival a"
		     " ON a.id = p.arrival_id WHERE r.reference = $1 AND a.sender = $2",
		     DB_PARAMS(DB_V_TEXT(reference.len ? reference : TEXT("")), DB_V_TEXT(sender)), arena, &row, ret_error));
	if (row.rows == 0)
		return ST_OK;
	(*count)++;
	TRY(db_tell(tx, "arrival", db_text(&row, 0, 1), now_ms, ret_error));
	return db_exec(tx, text_equal(r->erc, UNUSABLE) ? "UPDATE reversal SET call_at = $2 WHERE id = $1 AND acknowledged_at IS NULL AND call_at > $2"
							: "UPDATE reversal SET acknowledged_at = $2 WHERE id = $1 AND acknowledged_at IS NULL",
		       DB_PARAMS(DB_V_TEXT(db_text(&row, 0, 0)), DB_V_INT(now_ms)), NULL, ret_error);
}

enum status reversal_acknowledge(const struct border *border, struct db_tx *tx, struct text sender, struct bytes in, struct arena *arena,
				 size_t *ret_count, struct error *ret_error)
{
	const struct cusres_received *received;
	size_t count, known = 0;

	TRY(cusres_read(in, arena, &received, &count, ret_error));
	for (size_t i = 0; i < count; i++)
		if (text_equal(received[i].code, TEXT("312")))
			TRY(one_acknowledge(tx, sender, &received[i], env_now(border->env), arena, &known, ret_error));
	if (known == 0)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "none of it acknowledges an unsolicited answer to this carrier");
	*ret_count = known;
	return ST_OK;
}

/* ---- called ---- */


static enum status arrival_of(struct db_tx *tx, struct text id, struct arena *arena, struct text *ret, struct error *ret_error)
{
	struct db_rows row;
	enum status st = db_query_one(tx, "SELECT p.arrival_id FROM reversal r JOIN arrival_person p ON p.id = r.arrival_person_id WHERE r.id = $1",
				      DB_PARAMS(DB_V_TEXT(id)), arena, &row, ret_error);

	if (st == ST_NOT_FOUND)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "there is no such unsolicited answer");
	if (st == ST_OK)
		*ret = db_text(&row, 0, 0);
	return st;
}

enum status reversal_called(const struct border *border, struct db_tx *tx, const struct actor *actor, struct text id, struct text note,
			    struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);
	struct text arrival = TEXT_NONE;
	struct arena arena;
	uint64_t changed = 0;
	enum status st;

	if (text_trim(note).len == 0)
		return error_because(ret_error, ST_MALFORMED, "text-missing", "text", "what was said on the telephone is to be told");
	arena_init(&arena, 65536);
	TRY_OUT(arrival_of(tx, id, &arena, &arrival, ret_error));
	TRY_OUT(db_exec(tx, "UPDATE reversal SET called_by = $2, called_at = $3, call_note = $4 WHERE id = $1 AND acknowledged_at IS NULL"
			" AND ended_at IS NULL AND called_at IS NULL",
			DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(actor->id), DB_V_INT(now_ms), DB_V_TEXT(text_trim(note))), &changed, ret_error));
	if (changed == 0)
		st = error_because(ret_error, ST_CONFLICT, "reversal-over", NULL, "nobody waits for a call any more");
	else
		st = db_tell(tx, "arrival", arrival, now_ms, ret_error);
out:
	arena_release(&arena);
	return st;
}

enum status reversal_clock(const struct border *border, struct db_tx *tx, struct arena *arena, size_t *ret_done, struct error *ret_error)
{
	static const struct actor clock_actor = {.id = {"clock", 5}};
	int64_t now_ms = env_now(border->env);
	struct db_rows rows;

	TRY(db_query(tx, "SELECT r.id, p.arrival_id FROM reversal r JOIN arrival_person p ON p.id = r.arrival_person_id WHERE r.call_at <= $1"
		     " AND r.acknowledged_at IS NULL AND r.ended_at IS NULL AND r.called_at IS NULL AND r.call_told = 0 ORDER BY r.call_at LIMIT $2",
		     DB_PARAMS(DB_V_INT(now_ms), DB_V_INT(CALLS_MAX)), arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		const struct audit_event event = {.actor = &clock_actor, .action = "arrival.act", .thing_kind = "reversal",
						  .thing = db_text(&rows, i, 0), .outcome = "flagged", .detail = TEXT("{\"alert\":\"carrier-call\"}")};

		TRY(db_exec(tx, "UPDATE reversal SET call_told = 1 WHERE id = $1", DB_PARAMS(DB_V_TEXT(event.thing)), NULL, ret_error));
		TRY(audit_add(tx, border->env, &event, ret_error));
		TRY(db_tell(tx, "arrival", db_text(&rows, i, 1), now_ms, ret_error));
		(*ret_done)++;
	}
	return ST_OK;
}
