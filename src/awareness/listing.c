#include "awareness/listing.h"

#include <stdio.h>

#include "awareness/identity.h"
#include "base/buffer.h"
#include "model/entity_json.h"
#include "model/time.h"

#define BATCH 200

/* ---- reading ---- */

void listing_row_take(const struct db_rows *rows, size_t i, struct listing_row *ret)
{
	*ret = (struct listing_row){.id = db_text(rows, i, 0), .version = db_int(rows, i, 1), .x = db_text(rows, i, 2),
				    .type = db_text(rows, i, 3), .verdict = db_text(rows, i, 4), .state = db_text(rows, i, 5),
				    .basis = db_text(rows, i, 6), .reports = db_int(rows, i, 7), .first_ms = db_int(rows, i, 8),
				    .last_ms = db_int(rows, i, 9), .authority = db_int(rows, i, 10), .country = db_text(rows, i, 11),
				    .note = db_text(rows, i, 12), .proposed_by = db_text(rows, i, 13), .proposed_ms = db_int(rows, i, 14),
				    .confirmed_by = db_text(rows, i, 15), .confirmed_ms = db_int(rows, i, 16),
				    .expires_ms = db_int(rows, i, 17), .suppressed_until_ms = db_int(rows, i, 18),
				    .ended_by = db_text(rows, i, 19), .ended_ms = db_int(rows, i, 20), .end_reason = db_text(rows, i, 21),
				    .dead_ms = db_int(rows, i, 22)};
}

enum status listing_load(struct db_tx *tx, struct text id, struct arena *arena, struct listing_row *ret, struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT " LISTING_COLUMNS " " LISTING_FROM " WHERE l.id = $1", DB_PARAMS(DB_V_TEXT(id)), arena, &row, ret_error));
	listing_row_take(&row, 0, ret);
	return ST_OK;
}

enum status listing_now(struct db_tx *tx, struct text x, struct arena *arena, struct listing_now *ret, struct error *ret_error)
{
	struct db_rows rows;

	*ret = (struct listing_now){.first_ms = 0};
	TRY(db_query(tx, "SELECT id, verdict, state, first_at FROM listing WHERE x = $1 AND safe = 0", DB_PARAMS(DB_V_TEXT(x)), arena, &rows,
		     ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		if (text_equal(db_text(&rows, i, 1), TEXT("reported"))) {
			ret->reported = db_text(&rows, i, 0);
			ret->first_ms = db_int(&rows, i, 3);
		} else if (text_equal(db_text(&rows, i, 2), TEXT("proposed"))) {
			ret->proposed = db_text(&rows, i, 0);
		} else {
			ret->confirmed = db_text(&rows, i, 0);
		}
	}
	return ST_OK;
}

/* ---- what is written with every act ---- */

/* Canonical JSON: members in the order of their names. */
static enum status leaf(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const char *act, struct text id, struct text x,
			struct text more, int64_t now_ms, char ret_leaf[ID_SIZE], struct error *ret_error)
{
	char kind[64], at[TIME_SIZE];
	struct buffer out;
	enum status st;

	time_write(now_ms, at);
	snprintf(kind, sizeof kind, "public-listing.%s", act);
	buffer_init(&out, 16384);
	buffer_printf(&out, "{\"act\":\"%s\",\"at\":\"%s\",\"listing\":\"%.*s\",\"of\":\"%.*s\",\"x\":", act, at, TEXT_ARG(id), TEXT_ARG(more));
	json_add_string(&out, x);
	buffer_add_char(&out, '}');
	st = buffer_status(&out);
	if (st == ST_OK)
		st = awareness_log(awareness, tx, actor, kind, id, buffer_text(&out), ret_leaf, ret_error);
	buffer_release(&out);
	return st;
}

static enum status told(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id, const char *act,
			const char *state, struct text note, int64_t now_ms, struct error *ret_error)
{
	const struct desk_line line = {.kind = "public-listing", .subject = id, .actor = actor, .act = text_of(act), .state = text_of(state),
				       .note = note};

	TRY(desk_line_add(awareness, tx, &line, now_ms, ret_error));
	return db_tell(tx, "public", id, now_ms, ret_error);
}

static struct db_value expiry(const struct listing_rule *rule, int64_t last_ms)
{
	return rule->expires ? DB_V_INT(last_ms + rule->expires * AWARENESS_DAY_MS) : DB_V_NULL;
}

/* ---- by the rules ---- */

enum status listing_report(struct awareness *awareness, struct db_tx *tx, struct text x, const struct listing_rule *rule,
			   const struct rules_weight *weight, int64_t now_ms, struct error *ret_error)
{
	bool by_reports = weight->independent >= rule->reports;
	char id[ID_SIZE], leaf_id[ID_SIZE];

	id_make(awareness->env, id);
	TRY(leaf(awareness, tx, &awareness_rules, "report", text_of(id), x, by_reports ? TEXT("reports") : TEXT("payment"), now_ms, leaf_id,
		 ret_error));
	TRY(db_exec(tx, "INSERT INTO listing (id, version, x, safe, verdict, state, basis, reports, first_at, last_at, proposed_by, proposed_at,"
		    " expires_at, leaf_id) VALUES ($1, 1, $2, 0, 'reported', 'in-force', $3, $4, $5, $6, $7, $8, $9, $10)",
		    DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(x), DB_V_TEXT(by_reports ? TEXT("reports") : TEXT("payment")),
			      DB_V_INT(weight->independent), DB_V_INT(weight->first_ms), DB_V_INT(weight->last_ms),
			      DB_V_TEXT(awareness_rules.id), DB_V_INT(now_ms), expiry(rule, weight->last_ms), DB_V_TEXT(text_of(leaf_id))),
		    NULL, ret_error));
	return told(awareness, tx, &awareness_rules, text_of(id), "report", "in-force", TEXT_NONE, now_ms, ret_error);
}

enum status listing_renew(struct db_tx *tx, struct text x, const struct listing_rule *rule, const struct rules_weight *weight, int64_t now_ms,
			  struct error *ret_error)
{
	uint64_t changed = 0;

	/* Listed on a payment: as few reports as there are. Listed on reports: never fewer than the schema wants. */
	TRY(db_exec(tx, "UPDATE listing SET version = version + 1, reports = $2, last_at = $3, expires_at = $4, dead_at = NULL WHERE x = $1"
		    " AND safe = 0"
		    " AND verdict = 'reported' AND (reports <> $2 OR last_at <> $3) AND (basis = 'payment' OR $2 >= 3)",
		    DB_PARAMS(DB_V_TEXT(x), DB_V_INT(weight->independent), DB_V_INT(weight->last_ms), expiry(rule, weight->last_ms)), &changed,
		    ret_error));
	TRY(db_exec(tx, "UPDATE listing SET version = version + 1, last_at = $2, expires_at = $3, dead_at = NULL WHERE x = $1"
		    " AND safe = 0 AND verdict = 'confirmed' AND state = 'in-force' AND last_at < $2",
		    DB_PARAMS(DB_V_TEXT(x), DB_V_INT(weight->last_ms), expiry(rule, weight->last_ms)), NULL, ret_error));
	return changed ? db_tell(tx, "public", TEXT_NONE, now_ms, ret_error) : ST_OK;
}

enum status listing_end(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id, struct text reason,
			int64_t now_ms, struct error *ret_error)
{
	char leaf_id[ID_SIZE];
	struct arena arena;
	struct db_rows row;
	enum status st;

	arena_init(&arena, 65536);
	TRY_OUT(db_query_one(tx, "SELECT x, state FROM listing WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), &arena, &row, ret_error));
	if (text_equal(db_text(&row, 0, 1), TEXT("in-force")))
		TRY_OUT(leaf(awareness, tx, actor, "end", id, db_text(&row, 0, 0), reason, now_ms, leaf_id, ret_error));
	TRY_OUT(db_exec(tx, "UPDATE listing SET version = version + 1, state = 'ended', safe = NULL, ended_by = $2, ended_at = $3, end_reason = $4"
			" WHERE id = $1",
			DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(actor->id), DB_V_INT(now_ms), DB_V_TEXT(reason)), NULL, ret_error));
	st = told(awareness, tx, actor, id, "end", "ended", reason, now_ms, ret_error);
out:
	arena_release(&arena);
	return st;
}

enum status listing_end_all(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text x, struct text reason,
			    int64_t now_ms, struct arena *arena, struct error *ret_error)
{
	struct listing_now now;

	TRY(listing_now(tx, x, arena, &now, ret_error));
	if (now.reported.len)
		TRY(listing_end(awareness, tx, actor, now.reported, reason, now_ms, ret_error));
	if (now.confirmed.len)
		TRY(listing_end(awareness, tx, actor, now.confirmed, reason, now_ms, ret_error));
	return now.proposed.len ? listing_end(awareness, tx, actor, now.proposed, reason, now_ms, ret_error) : ST_OK;
}

enum status listing_clock(struct awareness *awareness, struct db_tx *tx, int64_t now_ms, struct arena *arena, size_t *ret_done,
			  struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT id, dead_at FROM listing WHERE state = 'in-force' AND expires_at <= $1 ORDER BY expires_at LIMIT $2",
		     DB_PARAMS(DB_V_INT(now_ms), DB_V_INT(BATCH)), arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		TRY(listing_end(awareness, tx, &awareness_clock_actor, db_text(&rows, i, 0),
				db_is_null(&rows, i, 1) ? TEXT("expired") : TEXT("dead"), now_ms, ret_error));
	*ret_done += rows.rows;
	/* What was hidden for a while is shown again. */
	TRY(db_query(tx, "UPDATE listing SET suppressed_until = 0, version = version + 1 WHERE state = 'in-force' AND suppressed_until > 0"
		     " AND suppressed_until <= $1 RETURNING id",
		     DB_PARAMS(DB_V_INT(now_ms)), arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		TRY(told(awareness, tx, &awareness_clock_actor, db_text(&rows, i, 0), "shown", "in-force", TEXT_NONE, now_ms, ret_error));
	*ret_done += rows.rows;
	return ST_OK;
}

/* ---- by officers ---- */

enum status listing_propose(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct listing_new *new,
			    struct arena *arena, char ret_id[ID_SIZE], struct error *ret_error)
{
	const struct awareness_authority *authority = awareness_authority(new->authority);
	struct identified what;
	struct identifier_row known;
	struct listing_now now;
	int64_t now_ms;

	TRY(identify(&new->identifier, awareness->host, arena, &what, ret_error));
	if (authority == NULL)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "authority", "a known authority is needed");
	if (new->note.len == 0 || new->note.len > AWARENESS_NOTE_MAX)
		return error_because(ret_error, ST_MALFORMED, "text-missing", "note", "why it is to be confirmed is needed");
	TRY(registry_now(awareness->registry, tx, &now_ms, ret_error));
	TRY(identifier_need(tx, &what, ret_error));
	TRY(identifier_load(tx, what.x, arena, &known, ret_error));
	if (known.safe)
		return error_because(ret_error, ST_CONFLICT, "listing-official", "identifier", "it is an official contact");
	TRY(listing_now(tx, what.x, arena, &now, ret_error));
	if (now.confirmed.len || now.proposed.len)
		return error_because(ret_error, ST_CONFLICT, "listing-there", "identifier", "it is confirmed or proposed already");
	id_make(awareness->env, ret_id);
	TRY(db_exec(tx, "INSERT INTO listing (id, version, x, safe, verdict, state, basis, reports, first_at, last_at, authority, country, note,"
		    " proposed_by, proposed_at) VALUES ($1, 1, $2, 0, 'confirmed', 'proposed', 'authority', 0, $3, $3, $4, $5, $6, $7, $3)",
		    DB_PARAMS(DB_V_TEXT(text_of(ret_id)), DB_V_TEXT(what.x), DB_V_INT(now_ms), DB_V_INT(authority->number),
			      DB_V_TEXT(authority->country), DB_V_TEXT(new->note), DB_V_TEXT(actor->id)),
		    NULL, ret_error));
	return desk_line_add(awareness, tx,
			     &(struct desk_line){.kind = "public-listing", .subject = text_of(ret_id), .actor = actor, .act = TEXT("propose"),
						 .state = TEXT("proposed"), .note = new->note},
			     now_ms, ret_error);
}

static enum status confirm(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct listing_row *row,
			   int64_t now_ms, struct error *ret_error)
{
	char leaf_id[ID_SIZE];

	if (!text_equal(row->state, TEXT("proposed")))
		return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "it is not proposed");
	if (text_equal(row->proposed_by, actor->id))
		return error_because(ret_error, ST_CONFLICT, "listing-same-person", NULL, "another officer confirms");
	TRY(leaf(awareness, tx, actor, "confirm", row->id, row->x, row->country, now_ms, leaf_id, ret_error));
	TRY(db_exec(tx, "UPDATE listing SET version = version + 1, state = 'in-force', confirmed_by = $2, confirmed_at = $3, last_at = $3,"
		    " expires_at = $4, leaf_id = $5 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(row->id), DB_V_TEXT(actor->id), DB_V_INT(now_ms), expiry(awareness_rule(row->type), now_ms),
			      DB_V_TEXT(text_of(leaf_id))),
		    NULL, ret_error));
	return told(awareness, tx, actor, row->id, "confirm", "in-force", TEXT_NONE, now_ms, ret_error);
}

/* It leads nowhere: it ends some days from now, unless somebody reports it anew. */
static enum status dead(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct listing_row *row, int64_t now_ms,
			struct error *ret_error)
{
	const struct listing_rule *rule = awareness_rule(row->type);

	if (!text_equal(row->state, TEXT("in-force")) || rule->dead == 0 || row->dead_ms)
		return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "only of an address that is listed");
	TRY(db_exec(tx, "UPDATE listing SET version = version + 1, dead_at = $2, expires_at = $3 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(row->id), DB_V_INT(now_ms), DB_V_INT(now_ms + rule->dead * AWARENESS_DAY_MS)), NULL, ret_error));
	return told(awareness, tx, actor, row->id, "dead", "in-force", TEXT_NONE, now_ms, ret_error);
}

enum status listing_do(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct listing_act *act,
		       struct arena *arena, struct error *ret_error)
{
	struct listing_row row;
	int64_t now_ms;

	TRY(registry_now(awareness->registry, tx, &now_ms, ret_error));
	TRY(listing_load(tx, act->id, arena, &row, ret_error));
	if (row.version != act->version)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "it has changed meanwhile");
	if (text_equal(act->act, TEXT("confirm")))
		return confirm(awareness, tx, actor, &row, now_ms, ret_error);
	if (text_equal(act->act, TEXT("dead")))
		return dead(awareness, tx, actor, &row, now_ms, ret_error);
	if (text_equal(act->act, TEXT("decline")) && text_equal(row.state, TEXT("proposed")))
		return listing_end(awareness, tx, actor, row.id, TEXT("declined"), now_ms, ret_error);
	if (text_equal(act->act, TEXT("end")) || text_equal(act->act, TEXT("decline"))) {
		if (!text_equal(act->act, TEXT("end")) || !text_equal(row.state, TEXT("in-force")))
			return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "not in state %.*s", TEXT_ARG(row.state));
		if (!text_equal(act->reason, TEXT("mistake")) && !text_equal(act->reason, TEXT("other")))
			return error_because(ret_error, ST_MALFORMED, "reason-unknown", "reason", "mistake or other");
		return listing_end(awareness, tx, actor, row.id, act->reason, now_ms, ret_error);
	}
	return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
}
