/* What every request has in common: who asks, whether he may ask at all, and how often. */
#include "http/server.h"
#include "account/accounts.h"
#include "office/problem.h"
#include "office/replay.h"
#include "office/routes.h"

#define PURPOSE_MAX 500u

/* ---- is it meant? ---- */

static bool changes(const struct http_request *request)
{
	return request->method != HTTP_GET && request->method != HTTP_HEAD;
}

/* "https://hub.example:8443" against the Host that was asked. */
static bool own_origin(const struct http_request *request, struct text origin)
{
	struct text scheme = request->secure ? TEXT("https://") : TEXT("http://");

	return text_starts(origin, scheme) &&
	       text_equal_nocase((struct text){origin.data + scheme.len, origin.len - scheme.len}, http_header(request, "Host"));
}

/* A page of another site can make a browser send a cookie, but not this header, nor hide where it comes from. */
static enum status meant_check(const struct http_request *request, struct error *ret_error)
{
	struct text site = http_header(request, "Sec-Fetch-Site"), origin = http_header(request, "Origin");

	if (!changes(request))
		return ST_OK;
	if ((site.data && !text_equal(site, TEXT("same-origin"))) || (origin.data && !own_origin(request, origin)))
		return error_because(ret_error, ST_DENIED, "foreign-origin", NULL, "the request comes from another site");
	if (!text_equal(http_header(request, "X-Cordon"), TEXT("1")))
		return error_because(ret_error, ST_DENIED, "x-cordon-missing", "X-Cordon", "X-Cordon: 1 is missing");
	return ST_OK;
}

/* Without parameters: "text/csv" of "text/csv; charset=utf-8". */
static enum status media_check(const struct http_request *request, const char *wanted, struct error *ret_error)
{
	struct text type = http_header(request, "Content-Type"), rest = text_of(wanted ? wanted : ""), part;

	if (request->body.len == 0)
		return ST_OK;
	type.len = text_find(type, ';', 0);
	type = text_trim(type);
	while (rest.data && text_split(&rest, '|', &part))
		if (text_equal_nocase(type, part))
			return ST_OK;
	return error_because(ret_error, ST_MALFORMED, "media-type", "Content-Type", "%s", wanted ? wanted : "no body");
}

/* ---- who asks, and may he ask? ---- */

static enum status role_check(const struct office_call *call, struct error *ret_error)
{
	switch (may(&call->actor, text_of(call->action), NULL, call->office->host, call->now_ms)) {
	case POLICY_ALLOWED:
		return ST_OK;
	case POLICY_SIGN_IN:
		return error_because(ret_error, ST_DENIED, "sign-in", NULL, "%s", call->action);
	case POLICY_PROVE_ANEW:
		return error_because(ret_error, ST_DENIED, "prove-anew", NULL, "%s", call->action);
	case POLICY_REASON:
		return error_because(ret_error, ST_DENIED, "purpose-missing", "X-Purpose", "%s", call->action);
	case POLICY_DENIED:
	case POLICY_NOT_FOUND:
		break;
	}
	return error_because(ret_error, ST_DENIED, "denied", NULL, "%s", call->action);
}

struct refusal {
	struct office_call *call;
	const struct error *error;
	const char *thing;
};

static enum status refusal_audit(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct refusal *refusal = context;
	const struct office_call *call = refusal->call;
	struct audit_event event = {.actor = &call->actor, .action = call->action, .outcome = "refused"};
	struct buffer detail;
	enum status st;

	if (strcmp(refusal->error->reason, "denied") == 0 || strcmp(refusal->error->reason, "sign-in") == 0)
		event.outcome = "denied";
	if (refusal->thing && call->request->capture_count && id_valid(call->request->captures[0])) {
		event.thing_kind = refusal->thing;
		event.thing = call->request->captures[0];
	}
	buffer_init(&detail, 256);
	buffer_printf(&detail, "{\"reason\":\"%s\"}", refusal->error->reason);
	event.detail = buffer_text(&detail);
	st = buffer_status(&detail) == ST_OK ? audit_add(tx, call->office->env, &event, ret_error)
					     : error_set(ret_error, ST_NO_MEMORY, "out of memory");
	buffer_release(&detail);
	return st;
}

/* Refuses, with a row in the audit where it is known who was refused (strangers are counted, not written down: they would
 * fill the audit). Without the row there is no other answer either. */
static void refuse(struct office_call *call, const struct office_route *route, const struct error *error)
{
	struct refusal refusal = {call, error, route->thing};
	struct error failure;

	if (call->actor.id.len && db_transact(call->office->db, DB_WRITE, refusal_audit, &refusal, &failure) != ST_OK)
		office_problem(call, &failure);
	else
		office_problem(call, error);
}

/* Gives false where the answer is given already. */
static bool admit(struct office_call *call, const struct office_route *route)
{
	struct error error = {.code = ST_OK, .position = -1};
	bool answered = false;
	bool used = !route->quiet && http_header(call->request, "X-Quiet").data == NULL;
	enum status st = accounts_actor(call->office->accounts, call->request, used, &call->actor, &error);

	if (st != ST_OK) {
		office_problem(call, &error);
		return false;
	}
	st = accounts_count(call->office->accounts, &call->actor, route->cost, call->now_ms, &error);
	if (st != ST_OK) {
		http_set_header(call->response, TEXT("Retry-After"), TEXT("10"));
		office_problem(call, &error);
		return false;
	}
	st = meant_check(call->request, &error);
	if (st == ST_OK && call->actor.purpose.len > PURPOSE_MAX)
		st = error_because(&error, ST_MALFORMED, "malformed", "X-Purpose", "the purpose is longer than %u bytes", PURPOSE_MAX);
	if (st == ST_OK)
		st = role_check(call, &error);
	if (st == ST_OK)
		st = media_check(call->request, route->media, &error);
	if (st != ST_OK) {
		refuse(call, route, &error);
		return false;
	}
	st = replay_begin(call, &answered, &error);
	if (st != ST_OK)
		office_problem(call, &error);
	return st == ST_OK && !answered;
}

/* ---- after the handler ---- */

static enum status keep(struct db_tx *tx, void *context, struct error *ret_error)
{
	return replay_keep(context, tx, ret_error);
}

static void finish(struct office_call *call)
{
	struct replay *replay = call->replay;
	struct error error = {.code = ST_OK, .position = -1};
	bool answered;

	if (call->response->status == 0) {
		(void)error_set(&error, ST_CORRUPT, "the handler gave no answer");
		office_problem(call, &error);
	} else if (replay && replay->repeated) {
		/* The same request came twice at once, and the other one did it. */
		if (replay_begin(call, &answered, &error) != ST_OK)
			office_problem(call, &error);
	} else if (replay && replay->kept && !replay->complete) {
		/* Without this a repetition is told that the change stands, and no more. */
		(void)!db_transact(call->office->db, DB_WRITE, keep, call, NULL);
	}
}

void office_answer(void *context, const struct http_request *request, struct http_response *response)
{
	struct office *office = context;
	const struct office_route *route = &office_routes[request->route - office_http_routes];
	struct office_call call = {.office = office, .request = request, .response = response, .arena = request->arena,
				   .action = route->action, .language = (enum office_language)http_language_of(request),
				   .now_ms = env_now(office->env)};

	problem_headers(request, response);
	response->status = 0;
	if (admit(&call, route)) {
		route->handler(&call);
		finish(&call);
	}
}

/* What http/ refuses by itself, in our form and language. */
static void office_refuse(void *context, const struct http_request *request, struct http_response *response, unsigned status,
			  struct text detail)
{
	struct office *office = context;
	struct office_call call = {.office = office, .request = request, .response = response, .arena = request->arena,
				   .language = (enum office_language)http_language_of(request)};
	const char *reason = status == 404 ? "not-found" : status == 405 ? "method" : status == 413 ? "body-too-large"
			     : status == 414 ? "target-too-long" : status == 400 ? "malformed" : "unavailable";
	struct error error;

	(void)error_because(&error, ST_MALFORMED, reason, NULL, "%.*s", TEXT_ARG(detail));
	problem_headers(request, response);
	office_problem(&call, &error);
}

struct http_table office_table(struct office *office)
{
	return (struct http_table){.routes = office_http_routes, .count = office_http_route_count, .context = office,
				   .prefix = "/api/v1/", .refuse = office_refuse, .same_origin = true};
}
