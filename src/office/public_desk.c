/* The rest of the public's desk: floods, what is aside in the inbox, portals, the tables that forms are made of. */
#include "awareness/intake.h"
#include "awareness/portal.h"
#include "awareness/restriction.h"
#include "awareness/rules.h"
#include "model/entity_json.h"
#include "office/desk.h"

#include "handlers.inc"

/* ---- floods ---- */

static enum status flood_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	buffer_printf(out, "{\"id\":\"%.*s\",\"x\":", TEXT_ARG(db_text(rows, i, 0)));
	json_add_string(out, db_text(rows, i, 2));
	member_time(out, "at", db_int(rows, i, 1));
	buffer_printf(out, ",\"reports\":%lld,\"independent\":%lld", (long long)db_int(rows, i, 3), (long long)db_int(rows, i, 4));
	TRY(member_person(people, "seenBy", db_text(rows, i, 5), ret_error));
	member_time(out, "seenAt", db_int(rows, i, 6));
	return ST_OK;
}

void office_flood_list(struct office_call *call)
{
	static const struct desk_list list = {.action = "flood.read", .thing = "flood", .columns = "f.id, f.at, f.x, f.reports, f.independent, f.seen_by, f.seen_at",
				 .from = "FROM flood f", .where = "WHERE ($1 = '' OR f.seen_at IS NULL)", .queries = {"open"}, .at = "f.at", .id = "f.id", .at_column = 1, .put = flood_put};

	desk_list_run(call, &list);
}

static enum status seen_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;

	TRY(desk_act_may(call, tx, "flood.read", "flood.act", "flood", "SELECT x FROM flood WHERE id = $1", *id, ret_error));
	if (!text_equal(call->request->captures[1], TEXT("seen")))
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	TRY(flood_seen(call->office->awareness, tx, &call->actor, *id, call->arena, ret_error));
	office_json(call, 200);
	buffer_add_text(&call->response->body, TEXT("{}"));
	return ST_OK;
}

void office_flood_act(struct office_call *call)
{
	office_by_id(call, DB_WRITE, seen_work);
}

/* ---- the inbox ---- */

static enum status item_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	(void)ret_error;
	buffer_printf(out, "{\"id\":\"%.*s\",\"kind\":%lld", TEXT_ARG(db_text(rows, i, 0)), (long long)db_int(rows, i, 2));
	member_time(out, "receivedAt", db_int(rows, i, 1));
	member_text(out, "state", db_text(rows, i, 3));
	member_text(out, "reason", db_text(rows, i, 4));
	member_text(out, "field", db_text(rows, i, 5));
	buffer_printf(out, ",\"size\":%lld", (long long)db_int(rows, i, 6));
	return ST_OK;
}

void office_inbox_list(struct office_call *call)
{
	static const struct desk_list list = {.action = "inbox.read", .thing = "inbox",
				 .columns = "b.id, b.received_at, b.kind, b.state, b.reason, b.detail, length(b.sealed)", .from = "FROM inbox_item b",
				 .where = "WHERE b.state IN ('waiting', 'aside') AND ($1 = '' OR b.state = $1)", .queries = {"state"}, .at = "b.received_at", .id = "b.id",
				 .at_column = 1, .put = item_put};

	desk_list_run(call, &list);
}

static enum status retry_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;

	TRY(desk_act_may(call, tx, "inbox.read", "inbox.act", "inbox", "SELECT state FROM inbox_item WHERE id = $1 AND state = 'aside'", *id,
			 ret_error));
	if (!text_equal(call->request->captures[1], TEXT("retry")))
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	TRY(inbox_retry(call->office->awareness, tx, *id, ret_error));
	office_json(call, 200);
	buffer_add_text(&call->response->body, TEXT("{}"));
	return ST_OK;
}

void office_inbox_act(struct office_call *call)
{
	office_by_id(call, DB_WRITE, retry_work);
}

/* ---- portals ---- */

static enum status portal_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	buffer_printf(out, "{\"id\":\"%.*s\"", TEXT_ARG(db_text(rows, i, 0)));
	member_time(out, "addedAt", db_int(rows, i, 1));
	member_text(out, "key", db_text(rows, i, 2));
	member_text(out, "name", db_text(rows, i, 3));
	TRY(member_person(people, "addedBy", db_text(rows, i, 4), ret_error));
	member_time(out, "endedAt", db_int(rows, i, 5));
	return ST_OK;
}

void office_portal_list(struct office_call *call)
{
	static const struct desk_list list = {.action = "portal.read", .thing = "portal", .columns = "p.id, p.added_at, p.key, p.name, p.added_by, p.ended_at",
				 .from = "FROM portal p", .where = "WHERE ($1 = '' OR p.ended_at IS NULL)", .queries = {"open"}, .at = "p.added_at", .id = "p.id",
				 .at_column = 1, .put = portal_put};

	desk_list_run(call, &list);
}

struct adding {
	struct text key, name;
};

static enum status add_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = desk_thing(call);
	const struct adding *a = context;
	char id[ID_SIZE];

	TRY(office_may(call, tx, "portal.change", &thing, "portal", TEXT_NONE, ret_error));
	TRY(portal_add(call->office->env, tx, call->actor.id, a->key, a->name, id, ret_error));
	buffer_printf(&call->response->body, "{\"id\":\"%s\"}", id);
	office_json(call, 201);
	return ST_OK;
}

void office_portal_create(struct office_call *call)
{
	struct adding a = {.key = TEXT_NONE};
	struct error error = {.code = ST_OK};
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = body_text(call, root, "key", &a.key, &error);
	if (st == ST_OK)
		st = body_text(call, root, "name", &a.name, &error);
	json_decref(root);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, add_work, &a, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}

static enum status end_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = desk_thing(call);
	const struct text *id = context;
	enum status st;

	TRY(office_may(call, tx, "portal.change", &thing, "portal", *id, ret_error));
	st = portal_end(call->office->env, tx, call->actor.id, *id, ret_error);
	if (st == ST_NOT_FOUND)
		return office_missing(call, tx, "portal.change", "portal", *id, ret_error);
	TRY(st);
	call->response->status = 204;
	return ST_OK;
}

void office_portal_end(struct office_call *call)
{
	office_by_id(call, DB_WRITE, end_work);
}

/* ---- tables ---- */

static void words_put(struct buffer *out, struct text en, struct text km, struct text ko, struct text zh)
{
	buffer_add_text(out, TEXT(",\"name\":{\"en\":"));
	json_add_string(out, en);
	member_text(out, "km", km);
	member_text(out, "ko", ko);
	member_text(out, "zh", zh);
	buffer_add_text(out, TEXT("}}"));
}

void office_public_tables(struct office_call *call)
{
	struct buffer *out = &call->response->body;
	const struct awareness_authority *authority;
	const struct awareness_reason *reason;
	const struct awareness_word *type, *restriction;

	buffer_add_text(out, TEXT("{\"authorities\":["));
	for (size_t i = 0; (authority = awareness_authority_at(i)) != NULL; i++) {
		buffer_printf(out, "%s{\"number\":%u,\"country\":\"%.*s\"", i ? "," : "", authority->number, TEXT_ARG(authority->country));
		words_put(out, authority->en, authority->km, authority->ko, authority->zh);
	}
	buffer_add_text(out, TEXT("],\"reasons\":["));
	for (size_t i = 0; (reason = awareness_reason_at(i)) != NULL; i++) {
		buffer_printf(out, "%s{\"reason\":\"%.*s\",\"of\":\"%.*s\"", i ? "," : "", TEXT_ARG(reason->reason), TEXT_ARG(reason->of));
		words_put(out, reason->en, reason->km, reason->ko, reason->zh);
	}
	buffer_add_text(out, TEXT("],\"types\":["));
	for (size_t i = 0; (type = awareness_type_at(i)) != NULL; i++) {
		buffer_printf(out, "%s{\"type\":\"%.*s\"", i ? "," : "", TEXT_ARG(type->word));
		words_put(out, type->en, type->km, type->ko, type->zh);
	}
	buffer_add_text(out, TEXT("],\"restrictions\":["));
	for (size_t i = 0; (restriction = restriction_at(i)) != NULL; i++) {
		buffer_printf(out, "%s{\"restriction\":\"%.*s\"", i ? "," : "", TEXT_ARG(restriction->word));
		words_put(out, restriction->en, restriction->km, restriction->ko, restriction->zh);
	}
	buffer_add_text(out, TEXT("]}"));
	office_json(call, 200);
}
