#include "office/desk.h"

#include <stdio.h>

#include "awareness/item.h"
#include "model/entity_json.h"

#define SQL_MAX 2048

bool desk_bears(const struct office_call *call, struct text role)
{
	int bit = role_find(role);

	return bit >= 0 && (call->actor.roles >> bit & 1) != 0;
}

enum status desk_page_read(const struct office_call *call, struct desk_page *ret, struct error *ret_error)
{
	TRY(office_page(call, &ret->page, ret_error));
	ret->before_ms = INT64_MAX;
	ret->before_id = TEXT("g");
	return office_page_place(&ret->page, &ret->before_ms, &ret->before_id, ret_error);
}

struct db_value desk_query(const struct office_call *call, const char *name)
{
	struct text value = http_query(call->request, name);

	return DB_V_TEXT(value.len ? value : TEXT(""));
}

static enum status list_answer(struct office_call *call, struct db_tx *tx, const struct desk_page *page, const struct desk_list *list,
			       struct error *ret_error)
{
	const struct policy_thing thing = list->whose ? *list->whose : desk_thing(call);
	struct people people = {.call = call, .tx = tx};
	struct db_value params[sizeof list->params / sizeof list->params[0] + sizeof list->queries / sizeof list->queries[0] + 3];
	struct db_rows rows, total;
	char sql[SQL_MAX];
	size_t n = list->param_count;

	TRY(office_may(call, tx, list->action, &thing, list->thing, TEXT_NONE, ret_error));
	memcpy(params, list->params, sizeof list->params);
	for (size_t i = 0; i < sizeof list->queries / sizeof list->queries[0] && list->queries[i]; i++)
		params[n++] = desk_query(call, list->queries[i]);
	params[n] = DB_V_INT(page->before_ms);
	params[n + 1] = DB_V_TEXT(page->before_id);
	params[n + 2] = DB_V_INT(page->page.limit + 1);
	snprintf(sql, sizeof sql, "SELECT count(*) %s %s", list->from, list->where);
	TRY(db_query_one(tx, sql, (struct db_params){params, n}, call->arena, &total, ret_error));
	snprintf(sql, sizeof sql, "SELECT %s %s %s AND (%s, %s) < ($%zu, $%zu) ORDER BY %s DESC, %s DESC LIMIT $%zu", list->columns, list->from,
		 list->where, list->at, list->id, n + 1, n + 2, list->at, list->id, n + 3);
	TRY(db_query(tx, sql, (struct db_params){params, n + 3}, call->arena, &rows, ret_error));
	buffer_add_text(&call->response->body, TEXT("{\"items\":["));
	for (size_t i = 0; i < rows.rows && i < page->page.limit; i++) {
		if (i)
			buffer_add_char(&call->response->body, ',');
		TRY(list->put(&people, &rows, i, ret_error));
		buffer_add_char(&call->response->body, '}');
	}
	buffer_add_char(&call->response->body, ']');
	office_page_end_rows(call, &page->page, &rows, list->at_column, db_int(&total, 0, 0));
	office_json(call, 200);
	return buffer_status(&call->response->body);
}

struct list_doing {
	const struct desk_list *list;
	struct desk_page page;
};

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct list_doing *doing = context;

	return list_answer(call, tx, &doing->page, doing->list, ret_error);
}

void desk_list_run(struct office_call *call, const struct desk_list *list)
{
	struct list_doing doing = {.list = list};
	struct error error = {.code = ST_OK};

	if (desk_page_read(call, &doing.page, &error) != ST_OK || office_transact(call, DB_WRITE, list_work, &doing, &error) != ST_OK)
		office_problem(call, &error);
}

enum status desk_story_put(struct people *people, struct text subject, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT number, at, officer, act, state, note, evidence, reason FROM desk_act WHERE subject_id = $1 ORDER BY number",
		     DB_PARAMS(DB_V_TEXT(subject)), people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"story\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_printf(out, "%s{\"number\":%lld", i ? "," : "", (long long)db_int(&rows, i, 0));
		member_time(out, "at", db_int(&rows, i, 1));
		TRY(member_person(people, "by", db_text(&rows, i, 2), ret_error));
		member_text(out, "act", db_text(&rows, i, 3));
		member_text(out, "state", db_text(&rows, i, 4));
		member_text(out, "note", db_text(&rows, i, 5));
		if (!db_is_null(&rows, i, 6))
			buffer_printf(out, ",\"evidence\":%lld", (long long)db_int(&rows, i, 6));
		member_text(out, "reason", db_text(&rows, i, 7));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return buffer_status(out);
}

enum status desk_act_read(struct office_call *call, struct desk_act_form *ret, struct error *ret_error)
{
	*ret = (struct desk_act_form){.version = 0};
	TRY(office_id(call, 0, &ret->id, ret_error));
	TRY(office_if_match(call, &ret->version, ret_error));
	ret->act = call->request->capture_count > 1 ? call->request->captures[1] : TEXT_NONE;
	if (call->request->body.len == 0)
		return ST_OK;
	TRY(body_json(call, &ret->root, ret_error));
	TRY(body_text(call, ret->root, "note", &ret->note, ret_error));
	return body_text(call, ret->root, "reason", &ret->reason, ret_error);
}

enum status desk_act_may(struct office_call *call, struct db_tx *tx, const char *read, const char *action, const char *thing, const char *sql,
			 struct text id, struct error *ret_error)
{
	struct policy_thing what = desk_thing(call);
	struct db_rows rows;

	TRY(office_may(call, tx, read, &what, thing, id, ret_error));
	TRY(db_query(tx, sql, DB_PARAMS(DB_V_TEXT(id)), call->arena, &rows, ret_error));
	if (rows.rows == 0)
		return office_missing(call, tx, read, thing, id, ret_error);
	what.author = db_text(&rows, 0, 0);
	return office_may(call, tx, action, &what, thing, id, ret_error);
}

void desk_acts_put(struct office_call *call, const struct desk_choice *choices, size_t count, const struct policy_thing *thing)
{
	struct buffer *out = &call->response->body;
	bool first = true;

	buffer_add_text(out, TEXT(",\"acts\":["));
	for (size_t i = 0; i < count; i++) {
		enum policy_answer answer = may(&call->actor, text_of(choices[i].action), thing, call->office->host, call->now_ms);

		/* What only wants a fresh proof, or a reason, can be had. */
		if (answer != POLICY_ALLOWED && answer != POLICY_PROVE_ANEW && answer != POLICY_REASON)
			continue;
		buffer_printf(out, "%s{\"act\":\"%s\"}", first ? "" : ",", choices[i].act);
		first = false;
	}
	buffer_add_char(out, ']');
}

enum status desk_identifier_read(const struct office_call *call, const json_t *value, struct item_identifier *ret, struct error *ret_error)
{
	*ret = (struct item_identifier){.type = TEXT_NONE};
	if (!json_is_object(value))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "identifier", "an object is expected");
	TRY(body_text(call, value, "type", &ret->type, ret_error));
	TRY(body_text(call, value, "value", &ret->value, ret_error));
	TRY(body_text(call, value, "country", &ret->country, ret_error));
	TRY(body_text(call, value, "bank", &ret->bank, ret_error));
	TRY(body_text(call, value, "service", &ret->service, ret_error));
	return ret->value.len ? ST_OK : error_because(ret_error, ST_MALFORMED, "value-invalid", "identifier", "it names nothing");
}
