/* Today: what waits for this person, which clocks run out, how many entries are in which state. */
#include "model/entity_json.h"
#include "office/referral.h"
#include "office/today_border.h"
#include "office/today_rescue.h"
#include "registry/editions.h"

#include "handlers.inc"

#define WAITING_MAX 50
#define SQL_MAX 4096u

struct today {
	bool all, entries, appeals, referrals;
};

/* ---- what waits ---- */

/* Which entries wait for which role. */
static const struct {
	const char *role, *where;
} waits[] = {
	{"liaison", "e.state = 'returned'"},
	{"reviewer", "e.state = 'submitted'"},
	{"legal", "e.state = 'in-review'"},
	{"decider", "e.state = 'approved'"},
	{"decider", "(e.urgent_by IS NOT NULL AND e.urgent_until IS NULL AND e.state IN ('submitted', 'in-review', 'returned'))"},
	{"decider", "(e.extension_by IS NOT NULL AND e.state IN ('published', 'suspended'))"},
	{"decider", "(e.erasure_by IS NOT NULL AND e.erased = 0 AND e.state IN ('refused', 'expired', 'removed'))"},
};

static void where_waits(const struct office_call *call, struct buffer *out)
{
	bool any = false;

	buffer_add_char(out, '(');
	for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
		if (!desk_bears(call, text_of(waits[i].role)))
			continue;
		buffer_printf(out, "%s%s", any ? " OR " : "", waits[i].where);
		any = true;
	}
	buffer_printf(out, "%s)", any ? "" : "e.id = '-'");
}

static enum status put_waiting(struct office_call *call, struct db_tx *tx, bool all, struct error *ret_error)
{
	struct buffer *out = &call->response->body, sql;
	struct db_rows rows, measures;
	enum status st;

	buffer_init(&sql, SQL_MAX);
	buffer_printf(&sql, "SELECT " ENTRY_SUMMARY_COLUMNS " FROM entry e WHERE ");
	where_waits(call, &sql);
	/* one's own country; or all, where the same parameter says nothing */
	buffer_printf(&sql, " AND (e.owner = $1 OR $2 = 1) ORDER BY e.state_since, e.id LIMIT %d", WAITING_MAX);
	buffer_add_char(&sql, '\0');
	TRY_OUT(buffer_status(&sql));
	TRY_OUT(db_query(tx, (const char *)sql.data, DB_PARAMS(DB_V_TEXT(call->actor.country), DB_V_INT(all)), call->arena, &rows,
			 ret_error));
	buffer_printf(out, ",\"waiting\":[");
	for (size_t i = 0; i < rows.rows; i++) {
		TRY_OUT(db_query(tx, "SELECT entry_id, kind FROM measure WHERE entry_id = $1 AND ended_at IS NULL AND expires_at > $2",
				 DB_PARAMS(DB_V_TEXT(db_text(&rows, i, 0)), DB_V_INT(call->now_ms)), call->arena, &measures,
				 ret_error));
		if (i)
			buffer_add_char(out, ',');
		entry_summary_write(out, &rows, i, &measures);
	}
	buffer_add_char(out, ']');
out:
	buffer_release(&sql);
	return st;
}

/* ---- clocks ---- */

/* kind, id, name, ends, started; $1 country, $2 all, $3 by when. */
static const char *const clocks[] = {
	"SELECT 'review', id, caption, review_due_at, published_at FROM entry WHERE coalesce(state, '') IN ('published', 'suspended', 'under-appeal')"
	" AND review_due_at <= $3 AND (owner = $1 OR $2 = 1) ORDER BY review_due_at, id LIMIT 20",
	"SELECT 'urgent', id, caption, urgent_until, urgent_at FROM entry WHERE urgent_until IS NOT NULL AND listing_leaf IS NOT NULL"
	" AND coalesce(state, '') IN ('submitted', 'in-review', 'returned', 'approved') AND urgent_until <= $3 AND (owner = $1 OR $2 = 1)"
	" ORDER BY urgent_until, id LIMIT 20",
	"SELECT 'challenge', c.entry_id, e.caption, c.due_at, c.at FROM challenge c JOIN entry e ON e.id = c.entry_id"
	" WHERE c.answered_at IS NULL AND c.due_at <= $3 AND (e.owner = $1 OR $2 = 1) ORDER BY c.due_at LIMIT 20",
};

/* Access has the shorter clock. Numbers stand for names. */
static const char appeal_clock[] =
	"SELECT 'appeal', id, number, CASE WHEN kind = 'access' THEN due_access ELSE due_decision END, received_at FROM appeal"
	" WHERE state IN ('received', 'taken') ORDER BY 4, id LIMIT 20";

/* A report that a partner has to give up: until its country acknowledges. $1 country, or empty for all. */
static const char referral_clock[] =
	"SELECT CASE WHEN $1 = '' THEN 'referral-other' ELSE 'referral-own' END, id, NULL, due_at, withdrawn_at FROM referral"
	" WHERE withdrawn_at IS NOT NULL AND acknowledged_at IS NULL AND ($1 = '' OR country = $1) ORDER BY due_at, id LIMIT 20";

static void put_clock(struct buffer *out, const struct db_rows *rows, size_t i, bool first)
{
	buffer_printf(out, "%s{\"kind\":", first ? "" : ",");
	json_add_string(out, db_text(rows, i, 0));
	member_text(out, "id", db_text(rows, i, 1));
	member_text(out, "name", db_text(rows, i, 2));
	member_time(out, "endsAt", db_int(rows, i, 3));
	member_time(out, "startedAt", db_int(rows, i, 4));
	buffer_add_char(out, '}');
}

static enum status put_clocks(struct office_call *call, struct db_tx *tx, const struct today *t, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	int64_t by_ms = call->now_ms + lifecycle_term_ms("reminder-first");
	bool first = true;
	struct db_rows rows;

	buffer_printf(out, ",\"clocks\":[");
	for (size_t k = 0; t->entries && k < sizeof clocks / sizeof clocks[0]; k++) {
		TRY(db_query(tx, clocks[k], DB_PARAMS(DB_V_TEXT(call->actor.country), DB_V_INT(t->all), DB_V_INT(by_ms)), call->arena,
			     &rows, ret_error));
		for (size_t i = 0; i < rows.rows; i++, first = false)
			put_clock(out, &rows, i, first);
	}
	if (t->appeals) {
		TRY(db_query(tx, appeal_clock, DB_NO_PARAMS, call->arena, &rows, ret_error));
		for (size_t i = 0; i < rows.rows; i++, first = false)
			put_clock(out, &rows, i, first);
	}
	if (t->referrals) {
		TRY(db_query(tx, referral_clock, DB_PARAMS(DB_V_TEXT(referral_knows_all(call) ? TEXT("") : call->actor.country)), call->arena, &rows,
			     ret_error));
		for (size_t i = 0; i < rows.rows; i++, first = false)
			put_clock(out, &rows, i, first);
	}
	TRY(today_border_clocks(call, tx, &first, ret_error));
	buffer_add_char(out, ']');
	return ST_OK;
}

/* ---- counts ---- */

static enum status put_counts(struct office_call *call, struct db_tx *tx, bool all, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct db_rows rows;

	if (all)
		TRY(db_query(tx, "SELECT state, count(*) FROM entry GROUP BY state ORDER BY state", DB_NO_PARAMS, call->arena, &rows,
			     ret_error));
	else
		TRY(db_query(tx, "SELECT state, count(*) FROM entry WHERE owner = $1 GROUP BY state ORDER BY state",
			     DB_PARAMS(DB_V_TEXT(call->actor.country)), call->arena, &rows, ret_error));
	buffer_printf(out, "\"counts\":{");
	for (size_t i = 0; i < rows.rows; i++)
		buffer_printf(out, "%s\"%.*s\":%lld", i ? "," : "", TEXT_ARG(db_text(&rows, i, 0)), (long long)db_int(&rows, i, 1));
	buffer_add_char(out, '}');
	return ST_OK;
}

static enum status put_edition(struct office_call *call, struct db_tx *tx, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct edition_row edition;
	enum status st = edition_row_load(tx, 0, call->arena, &edition, ret_error);

	if (st == ST_NOT_FOUND) {
		buffer_printf(out, ",\"edition\":null");
		return ST_OK;
	}
	TRY(st);
	buffer_printf(out, ",\"edition\":{\"number\":%llu,\"entries\":%llu,\"cosigned\":%s", (unsigned long long)edition.number,
		      (unsigned long long)edition.listings, edition.witnessed ? "true" : "false");
	member_time(out, "issuedAt", edition.issued_ms);
	buffer_add_char(out, '}');
	return ST_OK;
}

/* ---- the answer ---- */

static enum status ask_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	(void)context;
	return office_may(call, tx, "today.read", NULL, NULL, TEXT_NONE, ret_error);
}

static enum status today_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct today *t = context;
	struct buffer *out = &call->response->body;

	buffer_add_char(out, '{');
	if (t->entries) {
		TRY(put_counts(call, tx, t->all, ret_error));
		TRY(put_waiting(call, tx, t->all, ret_error));
	} else {
		buffer_printf(out, "\"counts\":{},\"waiting\":[]");
	}
	TRY(put_clocks(call, tx, t, ret_error));
	TRY(today_border_alerts(call, tx, ret_error));
	TRY(today_rescue_put(call, tx, ret_error));
	TRY(put_edition(call, tx, ret_error));
	buffer_add_char(out, '}');
	return buffer_status(out);
}

void office_today_get(struct office_call *call)
{
	/* names stand in what waits: only for whom the decision point lets read entries without asking for a reason */
	const struct policy_thing own = {.owner = call->actor.country, .released = &call->office->host, .released_count = 1},
				  other = {.owner = TEXT("--"), .released = &call->office->host, .released_count = 1};
	struct today today = {
		.all = may(&call->actor, TEXT("entry.read"), &other, call->office->host, call->now_ms) == POLICY_ALLOWED,
		.entries = may(&call->actor, TEXT("entry.read"), &own, call->office->host, call->now_ms) == POLICY_ALLOWED,
		.appeals = may(&call->actor, TEXT("appeal.read"), NULL, call->office->host, call->now_ms) == POLICY_ALLOWED,
		.referrals = may(&call->actor, TEXT("referral.read"), NULL, call->office->host, call->now_ms) == POLICY_ALLOWED};
	struct error error;
	enum status st = office_transact(call, DB_WRITE, ask_work, NULL, &error);

	if (st == ST_OK)
		st = office_transact(call, DB_READ, today_work, &today, &error);
	if (st != ST_OK)
		office_problem(call, &error);
	else
		office_json(call, 200);
}
