/* Hits: who had to be looked at, who is in custody; the partner answers, whoever is on duty notes and calls for an answer. */
#include "office/hit.h"

#include "model/time.h"

#include "handlers.inc"

#define SQL_MAX 8192u
#define VALUES_MAX 12u
#define CUSTODY_MAX 500

bool hit_sees_all(const struct office_call *call)
{
	const struct policy_thing thing = {.owner = TEXT("--"), .released = &call->office->host, .released_count = 1};
	enum policy_answer answer = may(&call->actor, TEXT("hit.read"), &thing, call->office->host, call->now_ms);

	return answer == POLICY_ALLOWED || answer == POLICY_REASON || answer == POLICY_PROVE_ANEW;
}

/* Asked and written down; which of them he may see is in the statements. */
static enum status ask_list(struct office_call *call, struct db_tx *tx, bool all, struct error *ret_error)
{
	const struct policy_thing thing = {.owner = all ? TEXT("--") : call->actor.country, .released = &call->office->host,
					   .released_count = 1};

	return office_may(call, tx, "hit.read", &thing, "hit", TEXT_NONE, ret_error);
}

/* ---- GET: many ---- */

struct listing {
	bool all;
	struct office_page page;
	struct buffer where;
	struct db_value values[VALUES_MAX];
	size_t count;
};

static void condition(struct listing *l, const char *sql, struct db_value value)
{
	l->values[l->count++] = value;
	buffer_printf(&l->where, "%s%s$%zu", l->where.len ? " AND " : " WHERE ", sql, l->count);
}

static enum status time_condition(const struct office_call *call, struct listing *l, const char *name, const char *sql,
				  struct error *ret_error)
{
	struct text asked = http_query(call->request, name);
	int64_t ms;

	if (asked.len == 0)
		return ST_OK;
	if (time_read(asked, &ms, NULL) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "malformed", name, "a time is expected");
	condition(l, sql, DB_V_INT(ms));
	return ST_OK;
}

static enum status where_make(const struct office_call *call, struct listing *l, struct error *ret_error)
{
	static const struct {
		const char *name, *sql;
	} filters[] = {{"state", "h.state = "}, {"post", "h.post_id = "}, {"entry", "h.entry_id = "}};

	buffer_clear(&l->where);
	l->count = 0;
	if (!l->all)
		condition(l, "h.owner = ", DB_V_TEXT(call->actor.country));
	for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
		struct text asked = http_query(call->request, filters[i].name);

		if (asked.len)
			condition(l, filters[i].sql, DB_V_TEXT(asked));
	}
	TRY(time_condition(call, l, "from", "h.at >= ", ret_error));
	TRY(time_condition(call, l, "to", "h.at < ", ret_error));
	if (text_equal(http_query(call->request, "open"), TEXT("1")))
		buffer_printf(&l->where, "%sh.state IN ('open', 'confirmed', 'custody')", l->where.len ? " AND " : " WHERE ");
	if (text_equal(http_query(call->request, "unanswered"), TEXT("1")))
		buffer_printf(&l->where, "%s" HIT_WAITS, l->where.len ? " AND " : " WHERE ");
	return buffer_status(&l->where);
}

static enum status where_after(struct listing *l, struct error *ret_error)
{
	struct text before_id = TEXT_NONE;
	int64_t before_ms = 0;

	TRY(office_page_place(&l->page, &before_ms, &before_id, ret_error));
	if (before_id.len == 0)
		return ST_OK;
	l->values[l->count] = DB_V_INT(before_ms);
	l->values[l->count + 1] = DB_V_TEXT(before_id);
	l->count += 2;
	buffer_printf(&l->where, "%s(h.at, h.id) < ($%zu, $%zu)", l->where.len ? " AND " : " WHERE ", l->count - 1, l->count);
	return buffer_status(&l->where);
}

static enum status query(struct office_call *call, struct db_tx *tx, struct listing *l, const char *columns, const char *end,
			 struct db_rows *ret, struct error *ret_error)
{
	struct buffer sql;
	enum status st;

	buffer_init(&sql, SQL_MAX);
	buffer_printf(&sql, "SELECT %s" HIT_FROM "%.*s%s", columns, (int)l->where.len, (const char *)l->where.data, end);
	buffer_add_char(&sql, '\0');
	st = buffer_status(&sql);
	if (st == ST_OK)
		st = db_query(tx, (const char *)sql.data, (struct db_params){l->values, l->count}, call->arena, ret, ret_error);
	buffer_release(&sql);
	return st;
}

static enum status rows_write(struct office_call *call, struct db_tx *tx, const struct db_rows *rows, size_t shown, struct error *ret_error)
{
	struct people people = {.call = call, .tx = tx};

	buffer_add_text(&call->response->body, TEXT("{\"items\":["));
	for (size_t i = 0; i < shown; i++) {
		struct hit_row hit;

		if (i)
			buffer_add_char(&call->response->body, ',');
		hit_row_take(rows, i, &hit);
		TRY(hit_write(&people, &hit, false, ret_error));
	}
	buffer_add_char(&call->response->body, ']');
	return ST_OK;
}

static enum status list_ask_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct listing *l = context;

	return ask_list(call, tx, l->all, ret_error);
}

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct listing *l = context;
	struct db_rows rows, total;
	struct hit_row last = {0};
	char end[80];
	size_t shown;

	TRY(where_make(call, l, ret_error));
	TRY(query(call, tx, l, "count(*)", "", &total, ret_error));
	TRY(where_after(l, ret_error));
	snprintf(end, sizeof end, " ORDER BY h.at DESC, h.id DESC LIMIT %u", l->page.limit + 1);
	TRY(query(call, tx, l, HIT_COLUMNS, end, &rows, ret_error));
	shown = rows.rows < l->page.limit ? rows.rows : l->page.limit;
	TRY(rows_write(call, tx, &rows, shown, ret_error));
	if (rows.rows > shown)
		hit_row_take(&rows, shown - 1, &last);
	office_page_end_at(call, last.at_ms, last.id, db_int(&total, 0, 0));
	return buffer_status(&call->response->body);
}

static void list(struct office_call *call, office_work *work)
{
	struct listing l = {.all = hit_sees_all(call)};
	struct error error = {.code = ST_OK};
	enum status st;

	buffer_init(&l.where, SQL_MAX);
	st = office_page(call, &l.page, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, list_ask_work, &l, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_READ, work, &l, &error);
	buffer_release(&l.where);
	if (st != ST_OK)
		office_problem(call, &error);
	else
		office_json(call, 200);
}

void office_hit_list(struct office_call *call)
{
	list(call, list_work);
}

static enum status custody_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct listing *l = context;
	struct db_rows rows;

	TRY(db_query(tx, "SELECT " HIT_COLUMNS HIT_FROM "WHERE coalesce(h.state, '') = 'custody' AND (h.owner = $1 OR $2 = 1)"
		     " ORDER BY h.custody_until, h.id LIMIT $3",
		     DB_PARAMS(DB_V_TEXT(call->actor.country), DB_V_INT(l->all), DB_V_INT(CUSTODY_MAX)), call->arena, &rows, ret_error));
	TRY(rows_write(call, tx, &rows, rows.rows, ret_error));
	office_page_end(call, TEXT_NONE, (int64_t)rows.rows);
	return buffer_status(&call->response->body);
}

void office_custody_list(struct office_call *call)
{
	list(call, custody_work);
}

/* ---- GET: one ---- */

static enum status hit_ask(struct office_call *call, struct db_tx *tx, struct text id, const char *action, struct hit_row *ret,
			   struct error *ret_error)
{
	struct policy_thing thing;
	enum status st = hit_row_load(tx, id, call->arena, ret, ret_error);

	if (st == ST_NOT_FOUND)
		return office_missing(call, tx, action, "hit", id, ret_error);
	TRY(st);
	thing = hit_thing(call->office, ret);
	return office_may(call, tx, action, &thing, "hit", id, ret_error);
}

static enum status answer(struct office_call *call, struct db_tx *tx, struct text id, struct error *ret_error)
{
	struct people people = {.call = call, .tx = tx};
	struct hit_row hit;

	TRY(hit_row_load(tx, id, call->arena, &hit, ret_error));
	TRY(hit_write(&people, &hit, true, ret_error));
	office_etag(call, hit.version);
	office_json(call, 200);
	return ST_OK;
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct audit_event event = {.actor = &call->actor, .action = "hit.read", .thing_kind = "hit", .thing = *(struct text *)context,
					  .outcome = "shown"};
	struct hit_row hit;

	TRY(hit_ask(call, tx, event.thing, "hit.read", &hit, ret_error));
	TRY(audit_flag_lookup(tx, call->office->env, &event, hit.caption, ret_error));
	return answer(call, tx, hit.id, ret_error);
}

void office_hit_get(struct office_call *call)
{
	office_by_id(call, DB_WRITE, get_work);
}

/* ---- a photograph of the second line ---- */

struct photo {
	struct text id;
	int64_t number;
};

static enum status photo_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct photo *p = context;
	struct bytes photo;
	struct hit_row hit;
	enum status st;

	TRY(hit_ask(call, tx, p->id, "hit.read", &hit, ret_error));
	st = hit_photo_load(tx, p->id, p->number, call->arena, &photo, ret_error);
	if (st == ST_NOT_FOUND)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", "number", "there is no such photograph");
	TRY(st);
	http_set_header(call->response, TEXT("X-Content-Type-Options"), TEXT("nosniff"));
	http_answer(call->response, 200, TEXT("image/jpeg"), (struct text){(const char *)photo.data, photo.len});
	return buffer_status(&call->response->body);
}

void office_hit_photo(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct photo photo = {.number = -1};
	uint64_t number;
	enum status st = office_id(call, 0, &photo.id, &error);

	if (st == ST_OK && text_to_uint(call->request->captures[1], INT32_MAX, &number) == ST_OK)
		photo.number = (int64_t)number;
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, photo_work, &photo, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}

/* ---- POST: an act ---- */

/* The decision point is asked first whether he may see it, then whether he may do this. */
static const char *action_of(struct text act)
{
	static const struct {
		const char *act, *action;
	} acts[] = {{"answer", "hit.answer"}, {"receive", "hit.receive"}, {"note", "hit.act"}, {"escalate", "hit.act"}};

	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
		if (text_equal(act, text_of(acts[i].act)))
			return acts[i].action;
	return NULL;
}

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct hit_doing *doing = context;
	const char *action = action_of(doing->act);
	struct policy_thing thing;
	struct hit_row hit;

	TRY(hit_ask(call, tx, doing->hit, "hit.read", &hit, ret_error));
	if (action == NULL)
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	thing = hit_thing(call->office, &hit);
	TRY(office_may(call, tx, action, &thing, "hit", doing->hit, ret_error));
	TRY(hit_do(call->office->border, tx, &call->actor, doing, ret_error));
	return answer(call, tx, doing->hit, ret_error);
}

static enum status act_read(struct office_call *call, const json_t *root, struct hit_doing *doing, struct error *ret_error)
{
	TRY(office_if_match(call, &doing->version, ret_error));
	TRY(body_text(call, root, "is", &doing->is, ret_error));
	return body_text(call, root, "text", &doing->note, ret_error);
}

void office_hit_act(struct office_call *call)
{
	struct hit_doing doing = {.act = call->request->captures[1]};
	struct error error = {.code = ST_OK};
	json_t *root = NULL;
	enum status st = office_id(call, 0, &doing.hit, &error);

	if (st == ST_OK)
		st = body_json(call, &root, &error);
	if (st == ST_OK)
		st = act_read(call, root, &doing, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, act_work, &doing, &error);
	json_decref(root);
	if (st != ST_OK)
		office_problem(call, &error);
}
