/* Alertness drills: ordered, called off, and who noticed. */
#include "border/drill.h"

#include "model/time.h"
#include "office/entry.h"

#include "handlers.inc"

#define DRILL_COLUMNS                                                                                                              \
	"d.id, d.version, d.post_id, p.name, d.lane, d.traveller, d.ordered_at, d.ordered_by, d.until, d.state, d.answered_at," \
	" d.answer_ms, d.officer FROM drill d JOIN post p ON p.id = d.post_id "

static struct policy_thing thing_of(const struct office_call *call)
{
	return (struct policy_thing){.owner = call->office->host};
}

/* ---- what is shown ---- */

/* Whom the traveller was made like is known while he waits. */
static void traveller_put(struct buffer *out, struct text json)
{
	json_t *root = json.len ? json_loadb(json.data, json.len, 0, NULL) : NULL;
	const json_t *name = json_object_get(root, "name");

	member_text(out, "name", (struct text){json_string_value(name), json_string_length(name)});
	json_decref(root);
}

static enum status drill_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct text state = db_text(rows, i, 9);

	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld", TEXT_ARG(db_text(rows, i, 0)), (long long)db_int(rows, i, 1));
	member_text(out, "post", db_text(rows, i, 2));
	member_text(out, "postName", db_text(rows, i, 3));
	member_text(out, "lane", db_text(rows, i, 4));
	traveller_put(out, db_text(rows, i, 5));
	member_time(out, "orderedAt", db_int(rows, i, 6));
	TRY(member_person_name(people, "orderedByName", db_text(rows, i, 7), ret_error));
	member_time(out, "until", db_int(rows, i, 8));
	member_text(out, "state", state);
	member_time(out, "answeredAt", db_int(rows, i, 10));
	if (text_equal(state, TEXT("noticed")))
		buffer_printf(out, ",\"answerMs\":%lld", (long long)db_int(rows, i, 11));
	TRY(member_person_name(people, "officerName", db_text(rows, i, 12), ret_error));
	buffer_printf(out, ",\"acts\":[%s]}", text_equal(state, TEXT("ordered")) ? "{\"act\":\"end\"}" : "");
	return buffer_status(out);
}

static enum status answer(struct office_call *call, struct db_tx *tx, struct text id, unsigned status, struct error *ret_error)
{
	struct people people = {.call = call, .tx = tx};
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT " DRILL_COLUMNS "WHERE d.id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena, &row, ret_error));
	TRY(drill_put(&people, &row, 0, ret_error));
	office_etag(call, db_int(&row, 0, 1));
	office_json(call, status);
	return ST_OK;
}

/* ---- GET ---- */

struct listing {
	struct office_page page;
	struct text post;
	int64_t from_ms, before_ms;
	struct text before_id;
};

static enum status listing_read(const struct office_call *call, struct listing *l, struct error *ret_error)
{
	struct text from = http_query(call->request, "from");

	TRY(office_page(call, &l->page, ret_error));
	l->post = http_query(call->request, "post");
	l->before_ms = INT64_MAX;
	l->before_id = TEXT("g");
	if (from.len && time_read(from, &l->from_ms, NULL) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "malformed", "from", "a time is expected");
	return office_page_place(&l->page, &l->before_ms, &l->before_id, ret_error);
}

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct listing *l = context;
	const struct policy_thing thing = thing_of(call);
	struct people people = {.call = call, .tx = tx};
	struct db_rows rows, total;

	TRY(office_may(call, tx, "drill.read", &thing, "drill", TEXT_NONE, ret_error));
	TRY(db_query_one(tx, "SELECT count(*) FROM drill WHERE ordered_at >= $1 AND (post_id = $2 OR $2 = '')",
			 DB_PARAMS(DB_V_INT(l->from_ms), DB_V_TEXT(l->post.len ? l->post : TEXT(""))), call->arena, &total, ret_error));
	TRY(db_query(tx, "SELECT " DRILL_COLUMNS "WHERE d.ordered_at >= $1 AND (d.post_id = $2 OR $2 = '') AND (d.ordered_at, d.id) < ($3, $4)"
		     " ORDER BY d.ordered_at DESC, d.id DESC LIMIT $5",
		     DB_PARAMS(DB_V_INT(l->from_ms), DB_V_TEXT(l->post.len ? l->post : TEXT("")), DB_V_INT(l->before_ms),
			       DB_V_TEXT(l->before_id), DB_V_INT(l->page.limit + 1)),
		     call->arena, &rows, ret_error));
	TRY(answer_rows(&people, &rows, l->page.limit, drill_put, ret_error));
	office_page_end_rows(call, &l->page, &rows, 6, db_int(&total, 0, 0));
	office_json(call, 200);
	return buffer_status(&call->response->body);
}

void office_drill_list(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct listing l = {.from_ms = 0};

	if (listing_read(call, &l, &error) != ST_OK || office_transact(call, DB_WRITE, list_work, &l, &error) != ST_OK)
		office_problem(call, &error);
}

/* ---- POST: ordered ---- */

static enum status order_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct drill_order *order = context;
	const struct policy_thing thing = thing_of(call);
	char id[ID_SIZE];

	TRY(office_may(call, tx, "drill.order", &thing, "post", order->post, ret_error));
	TRY(drill_begin(call->office->border, tx, &call->actor, order, id, ret_error));
	return answer(call, tx, text_of(id), 201, ret_error);
}

static enum status order_read(struct office_call *call, const json_t *root, struct drill_order *order, struct error *ret_error)
{
	TRY(body_text(call, root, "post", &order->post, ret_error));
	TRY(body_text(call, root, "lane", &order->lane, ret_error));
	TRY(body_text(call, root, "entry", &order->entry, ret_error));
	return body_number(root, "minutes", &order->minutes, ret_error);
}

void office_drill_order(struct office_call *call)
{
	struct drill_order order = {.minutes = 0};
	struct error error = {.code = ST_OK};
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = order_read(call, root, &order, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, order_work, &order, &error);
	json_decref(root);
	if (st != ST_OK)
		office_problem(call, &error);
}

/* ---- POST: called off ---- */

static enum status end_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct office_version *e = context;
	const struct policy_thing thing = thing_of(call);
	enum status st;

	TRY(office_may(call, tx, "drill.read", &thing, "drill", e->id, ret_error));
	if (!text_equal(call->request->captures[1], TEXT("end")))
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	TRY(office_may(call, tx, "drill.order", &thing, "drill", e->id, ret_error));
	st = drill_end(call->office->border, tx, &call->actor, e->id, e->version, ret_error);
	if (st == ST_NOT_FOUND)
		return office_missing(call, tx, "drill.read", "drill", e->id, ret_error);
	TRY(st);
	return answer(call, tx, e->id, 200, ret_error);
}

void office_drill_act(struct office_call *call)
{
	office_by_version(call, end_work);
}
