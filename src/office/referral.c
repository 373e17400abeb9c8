/* Reports that were given to partners: how it stands with each, for both sides; what it says, for the partner; and that he has heard of a
 * withdrawal. */
#include "office/referral.h"

#include "awareness/referral.h"
#include "model/entity_json.h"

#include "handlers.inc"

/* Names of officers are known to both sides of a referral; a machine has one too. */
#define COLUMNS                                                                                                                        \
	"r.id, r.version, r.number, r.country, r.authority, r.sent_at, r.sent_by, s.name, r.withdrawn_at, r.due_at, r.late_at,"             \
	" r.acknowledged_at, r.acknowledged_by, coalesce(a.name, m.name), r.report_id"
#define FROM                                                                                                                           \
	"FROM referral r LEFT JOIN person s ON s.id = r.sent_by LEFT JOIN person a ON a.id = r.acknowledged_by"                             \
	" LEFT JOIN machine m ON m.id = r.acknowledged_by"

bool referral_knows_all(const struct office_call *call)
{
	const struct policy_thing other = {.owner = TEXT("--"), .released = &call->office->host, .released_count = 1};

	return may(&call->actor, TEXT("referral.read"), &other, call->office->host, call->now_ms) == POLICY_ALLOWED;
}

static void head_put(struct people *people, const struct db_rows *rows, size_t i)
{
	struct buffer *out = &people->call->response->body;

	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld,\"number\":%lld,\"authority\":%lld", TEXT_ARG(db_text(rows, i, 0)),
		      (long long)db_int(rows, i, 1), (long long)db_int(rows, i, 2), (long long)db_int(rows, i, 4));
	member_text(out, "country", db_text(rows, i, 3));
	member_text(out, "state", !db_is_null(rows, i, 11) ? TEXT("acknowledged") : db_is_null(rows, i, 8) ? TEXT("sent") : TEXT("withdrawn"));
	member_time(out, "sentAt", db_int(rows, i, 5));
	member_text(out, "sentBy", db_text(rows, i, 6));
	member_text(out, "sentByName", db_text(rows, i, 7));
	member_time(out, "withdrawnAt", db_int(rows, i, 8));
	member_time(out, "dueAt", db_int(rows, i, 9));
	member_time(out, "lateAt", db_int(rows, i, 10));
	member_time(out, "acknowledgedAt", db_int(rows, i, 11));
	member_text(out, "acknowledgedBy", db_text(rows, i, 12));
	member_text(out, "acknowledgedByName", db_text(rows, i, 13));
	if (referral_knows_all(people->call))
		member_text(out, "report", db_text(rows, i, 14));
}

static enum status row_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	(void)ret_error;
	head_put(people, rows, i);
	return ST_OK;
}

enum status referrals_put(struct people *people, struct text report, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT " COLUMNS " " FROM " WHERE r.report_id = $1 ORDER BY r.number", DB_PARAMS(DB_V_TEXT(report)),
		     people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"referrals\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		if (i)
			buffer_add_char(out, ',');
		head_put(people, &rows, i);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

/* ---- GET: the newest first; ?waiting=1 ---- */

void office_referral_list(struct office_call *call)
{
	const struct policy_thing own = {.owner = call->actor.country};
	struct desk_list list = {.action = "referral.read", .thing = "referral", .columns = COLUMNS, .from = FROM, .at = "r.sent_at", .id = "r.id",
				 .at_column = 5, .put = row_put, .whose = &own, .param_count = 2};

	list.where = "WHERE ($1 = '' OR r.country = $1) AND ($2 = '' OR (r.withdrawn_at IS NOT NULL AND r.acknowledged_at IS NULL))";
	list.params[0] = DB_V_TEXT(referral_knows_all(call) ? TEXT("") : call->actor.country);
	list.params[1] = desk_query(call, "waiting");
	desk_list_run(call, &list);
}

/* ---- one ---- */

enum status referral_may(struct office_call *call, struct db_tx *tx, const char *action, struct text id, bool alive, struct text *ret_report,
			 struct error *ret_error)
{
	struct policy_thing thing = {.owner = TEXT_NONE};
	struct db_rows row;

	TRY(db_query(tx, "SELECT country, report_id, withdrawn_at FROM referral WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena, &row,
		     ret_error));
	if (row.rows == 0)
		return office_missing(call, tx, action, "referral", id, ret_error);
	thing.owner = db_text(&row, 0, 0);
	TRY(office_may(call, tx, action, &thing, "referral", id, ret_error));
	if (alive && !db_is_null(&row, 0, 2))
		return error_because(ret_error, ST_CONFLICT, "referral-withdrawn", NULL, "its reporter has taken it back");
	*ret_report = db_text(&row, 0, 1);
	return ST_OK;
}

/* With the names of both sides, whoever asks. */
static enum status story_put(struct people *people, struct text id, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT d.number, d.at, d.officer, coalesce(a.name, m.name), coalesce(a.country, m.country), d.act, d.state, d.note"
		     " FROM desk_act d LEFT JOIN person a ON a.id = d.officer LEFT JOIN machine m ON m.id = d.officer WHERE d.subject_id = $1"
		     " ORDER BY d.number", DB_PARAMS(DB_V_TEXT(id)), people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"story\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_printf(out, "%s{\"number\":%lld", i ? "," : "", (long long)db_int(&rows, i, 0));
		member_time(out, "at", db_int(&rows, i, 1));
		member_text(out, "by", db_text(&rows, i, 2));
		member_text(out, "byName", db_text(&rows, i, 3));
		member_text(out, "country", db_text(&rows, i, 4));
		member_text(out, "act", db_text(&rows, i, 5));
		member_text(out, "state", db_text(&rows, i, 6));
		member_text(out, "note", db_text(&rows, i, 7));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

static enum status answer(struct office_call *call, struct db_tx *tx, struct text id, struct error *ret_error)
{
	static const struct desk_choice acknowledge = {"acknowledge", "referral.act"};
	struct people people = {.call = call, .tx = tx};
	struct buffer *out = &call->response->body;
	struct policy_thing thing = {.owner = TEXT_NONE};
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT " COLUMNS " " FROM " WHERE r.id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena, &row, ret_error));
	thing.owner = db_text(&row, 0, 3);
	head_put(&people, &row, 0);
	TRY(story_put(&people, id, ret_error));
	desk_acts_put(call, &acknowledge, !db_is_null(&row, 0, 8) && db_is_null(&row, 0, 11), &thing);
	buffer_add_char(out, '}');
	office_etag(call, db_int(&row, 0, 1));
	office_json(call, 200);
	return buffer_status(out);
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;
	struct text report;

	TRY(referral_may(call, tx, "referral.read", *id, false, &report, ret_error));
	return answer(call, tx, *id, ret_error);
}

void office_referral_get(struct office_call *call)
{
	office_by_id(call, DB_WRITE, get_work);
}

/* ---- what it says: as its reporter left it, and nothing that officers of the hub wrote ---- */

static enum status named_put(struct people *people, struct text report, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT i.x, i.type, n.typed FROM report_identifier n JOIN identifier i ON i.x = n.x WHERE n.report_id = $1 ORDER BY i.x",
		     DB_PARAMS(DB_V_TEXT(report)), people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"identifiers\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_add_text(out, i ? TEXT(",{\"x\":") : TEXT("{\"x\":"));
		json_add_string(out, db_text(&rows, i, 0));
		member_text(out, "type", db_text(&rows, i, 1));
		member_text(out, "typed", db_text(&rows, i, 2));
		buffer_add_char(out, '}');
	}
	TRY(db_query(people->tx, "SELECT number, body FROM report_payment WHERE report_id = $1 ORDER BY number", DB_PARAMS(DB_V_TEXT(report)),
		     people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT("],\"payments\":["));
	for (size_t i = 0; i < rows.rows; i++)
		buffer_printf(out, "%s{\"number\":%lld,\"said\":%.*s}", i ? "," : "", (long long)db_int(&rows, i, 0), TEXT_ARG(db_text(&rows, i, 1)));
	buffer_add_char(out, ']');
	return ST_OK;
}

/* What he has said since, by his receipt. */
static enum status added_put(struct people *people, struct text report, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT at, act, note FROM desk_act WHERE subject_id = $1 AND officer = $2 AND note IS NOT NULL ORDER BY number",
		     DB_PARAMS(DB_V_TEXT(report), DB_V_TEXT(awareness_public.id)), people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"added\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_add_text(out, i ? TEXT(",{\"act\":") : TEXT("{\"act\":"));
		json_add_string(out, db_text(&rows, i, 1));
		member_time(out, "at", db_int(&rows, i, 0));
		member_text(out, "note", db_text(&rows, i, 2));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

static enum status open_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;
	struct people people = {.call = call, .tx = tx};
	struct buffer *out = &call->response->body;
	struct text report;
	struct db_rows row;

	TRY(referral_may(call, tx, "referral.open", *id, true, &report, ret_error));
	TRY(db_query_one(tx, "SELECT reported_at, language, speed, type, story, details FROM report WHERE id = $1", DB_PARAMS(DB_V_TEXT(report)),
			 call->arena, &row, ret_error));
	buffer_printf(out, "{\"details\":%.*s", TEXT_ARG(db_text(&row, 0, 5)));
	member_time(out, "reportedAt", db_int(&row, 0, 0));
	member_text(out, "language", db_text(&row, 0, 1));
	member_text(out, "speed", db_text(&row, 0, 2));
	member_text(out, "type", db_text(&row, 0, 3));
	member_text(out, "said", db_text(&row, 0, 4));
	TRY(named_put(&people, report, ret_error));
	TRY(desk_evidence_put(&people, report, true, ret_error));
	TRY(added_put(&people, report, ret_error));
	buffer_add_char(out, '}');
	office_json(call, 200);
	return buffer_status(out);
}

void office_referral_open(struct office_call *call)
{
	office_by_id(call, DB_WRITE, open_work);
}

/* ---- acts ---- */

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct desk_act_form *form = context;
	struct text report;

	TRY(referral_may(call, tx, "referral.read", form->id, false, &report, ret_error));
	TRY(referral_may(call, tx, "referral.act", form->id, false, &report, ret_error));
	if (!text_equal(form->act, TEXT("acknowledge")))
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	TRY(referral_acknowledge(call->office->awareness, tx, &call->actor, form->id, form->note, call->arena, ret_error));
	return answer(call, tx, form->id, ret_error);
}

void office_referral_act(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct desk_act_form form = {.root = NULL};
	enum status st = desk_act_read(call, &form, &error);

	json_decref(form.root);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, act_work, &form, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}
