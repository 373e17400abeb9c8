/* Machines of an administrator's own country: tokens and client certificates. */
#include "account/machine.h"
#include "account/person.h"
#include "office/people.h"

#include "handlers.inc"

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct machine_row *list;
	uint64_t roles;
	size_t count;

	(void)context;
	TRY(office_may(call, tx, "token.change", NULL, "token", TEXT_NONE, ret_error));
	TRY(machine_list(tx, call->actor.country, call->arena, &list, &count, ret_error));
	buffer_printf(out, "{\"items\":[");
	for (size_t i = 0; i < count; i++) {
		buffer_printf(out, i ? ",{" : "{");
		put_text(out, true, "id", list[i].id);
		put_text(out, false, "name", list[i].name);
		put_text(out, false, "kind", list[i].kind);
		TRY(roles_read(list[i].roles, &roles, ret_error));
		put_roles(out, roles);
		put_time(out, "createdAt", list[i].created_ms);
		put_time(out, "expires", list[i].ends_ms);
		put_time(out, "endedAt", list[i].ended_ms);
		put_time(out, "lastUsedAt", list[i].used_ms);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	office_page_end(call, TEXT_NONE, (int64_t)count);
	office_json(call, 200);
	return ST_OK;
}

void office_token_list(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};

	if (office_transact(call, DB_WRITE, list_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}

static enum status create_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct machine_new *machine = context;
	struct buffer *out = &call->response->body;
	char id[ID_SIZE], token[MACHINE_TOKEN_SIZE];

	TRY(office_may(call, tx, "token.change", NULL, "token", TEXT_NONE, ret_error));
	TRY(machine_make(tx, call->office->env, machine, id, token, ret_error));
	buffer_add_char(out, '{');
	put_text(out, true, "id", text_of(id));
	put_text(out, false, "name", machine->name);
	put_roles(out, machine->roles);
	put_time(out, "expires", machine->ends_ms);
	if (token[0])
		put_text(out, false, "token", text_of(token));
	buffer_add_char(out, '}');
	office_json(call, 201);
	return ST_OK;
}

void office_token_create(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct machine_new machine = {.country = call->actor.country, .by = call->actor.id};
	json_t *body = NULL;
	bool given;
	enum status st;

	TRY_OUT(body_json(call, &body, &error));
	TRY_OUT(body_need(call, body, "name", &machine.name, &error));
	TRY_OUT(body_time(call, body, "expires", &machine.ends_ms, &error));
	TRY_OUT(body_roles(body, &given, &machine.roles, &error));
	TRY_OUT(body_text(call, body, "fingerprint", &machine.fingerprint, &error));
	st = office_transact(call, DB_WRITE, create_work, &machine, &error);
out:
	if (st != ST_OK)
		office_problem(call, &error);
	json_decref(body);
}

static enum status end_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct text id;

	(void)context;
	TRY(office_id(call, 0, &id, ret_error));
	TRY(office_may(call, tx, "token.change", NULL, "token", id, ret_error));
	TRY(machine_end(tx, call->office->env, id, call->actor.country, ret_error));
	call->response->status = 204;
	return ST_OK;
}

void office_token_end(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};

	if (office_transact(call, DB_WRITE, end_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}
