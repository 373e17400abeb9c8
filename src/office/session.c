/* Sessions: signing in step by step, who I am, signing out. */
#include "account/person.h"
#include "account/session.h"
#include "account/sign_in.h"
#include "office/events.h"
#include "office/people.h"

#include "handlers.inc"

void office_session_password(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct signed_in in = {.next = NULL};
	json_t *body = NULL;
	struct text login, password;
	enum status st;

	TRY_OUT(body_json(call, &body, &error));
	TRY_OUT(body_need(call, body, "login", &login, &error));
	TRY_OUT(body_need(call, body, "password", &password, &error));
	st = sign_in_password(call->office->accounts, &call->actor, login, password, &in, &error);
out:
	office_signed_in(call, st, &in, &error);
	json_decref(body);
}

void office_session_totp(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct signed_in in = {.next = NULL};
	json_t *body = NULL;
	struct text code;
	enum status st;

	TRY_OUT(body_json(call, &body, &error));
	TRY_OUT(body_need(call, body, "code", &code, &error));
	st = sign_in_code(call->office->accounts, &call->actor, code, &in, &error);
out:
	office_signed_in(call, st, &in, &error);
	json_decref(body);
}

/* ---- who I am ---- */

static const char *const strengths[] = {[ACTOR_NOBODY] = "", [ACTOR_PASSWORD] = "password", [ACTOR_TOKEN] = "token",
					[ACTOR_TOTP] = "totp", [ACTOR_PASSKEY] = "passkey"};

/* What he may do to something: also what wants a fresh proof or a reason first. */
static void put_actions(const struct office_call *call, struct buffer *out)
{
	const char *comma = "";

	buffer_printf(out, ",\"actions\":[");
	for (size_t i = 0; policy_action(i); i++) {
		enum policy_answer answer = may(&call->actor, text_of(policy_action(i)), NULL, call->office->host, call->now_ms);

		if (answer != POLICY_ALLOWED && answer != POLICY_PROVE_ANEW && answer != POLICY_REASON)
			continue;
		buffer_printf(out, "%s\"%s\"", comma, policy_action(i));
		comma = ",";
	}
	buffer_add_char(out, ']');
}

static void put_machine(const struct office_call *call, struct buffer *out)
{
	const struct actor *actor = &call->actor;

	put_text(out, true, "id", actor->id);
	put_text(out, false, "name", actor->name);
	put_text(out, false, "country", actor->country);
	put_text(out, false, "agency", TEXT(""));
	put_roles(out, actor->roles);
	buffer_printf(out, ",\"state\":\"active\",\"version\":1");
}

static enum status session_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct person person;
	struct db_rows row;

	(void)context;
	buffer_printf(out, "{\"person\":{");
	if (call->actor.session.len) {
		TRY(person_get(tx, call->actor.id, call->arena, &person, ret_error));
		TRY(db_query_one(tx, "SELECT opened_ms FROM session WHERE id = $1", DB_PARAMS(DB_V_TEXT(call->actor.session)),
				 call->arena, &row, ret_error));
		put_person(out, &person);
	} else {
		put_machine(call, out);
	}
	buffer_printf(out, "},\"strength\":\"%s\"", strengths[call->actor.strength]);
	if (call->actor.session.len) {
		put_time(out, "provedAt", call->actor.proved_ms);
		put_time(out, "endsAt", db_int(&row, 0, 0) + ACCOUNTS_SHIFT_MS);
	}
	put_actions(call, out);
	buffer_printf(out, ",\"news\":%lld", (long long)events_newest(call->office->events));
	put_text(out, false, "host", call->office->host);
	buffer_add_char(out, '}');
	office_json(call, 200);
	return ST_OK;
}

void office_session_get(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};

	/* With a password alone he is nobody yet. */
	if (call->actor.id.len == 0 || call->actor.strength == ACTOR_PASSWORD) {
		office_json(call, 200);
		buffer_printf(&call->response->body, "{\"person\":null");
		put_text(&call->response->body, false, "host", call->office->host);
		if (call->actor.strength == ACTOR_PASSWORD)
			buffer_printf(&call->response->body, ",\"strength\":\"password\"");
		buffer_add_char(&call->response->body, '}');
		return;
	}
	if (office_transact(call, DB_READ, session_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}

static enum status close_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing himself = {.owner = call->actor.country, .subject = call->actor.id};

	(void)context;
	if (call->actor.session.len) {
		TRY(office_may(call, tx, "session.close", &himself, "person", call->actor.id, ret_error));
		TRY(session_end(tx, call->actor.session, ret_error));
	}
	call->response->status = 204;
	return ST_OK;
}

void office_session_close(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct text cookie;

	if (office_transact(call, DB_WRITE, close_work, NULL, &error) != ST_OK ||
	    session_cookie(call->request->secure, TEXT_NONE, call->arena, &cookie) != ST_OK) {
		office_problem(call, &error);
		return;
	}
	http_set_header(call->response, TEXT("Set-Cookie"), cookie);
}
