/* Disputes: decided here, their appeals in another country. */
#include "awareness/dispute.h"

#include "model/entity_json.h"
#include "office/desk.h"

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
	TRY(desk_by_put(people, "decidedBy", db_text(rows, i, 12), ret_error));
	member_text(out, "decidedCountry", db_text(rows, i, 13));
	member_time(out, "decidedAt", db_int(rows, i, 14));
	member_text(out, "reason", db_text(rows, i, 15));
	member_time(out, "appealedAt", db_int(rows, i, 16));
	member_time(out, "appealDue", db_int(rows, i, 17));
	TRY(desk_by_put(people, "appealBy", db_text(rows, i, 18), ret_error));
	member_text(out, "appealCountry", db_text(rows, i, 19));
	member_time(out, "appealAt", db_int(rows, i, 20));
	member_text(out, "appealReason", db_text(rows, i, 21));
	if (db_int(rows, i, 22) > people->call->now_ms)
		member_time(out, "hiddenUntil", db_int(rows, i, 22));
	return ST_OK;
}

static enum status row_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	TRY(head_put(people, rows, i, ret_error));
	buffer_add_char(&people->call->response->body, '}');
	return ST_OK;
}

/* Another country sees what was appealed. */
static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct desk_list list = {.action = "dispute.read", .thing = "dispute", .columns = COLUMNS, .from = "FROM dispute d", .at = "d.received_at",
				 .id = "d.id", .at_column = 4, .put = row_put, .param_count = 1};

	list.where = is_host(call) ? "WHERE ($1 = '' OR d.state = $1)"
				   : "WHERE ($1 = '' OR d.state = $1) AND d.state IN ('appealed', 'appeal-upheld', 'appeal-dismissed')";
	list.params[0] = desk_query(call, "state");
	return desk_list_answer(call, tx, context, &list, ret_error);
}

void office_dispute_list(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct desk_page page;

	if (desk_page_read(call, &page, &error) != ST_OK || office_transact(call, DB_WRITE, list_work, &page, &error) != ST_OK)
		office_problem(call, &error);
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

static enum status answer(struct office_call *call, struct db_tx *tx, struct text id, struct error *ret_error)
{
	static const struct desk_choice received[] = {{"uphold", "dispute.decide"}, {"dismiss", "dispute.decide"}},
				       appealed[] = {{"appeal-uphold", "dispute.appeal"}, {"appeal-dismiss", "dispute.appeal"}};
	const struct policy_thing thing = desk_thing(call);
	struct people people = {.call = call, .tx = tx};
	struct buffer *out = &call->response->body;
	struct db_rows row;
	struct text state;

	TRY(db_query_one(tx, "SELECT " COLUMNS " FROM dispute d WHERE d.id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena, &row, ret_error));
	TRY(head_put(&people, &row, 0, ret_error));
	member_text(out, "said", db_text(&row, 0, 6));
	buffer_printf(out, ",\"details\":%.*s", TEXT_ARG(db_text(&row, 0, 7)));
	TRY(listings_put(&people, db_text(&row, 0, 2), ret_error));
	state = db_text(&row, 0, 9);
	if (text_equal(state, TEXT("received")) && is_host(call))
		desk_acts_put(call, received, 2, &thing);
	else
		desk_acts_put(call, appealed,
			      text_equal(state, TEXT("appealed")) && !text_equal(db_text(&row, 0, 13), call->actor.country) ? 2 : 0, &thing);
	TRY(desk_evidence_put(&people, id, ret_error));
	TRY(desk_story_put(&people, id, ret_error));
	buffer_add_char(out, '}');
	office_etag(call, db_int(&row, 0, 1));
	office_json(call, 200);
	return buffer_status(out);
}

const char *desk_dispute_visible(const struct office_call *call)
{
	return is_host(call) ? "SELECT item_id FROM dispute WHERE id = $1"
			     : "SELECT item_id FROM dispute WHERE id = $1 AND state IN ('appealed', 'appeal-upheld', 'appeal-dismissed')";
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;

	TRY(desk_act_may(call, tx, "dispute.read", "dispute.read", "dispute", desk_dispute_visible(call), *id, ret_error));
	return answer(call, tx, *id, ret_error);
}

void office_dispute_get(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct text id;

	if (office_id(call, 0, &id, &error) != ST_OK || office_transact(call, DB_WRITE, get_work, &id, &error) != ST_OK)
		office_problem(call, &error);
}

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct dispute_act *act = context;

	TRY(desk_act_may(call, tx, "dispute.read", text_starts(act->act, TEXT("appeal-")) ? "dispute.appeal" : "dispute.decide", "dispute",
			 desk_dispute_visible(call), act->id, ret_error));
	TRY(dispute_do(call->office->awareness, tx, &call->actor, act, call->arena, ret_error));
	return answer(call, tx, act->id, ret_error);
}

void office_dispute_act(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct desk_act_form form = {.root = NULL};
	enum status st = desk_act_read(call, &form, &error);
	struct dispute_act act = {.id = form.id, .version = form.version, .act = form.act, .reason = form.reason, .note = form.note};

	json_decref(form.root);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, act_work, &act, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}
