/* Reports of the public, as the desk sees them. */
#include "awareness/report.h"

#include <stdio.h>

#include "model/entity_json.h"
#include "office/evidence.h"
#include "office/referral.h"

#include "handlers.inc"

/* The gravest first, of those the newest: one number, as the page after asks for it. */
#define ORDER "((3 - r.priority) * 100000000000000 + r.received_at)"
#define COLUMNS                                                                                                                        \
	"r.id, r.version, r.received_at, r.state, r.priority, r.type, r.language, r.speed, r.cluster_id, r.campaign_id, c.name, r.story,"   \
	" (SELECT count(*) FROM report o WHERE o.cluster_id = r.cluster_id)," \
	" (SELECT min(i.x) FROM report_identifier i WHERE i.report_id = r.id), (SELECT count(*) FROM report_identifier i WHERE i.report_id = r.id)," \
	" (SELECT count(*) FROM report_found f WHERE f.report_id = r.id AND f.state = 'proposed'" \
	" AND NOT EXISTS (SELECT 1 FROM identifier i WHERE i.x = f.x AND i.safe = 1))," ORDER
#define AT_COLUMN 16
/* Of an identifier x whose row, if it has one, is i. */
#define NAMED                                                                                                                          \
	"(SELECT count(*) FROM report_identifier o WHERE o.x = i.x)," \
	" (SELECT min(l.verdict) FROM listing l WHERE l.x = i.x AND l.safe = 0 AND l.state = 'in-force')," \
	" (SELECT min(l.id) FROM listing l WHERE l.x = i.x AND l.safe = 0)"
#define FROM "FROM report r LEFT JOIN campaign c ON c.id = r.campaign_id"
#define WHERE                                                                                                                          \
	"WHERE ($1 = '' OR r.state = $1) AND ($2 = '' OR r.priority = $7) AND ($3 = '' OR r.cluster_id = $3)" \
	" AND ($4 = '' OR r.campaign_id = $4) AND ($5 = '' OR r.id IN (SELECT report_id FROM report_identifier WHERE x = $5))" \
	" AND ($6 = '' OR r.id IN (SELECT report_id FROM report_found WHERE x = $6))"
#define STORY_SHOWN 240u /* bytes of it in a list */

/* Without cutting a letter in two. */
static struct text shortened(struct text story)
{
	size_t len = STORY_SHOWN;

	if (story.len <= STORY_SHOWN)
		return story;
	while (len > 0 && ((unsigned char)story.data[len] & 0xc0) == 0x80)
		len--;
	return (struct text){story.data, len};
}

static void head_put(struct people *people, const struct db_rows *rows, size_t i, bool whole)
{
	struct buffer *out = &people->call->response->body;

	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld", TEXT_ARG(db_text(rows, i, 0)), (long long)db_int(rows, i, 1));
	member_time(out, "receivedAt", db_int(rows, i, 2));
	member_text(out, "state", db_text(rows, i, 3));
	buffer_printf(out, ",\"priority\":%lld", (long long)db_int(rows, i, 4));
	member_text(out, "type", db_text(rows, i, 5));
	member_text(out, "language", db_text(rows, i, 6));
	member_text(out, "speed", db_text(rows, i, 7));
	member_text(out, "cluster", db_text(rows, i, 8));
	buffer_printf(out, ",\"together\":%lld", (long long)db_int(rows, i, 12));
	member_text(out, "campaign", db_text(rows, i, 9));
	member_text(out, "campaignName", db_text(rows, i, 10));
	member_text(out, "said", whole ? db_text(rows, i, 11) : shortened(db_text(rows, i, 11)));
	member_text(out, "names", db_text(rows, i, 13));
	buffer_printf(out, ",\"identifierCount\":%lld,\"foundCount\":%lld", (long long)db_int(rows, i, 14), (long long)db_int(rows, i, 15));
}

static enum status row_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	(void)ret_error;
	head_put(people, rows, i, false);
	return ST_OK;
}

/* ---- GET: by priority, or of one cluster, campaign, identifier, or of what was found in texts ---- */

void office_report_list(struct office_call *call)
{
	const bool open = text_equal(http_query(call->request, "open"), TEXT("1"));
	struct desk_list list = {.action = "report.read", .thing = "report", .columns = COLUMNS, .from = FROM, .at = ORDER, .id = "r.id",
				 .at_column = AT_COLUMN, .put = row_put};

	list.where = open ? WHERE " AND r.state IN ('received', 'read')" : WHERE;
	list.params[0] = desk_query(call, "state");
	list.params[1] = desk_query(call, "priority");
	list.params[2] = desk_query(call, "cluster");
	list.params[3] = desk_query(call, "campaign");
	list.params[4] = desk_query(call, "identifier");
	list.params[5] = desk_query(call, "found");
	list.params[6] = DB_V_INT(list.params[1].text.len == 1 ? list.params[1].text.data[0] - '0' : -1);
	list.param_count = 7;
	desk_list_run(call, &list);
}

/* ---- one ---- */

static void named_put(struct buffer *out, const struct db_rows *rows, size_t i)
{
	buffer_add_text(out, i ? TEXT(",{\"x\":") : TEXT("{\"x\":"));
	json_add_string(out, db_text(rows, i, 0));
	member_text(out, "type", db_text(rows, i, 1));
	member_text(out, "typed", db_text(rows, i, 2));
	buffer_printf(out, ",\"official\":%s,\"reports\":%lld", db_int(rows, i, 3) ? "true" : "false", (long long)db_int(rows, i, 4));
	member_text(out, "verdict", db_text(rows, i, 5));
	member_text(out, "listing", db_text(rows, i, 6));
}

/* What it names: how many name the same, and what is told of it. */
static enum status identifiers_put(struct people *people, struct text id, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT i.x, i.type, n.typed, i.safe, " NAMED " FROM report_identifier n JOIN identifier i ON i.x = n.x WHERE n.report_id = $1 ORDER BY i.x",
		     DB_PARAMS(DB_V_TEXT(id)), people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"identifiers\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		named_put(out, &rows, i);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

/* What the machine found in its text, decided or not; texts: of other reports, in which the same was found. */
static enum status found_put(struct people *people, struct text id, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT f.x, f.type, f.typed, coalesce(i.safe, 0), " NAMED ", f.number, f.state, f.decided_by, f.decided_at,"
		     " (SELECT count(*) FROM report_found o WHERE o.x = f.x AND o.report_id <> f.report_id)"
		     " FROM report_found f LEFT JOIN identifier i ON i.x = f.x WHERE f.report_id = $1 ORDER BY f.number",
		     DB_PARAMS(DB_V_TEXT(id)), people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"found\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		named_put(out, &rows, i);
		buffer_printf(out, ",\"number\":%lld,\"texts\":%lld", (long long)db_int(&rows, i, 7), (long long)db_int(&rows, i, 11));
		member_text(out, "state", db_text(&rows, i, 8));
		TRY(member_person(people, "decidedBy", db_text(&rows, i, 9), ret_error));
		member_time(out, "decidedAt", db_int(&rows, i, 10));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

static enum status payments_put(struct people *people, struct text id, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT number, body, verified_by, verified_at FROM report_payment WHERE report_id = $1 ORDER BY number",
		     DB_PARAMS(DB_V_TEXT(id)), people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"payments\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_printf(out, "%s{\"number\":%lld,\"said\":%.*s", i ? "," : "", (long long)db_int(&rows, i, 0), TEXT_ARG(db_text(&rows, i, 1)));
		TRY(member_person(people, "verifiedBy", db_text(&rows, i, 2), ret_error));
		member_time(out, "verifiedAt", db_int(&rows, i, 3));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

static enum status acts_put(struct office_call *call, struct text state)
{
	static const struct desk_choice open[] = {{"read", "report.act"},   {"note", "report.act"},  {"verify", "report.act"}, {"sent", "report.act"},
						  {"action", "report.act"}, {"close", "report.act"}, {"apart", "report.act"},  {"unlink", "report.act"},
						  {"found-confirm", "report.act"}, {"found-reject", "report.act"}},
				       closed[] = {{"note", "report.act"}, {"reopen", "report.act"}};
	struct desk_choice now[sizeof open / sizeof open[0]];
	const struct policy_thing thing = desk_thing(call);
	size_t count = 0;

	if (text_equal(state, TEXT("closed"))) {
		desk_acts_put(call, closed, 2, &thing);
		return ST_OK;
	}
	for (size_t i = 0; i < sizeof open / sizeof open[0] && !text_equal(state, TEXT("withdrawn")); i++) {
		bool first = text_equal(state, TEXT("received")), linked = text_equal(state, TEXT("linked"));

		if ((i == 0 && !first) || (i == 4 && first) || (i == 7 && !linked))
			continue;
		now[count++] = open[i];
	}
	desk_acts_put(call, now, count, &thing);
	return ST_OK;
}

static enum status answer(struct office_call *call, struct db_tx *tx, struct text id, struct error *ret_error)
{
	struct people people = {.call = call, .tx = tx};
	struct buffer *out = &call->response->body;
	struct db_rows row, more;

	TRY(db_query_one(tx, "SELECT " COLUMNS " " FROM " WHERE r.id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena, &row, ret_error));
	TRY(db_query_one(tx, "SELECT r.details, r.reported_at, r.sent_to, r.reason, (SELECT count(*) FROM reporter_contact k WHERE k.subject_id = r.id)"
			 " FROM report r WHERE r.id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena, &more, ret_error));
	head_put(&people, &row, 0, true);
	buffer_printf(out, ",\"details\":%.*s", TEXT_ARG(db_text(&more, 0, 0)));
	member_time(out, "reportedAt", db_int(&more, 0, 1));
	member_text(out, "sentTo", db_text(&more, 0, 2));
	member_text(out, "reason", db_text(&more, 0, 3));
	buffer_printf(out, ",\"contact\":%s", db_int(&more, 0, 4) ? "true" : "false");
	TRY(identifiers_put(&people, id, ret_error));
	TRY(found_put(&people, id, ret_error));
	TRY(payments_put(&people, id, ret_error));
	TRY(desk_evidence_put(&people, id, false, ret_error));
	TRY(referrals_put(&people, id, ret_error));
	TRY(desk_story_put(&people, id, ret_error));
	TRY(acts_put(call, db_text(&row, 0, 3)));
	buffer_add_char(out, '}');
	office_etag(call, db_int(&row, 0, 1));
	office_json(call, 200);
	return buffer_status(out);
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;

	TRY(desk_act_may(call, tx, "report.read", "report.read", "report", "SELECT item_id FROM report WHERE id = $1", *id, ret_error));
	return answer(call, tx, *id, ret_error);
}

void office_report_get(struct office_call *call)
{
	office_by_id(call, DB_WRITE, get_work);
}

/* How to reach whoever sent it: asked for by itself, with a reason. */
static enum status contact_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = desk_thing(call);
	const struct text *id = context;
	struct buffer *out = &call->response->body;
	struct db_rows row;

	TRY(office_may(call, tx, "report.contact", &thing, "report", *id, ret_error));
	TRY(db_query(tx, "SELECT way, value, hours, delete_at FROM reporter_contact WHERE subject_id = $1", DB_PARAMS(DB_V_TEXT(*id)), call->arena,
		     &row, ret_error));
	if (row.rows == 0)
		return office_missing(call, tx, "report.contact", "report", *id, ret_error);
	buffer_add_text(out, TEXT("{\"way\":"));
	json_add_string(out, db_text(&row, 0, 0));
	member_text(out, "value", db_text(&row, 0, 1));
	member_text(out, "hours", db_text(&row, 0, 2));
	member_time(out, "deleteAt", db_int(&row, 0, 3));
	buffer_add_char(out, '}');
	office_json(call, 200);
	return buffer_status(out);
}

void office_report_contact(struct office_call *call)
{
	office_by_id(call, DB_WRITE, contact_work);
}

/* ---- acts ---- */

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct report_act *act = context;

	TRY(desk_act_may(call, tx, "report.read", "report.act", "report", "SELECT item_id FROM report WHERE id = $1", act->id, ret_error));
	TRY(report_do(call->office->awareness, tx, &call->actor, act, call->arena, ret_error));
	return answer(call, tx, act->id, ret_error);
}

static const char *visible(const struct office_call *call)
{
	(void)call;
	return "SELECT item_id FROM report WHERE id = $1";
}

static void do_act(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct desk_act_form form = {.root = NULL};
	struct report_act act = {.version = 0};
	enum status st = desk_act_read(call, &form, &error);

	if (st == ST_OK && form.root)
		st = body_number(form.root, "payment", &act.payment, &error);
	if (st == ST_OK && form.root)
		st = body_number(form.root, "authority", &act.authority, &error);
	if (st == ST_OK && form.root)
		st = body_number(form.root, "found", &act.found, &error);
	json_decref(form.root);
	act.id = form.id;
	act.version = form.version;
	act.act = form.act;
	act.note = form.note;
	act.reason = form.reason;
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, act_work, &act, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}

void office_report_act(struct office_call *call)
{
	static const struct evidence_owner owner = {.thing = "report", .read = "report.read", .visible = visible, .answer = answer};

	if (evidence_act_asked(call))
		evidence_act_run(call, &owner);
	else
		do_act(call);
}
