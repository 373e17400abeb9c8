/* Unsolicited answers to carriers, and the calls that are to be made where one does not acknowledge. */
#include "border/reversal.h"

#include <stdio.h>

#include "model/entity_json.h"
#include "model/time.h"
#include "office/entry.h"
#include "office/people.h"

#include "handlers.inc"

#define COLUMNS                                                                                                                  \
	"r.id, r.created_at, a.id, p.person, a.carrier, c.name, c.telephone, a.flight, a.expected_at, r.board, r.sent_at,"         \
	" r.acknowledged_at, r.ended_at, r.call_at, r.called_at, r.called_by, r.call_note, r.reference FROM reversal r"            \
	" JOIN arrival_person p ON p.id = r.arrival_person_id JOIN arrival a ON a.id = p.arrival_id LEFT JOIN carrier c ON c.code = a.carrier "
/* Places among them. */
enum { SENT = 10, ACKNOWLEDGED, ENDED, CALL, CALLED };
#define OPEN "r.acknowledged_at IS NULL AND r.ended_at IS NULL AND r.called_at IS NULL"

static struct policy_thing thing_of(const struct office_call *call)
{
	return (struct policy_thing){.owner = call->office->host};
}

static bool is_open(const struct db_rows *rows, size_t i)
{
	return db_is_null(rows, i, ACKNOWLEDGED) && db_is_null(rows, i, ENDED) && db_is_null(rows, i, CALLED);
}

static bool call_now(const struct office_call *call, const struct db_rows *rows, size_t i)
{
	return is_open(rows, i) && db_int(rows, i, CALL) <= call->now_ms;
}

static enum status reversal_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct office_call *call = people->call;
	struct buffer *out = &call->response->body;
	struct text by = TEXT_NONE;
	struct entity person;

	TRY(entity_read(db_text(rows, i, 3), call->arena, &person, ret_error));
	if (!db_is_null(rows, i, 15))
		TRY(people_name(people, db_text(rows, i, 15), &by, ret_error));
	buffer_printf(out, "{\"id\":\"%.*s\",\"arrival\":\"%.*s\",\"name\":", TEXT_ARG(db_text(rows, i, 0)), TEXT_ARG(db_text(rows, i, 2)));
	json_add_string(out, entity_first(&person, "name"));
	member_time(out, "createdAt", db_int(rows, i, 1));
	member_text(out, "carrier", db_text(rows, i, 4));
	member_text(out, "carrierName", db_text(rows, i, 5));
	member_text(out, "telephone", db_text(rows, i, 6));
	member_text(out, "flight", db_text(rows, i, 7));
	member_time(out, "expectedAt", db_int(rows, i, 8));
	buffer_printf(out, ",\"board\":%s", db_int(rows, i, 9) ? "true" : "false");
	member_time(out, "sentAt", db_int(rows, i, SENT));
	member_time(out, "acknowledgedAt", db_int(rows, i, ACKNOWLEDGED));
	member_time(out, "endedAt", db_int(rows, i, ENDED));
	member_time(out, "callAt", db_int(rows, i, CALL));
	member_time(out, "calledAt", db_int(rows, i, CALLED));
	member_text(out, "calledByName", by);
	member_text(out, "callNote", db_text(rows, i, 16));
	member_text(out, "reference", db_text(rows, i, 17));
	buffer_printf(out, ",\"call\":%s,\"acts\":[%s]}", call_now(call, rows, i) ? "true" : "false",
		      is_open(rows, i) ? "{\"act\":\"called\"}" : "");
	return buffer_status(out);
}

/* One alone is the answer. It has no version of its own: what was done with it grows, and so does that a call is to be made. */
static enum status reversal_answer(struct people *people, const struct db_rows *row, struct error *ret_error)
{
	int64_t done = 0;

	for (size_t column = SENT; column <= CALLED; column++)
		done += column != CALL && !db_is_null(row, 0, column);
	TRY(reversal_put(people, row, 0, ret_error));
	office_etag(people->call, 2 * done + call_now(people->call, row, 0));
	office_json(people->call, 200);
	return ST_OK;
}

/* ---- GET: the newest first; ?call=1 those that wait for a call, the longest first ---- */

struct asking {
	struct office_page page;
	bool calls;
	int64_t before_ms;
	struct text before_id;
};

static enum status asking_read(const struct office_call *call, struct asking *l, struct error *ret_error)
{
	*l = (struct asking){.calls = text_equal(http_query(call->request, "call"), TEXT("1")), .before_ms = INT64_MAX, .before_id = TEXT("g")};
	TRY(office_page(call, &l->page, ret_error));
	return office_page_place(&l->page, &l->before_ms, &l->before_id, ret_error);
}

static enum status rows_read(struct office_call *call, struct db_tx *tx, const struct asking *l, struct db_rows *rows, struct db_rows *total,
			     struct error *ret_error)
{
	if (l->calls) {
		TRY(db_query_one(tx, "SELECT count(*) FROM reversal r WHERE " OPEN " AND r.call_at <= $1", DB_PARAMS(DB_V_INT(call->now_ms)),
				 call->arena, total, ret_error));
		return db_query(tx, "SELECT " COLUMNS "WHERE " OPEN " AND r.call_at <= $1 AND (r.created_at, r.id) < ($2, $3)"
				" ORDER BY r.created_at DESC, r.id DESC LIMIT $4",
				DB_PARAMS(DB_V_INT(call->now_ms), DB_V_INT(l->before_ms), DB_V_TEXT(l->before_id), DB_V_INT(l->page.limit + 1)),
				call->arena, rows, ret_error);
	}
	TRY(db_query_one(tx, "SELECT count(*) FROM reversal", DB_NO_PARAMS, call->arena, total, ret_error));
	return db_query(tx, "SELECT " COLUMNS "WHERE (r.created_at, r.id) < ($1, $2) ORDER BY r.created_at DESC, r.id DESC LIMIT $3",
			DB_PARAMS(DB_V_INT(l->before_ms), DB_V_TEXT(l->before_id), DB_V_INT(l->page.limit + 1)), call->arena, rows, ret_error);
}

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct asking *l = context;
	const struct policy_thing thing = thing_of(call);
	struct people people = {.call = call, .tx = tx};
	struct db_rows rows, total;

	TRY(office_may(call, tx, "arrival.read", &thing, "reversal", TEXT_NONE, ret_error));
	TRY(rows_read(call, tx, l, &rows, &total, ret_error));
	buffer_add_text(&call->response->body, TEXT("{\"items\":["));
	for (size_t i = 0; i < rows.rows && i < l->page.limit; i++) {
		if (i)
			buffer_add_char(&call->response->body, ',');
		TRY(reversal_put(&people, &rows, i, ret_error));
	}
	buffer_add_char(&call->response->body, ']');
	office_page_end_rows(call, &l->page, &rows, 1, db_int(&total, 0, 0));
	office_json(call, 200);
	return buffer_status(&call->response->body);
}

void office_reversal_list(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct asking l;

	if (asking_read(call, &l, &error) != ST_OK || office_transact(call, DB_WRITE, list_work, &l, &error) != ST_OK)
		office_problem(call, &error);
}

/* ---- GET: one ---- */

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;
	const struct policy_thing thing = thing_of(call);
	struct people people = {.call = call, .tx = tx};
	struct db_rows row;

	TRY(db_query(tx, "SELECT " COLUMNS "WHERE r.id = $1", DB_PARAMS(DB_V_TEXT(*id)), call->arena, &row, ret_error));
	if (row.rows == 0)
		return office_missing(call, tx, "arrival.read", "reversal", *id, ret_error);
	TRY(office_may(call, tx, "arrival.read", &thing, "reversal", *id, ret_error));
	return reversal_answer(&people, &row, ret_error);
}

void office_reversal_get(struct office_call *call)
{
	office_by_id(call, DB_WRITE, get_work);
}

/* ---- POST: called ---- */

struct acting {
	struct text id, text;
};

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct acting *a = context;
	const struct policy_thing thing = thing_of(call);
	struct people people = {.call = call, .tx = tx};
	struct db_rows row;

	TRY(db_query(tx, "SELECT 1 FROM reversal WHERE id = $1", DB_PARAMS(DB_V_TEXT(a->id)), call->arena, &row, ret_error));
	if (row.rows == 0)
		return office_missing(call, tx, "arrival.act", "reversal", a->id, ret_error);
	TRY(office_may(call, tx, "arrival.act", &thing, "reversal", a->id, ret_error));
	if (!text_equal(call->request->captures[1], TEXT("called")))
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	TRY(reversal_called(call->office->border, tx, &call->actor, a->id, a->text, ret_error));
	TRY(db_query_one(tx, "SELECT " COLUMNS "WHERE r.id = $1", DB_PARAMS(DB_V_TEXT(a->id)), call->arena, &row, ret_error));
	return reversal_answer(&people, &row, ret_error);
}

void office_reversal_act(struct office_call *call)
{
	struct acting a = {.text = TEXT("")};
	struct error error = {.code = ST_OK};
	json_t *root = NULL;
	enum status st = office_id(call, 0, &a.id, &error);

	if (st == ST_OK)
		st = body_json(call, &root, &error);
	if (st == ST_OK)
		st = body_text(call, root, "text", &a.text, &error);
	json_decref(root);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, act_work, &a, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}
