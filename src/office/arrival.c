/* Who is announced: for whoever is on duty. */
#include "border/arrival.h"

#include <stdio.h>

#include "model/entity_json.h"
#include "model/time.h"
#include "office/entry.h"

#include "handlers.inc"

#define COUNT_OF(condition) "(SELECT count(*) FROM arrival_person p WHERE p.arrival_id = a.id AND p.state <> 'replaced'" condition ")"
#define COLUMNS                                                                                                            \
	"a.id, a.kind, a.carrier, a.flight, a.place, a.expected_at, a.received_at, a.function, " COUNT_OF("") ", "          \
	COUNT_OF(" AND p.board = 0") ", " COUNT_OF(" AND p.result = 'refer'") " FROM arrival a "
/* Whose passengers were all announced anew stands for nobody any more. */
#define MEANT                                                                                                                        \
	"WHERE (a.kind = $1 OR $1 = '') AND a.expected_at >= $2 AND a.expected_at < $3 AND EXISTS (SELECT 1 FROM arrival_person p"    \
	" WHERE p.arrival_id = a.id AND p.state <> 'replaced' AND (p.result = $4 OR $4 = '')) "

static struct policy_thing thing_of(const struct office_call *call)
{
	return (struct policy_thing){.owner = call->office->host};
}

/* Without the closing brace. */
static void arrival_put(struct buffer *out, const struct db_rows *rows, size_t i)
{
	buffer_printf(out, "{\"id\":\"%.*s\"", TEXT_ARG(db_text(rows, i, 0)));
	member_text(out, "kind", db_text(rows, i, 1));
	member_text(out, "carrier", db_text(rows, i, 2));
	member_text(out, "flight", db_text(rows, i, 3));
	member_text(out, "place", db_text(rows, i, 4));
	member_time(out, "expectedAt", db_int(rows, i, 5));
	member_time(out, "receivedAt", db_int(rows, i, 6));
	member_text(out, "function", db_text(rows, i, 7));
	buffer_printf(out, ",\"persons\":%lld,\"refused\":%lld,\"referred\":%lld", (long long)db_int(rows, i, 8), (long long)db_int(rows, i, 9),
		      (long long)db_int(rows, i, 10));
}

/* ---- GET: many, the next to arrive first ---- */

struct asking {
	struct office_page page;
	struct text kind, result;
	int64_t from_ms, to_ms, after_ms;
	struct text after_id;
};

static struct text asked(const struct office_call *call, const char *name)
{
	struct text t = http_query(call->request, name);

	return t.len ? t : TEXT("");
}

static enum status moment_read(const struct office_call *call, const char *name, int64_t *ret_ms, struct error *ret_error)
{
	struct text t = http_query(call->request, name);

	if (t.len && time_read(t, ret_ms, NULL) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "malformed", name, "a time is expected");
	return ST_OK;
}

static enum status asking_read(const struct office_call *call, struct asking *l, struct error *ret_error)
{
	*l = (struct asking){.kind = asked(call, "kind"), .result = asked(call, "result"), .to_ms = INT64_MAX, .after_ms = INT64_MIN,
			      .after_id = TEXT("")};
	TRY(office_page(call, &l->page, ret_error));
	TRY(moment_read(call, "from", &l->from_ms, ret_error));
	TRY(moment_read(call, "to", &l->to_ms, ret_error));
	return office_page_place(&l->page, &l->after_ms, &l->after_id, ret_error);
}

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct asking *l = context;
	const struct policy_thing thing = thing_of(call);
	struct buffer *out = &call->response->body;
	struct db_rows rows, total;

	TRY(office_may(call, tx, "arrival.read", &thing, "arrival", TEXT_NONE, ret_error));
	TRY(db_query_one(tx, "SELECT count(*) FROM arrival a " MEANT,
			 DB_PARAMS(DB_V_TEXT(l->kind), DB_V_INT(l->from_ms), DB_V_INT(l->to_ms), DB_V_TEXT(l->result)), call->arena, &total,
			 ret_error));
	TRY(db_query(tx, "SELECT " COLUMNS MEANT "AND (a.expected_at, a.id) > ($5, $6) ORDER BY a.expected_at, a.id LIMIT $7",
		     DB_PARAMS(DB_V_TEXT(l->kind), DB_V_INT(l->from_ms), DB_V_INT(l->to_ms), DB_V_TEXT(l->result), DB_V_INT(l->after_ms),
			       DB_V_TEXT(l->after_id), DB_V_INT(l->page.limit + 1)),
		     call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT("{\"items\":["));
	for (size_t i = 0; i < rows.rows && i < l->page.limit; i++) {
		if (i)
			buffer_add_char(out, ',');
		arrival_put(out, &rows, i);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	office_page_end_rows(call, &l->page, &rows, 5, db_int(&total, 0, 0));
	office_json(call, 200);
	return buffer_status(out);
}

void office_arrival_list(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct asking l;

	if (asking_read(call, &l, &error) != ST_OK || office_transact(call, DB_WRITE, list_work, &l, &error) != ST_OK)
		office_problem(call, &error);
}

/* ---- GET: one, with everybody in it ---- */

static enum status person_put(struct office_call *call, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct entity person;
	struct text passport;

	TRY(entity_read(db_text(rows, i, 1), call->arena, &person, ret_error));
	passport = entity_first(&person, "passportNumber");
	buffer_printf(out, "{\"id\":\"%.*s\",\"name\":", TEXT_ARG(db_text(rows, i, 0)));
	json_add_string(out, entity_first(&person, "name"));
	member_text(out, "birthDate", entity_first(&person, "birthDate"));
	member_text(out, "nationality", entity_first(&person, "nationality"));
	member_text(out, "document", passport.len ? passport : entity_first(&person, "idNumber"));
	member_text(out, "locator", db_text(rows, i, 2));
	member_text(out, "reference", db_text(rows, i, 3));
	member_text(out, "result", db_text(rows, i, 4));
	buffer_printf(out, ",\"board\":%s", db_int(rows, i, 5) ? "true" : "false");
	member_text(out, "entry", db_text(rows, i, 6));
	buffer_printf(out, ",\"edition\":%lld", (long long)db_int(rows, i, 7));
	member_time(out, "screenedAt", db_int(rows, i, 8));
	member_text(out, "state", db_text(rows, i, 9));
	buffer_add_char(out, '}');
	return buffer_status(out);
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;
	const struct policy_thing thing = thing_of(call);
	struct buffer *out = &call->response->body;
	struct db_rows row, rows;

	TRY(db_query(tx, "SELECT " COLUMNS "WHERE a.id = $1", DB_PARAMS(DB_V_TEXT(*id)), call->arena, &row, ret_error));
	if (row.rows == 0)
		return office_missing(call, tx, "arrival.read", "arrival", *id, ret_error);
	TRY(office_may(call, tx, "arrival.read", &thing, "arrival", *id, ret_error));
	TRY(db_query(tx, "SELECT id, person, locator, reference, result, board, entry_id, edition, screened_at, state FROM arrival_person"
		     " WHERE arrival_id = $1 AND state <> 'replaced' ORDER BY number", DB_PARAMS(DB_V_TEXT(*id)), call->arena, &rows, ret_error));
	arrival_put(out, &row, 0);
	buffer_add_text(out, TEXT(",\"people\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		if (i)
			buffer_add_char(out, ',');
		TRY(person_put(call, &rows, i, ret_error));
	}
	buffer_add_text(out, TEXT("]}"));
	office_json(call, 200);
	return buffer_status(out);
}

void office_arrival_get(struct office_call *call)
{
	office_by_id(call, DB_WRITE, get_work);
}
