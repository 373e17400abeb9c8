/* Calls for help, as the two sides see them: how it stands with a call for whoever may know of it, what was said in it for whoever says why. */
#include "awareness/rescue.h"

#include "model/entity_json.h"
#include "office/desk.h"

#include "handlers.inc"

#define COLUMNS                                                                                                                        \
	"r.id, r.version, r.number, r.received_at, r.sent_at, r.language, r.relation, r.host, r.partner, r.state, r.missing, r.check_at, r.said_at," \
	" r.result, r.proposed_by, r.proposed_country, r.proposed_at, r.agreed_by, r.agreed_country, r.agreed_at"

/* Names of officers are known to both sides of a call, whatever their country. */
static void officer_put(struct buffer *out, const char *by, const char *name, struct text id, struct text known)
{
	member_text(out, by, id);
	member_text(out, name, known);
}

static enum status by_put(struct people *people, const char *by, const char *name, struct text id, struct error *ret_error)
{
	struct db_rows row;

	if (id.len == 0)
		return ST_OK;
	TRY(db_query(people->tx, "SELECT name FROM person WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), people->call->arena, &row, ret_error));
	officer_put(&people->call->response->body, by, name, id, row.rows ? db_text(&row, 0, 0) : TEXT_NONE);
	return ST_OK;
}

static enum status desks_put(struct people *people, struct text id, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT d.country, d.desk, d.second, d.rung_at, d.due_at, d.acknowledged_by, p.name, d.acknowledged_at, d.escalated_at"
		     " FROM rescue_desk d JOIN rescue r ON r.id = d.rescue_id LEFT JOIN person p ON p.id = d.acknowledged_by WHERE d.rescue_id = $1"
		     " ORDER BY CASE WHEN d.country = r.host THEN 0 ELSE 1 END",
		     DB_PARAMS(DB_V_TEXT(id)), people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"desks\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_printf(out, "%s{\"country\":\"%.*s\"", i ? "," : "", TEXT_ARG(db_text(&rows, i, 0)));
		member_text(out, "desk", db_text(&rows, i, 1));
		member_text(out, "second", db_text(&rows, i, 2));
		member_time(out, "rungAt", db_int(&rows, i, 3));
		member_time(out, "dueAt", db_int(&rows, i, 4));
		officer_put(out, "by", "byName", db_text(&rows, i, 5), db_text(&rows, i, 6));
		member_time(out, "acknowledgedAt", db_int(&rows, i, 7));
		member_time(out, "escalatedAt", db_int(&rows, i, 8));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

static enum status head_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct text missing = db_text(rows, i, 10), one;
	bool first = true;

	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld,\"number\":%lld", TEXT_ARG(db_text(rows, i, 0)), (long long)db_int(rows, i, 1),
		      (long long)db_int(rows, i, 2));
	member_time(out, "receivedAt", db_int(rows, i, 3));
	member_time(out, "sentAt", db_int(rows, i, 4));
	member_text(out, "language", db_text(rows, i, 5));
	member_text(out, "relation", db_text(rows, i, 6));
	member_text(out, "host", db_text(rows, i, 7));
	member_text(out, "partner", db_text(rows, i, 8));
	member_text(out, "state", db_text(rows, i, 9));
	buffer_add_text(out, TEXT(",\"missing\":["));
	while (missing.len && text_split(&missing, '|', &one)) {
		buffer_printf(out, "%s\"%.*s\"", first ? "" : ",", TEXT_ARG(one));
		first = false;
	}
	buffer_add_char(out, ']');
	member_time(out, "checkAt", db_int(rows, i, 11));
	member_time(out, "saidAt", db_int(rows, i, 12));
	member_text(out, "result", db_text(rows, i, 13));
	TRY(by_put(people, "proposedBy", "proposedByName", db_text(rows, i, 14), ret_error));
	member_text(out, "proposedCountry", db_text(rows, i, 15));
	member_time(out, "proposedAt", db_int(rows, i, 16));
	TRY(by_put(people, "agreedBy", "agreedByName", db_text(rows, i, 17), ret_error));
	member_text(out, "agreedCountry", db_text(rows, i, 18));
	member_time(out, "agreedAt", db_int(rows, i, 19));
	return desks_put(people, db_text(rows, i, 0), ret_error);
}

/* ---- GET: the newest first; ?open=1, ?waiting=1 ---- */

/* Waiting: for an acknowledgement of his country that is his to give, of the second tier once it was escalated. */
void office_rescue_list(struct office_call *call)
{
	const struct policy_thing own = {.owner = call->office->host, .released = &call->actor.country, .released_count = 1};
	const struct rescue_desk *desk = rescue_desk_of(call->actor.country);
	const bool first = desk && desk_bears(call, desk->desk);
	struct desk_list list = {.action = "rescue.read", .thing = "rescue", .columns = COLUMNS, .from = "FROM rescue r", .at = "r.received_at",
				 .id = "r.id", .at_column = 3, .put = head_put, .whose = &own, .param_count = 4};

	list.where = "WHERE (r.host = $1 OR r.partner = $1) AND ($2 = '' OR r.state <> 'closed') AND ($3 = '' OR (r.state <> 'closed' AND EXISTS"
		     " (SELECT 1 FROM rescue_desk d WHERE d.rescue_id = r.id AND d.country = $1 AND d.acknowledged_at IS NULL"
		     " AND (d.escalated_at IS NOT NULL OR $4 = 1))))";
	list.params[0] = DB_V_TEXT(call->actor.country);
	list.params[1] = desk_query(call, "open");
	list.params[2] = desk_query(call, "waiting");
	list.params[3] = DB_V_INT(first);
	desk_list_run(call, &list);
}

/* ---- one ---- */

/* Asks for the actions one after the other; what is of other countries is not there. */
static enum status ask(struct office_call *call, struct db_tx *tx, struct text id, const char *const *actions, struct error *ret_error)
{
	struct db_rows row;
	struct text partner;

	TRY(db_query(tx, "SELECT partner FROM rescue WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena, &row, ret_error));
	if (row.rows == 0)
		return office_missing(call, tx, actions[0], "rescue", id, ret_error);
	partner = db_text(&row, 0, 0);
	for (size_t i = 0; actions[i]; i++) {
		const struct policy_thing thing = {.owner = call->office->host, .released = &partner, .released_count = 1};

		TRY(office_may(call, tx, actions[i], &thing, "rescue", id, ret_error));
	}
	return ST_OK;
}

/* Every reading of what was said, as the audit has it. */
static enum status openings_put(struct people *people, struct text id, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT a.at_ms, a.actor, p.name, a.country FROM audit a LEFT JOIN person p ON p.id = a.actor WHERE a.thing = $1"
		     " AND a.action = 'rescue.open' AND a.outcome = 'done' ORDER BY a.at_ms, a.id",
		     DB_PARAMS(DB_V_TEXT(id)), people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"openings\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_add_text(out, i ? TEXT(",{\"country\":") : TEXT("{\"country\":"));
		json_add_string(out, db_text(&rows, i, 3));
		member_time(out, "at", db_int(&rows, i, 0));
		officer_put(out, "by", "byName", db_text(&rows, i, 1), db_text(&rows, i, 2));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

/* The words in it are for those who have opened the call. */
static enum status story_put(struct people *people, struct text id, bool opened, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT a.number, a.at, a.officer, p.name, p.country, a.act, a.state, a.note FROM desk_act a LEFT JOIN person p"
		     " ON p.id = a.officer WHERE a.subject_id = $1 ORDER BY a.number",
		     DB_PARAMS(DB_V_TEXT(id)), people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"story\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		bool escalated = text_equal(db_text(&rows, i, 5), TEXT("escalate"));

		buffer_printf(out, "%s{\"number\":%lld", i ? "," : "", (long long)db_int(&rows, i, 0));
		member_time(out, "at", db_int(&rows, i, 1));
		officer_put(out, "by", "byName", db_text(&rows, i, 2), db_text(&rows, i, 3));
		member_text(out, "country", escalated ? db_text(&rows, i, 7) : db_text(&rows, i, 4));
		member_text(out, "act", db_text(&rows, i, 5));
		member_text(out, "state", db_text(&rows, i, 6));
		if (opened && !escalated)
			member_text(out, "note", db_text(&rows, i, 7));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

struct standing {
	struct text state, proposed_country;
	bool opened, acknowledged;
};

/* What he may do next: nothing before he has read it. */
static void acts_put(struct office_call *call, const struct standing *s, struct text partner)
{
	static const struct desk_choice first[] = {{"acknowledge", "rescue.act"}, {"note", "rescue.act"}},
				       received[] = {{"take", "rescue.act"}, {"note", "rescue.act"}, {"check", "rescue.act"}, {"propose", "rescue.close"}},
				       theirs[] = {{"agree", "rescue.close"}, {"disagree", "rescue.act"}, {"note", "rescue.act"}, {"check", "rescue.act"}},
				       ours[] = {{"take-back", "rescue.act"}, {"note", "rescue.act"}, {"check", "rescue.act"}}, closed[] = {{"note", "rescue.act"}};
	const struct policy_thing thing = {.owner = call->office->host, .released = &partner, .released_count = 1};

	if (!s->opened)
		desk_acts_put(call, closed, 0, &thing);
	else if (text_equal(s->state, TEXT("closed")))
		desk_acts_put(call, closed, 1, &thing);
	else if (!s->acknowledged)
		desk_acts_put(call, first, 2, &thing);
	else if (text_equal(s->state, TEXT("received")))
		desk_acts_put(call, received, 4, &thing);
	else if (text_equal(s->state, TEXT("in-hand")))
		desk_acts_put(call, received + 1, 3, &thing);
	else if (text_equal(s->proposed_country, call->actor.country))
		desk_acts_put(call, ours, 3, &thing);
	else
		desk_acts_put(call, theirs, 4, &thing);
}

static enum status answer(struct office_call *call, struct db_tx *tx, struct text id, struct error *ret_error)
{
	struct people people = {.call = call, .tx = tx};
	struct buffer *out = &call->response->body;
	struct db_rows row, mine;
	struct standing s;

	TRY(db_query_one(tx, "SELECT " COLUMNS " FROM rescue r WHERE r.id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena, &row, ret_error));
	TRY(db_query(tx, "SELECT acknowledged_at FROM rescue_desk WHERE rescue_id = $1 AND country = $2 AND acknowledged_at IS NOT NULL",
		     DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(call->actor.country)), call->arena, &mine, ret_error));
	s = (struct standing){.state = db_text(&row, 0, 9), .proposed_country = db_text(&row, 0, 15), .acknowledged = mine.rows != 0};
	TRY(rescue_has_opened(tx, id, call->actor.id, call->now_ms, call->arena, &s.opened, ret_error));
	TRY(head_put(&people, &row, 0, ret_error));
	buffer_printf(out, ",\"opened\":%s", s.opened ? "true" : "false");
	TRY(openings_put(&people, id, ret_error));
	TRY(story_put(&people, id, s.opened, ret_error));
	acts_put(call, &s, db_text(&row, 0, 8));
	buffer_add_char(out, '}');
	office_etag(call, db_int(&row, 0, 1));
	office_json(call, 200);
	return buffer_status(out);
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	static const char *const actions[] = {"rescue.read", NULL};
	const struct text *id = context;

	TRY(ask(call, tx, *id, actions, ret_error));
	return answer(call, tx, *id, ret_error);
}

void office_rescue_get(struct office_call *call)
{
	office_by_id(call, DB_WRITE, get_work);
}

/* ---- what was said ---- */

static enum status open_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	static const char *const actions[] = {"rescue.open", NULL};
	const struct text *id = context;
	struct buffer *out = &call->response->body;
	struct db_rows row, contact;

	TRY(ask(call, tx, *id, actions, ret_error));
	TRY(rescue_opened(call->office->awareness, tx, *id, ret_error));
	TRY(db_query_one(tx, "SELECT content FROM rescue WHERE id = $1", DB_PARAMS(DB_V_TEXT(*id)), call->arena, &row, ret_error));
	TRY(db_query(tx, "SELECT way, value, hours FROM reporter_contact WHERE subject_id = $1", DB_PARAMS(DB_V_TEXT(*id)), call->arena, &contact,
		     ret_error));
	buffer_printf(out, "{\"forgotten\":%s,\"said\":", db_is_null(&row, 0, 0) ? "true" : "false");
	buffer_add_text(out, db_is_null(&row, 0, 0) ? TEXT("{}") : db_text(&row, 0, 0));
	if (contact.rows) {
		buffer_add_text(out, TEXT(",\"contact\":{\"way\":"));
		json_add_string(out, db_text(&contact, 0, 0));
		member_text(out, "value", db_text(&contact, 0, 1));
		member_text(out, "hours", db_text(&contact, 0, 2));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, '}');
	office_json(call, 200);
	return buffer_status(out);
}

void office_rescue_open(struct office_call *call)
{
	office_by_id(call, DB_WRITE, open_work);
}

/* ---- acts ---- */

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct rescue_act *act = context;
	const bool closing = text_equal(act->act, TEXT("propose")) || text_equal(act->act, TEXT("agree"));
	const char *const actions[] = {"rescue.read", closing ? "rescue.close" : "rescue.act", NULL};

	TRY(ask(call, tx, act->id, actions, ret_error));
	TRY(rescue_do(call->office->awareness, tx, &call->actor, act, call->arena, ret_error));
	return answer(call, tx, act->id, ret_error);
}

void office_rescue_act(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct desk_act_form form = {.root = NULL};
	enum status st = desk_act_read(call, &form, &error);
	struct rescue_act act = {.id = form.id, .version = form.version, .act = form.act, .note = form.note, .reason = form.reason};

	if (st == ST_OK && form.root)
		st = body_time(call, form.root, "at", &act.at_ms, &error);
	json_decref(form.root);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, act_work, &act, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}
