/* The first start: the first administrator, with the code that the hub gave its operator. */
#include "account/oidc.h"
#include "account/session.h"
#include "account/setup.h"
#include "office/people.h"

#include "handlers.inc"

void office_setup_get(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	bool needed;

	if (setup_needed(call->office->accounts, &needed, &error) != ST_OK) {
		office_problem(call, &error);
		return;
	}
	office_json(call, 200);
	buffer_printf(&call->response->body, "{\"needed\":%s", needed ? "true" : "false");
	put_text(&call->response->body, false, "host", call->office->host);
	buffer_printf(&call->response->body, ",\"oidc\":%s}", oidc_there(call->office->accounts) ? "true" : "false");
}

void office_setup_first(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct signed_in in = {.next = NULL};
	struct totp_offer offer;
	struct setup_new first = {.agency = TEXT_NONE};
	json_t *body = NULL;
	struct text cookie;
	enum status st;

	TRY_OUT(body_json(call, &body, &error));
	TRY_OUT(body_need(call, body, "code", &first.code, &error));
	TRY_OUT(body_need(call, body, "name", &first.name, &error));
	TRY_OUT(body_need(call, body, "login", &first.login, &error));
	TRY_OUT(body_need(call, body, "password", &first.password, &error));
	TRY_OUT(body_text(call, body, "agency", &first.agency, &error));
	TRY_OUT(setup_first(call->office->accounts, &call->actor, &first, call->arena, &in, &offer, &error));
	TRY_OUT(session_cookie(call->request->secure, text_of(in.token), call->arena, &cookie));
	http_set_header(call->response, TEXT("Set-Cookie"), cookie);
	office_json(call, 200);
	buffer_printf(&call->response->body, "{\"totp\":{");
	put_text(&call->response->body, true, "secret", offer.secret);
	put_text(&call->response->body, false, "uri", offer.uri);
	buffer_printf(&call->response->body, "}}");
out:
	if (st != ST_OK)
		office_problem(call, &error);
	json_decref(body);
}
