/* What is listed of the public's identifiers: by rules, and by two officers. */
#include "awareness/listing.h"

#include "model/entity_json.h"
#include "office/desk.h"

#include "handlers.inc"

#define AUTHOR "SELECT proposed_by FROM listing WHERE id = $1"

static enum status put(struct people *people, const struct listing_row *l, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld,\"x\":", TEXT_ARG(l->id), (long long)l->version);
	json_add_string(out, l->x);
	member_text(out, "type", l->type);
	member_text(out, "verdict", l->verdict);
	member_text(out, "state", l->state);
	member_text(out, "basis", l->basis);
	buffer_printf(out, ",\"reports\":%lld", (long long)l->reports);
	member_time(out, "firstAt", l->first_ms);
	member_time(out, "lastAt", l->last_ms);
	if (l->authority)
		buffer_printf(out, ",\"authority\":%lld", (long long)l->authority);
	member_text(out, "country", l->country);
	member_text(out, "note", l->note);
	TRY(desk_by_put(people, "proposedBy", l->proposed_by, ret_error));
	member_time(out, "proposedAt", l->proposed_ms);
	TRY(desk_by_put(people, "confirmedBy", l->confirmed_by, ret_error));
	member_time(out, "confirmedAt", l->confirmed_ms);
	member_time(out, "expiresAt", l->expires_ms);
	if (l->suppressed_until_ms > people->call->now_ms)
		member_time(out, "hiddenUntil", l->suppressed_until_ms);
	member_time(out, "deadAt", l->dead_ms);
	TRY(desk_by_put(people, "endedBy", l->ended_by, ret_error));
	member_time(out, "endedAt", l->ended_ms);
	member_text(out, "endReason", l->end_reason);
	return ST_OK;
}

static enum status row_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct listing_row l;

	listing_row_take(rows, i, &l);
	TRY(put(people, &l, ret_error));
	buffer_add_char(&people->call->response->body, '}');
	return ST_OK;
}

/* LISTING_COLUMNS has the columns and where they come from, as its own callers want it. */
#define FROM_AT (sizeof LISTING_COLUMNS - sizeof "FROM listing l JOIN identifier i ON i.x = l.x ")

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	char columns[sizeof LISTING_COLUMNS];
	struct desk_list list = {.action = "listing.read", .thing = "listing", .columns = columns,
				 .from = "FROM listing l JOIN identifier i ON i.x = l.x",
				 .where = "WHERE ($1 = '' OR l.state = $1) AND ($2 = '' OR l.verdict = $2) AND ($3 = '' OR l.x = $3)",
				 .at = "l.proposed_at", .id = "l.id", .at_column = 14, .put = row_put, .param_count = 3};

	memcpy(columns, LISTING_COLUMNS, FROM_AT);
	columns[FROM_AT] = 0;
	list.params[0] = desk_query(call, "state");
	list.params[1] = desk_query(call, "verdict");
	list.params[2] = desk_query(call, "identifier");
	return desk_list_answer(call, tx, context, &list, ret_error);
}

void office_public_listing_list(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct desk_page page;

	if (desk_page_read(call, &page, &error) != ST_OK || office_transact(call, DB_WRITE, list_work, &page, &error) != ST_OK)
		office_problem(call, &error);
}

static enum status answer(struct office_call *call, struct db_tx *tx, struct text id, unsigned status, struct error *ret_error)
{
	static const struct desk_choice proposed[] = {{"confirm", "listing.confirm"}, {"decline", "listing.confirm"}},
				       in_force[] = {{"end", "listing.end"}, {"dead", "listing.propose"}};
	struct policy_thing thing = desk_thing(call);
	struct people people = {.call = call, .tx = tx};
	struct listing_row l;

	TRY(listing_load(tx, id, call->arena, &l, ret_error));
	TRY(put(&people, &l, ret_error));
	TRY(desk_story_put(&people, id, ret_error));
	thing.author = l.proposed_by;
	if (text_equal(l.state, TEXT("proposed")))
		desk_acts_put(call, proposed, 2, &thing);
	else
		desk_acts_put(call, in_force, text_equal(l.state, TEXT("ended")) ? 0 : awareness_rule(l.type)->dead && !l.dead_ms ? 2 : 1, &thing);
	buffer_add_char(&call->response->body, '}');
	office_etag(call, l.version);
	office_json(call, status);
	return buffer_status(&call->response->body);
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;

	TRY(desk_act_may(call, tx, "listing.read", "listing.read", "listing", AUTHOR, *id, ret_error));
	return answer(call, tx, *id, 200, ret_error);
}

void office_public_listing_get(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct text id;

	if (office_id(call, 0, &id, &error) != ST_OK || office_transact(call, DB_WRITE, get_work, &id, &error) != ST_OK)
		office_problem(call, &error);
}

static enum status create_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = desk_thing(call);
	char id[ID_SIZE];

	TRY(office_may(call, tx, "listing.propose", &thing, "listing", TEXT_NONE, ret_error));
	TRY(listing_propose(call->office->awareness, tx, &call->actor, context, call->arena, id, ret_error));
	return answer(call, tx, text_of(id), 201, ret_error);
}

void office_public_listing_create(struct office_call *call)
{
	struct listing_new new = {.authority = 0};
	struct error error = {.code = ST_OK};
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = desk_identifier_read(call, json_object_get(root, "identifier"), &new.identifier, &error);
	if (st == ST_OK)
		st = body_number(root, "authority", &new.authority, &error);
	if (st == ST_OK)
		st = body_text(call, root, "note", &new.note, &error);
	json_decref(root);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, create_work, &new, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct listing_act *act = context;
	bool second = text_equal(act->act, TEXT("confirm")) || text_equal(act->act, TEXT("decline"));
	const char *action = second ? "listing.confirm" : text_equal(act->act, TEXT("dead")) ? "listing.propose" : "listing.end";

	TRY(desk_act_may(call, tx, "listing.read", action, "listing", AUTHOR, act->id, ret_error));
	TRY(listing_do(call->office->awareness, tx, &call->actor, act, call->arena, ret_error));
	return answer(call, tx, act->id, 200, ret_error);
}

void office_public_listing_act(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct desk_act_form form = {.root = NULL};
	enum status st = desk_act_read(call, &form, &error);
	struct listing_act act = {.id = form.id, .version = form.version, .act = form.act, .reason = form.reason, .note = form.note};

	json_decref(form.root);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, act_work, &act, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}
