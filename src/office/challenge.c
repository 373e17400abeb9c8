/* What somebody said is wrong in an entry: said, seen, answered. */
#include "model/entity_json.h"
#include "office/entry.h"

#include "handlers.inc"

struct challenging {
	struct text id, field, note; /* the entry's, or the challenge's where it is answered */
};

/* ---- said ---- */

static enum status say_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct challenging *c = context;
	struct registry_challenge challenge = {.entry = c->id, .field = c->field, .note = c->note};
	struct buffer *out = &call->response->body;
	struct entry entry;

	TRY(entry_ask(call, tx, c->id, "entry.challenge", &entry, ret_error));
	TRY(registry_challenge(call->office->registry, tx, &call->actor, &challenge, ret_error));
	buffer_printf(out, "{\"id\":\"%s\"", challenge.id);
	member_time(out, "dueAt", challenge.due_ms);
	buffer_add_char(out, '}');
	office_json(call, 201);
	return buffer_status(out);
}

/* Reads field and text, and does `work`. */
static void answer_body(struct office_call *call, office_work *work)
{
	struct challenging c = {0};
	struct error error;
	json_t *root = NULL;
	enum status st = office_id(call, 0, &c.id, &error);

	if (st == ST_OK)
		st = body_json(call, &root, &error);
	if (st == ST_OK)
		st = body_text(call, root, "field", &c.field, &error);
	if (st == ST_OK)
		st = body_text(call, root, "text", &c.note, &error);
	json_decref(root);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, work, &c, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}

void office_entry_challenge(struct office_call *call)
{
	answer_body(call, say_work);
}

/* ---- seen ---- */

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;
	struct buffer *out = &call->response->body;
	struct people people = {.call = call, .tx = tx};
	struct entry entry;
	struct db_rows rows;

	TRY(entry_ask(call, tx, *id, "entry.read", &entry, ret_error));
	TRY(db_query(tx,
		     "SELECT id, at, actor, field, note, due_at, answered_at, answer FROM challenge WHERE entry_id = $1"
		     " ORDER BY at DESC, id LIMIT 500",
		     DB_PARAMS(DB_V_TEXT(*id)), call->arena, &rows, ret_error));
	buffer_printf(out, "{\"items\":[");
	for (size_t i = 0; i < rows.rows; i++) {
		struct text name;

		TRY(people_name(&people, db_text(&rows, i, 2), &name, ret_error));
		buffer_printf(out, "%s{\"id\":", i ? "," : "");
		json_add_string(out, db_text(&rows, i, 0));
		member_time(out, "at", db_int(&rows, i, 1));
		member_text(out, "by", db_text(&rows, i, 2));
		member_text(out, "byName", name);
		member_text(out, "field", db_text(&rows, i, 3));
		member_text(out, "text", db_text(&rows, i, 4));
		member_time(out, "dueAt", db_int(&rows, i, 5));
		member_time(out, "answeredAt", db_int(&rows, i, 6));
		member_text(out, "answer", db_text(&rows, i, 7));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	office_page_end(call, TEXT_NONE, (int64_t)rows.rows);
	office_json(call, 200);
	return buffer_status(out);
}

void office_challenge_list(struct office_call *call)
{
	office_by_id(call, DB_WRITE, list_work);
}

/* ---- answered ---- */

static enum status answer_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct challenging *c = context;
	struct policy_thing thing;
	struct entry entry;
	struct db_rows rows;
	enum status st = db_query_one(tx, "SELECT entry_id FROM challenge WHERE id = $1", DB_PARAMS(DB_V_TEXT(c->id)), call->arena,
				      &rows, ret_error);

	if (st == ST_NOT_FOUND)
		return office_missing(call, tx, "entry.challenge-answer", "challenge", c->id, ret_error);
	TRY(st);
	TRY(entry_load(tx, db_text(&rows, 0, 0), call->arena, &entry, ret_error));
	thing = entry_thing(call->office, &entry);
	TRY(office_may(call, tx, "entry.challenge-answer", &thing, "entry", entry.id, ret_error));
	TRY(registry_challenge_answer(call->office->registry, tx, &call->actor, c->id, c->note, ret_error));
	buffer_printf(&call->response->body, "{}");
	office_json(call, 200);
	return ST_OK;
}

void office_challenge_answer(struct office_call *call)
{
	answer_body(call, answer_work);
}
