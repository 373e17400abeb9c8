#include "awareness/dispute.h"

#include <stdio.h>

#include "awareness/identity.h"
#include "awareness/listing.h"
#include "awareness/report.h"
#include "model/time.h"

struct doing {
	struct awareness *awareness;
	struct db_tx *tx;
	const struct actor *actor;
	struct arena *arena;
	struct text id, x, state;
	int64_t now_ms;
};

/* The row of the story, the leaf, the receipt (NULL: as it was). */
static enum status told(struct doing *d, struct text act, struct text note, const char *receipt, int64_t reason, struct error *ret_error)
{
	const struct desk_line line = {.kind = "dispute", .subject = d->id, .actor = d->actor, .act = act, .state = d->state, .note = note};
	char kind[64], at[TIME_SIZE], payload[256], leaf[ID_SIZE];

	time_write(d->now_ms, at);
	snprintf(kind, sizeof kind, "public-dispute.%.*s", TEXT_ARG(act));
	snprintf(payload, sizeof payload, "{\"act\":\"%.*s\",\"at\":\"%s\",\"dispute\":\"%.*s\",\"to\":\"%.*s\"}", TEXT_ARG(act), at,
		 TEXT_ARG(d->id), TEXT_ARG(d->state));
	TRY(awareness_log(d->awareness, d->tx, d->actor, kind, d->id, text_of(payload), leaf, ret_error));
	TRY(desk_line_add(d->awareness, d->tx, &line, d->now_ms, ret_error));
	return receipt ? receipt_set(d->tx, d->id, receipt, TEXT_NONE, reason, d->now_ms, ret_error)
		       : db_tell(d->tx, "public", d->id, d->now_ms, ret_error);
}

/* ---- hidden meanwhile ---- */

/* Proof has come where one upload is here as long as it was said to be. */
static enum status proved(struct doing *d, bool *ret, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(d->tx, "SELECT e.number FROM evidence e JOIN inbox_part p ON p.upload = e.upload WHERE e.subject_id = $1"
		     " GROUP BY e.number, e.size HAVING sum(p.size) >= e.size",
		     DB_PARAMS(DB_V_TEXT(d->id)), d->arena, &rows, ret_error));
	*ret = rows.rows > 0;
	return db_exec(d->tx, "UPDATE dispute SET proofs = $2 WHERE id = $1", DB_PARAMS(DB_V_TEXT(d->id), DB_V_INT((int64_t)rows.rows)), NULL,
		       ret_error);
}

static enum status suppress(struct doing *d, struct error *ret_error)
{
	uint64_t changed = 0;
	bool proof;

	TRY(proved(d, &proof, ret_error));
	if (!proof || !text_equal(d->state, TEXT("received")))
		return ST_OK;
	TRY(db_exec(d->tx, "UPDATE listing SET version = version + 1, suppressed_by = $2, suppressed_until = $3 WHERE x = $1 AND safe = 0"
		    " AND verdict = 'reported' AND suppressed_by IS NULL",
		    DB_PARAMS(DB_V_TEXT(d->x), DB_V_TEXT(d->id), DB_V_INT(d->now_ms + awareness_term("suppress-hours") * AWARENESS_HOUR_MS)),
		    &changed, ret_error));
	return changed ? told(d, TEXT("suppress"), TEXT_NONE, "dispute-suppressed", 0, ret_error) : ST_OK;
}

/* Shown again, where this dispute hid it. */
static enum status show(struct doing *d, struct error *ret_error)
{
	return db_exec(d->tx, "UPDATE listing SET version = version + 1, suppressed_until = 0 WHERE suppressed_by = $1 AND suppressed_until > 0"
		       " AND safe = 0", DB_PARAMS(DB_V_TEXT(d->id)), NULL, ret_error);
}

enum status dispute_part(struct awareness *awareness, struct db_tx *tx, struct text upload, struct arena *arena, struct error *ret_error)
{
	struct doing d = {.awareness = awareness, .tx = tx, .actor = &awareness_public, .arena = arena};
	struct db_rows rows;

	TRY(registry_now(awareness->registry, tx, &d.now_ms, ret_error));
	TRY(db_query(tx, "SELECT DISTINCT d.id, d.x, d.state FROM dispute d JOIN evidence e ON e.subject_id = d.id WHERE e.upload = $1",
		     DB_PARAMS(DB_V_TEXT(upload)), arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		d.id = db_text(&rows, i, 0);
		d.x = db_text(&rows, i, 1);
		d.state = db_text(&rows, i, 2);
		TRY(suppress(&d, ret_error));
	}
	return ST_OK;
}

/* ---- from the public ---- */

enum status dispute_take(struct awareness *awareness, struct db_tx *tx, struct text item_id, const struct item *item, struct arena *arena,
			 char ret_id[ID_SIZE], struct error *ret_error)
{
	struct doing d = {.awareness = awareness, .tx = tx, .actor = &awareness_public, .arena = arena, .id = {ret_id, ID_SIZE - 1},
			  .state = TEXT("received")};
	struct identified what;

	TRY(registry_now(awareness->registry, tx, &d.now_ms, ret_error));
	TRY(identify(&item->identifiers[0], awareness->host, arena, &what, ret_error));
	TRY(identifier_need(tx, &what, ret_error));
	d.x = what.x;
	id_make(awareness->env, ret_id);
	TRY(report_keep_receipt(tx, "dispute", d.id, item->receipt, "dispute-received", d.now_ms, ret_error));
	TRY(db_exec(tx, "INSERT INTO dispute (id, version, item_id, x, typed, received_at, language, story, details, proofs, state, due_at)"
		    " VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, 0, 'received', $9)",
		    DB_PARAMS(DB_V_TEXT(d.id), DB_V_TEXT(item_id), DB_V_TEXT(d.x), DB_V_TEXT(item->identifiers[0].value), DB_V_INT(d.now_ms),
			      DB_V_TEXT(item->language), DB_V_TEXT_OR_NULL(item->story), DB_V_TEXT(item->details),
			      DB_V_INT(awareness_working_days(d.now_ms, awareness_term("dispute-days")))),
		    NULL, ret_error));
	TRY(report_keep_evidence(tx, d.id, item, arena, ret_error));
	TRY(report_keep_contact(tx, d.id, item, d.now_ms, ret_error));
	TRY(told(&d, TEXT("receive"), TEXT_NONE, NULL, 0, ret_error));
	return suppress(&d, ret_error);
}

static enum status withdraw(struct doing *d, struct error *ret_error)
{
	if (!text_equal(d->state, TEXT("received")))
		return ST_OK;
	d->state = TEXT("withdrawn");
	TRY(db_exec(d->tx, "UPDATE dispute SET version = version + 1, state = 'withdrawn', story = NULL, details = '{}' WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(d->id)), NULL, ret_error));
	TRY(show(d, ret_error));
	TRY(report_forget_parts(d->tx, d->id, ret_error));
	return told(d, TEXT("withdraw"), TEXT_NONE, "withdrawn", 0, ret_error);
}

static enum status appeal(struct doing *d, int64_t decided_ms, struct text story, struct error *ret_error)
{
	if (!text_equal(d->state, TEXT("dismissed")) || d->now_ms > decided_ms + awareness_term("appeal-days") * AWARENESS_DAY_MS)
		return told(d, TEXT("appeal-late"), story, NULL, 0, ret_error);
	d->state = TEXT("appealed");
	TRY(db_exec(d->tx, "UPDATE dispute SET version = version + 1, state = 'appealed', appealed_at = $2, appeal_due = $3, late = 0 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(d->id), DB_V_INT(d->now_ms),
			      DB_V_INT(awareness_working_days(d->now_ms, awareness_term("appeal-due-days")))),
		    NULL, ret_error));
	return told(d, TEXT("appeal"), story, "dispute-appealed", 0, ret_error);
}

enum status dispute_follow(struct awareness *awareness, struct db_tx *tx, struct text dispute, const struct item *item, struct arena *arena,
			   struct error *ret_error)
{
	struct doing d = {.awareness = awareness, .tx = tx, .actor = &awareness_public, .arena = arena, .id = dispute};
	struct text story = text_within(item->story, AWARENESS_NOTE_MAX);
	struct db_rows row;

	TRY(registry_now(awareness->registry, tx, &d.now_ms, ret_error));
	TRY(db_query_one(tx, "SELECT x, state, decided_at FROM dispute WHERE id = $1", DB_PARAMS(DB_V_TEXT(dispute)), arena, &row, ret_error));
	d.x = db_text(&row, 0, 0);
	d.state = db_text(&row, 0, 1);
	if (text_equal(item->act, TEXT("withdraw")))
		return withdraw(&d, ret_error);
	TRY(report_keep_evidence(tx, dispute, item, arena, ret_error));
	if (text_equal(item->act, TEXT("appeal")))
		return appeal(&d, db_int(&row, 0, 2), story, ret_error);
	TRY(report_keep_contact(tx, dispute, item, d.now_ms, ret_error));
	TRY(told(&d, item->act, story, NULL, 0, ret_error));
	return suppress(&d, ret_error);
}

/* ---- decided ---- */

/* Nobody decides about his own listing. */
static enum status independent(struct doing *d, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(d->tx, "SELECT id FROM listing WHERE x = $1 AND (proposed_by = $2 OR confirmed_by = $2) LIMIT 1",
		     DB_PARAMS(DB_V_TEXT(d->x), DB_V_TEXT(d->actor->id)), d->arena, &rows, ret_error));
	return rows.rows ? error_because(ret_error, ST_CONFLICT, "decided-the-listing", NULL, "the officer had a part in the listing") : ST_OK;
}

static enum status settle(struct doing *d, bool upheld, struct error *ret_error)
{
	if (!upheld)
		return show(d, ret_error);
	TRY(listing_end_all(d->awareness, d->tx, d->actor, d->x, TEXT("disputed"), d->now_ms, d->arena, ret_error));
	return db_exec(d->tx, "UPDATE identifier SET counts_from = $2 WHERE x = $1", DB_PARAMS(DB_V_TEXT(d->x), DB_V_INT(d->now_ms)), NULL,
		       ret_error);
}

static enum status decide(struct doing *d, const struct dispute_act *act, bool upheld, const struct awareness_reason *reason,
			  struct error *ret_error)
{
	d->state = upheld ? TEXT("upheld") : TEXT("dismissed");
	TRY(db_exec(d->tx, "UPDATE dispute SET version = version + 1, state = $2, decided_by = $3, decided_country = $4, decided_at = $5, reason = $6"
		    " WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(d->id), DB_V_TEXT(d->state), DB_V_TEXT(d->actor->id), DB_V_TEXT(d->actor->country),
			      DB_V_INT(d->now_ms), DB_V_TEXT(act->reason)),
		    NULL, ret_error));
	TRY(settle(d, upheld, ret_error));
	return told(d, act->act, act->note, upheld ? "dispute-upheld" : "dispute-dismissed", reason->number, ret_error);
}

static enum status decide_appeal(struct doing *d, const struct dispute_act *act, bool upheld, const struct awareness_reason *reason,
				 const struct db_rows *row, struct error *ret_error)
{
	if (text_equal(db_text(row, 0, 3), d->actor->country))
		return error_because(ret_error, ST_CONFLICT, "dispute-same-country", NULL, "an appeal is decided in the other country");
	d->state = upheld ? TEXT("appeal-upheld") : TEXT("appeal-dismissed");
	TRY(db_exec(d->tx, "UPDATE dispute SET version = version + 1, state = $2, appeal_by = $3, appeal_country = $4, appeal_at = $5,"
		    " appeal_reason = $6 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(d->id), DB_V_TEXT(d->state), DB_V_TEXT(d->actor->id), DB_V_TEXT(d->actor->country),
			      DB_V_INT(d->now_ms), DB_V_TEXT(act->reason)),
		    NULL, ret_error));
	TRY(settle(d, upheld, ret_error));
	return told(d, act->act, act->note, upheld ? "dispute-appeal-upheld" : "dispute-appeal-dismissed", reason->number, ret_error);
}

enum status dispute_do(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct dispute_act *act,
		       struct arena *arena, struct error *ret_error)
{
	struct doing d = {.awareness = awareness, .tx = tx, .actor = actor, .arena = arena, .id = act->id};
	bool appealed = text_starts(act->act, TEXT("appeal-")),
	     upheld = text_equal(act->act, TEXT("uphold")) || text_equal(act->act, TEXT("appeal-uphold"));
	const struct awareness_reason *reason = awareness_reason(act->reason, upheld ? "dispute-upheld" : "dispute-dismissed");
	struct db_rows row;

	if (!upheld && !text_equal(act->act, TEXT("dismiss")) && !text_equal(act->act, TEXT("appeal-dismiss")))
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	if (act->note.len > AWARENESS_NOTE_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "note", "the note is too long");
	TRY(registry_now(awareness->registry, tx, &d.now_ms, ret_error));
	TRY(db_query_one(tx, "SELECT version, x, state, decided_country FROM dispute WHERE id = $1", DB_PARAMS(DB_V_TEXT(act->id)), arena, &row,
			 ret_error));
	if (db_int(&row, 0, 0) != act->version)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "it has changed meanwhile");
	d.x = db_text(&row, 0, 1);
	d.state = db_text(&row, 0, 2);
	if (!text_equal(d.state, appealed ? TEXT("appealed") : TEXT("received")))
		return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "not in state %.*s", TEXT_ARG(d.state));
	if (reason == NULL)
		return error_because(ret_error, ST_MALFORMED, "reason-unknown", "reason", "a reason of the table is needed");
	TRY(independent(&d, ret_error));
	return appealed ? decide_appeal(&d, act, upheld, reason, &row, ret_error) : decide(&d, act, upheld, reason, ret_error);
}

enum status dispute_clock(struct awareness *awareness, struct db_tx *tx, int64_t now_ms, struct arena *arena, size_t *ret_done,
			  struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "UPDATE dispute SET version = version + 1, late = 1 WHERE late = 0 AND ((state = 'received' AND due_at <= $1)"
		     " OR (state = 'appealed' AND appeal_due <= $1)) RETURNING id, state",
		     DB_PARAMS(DB_V_INT(now_ms)), arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		TRY(desk_line_add(awareness, tx,
				  &(struct desk_line){.kind = "dispute", .subject = db_text(&rows, i, 0), .actor = &awareness_clock_actor,
						      .act = TEXT("late"), .state = db_text(&rows, i, 1)},
				  now_ms, ret_error));
	*ret_done += rows.rows;
	return ST_OK;
}
