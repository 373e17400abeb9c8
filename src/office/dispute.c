/* Disputes: decided here, their appeals in another country. */
#include "awareness/dispute.h"

#include "model/entity_json.h"
#include "office/desk_kind.h"
#include "office/evidence.h"

#include "handlers.inc"

#define COLUMNS                                                                                                                        \
	"d.id, d.version, d.x, d.typed, d.received_at, d.language, d.story, d.details, d.proofs, d.state, d.due_at, d.late, d.decided_by,"  \
	" d.decided_country, d.decided_at, d.reason, d.appealed_at, d.appeal_due, d.appeal_by, d.appeal_country, d.appeal_at, d.appeal_reason," \
	" (SELECT max(l.suppressed_until) FROM listing l WHERE l.suppressed_by = d.id AND l.safe = 0)"

static bool is_host(const struct office_call *call)
{
	return text_equal(call->actor.country, call->office->host);
}

static enum status head_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld,\"x\":", TEXT_ARG(db_text(rows, i, 0)), (long long)db_int(rows, i, 1));
	json_add_string(out, db_text(rows, i, 2));
	member_text(out, "typed", db_text(rows, i, 3));
	member_time(out, "receivedAt", db_int(rows, i, 4));
	member_text(out, "language", db_text(rows, i, 5));
	buffer_printf(out, ",\"proofs\":%lld,\"late\":%s", (long long)db_int(rows, i, 8), db_int(rows, i, 11) ? "true" : "false");
	member_text(out, "state", db_text(rows, i, 9));
	member_time(out, "dueAt", db_int(rows, i, 10));
	TRY(member_person(people, "decidedBy", db_text(rows, i, 12), ret_error));
	member_text(out, "decidedCountry", db_text(rows, i, 13));
	member_time(out, "decidedAt", db_int(rows, i, 14));
	member_text(out, "reason", db_text(rows, i, 15));
	member_time(out, "appealedAt", db_int(rows, i, 16));
	member_time(out, "appealDue", db_int(rows, i, 17));
	TRY(member_person(people, "appealBy", db_text(rows, i, 18), ret_error));
	member_text(out, "appealCountry", db_text(rows, i, 19));
	member_time(out, "appealAt", db_int(rows, i, 20));
	member_text(out, "appealReason", db_text(rows, i, 21));
	if (db_int(rows, i, 22) > people->call->now_ms)
		member_time(out, "hiddenUntil", db_int(rows, i, 22));
	return ST_OK;
}

/* What is told of the thing now. */
static enum status listings_put(struct people *people, struct text x, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT id, verdict, reports FROM listing WHERE x = $1 AND safe = 0 AND state = 'in-force' ORDER BY verdict",
		     DB_PARAMS(DB_V_TEXT(x)), people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"listings\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_printf(out, "%s{\"id\":\"%.*s\"", i ? "," : "", TEXT_ARG(db_text(&rows, i, 0)));
		member_text(out, "verdict", db_text(&rows, i, 1));
		buffer_printf(out, ",\"reports\":%lld}", (long long)db_int(&rows, i, 2));
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

static enum status more_put(struct people *people, const struct db_rows *row, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	member_text(out, "said", db_text(row, i, 6));
	buffer_printf(out, ",\"details\":%.*s", TEXT_ARG(db_text(row, i, 7)));
	TRY(listings_put(people, db_text(row, i, 2), ret_error));
	return desk_evidence_put(people, db_text(row, i, 0), false, ret_error);
}

/* ---- acts ---- */

static const struct desk_act acts[] = {{"uphold", "dispute.decide", "received"}, {"dismiss", "dispute.decide", "received"},
				       {"appeal-uphold", "dispute.appeal", "appealed"}, {"appeal-dismiss", "dispute.appeal", "appealed"},
				       {NULL, NULL, NULL}};

/* Decided here; its appeal in another country than decided it. */
static bool can(const struct office_call *call, const struct db_rows *row, const struct desk_act *act)
{
	return strcmp(act->state, "received") == 0 ? is_host(call) : !text_equal(db_text(row, 0, 13), call->actor.country);
}

static enum status act(struct office_call *call, struct db_tx *tx, const struct desk_act_form *form, const void *more, struct error *ret_error)
{
	const struct dispute_act what = {.id = form->id, .version = form->version, .act = form->act, .reason = form->reason, .note = form->note};

	(void)more;
	return dispute_do(call->office->awareness, tx, &call->actor, &what, call->arena, ret_error);
}

/* ---- the handlers ---- */

/* Another country sees what was appealed. */
#define APPEALED " AND d.state IN ('appealed', 'appeal-upheld', 'appeal-dismissed')"

static const char *sees(const struct office_call *call)
{
	return is_host(call) ? "" : APPEALED;
}

const char *desk_dispute_visible(const struct office_call *call)
{
	return is_host(call) ? "SELECT d.item_id FROM dispute d WHERE d.id = $1" : "SELECT d.item_id FROM dispute d WHERE d.id = $1" APPEALED;
}

static const struct desk_kind kind = {
	.list = {.action = "dispute.read", .thing = "dispute", .columns = COLUMNS, .from = "FROM dispute d", .where = "WHERE ($1 = '' OR d.state = $1)",
		 .queries = {"state"}, .at = "d.received_at", .id = "d.id", .at_column = 4, .put = head_put},
	.state_column = 9, .more = more_put, .acts = acts, .can = can, .sees = sees, .act = act,
};

void office_dispute_list(struct office_call *call)
{
	desk_kind_list(call, &kind);
}

void office_dispute_get(struct office_call *call)
{
	desk_kind_get(call, &kind);
}

static enum status answer(struct office_call *call, struct db_tx *tx, struct text id, struct error *ret_error)
{
	return desk_kind_answer(call, tx, &kind, id, 200, ret_error);
}

void office_dispute_act(struct office_call *call)
{
	static const struct evidence_owner owner = {.thing = "dispute", .read = "dispute.read", .visible = desk_dispute_visible, .answer = answer};

	if (evidence_act_asked(call))
		evidence_act_run(call, &owner);
	else
		desk_kind_act(call, &kind, NULL);
}
