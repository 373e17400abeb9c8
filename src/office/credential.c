/* What I prove myself with: one-time codes, password, the list of all. Passkeys: passkey.c. */
#include "account/credential.h"
#include "office/people.h"

#include "handlers.inc"

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing himself = {.owner = call->actor.country, .subject = call->actor.id};
	struct buffer *out = &call->response->body;
	struct credential *list;
	size_t count;

	(void)context;
	TRY(office_may(call, tx, "credential.read", &himself, "person", call->actor.id, ret_error));
	TRY(credential_list(tx, call->actor.id, call->arena, &list, &count, ret_error));
	buffer_printf(out, "{\"items\":[");
	for (size_t i = 0; i < count; i++) {
		buffer_printf(out, i ? ",{" : "{");
		put_text(out, true, "id", list[i].id);
		put_text(out, false, "kind", list[i].kind);
		put_text(out, false, "name", list[i].name);
		put_time(out, "createdAt", list[i].created_ms);
		put_time(out, "lastUsedAt", list[i].used_ms);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	office_page_end(call, TEXT_NONE, (int64_t)count);
	office_json(call, 200);
	return ST_OK;
}

void office_credential_list(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};

	if (office_transact(call, DB_WRITE, list_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}

void office_credential_remove(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct text id;
	enum status st;

	TRY_OUT(office_id(call, 0, &id, &error));
	TRY_OUT(credential_remove(call->office->accounts, &call->actor, id, &error));
	call->response->status = 204;
out:
	if (st != ST_OK)
		office_problem(call, &error);
}

void office_password_change(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct text old, new_password;
	json_t *body = NULL;
	enum status st;

	TRY_OUT(body_json(call, &body, &error));
	TRY_OUT(body_need(call, body, "password", &old, &error));
	TRY_OUT(body_need(call, body, "new", &new_password, &error));
	TRY_OUT(password_change(call->office->accounts, &call->actor, old, new_password, &error));
	call->response->status = 204;
out:
	if (st != ST_OK)
		office_problem(call, &error);
	json_decref(body);
}

/* Without a code: a new secret. With one: the secret that waits counts from now on. */
void office_totp_enrol(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct signed_in in = {.next = NULL};
	struct totp_offer offer;
	json_t *body = NULL;
	struct text code = TEXT_NONE;
	enum status st;

	TRY_OUT(body_json(call, &body, &error));
	TRY_OUT(body_text(call, body, "code", &code, &error));
	if (code.len) {
		st = totp_take(call->office->accounts, &call->actor, code, &in, &error);
		office_signed_in(call, st, &in, &error);
		st = ST_OK;
		goto out;
	}
	TRY_OUT(totp_begin(call->office->accounts, &call->actor, call->arena, &offer, &error));
	office_json(call, 200);
	buffer_add_char(&call->response->body, '{');
	put_text(&call->response->body, true, "secret", offer.secret);
	put_text(&call->response->body, false, "uri", offer.uri);
	buffer_add_char(&call->response->body, '}');
out:
	if (st != ST_OK)
		office_problem(call, &error);
	json_decref(body);
}
