/* Outcomes that officers enter, and operations of two countries. */
#include "tally/outcome.h"

#include "model/time.h"
#include "office/entry.h"
#include "office/figures.h"

#include "handlers.inc"

#define COLUMNS                                                                                                                            \
	"o.id, o.version, o.figure, o.month, o.country, o.number, o.people, o.side, j.code, o.state, o.entered_by, o.entered_at, o.confirmed_by," \
	" o.confirmed_at, o.replaces, o.reason, o.note, j.host, j.partner,"                                                                 \
	" (SELECT count(*) FROM outcome b WHERE b.joint_id = o.joint_id AND b.month = o.month AND b.figure = o.figure AND b.country = o.country"  \
	" AND b.side <> o.side AND b.state = 'confirmed' AND b.number = o.number AND b.people = o.people),"                                   \
	" (SELECT count(*) FROM outcome b WHERE b.replaces = o.id)"                                                                            \
	" FROM outcome o LEFT JOIN joint_operation j ON j.id = o.joint_id "

enum column { ID, VERSION, FIGURE, MONTH, COUNTRY, NUMBER, PEOPLE, SIDE, CODE, STATE, ENTERED_BY, ENTERED, CONFIRMED_BY, CONFIRMED, REPLACES, REASON, NOTE,
	      HOST, PARTNER, SAME, CORRECTED };

struct policy_thing outcome_thing(const struct office_call *call)
{
	return (struct policy_thing){.owner = call->actor.country};
}

/* ---- what is shown ---- */

static bool allowed(const struct office_call *call, const char *action, const struct policy_thing *thing)
{
	enum policy_answer answer = may(&call->actor, text_of(action), thing, call->office->host, call->now_ms);

	return answer == POLICY_ALLOWED || answer == POLICY_PROVE_ANEW;
}

static void acts_put(struct office_call *call, const struct db_rows *rows, size_t i)
{
	struct buffer *out = &call->response->body;
	struct text state = db_text(rows, i, STATE), side = db_text(rows, i, SIDE), me = call->actor.country;
	const struct policy_thing by_second = {.owner = me, .author = db_text(rows, i, ENTERED_BY)}, any = outcome_thing(call);
	bool mine = text_equal(side, me), party = text_equal(me, db_text(rows, i, HOST)) || text_equal(me, db_text(rows, i, PARTNER));
	const char *comma = "";

	buffer_add_text(out, TEXT(",\"acts\":["));
	if (mine && text_equal(state, TEXT("entered")) && allowed(call, "outcome.confirm", &by_second)) {
		buffer_add_text(out, TEXT("{\"act\":\"confirm\"}"));
		comma = ",";
	}
	if (!mine && party && text_equal(state, TEXT("confirmed")) && db_int(rows, i, SAME) == 0 && allowed(call, "outcome.confirm", &by_second)) {
		buffer_printf(out, "%s{\"act\":\"agree\"}", comma);
		comma = ",";
	}
	if (mine && text_equal(state, TEXT("entered")) && allowed(call, "outcome.enter", &any)) {
		buffer_printf(out, "%s{\"act\":\"withdraw\"}", comma);
		comma = ",";
	}
	if (mine && text_equal(state, TEXT("confirmed")) && db_int(rows, i, CORRECTED) == 0 && allowed(call, "outcome.enter", &any))
		buffer_printf(out, "%s{\"act\":\"correct\"}", comma);
	buffer_add_char(out, ']');
}

static void sides_put(struct office_call *call, const struct db_rows *rows, size_t i)
{
	int64_t until = db_int(rows, i, CONFIRMED) + OUTCOME_SIDE_MS;
	bool both = db_int(rows, i, SAME) > 0;

	if (db_text(rows, i, CODE).len == 0 || !text_equal(db_text(rows, i, STATE), TEXT("confirmed")))
		return;
	member_text(&call->response->body, "sides", both ? TEXT("both") : call->now_ms >= until ? TEXT("one") : TEXT("waiting"));
	if (!both)
		member_time(&call->response->body, "sideUntil", until);
}

static enum status outcome_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct office_call *call = people->call;
	struct buffer *out = &call->response->body;
	const struct figure_definition *d = figure_definition_find(db_text(rows, i, FIGURE));
	struct text country = db_text(rows, i, COUNTRY);
	int64_t month = db_int(rows, i, MONTH);

	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld,\"month\":\"%04d-%02d\",\"number\":%lld,\"people\":%lld", TEXT_ARG(db_text(rows, i, ID)),
		      (long long)db_int(rows, i, VERSION), (int)(month / 100), (int)(month % 100), (long long)db_int(rows, i, NUMBER),
		      (long long)db_int(rows, i, PEOPLE));
	member_text(out, "figure", db_text(rows, i, FIGURE));
	member_text(out, "name", d ? figures_name(call, d) : db_text(rows, i, FIGURE));
	member_text(out, "unit", d ? figure_word_of("unit", d->unit, figures_language(call)) : TEXT_NONE);
	member_text(out, "country", text_equal(country, TEXT("--")) ? TEXT_NONE : country);
	member_text(out, "side", db_text(rows, i, SIDE));
	member_text(out, "operation", db_text(rows, i, CODE));
	sides_put(call, rows, i);
	member_text(out, "state", db_text(rows, i, STATE));
	TRY(member_person_name(people, "enteredByName", db_text(rows, i, ENTERED_BY), ret_error));
	member_time(out, "enteredAt", db_int(rows, i, ENTERED));
	TRY(member_person_name(people, "confirmedByName", db_text(rows, i, CONFIRMED_BY), ret_error));
	member_time(out, "confirmedAt", db_int(rows, i, CONFIRMED));
	member_text(out, "replaces", db_text(rows, i, REPLACES));
	member_text(out, "reason", db_text(rows, i, REASON));
	member_text(out, "note", db_text(rows, i, NOTE));
	acts_put(call, rows, i);
	buffer_add_char(out, '}');
	return buffer_status(out);
}

static enum status answer(struct office_call *call, struct db_tx *tx, struct text id, unsigned status, struct error *ret_error)
{
	struct people people = {.call = call, .tx = tx};
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT " COLUMNS "WHERE o.id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena, &row, ret_error));
	TRY(outcome_put(&people, &row, 0, ret_error));
	office_etag(call, db_int(&row, 0, VERSION));
	office_json(call, status);
	return ST_OK;
}

/* ---- GET ---- */

#define SHOWN "(o.month = $1 OR $1 = 0) AND (o.state = $2 OR $2 = '') AND ($3 = '' OR j.partner = $3)"

struct listing {
	struct office_page page;
	int64_t month;
	struct text state;
};

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct listing *l = context;
	const struct policy_thing thing = outcome_thing(call);
	struct text partner = text_equal(call->actor.country, call->office->host) ? TEXT("") : call->actor.country;
	struct people people = {.call = call, .tx = tx};
	struct db_rows rows, total;
	struct text last = TEXT_NONE;

	TRY(office_may(call, tx, "outcome.read", &thing, "outcome", TEXT_NONE, ret_error));
	TRY(db_query_one(tx, "SELECT count(*) FROM outcome o LEFT JOIN joint_operation j ON j.id = o.joint_id WHERE " SHOWN,
			 DB_PARAMS(DB_V_INT(l->month), DB_V_TEXT(l->state), DB_V_TEXT(partner)), call->arena, &total, ret_error));
	TRY(db_query(tx, "SELECT " COLUMNS "WHERE " SHOWN " AND ($4 = '' OR (o.entered_at, o.id) < (SELECT a.entered_at, a.id FROM outcome a WHERE a.id = $4))"
		     " ORDER BY o.entered_at DESC, o.id DESC LIMIT $5",
		     DB_PARAMS(DB_V_INT(l->month), DB_V_TEXT(l->state), DB_V_TEXT(partner), DB_V_TEXT(l->page.after.len ? l->page.after : TEXT("")),
			       DB_V_INT(l->page.limit + 1)),
		     call->arena, &rows, ret_error));
	TRY(answer_rows(&people, &rows, l->page.limit, outcome_put, ret_error));
	if (rows.rows > l->page.limit)
		last = db_text(&rows, l->page.limit - 1, ID);
	office_page_end(call, last, db_int(&total, 0, 0));
	office_json(call, 200);
	return buffer_status(&call->response->body);
}

void office_outcome_list(struct office_call *call)
{
	struct text month = http_query(call->request, "month"), state = http_query(call->request, "state");
	struct listing l = {.state = state.len ? state : TEXT("")};
	struct error error = {.code = ST_OK};
	enum status st = office_page(call, &l.page, &error);

	if (st == ST_OK && month.len && !tally_month_read(month, &l.month))
		st = error_because(&error, ST_MALFORMED, "outcome-month", "month", "a month is written 2026-10");
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, list_work, &l, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}

/* ---- POST ---- */

static enum status enter_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct outcome_new *new = context;
	const struct policy_thing thing = outcome_thing(call);
	char id[ID_SIZE];

	TRY(office_may(call, tx, "outcome.enter", &thing, "outcome", TEXT_NONE, ret_error));
	TRY(outcome_enter(call->office->tally, tx, &call->actor, new, id, ret_error));
	return answer(call, tx, text_of(id), 201, ret_error);
}

static enum status enter_read(struct office_call *call, const json_t *root, struct outcome_new *new, struct error *ret_error)
{
	struct text month = TEXT_NONE;

	new->number = -1;
	TRY(body_text(call, root, "figure", &new->figure, ret_error));
	TRY(body_text(call, root, "month", &month, ret_error));
	TRY(body_text(call, root, "country", &new->country, ret_error));
	TRY(body_number(root, "number", &new->number, ret_error));
	TRY(body_number(root, "people", &new->people, ret_error));
	TRY(body_text(call, root, "operation", &new->joint, ret_error));
	TRY(body_text(call, root, "replaces", &new->replaces, ret_error));
	TRY(body_text(call, root, "reason", &new->reason, ret_error));
	TRY(body_text(call, root, "note", &new->note, ret_error));
	return tally_month_read(month, &new->month)
		       ? ST_OK
		       : error_because(ret_error, ST_MALFORMED, "outcome-month", "month", "a month is written 2026-10");
}

void office_outcome_enter(struct office_call *call)
{
	struct outcome_new new = {.number = 0};
	struct error error = {.code = ST_OK};
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = enter_read(call, root, &new, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, enter_work, &new, &error);
	json_decref(root);
	if (st != ST_OK)
		office_problem(call, &error);
}

/* Whose it is decides whether he may know of it: a partner of operations with his country alone. */
static enum status author_of(struct office_call *call, struct db_tx *tx, struct text id, struct text *ret_author, struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query(tx, "SELECT o.entered_by, coalesce(j.partner, '') FROM outcome o LEFT JOIN joint_operation j ON j.id = o.joint_id WHERE o.id = $1",
		     DB_PARAMS(DB_V_TEXT(id)), call->arena, &row, ret_error));
	if (row.rows == 0 || (!text_equal(call->actor.country, call->office->host) && !text_equal(db_text(&row, 0, 1), call->actor.country)))
		return office_missing(call, tx, "outcome.read", "outcome", id, ret_error);
	*ret_author = db_text(&row, 0, 0);
	return ST_OK;
}

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	static const struct {
		const char *word, *action;
		enum outcome_act act;
	} acts[] = {{"confirm", "outcome.confirm", OUTCOME_CONFIRM}, {"agree", "outcome.confirm", OUTCOME_AGREE}, {"withdraw", "outcome.enter", OUTCOME_WITHDRAW}};
	const struct office_version *a = context;
	struct policy_thing thing = outcome_thing(call);
	size_t i = 0;

	TRY(office_may(call, tx, "outcome.read", &thing, "outcome", a->id, ret_error));
	TRY(author_of(call, tx, a->id, &thing.author, ret_error));
	while (i < sizeof acts / sizeof acts[0] && !text_equal(call->request->captures[1], text_of(acts[i].word)))
		i++;
	if (i == sizeof acts / sizeof acts[0])
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	if (acts[i].act == OUTCOME_WITHDRAW)
		thing.author = TEXT_NONE;
	TRY(office_may(call, tx, acts[i].action, &thing, "outcome", a->id, ret_error));
	TRY(outcome_do(call->office->tally, tx, &call->actor, acts[i].act, a->id, a->version, ret_error));
	return answer(call, tx, a->id, 200, ret_error);
}

void office_outcome_act(struct office_call *call)
{
	office_by_version(call, act_work);
}

/* ---- operations of two countries ---- */

static enum status operation_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	buffer_printf(out, "{\"id\":\"%.*s\"", TEXT_ARG(db_text(rows, i, 0)));
	member_text(out, "code", db_text(rows, i, 1));
	member_text(out, "host", db_text(rows, i, 2));
	member_text(out, "partner", db_text(rows, i, 3));
	member_time(out, "createdAt", db_int(rows, i, 4));
	TRY(member_person_name(people, "createdByName", db_text(rows, i, 5), ret_error));
	buffer_add_char(out, '}');
	return buffer_status(out);
}

static enum status operations_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = outcome_thing(call);
	struct text partner = text_equal(call->actor.country, call->office->host) ? TEXT("") : call->actor.country;
	struct people people = {.call = call, .tx = tx};
	struct db_rows rows;

	(void)context;
	TRY(office_may(call, tx, "outcome.read", &thing, "operation", TEXT_NONE, ret_error));
	TRY(db_query(tx, "SELECT id, code, host, partner, created_at, created_by FROM joint_operation WHERE $1 = '' OR partner = $1"
		     " ORDER BY created_at DESC, id LIMIT 500", DB_PARAMS(DB_V_TEXT(partner)), call->arena, &rows, ret_error));
	TRY(answer_rows(&people, &rows, rows.rows, operation_put, ret_error));
	office_page_end(call, TEXT_NONE, (int64_t)rows.rows);
	office_json(call, 200);
	return buffer_status(&call->response->body);
}

void office_operation_list(struct office_call *call)
{
	struct error error = {.code = ST_OK};

	if (office_transact(call, DB_WRITE, operations_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}

static enum status operation_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct joint_new *new = context;
	const struct policy_thing thing = outcome_thing(call);
	struct people people = {.call = call, .tx = tx};
	struct db_rows row;
	char id[ID_SIZE];

	TRY(office_may(call, tx, "outcome.enter", &thing, "operation", TEXT_NONE, ret_error));
	TRY(joint_begin(call->office->tally, tx, &call->actor, new, id, ret_error));
	TRY(db_query_one(tx, "SELECT id, code, host, partner, created_at, created_by FROM joint_operation WHERE id = $1",
			 DB_PARAMS(DB_V_TEXT(text_of(id))), call->arena, &row, ret_error));
	TRY(operation_put(&people, &row, 0, ret_error));
	office_json(call, 201);
	return ST_OK;
}

void office_operation_begin(struct office_call *call)
{
	struct joint_new new = {.code = TEXT_NONE};
	struct error error = {.code = ST_OK};
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = body_text(call, root, "code", &new.code, &error);
	if (st == ST_OK)
		st = body_text(call, root, "partner", &new.partner, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, operation_work, &new, &error);
	json_decref(root);
	if (st != ST_OK)
		office_problem(call, &error);
}
