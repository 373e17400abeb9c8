/* The login of a ministry, as browsers go there and come back. */
#include "account/oidc.h"

#include "account/session.h"
#include "office/people.h"

#include "handlers.inc"

#define BACK "/api/v1/session/oidc/back"

/* Our own address, as the provider knows it. */
static enum status back_address(const struct office_call *call, struct text *ret, struct error *ret_error)
{
	struct text origin = accounts_origin(call->office->accounts);
	struct buffer out;
	enum status st;

	buffer_init(&out, 1024);
	if (origin.len)
		buffer_add_text(&out, origin);
	else
		buffer_printf(&out, "http://%.*s", TEXT_ARG(http_header(call->request, "Host")));
	buffer_printf(&out, BACK);
	st = buffer_status(&out);
	if (st == ST_OK)
		st = arena_text(call->arena, buffer_text(&out), ret);
	buffer_release(&out);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "no memory for an address");
}

static void lead(struct office_call *call, struct text address)
{
	http_set_header(call->response, TEXT("Location"), address);
	call->response->status = 302;
}

/* Lax, for it must come along when the provider sends the browser back. */
static enum status state_cookie(const struct office_call *call, const char *state, struct text *ret, struct error *ret_error)
{
	struct buffer out;
	enum status st;

	buffer_init(&out, 256);
	buffer_printf(&out, "%s" OIDC_COOKIE "=%s; Path=/; %sHttpOnly; SameSite=Lax; Max-Age=%d", call->request->secure ? "__Host-" : "",
		      state, call->request->secure ? "Secure; " : "", OIDC_TIME_MS / 1000);
	st = buffer_status(&out);
	if (st == ST_OK)
		st = arena_text(call->arena, buffer_text(&out), ret);
	buffer_release(&out);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "no memory for a cookie");
}

void office_oidc_start(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct oidc_start start;
	struct text back, cookie;
	enum status st;

	TRY_OUT(back_address(call, &back, &error));
	TRY_OUT(oidc_start(call->office->accounts, back, call->arena, &start, &error));
	TRY_OUT(state_cookie(call, start.state, &cookie, &error));
	http_set_header(call->response, TEXT("Set-Cookie"), cookie);
	lead(call, start.address);
out:
	if (st != ST_OK)
		office_problem(call, &error);
}

void office_oidc_back(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct oidc_return came = {.code = http_query(call->request, "code"), .state = http_query(call->request, "state")};
	struct signed_in in = {.next = NULL};
	struct text cookie;
	enum status st;

	came.cookie = cookie_value(http_header(call->request, "Cookie"),
				   call->request->secure ? TEXT("__Host-" OIDC_COOKIE "=") : TEXT(OIDC_COOKIE "="));
	TRY_OUT(back_address(call, &came.back, &error));
	TRY_OUT(oidc_finish(call->office->accounts, &call->actor, &came, call->arena, &in, &error));
	TRY_OUT(session_cookie(call->request->secure, text_of(in.token), call->arena, &cookie));
	http_set_header(call->response, TEXT("Set-Cookie"), cookie);
	lead(call, TEXT("/console"));
out:
	if (st != ST_OK)
		office_problem(call, &error);
}
