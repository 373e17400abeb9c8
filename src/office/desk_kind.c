#include "office/desk_kind.h"

#include <stdio.h>

#define SQL_MAX 2048

/* What a handler gives to its transaction. */
struct doing {
	const struct desk_kind *kind;
	struct desk_act_form form;
	void *read; /* by new_read, act_read */
};

static const char *sees(const struct office_call *call, const struct desk_kind *kind)
{
	return kind->sees ? kind->sees(call) : "";
}

static void run(struct office_call *call, office_work *work, struct doing *doing, enum status read, struct error *error)
{
	if (read != ST_OK || office_transact(call, DB_WRITE, work, doing, error) != ST_OK)
		office_problem(call, error);
}

void desk_kind_list(struct office_call *call, const struct desk_kind *kind)
{
	struct desk_list list = kind->list;
	char where[SQL_MAX];

	snprintf(where, sizeof where, "%s%s", list.where, sees(call, kind));
	list.where = where;
	desk_list_run(call, &list);
}

/* ---- one ---- */

static enum status find(struct office_call *call, struct db_tx *tx, const struct desk_kind *kind, struct text id, struct db_rows *ret_row,
			struct error *ret_error)
{
	const struct desk_list *list = &kind->list;
	char sql[SQL_MAX];

	snprintf(sql, sizeof sql, "SELECT %s %s WHERE %s = $1%s", list->columns, list->from, list->id, sees(call, kind));
	return db_query(tx, sql, DB_PARAMS(DB_V_TEXT(id)), call->arena, ret_row, ret_error);
}

static struct policy_thing thing_of(const struct office_call *call, const struct desk_kind *kind, const struct db_rows *row)
{
	struct policy_thing thing = desk_thing(call);

	if (kind->author_column)
		thing.author = db_text(row, 0, kind->author_column);
	return thing;
}

/* Whether he may read it at all, and it is there. */
static enum status may_read(struct office_call *call, struct db_tx *tx, const struct desk_kind *kind, struct text id, struct db_rows *ret_row,
			    struct error *ret_error)
{
	const struct policy_thing thing = desk_thing(call);

	TRY(office_may(call, tx, kind->list.action, &thing, kind->list.thing, id, ret_error));
	TRY(find(call, tx, kind, id, ret_row, ret_error));
	return ret_row->rows ? ST_OK : office_missing(call, tx, kind->list.action, kind->list.thing, id, ret_error);
}

static enum status answer(struct office_call *call, struct db_tx *tx, const struct desk_kind *kind, const struct db_rows *row, unsigned status,
			  struct error *ret_error)
{
	const struct policy_thing thing = thing_of(call, kind, row);
	struct people people = {.call = call, .tx = tx};
	struct desk_choice now[DESK_CHOICES_MAX];
	struct text state = db_text(row, 0, kind->state_column);
	size_t count = 0;

	TRY(kind->list.put(&people, row, 0, ret_error));
	if (kind->more)
		TRY(kind->more(&people, row, 0, ret_error));
	TRY(desk_story_put(&people, db_text(row, 0, 0), ret_error));
	for (const struct desk_act *act = kind->acts; act->act && count < DESK_CHOICES_MAX; act++)
		if (text_equal(state, text_of(act->state)) && (kind->can == NULL || kind->can(call, row, act)))
			now[count++] = (struct desk_choice){act->act, act->action};
	desk_acts_put(call, now, count, &thing);
	buffer_add_char(&call->response->body, '}');
	office_etag(call, db_int(row, 0, 1));
	office_json(call, status);
	return buffer_status(&call->response->body);
}

enum status desk_kind_answer(struct office_call *call, struct db_tx *tx, const struct desk_kind *kind, struct text id, unsigned status,
			     struct error *ret_error)
{
	struct db_rows row;

	TRY(find(call, tx, kind, id, &row, ret_error));
	if (row.rows == 0)
		return error_set(ret_error, ST_NOT_FOUND, "it is not there any more");
	return answer(call, tx, kind, &row, status, ret_error);
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct doing *doing = context;
	struct db_rows row;

	TRY(may_read(call, tx, doing->kind, doing->form.id, &row, ret_error));
	return answer(call, tx, doing->kind, &row, 200, ret_error);
}

void desk_kind_get(struct office_call *call, const struct desk_kind *kind)
{
	struct doing doing = {.kind = kind};
	struct error error = {.code = ST_OK};

	run(call, get_work, &doing, office_id(call, 0, &doing.form.id, &error), &error);
}

/* ---- a new one ---- */

static enum status create_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct doing *doing = context;
	char id[ID_SIZE];

	TRY(doing->kind->begin(call, tx, doing->read, id, ret_error));
	return desk_kind_answer(call, tx, doing->kind, text_of(id), 201, ret_error);
}

void desk_kind_create(struct office_call *call, const struct desk_kind *kind, void *new)
{
	struct doing doing = {.kind = kind, .read = new};
	struct error error = {.code = ST_OK};
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = kind->new_read(call, root, new, &error);
	json_decref(root);
	run(call, create_work, &doing, st, &error);
}

/* ---- an act ---- */

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct doing *doing = context;
	const struct desk_kind *kind = doing->kind;
	const struct desk_act *act = kind->acts;
	struct policy_thing thing;
	struct db_rows row;

	TRY(may_read(call, tx, kind, doing->form.id, &row, ret_error));
	while (act->act && !text_equal(doing->form.act, text_of(act->act)))
		act++;
	if (act->act == NULL)
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	thing = thing_of(call, kind, &row);
	TRY(office_may(call, tx, act->action, &thing, kind->list.thing, doing->form.id, ret_error));
	TRY(kind->act(call, tx, &doing->form, doing->read, ret_error));
	return desk_kind_answer(call, tx, kind, doing->form.id, 200, ret_error);
}

void desk_kind_act(struct office_call *call, const struct desk_kind *kind, void *more)
{
	struct doing doing = {.kind = kind, .read = more};
	struct error error = {.code = ST_OK};
	enum status st = desk_act_read(call, &doing.form, &error);

	if (st == ST_OK && doing.form.root && kind->act_read)
		st = kind->act_read(call, doing.form.root, more, &error);
	json_decref(doing.form.root);
	doing.form.root = NULL;
	run(call, act_work, &doing, st, &error);
}
