/* Requests of the lanes' browsers: what all have in common, and the handlers that are only that. docs/formats/post-api.md. */
#include <sodium.h>
#include <stdio.h>

#include "http/server.h"
#include "model/canonical.h"
#include "page/assets.h"
#include "page/lane.h"
#include "post/drill.h"
#include "post/inside.h"
#include "post/reading.h"
#include "post/second.h"
#include "post/state.h"

#define IMAGE_MAX ((size_t)8 << 20)
#define BODY_MAX ((size_t)1 << 20)
#define CHIP_MAX ((size_t)512 << 10)

typedef void call_handler(struct lane_call *call);

/* Who may: no one signed in, a lane, an officer there, one of the roles. */
enum gate { GATE_ANYONE, GATE_LANE, GATE_OFFICER, GATE_SECOND, GATE_SUPERVISOR };

struct call_route {
	enum gate gate;
	bool json; /* has a body that is an object */
	call_handler *handler;
};

/* ---- answers ---- */

void call_json(struct lane_call *call, unsigned status)
{
	call->response->status = status;
	http_set_header(call->response, TEXT("Content-Type"), TEXT("application/json"));
}

void call_problem(struct lane_call *call, const struct error *error)
{
	problem_answer(call->response, call->language, "/post/v1/", error);
}

void call_answer(struct lane_call *call, unsigned status, json_t *json)
{
	enum status st = json ? canonical_write(json, &call->response->body) : ST_NO_MEMORY;
	struct error error;

	json_decref(json);
	if (st == ST_OK) {
		call_json(call, status);
		return;
	}
	(void)error_set(&error, st, "the answer cannot be written");
	call_problem(call, &error);
}

enum status call_text(const struct lane_call *call, const json_t *object, const char *name, struct text *ret, struct error *ret_error)
{
	const json_t *value = json_object_get(object, name);
	struct text text;

	if (value == NULL || json_is_null(value))
		return ST_OK;
	text = text_trim((struct text){json_string_value(value), json_string_length(value)});
	if (!json_is_string(value) || (text.len && memchr(text.data, 0, text.len)))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", name, "%s is no text", name);
	if (text.len > CALL_TEXT_MAX)
		return error_because(ret_error, ST_LIMIT, "value-invalid", name, "%s is longer than %u bytes", name, CALL_TEXT_MAX);
	return arena_text(call->arena, text, ret) == ST_OK ? ST_OK : arena_failure(call->arena, ret_error);
}

/* ---- what a request must be ---- */

static bool changes(const struct http_request *request)
{
	return request->method != HTTP_GET && request->method != HTTP_HEAD;
}

/* A page of another site can make a browser send a cookie, but not this header. */
static enum status meant(const struct http_request *request, struct error *ret_error)
{
	struct text site = http_header(request, "Sec-Fetch-Site");

	if (!changes(request))
		return ST_OK;
	if (site.data && !text_equal(site, TEXT("same-origin")))
		return error_because(ret_error, ST_DENIED, "foreign-origin", NULL, "the request comes from another site");
	if (!text_equal(http_header(request, "X-Cordon"), TEXT("1")))
		return error_because(ret_error, ST_DENIED, "x-cordon-missing", "X-Cordon", "X-Cordon: 1 is missing");
	return ST_OK;
}

static enum status admit(struct lane_call *call, enum gate gate, struct error *ret_error)
{
	uint64_t roles = gate == GATE_SUPERVISOR ? ROLE_SUPERVISOR : gate == GATE_SECOND ? ROLE_SECONDARY | ROLE_SUPERVISOR : UINT64_MAX;

	TRY(meant(call->request, ret_error));
	if (gate >= GATE_LANE && call->lane[0] == '\0')
		return error_because(ret_error, ST_DENIED, "lane-missing", NULL, "this browser is no lane");
	if (gate >= GATE_OFFICER && !call->signed_in)
		return error_because(ret_error, ST_DENIED, "sign-in", NULL, "nobody is signed in");
	if (gate >= GATE_OFFICER && !(call->officer.roles & roles))
		return error_because(ret_error, ST_DENIED, "denied", NULL, "none of his roles may do this");
	return ST_OK;
}

static enum status body_read(struct lane_call *call, bool json, struct error *ret_error)
{
	struct bytes body = call->request->body;

	if (!json)
		return ST_OK;
	call->body = body.len ? json_loadb((const char *)body.data, body.len, JSON_REJECT_DUPLICATES, NULL) : json_object();
	if (!json_is_object(call->body))
		return error_because(ret_error, ST_MALFORMED, "malformed", NULL, "the body is not a JSON object");
	return ST_OK;
}

/* ---- lanes and officers ---- */

static void cookie_set(struct lane_call *call, const char *name, const char *token, long age_s)
{
	char line[256];
	struct text kept;
	int n = snprintf(line, sizeof line, "%s=%s; Path=/post/; Max-Age=%ld; HttpOnly; SameSite=Strict%s", name, token, age_s,
			 call->request->secure ? "; Secure" : "");

	if (n > 0 && n < (int)sizeof line && arena_text(call->arena, (struct text){line, (size_t)n}, &kept) == ST_OK)
		http_set_header(call->response, TEXT("Set-Cookie"), kept);
}

static void lane_open(struct lane_call *call)
{
	struct text code = TEXT_NONE, name = TEXT_NONE;
	struct error error = {.code = ST_OK, .position = -1};
	char token[SITTING_TOKEN];
	enum status st = call_text(call, call->body, "code", &code, &error);

	if (st == ST_OK)
		st = call_text(call, call->body, "name", &name, &error);
	if (st == ST_OK)
		st = sittings_lane(call->lanes->sittings, code, name, token, &error);
	if (st != ST_OK) {
		call_problem(call, &error);
		return;
	}
	cookie_set(call, "post_lane", token, 366L * 86400);
	lanes_changed(call->lanes);
	call_answer(call, 201, json_pack("{s:o}", "lane", json_of_text(name)));
}

static void lane_code(struct lane_call *call)
{
	char code[LANE_CODE];

	sittings_code(call->lanes->sittings, code);
	call_answer(call, 201, json_pack("{s:s}", "code", code));
}

static void session_open(struct lane_call *call)
{
	struct text login = TEXT_NONE, pin = TEXT_NONE;
	struct error error = {.code = ST_OK, .position = -1};
	char token[SITTING_TOKEN];
	enum status st = call_text(call, call->body, "login", &login, &error);

	if (st == ST_OK)
		st = call_text(call, call->body, "pin", &pin, &error);
	if (st == ST_OK)
		st = sittings_sign_in(call->lanes->sittings, text_of(call->lane), login, pin, token, &error);
	if (st != ST_OK) {
		call_problem(call, &error);
		return;
	}
	cookie_set(call, "post_session", token, SITTING_MS / 1000);
	call->signed_in = known_officer_of_login(call->lanes->known, login, &call->officer);
	lanes_changed(call->lanes);
	call_answer(call, 201, state_json(call));
}

static void session_close(struct lane_call *call)
{
	sittings_sign_out(call->lanes->sittings, text_of(call->lane));
	cookie_set(call, "post_session", "", 0);
	lanes_changed(call->lanes);
	call->response->status = 204;
}

static void roster_get(struct lane_call *call)
{
	known_roster_write(call->lanes->known, &call->response->body);
	call_json(call, 200);
}

/* ---- checks ---- */

/* A member of `chip`: base64. */
static enum status chip_take(struct lane_call *call, const json_t *chip, const char *name, struct bytes *ret, struct error *ret_error)
{
	const json_t *value = json_object_get(chip, name);
	size_t room = json_string_length(value) / 4 * 3 + 3, len = 0;
	uint8_t *out;

	if (value == NULL || json_is_null(value))
		return ST_OK;
	out = room <= CHIP_MAX ? arena_alloc(call->arena, room, 1) : NULL;
	if (out == NULL || !json_is_string(value) ||
	    sodium_base642bin(out, room, json_string_value(value), json_string_length(value), NULL, &len, NULL,
			      sodium_base64_VARIANT_ORIGINAL) != 0)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", name, "%s is no base64 of at most 512 KiB", name);
	*ret = (struct bytes){out, len};
	return ST_OK;
}

/* The settings say where the post stands; a post at both names it with each check. */
static enum status point_take(struct lane_call *call, enum verdict_point *ret, struct error *ret_error)
{
	struct text word = TEXT_NONE;
	struct settings settings;

	known_settings(call->lanes->known, &settings);
	TRY(call_text(call, call->body, "point", &word, ret_error));
	if (word.len == 0)
		word = strcmp(settings.point, "both") == 0 ? TEXT("entry") : text_of(settings.point);
	if (!verdict_point_of(word, ret) || (*ret != VERDICT_ENTRY && *ret != VERDICT_EXIT) ||
	    (strcmp(settings.point, "both") != 0 && !text_equal(word, text_of(settings.point))))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "point", "this post does not stand there");
	return ST_OK;
}

static enum status asked_read(struct lane_call *call, struct check_asked *ret, struct error *ret_error)
{
	const json_t *fears = json_object_get(call->body, "fears"), *chip = json_object_get(call->body, "chip");

	TRY(call_text(call, call->body, "mrz", &ret->zone, ret_error));
	ret->person = json_object_get(call->body, "person");
	if ((ret->zone.len == 0) == !json_is_object(ret->person))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "mrz", "a zone or a person is expected");
	if (ret->zone.len == 0)
		ret->zone = TEXT_NONE;
	ret->fears = json_is_true(fears);
	ret->camera = json_is_true(json_object_get(call->body, "camera"));
	TRY(chip_take(call, chip, "sod", &ret->sod, ret_error));
	TRY(chip_take(call, chip, "dg1", &ret->dg1, ret_error));
	TRY(chip_take(call, chip, "dg2", &ret->dg2, ret_error));
	return point_take(call, &ret->point, ret_error);
}

/* What could not be stored is refused; beside the refusal stands what was found, so that nobody walks by while the disk is full or fails. */
static void refuse_shown(struct lane_call *call, const struct check *check, const struct error *error)
{
	struct buffer *out = &call->response->body;
	json_t *json = check_json(check, call->language);

	call_problem(call, error);
	if (json && out->len && out->data[out->len - 1] == '}') {
		out->len--;
		buffer_add_text(out, TEXT(",\"check\":"));
		(void)!canonical_write(json, out);
		buffer_add_char(out, '}');
	}
	json_decref(json);
}

static void check_post(struct lane_call *call)
{
	struct check_asked asked = {.zone = TEXT_NONE};
	struct error error = {.code = ST_OK, .position = -1};
	struct check check = {.list = NULL};
	enum status st = asked_read(call, &asked, &error);

	if (st == ST_OK)
		st = check_make(call, &asked, &check, &error);
	if (st == ST_OK)
		call_answer(call, check.again ? 200 : 201, check_json(&check, call->language));
	else if (check.judged)
		refuse_shown(call, &check, &error);
	else
		call_problem(call, &error);
	check_release(&check);
}

/* ---- routes ---- */

static http_handler answer;

static const struct http_route routes[] = {
	{HTTP_GET, "/post/v1/state", answer, 0},
	{HTTP_GET, "/post/v1/events", answer, 0},
	{HTTP_GET, "/post/v1/roster", answer, 0},
	{HTTP_POST, "/post/v1/lane", answer, 4096},
	{HTTP_POST, "/post/v1/lane/code", answer, 4096},
	{HTTP_POST, "/post/v1/session", answer, 4096},
	{HTTP_DELETE, "/post/v1/session", answer, 4096},
	{HTTP_POST, "/post/v1/checks", answer, 2 * BODY_MAX},
	{HTTP_POST, "/post/v1/checks/{id}/answer", answer, 4096},
	{HTTP_POST, "/post/v1/reading", answer, IMAGE_MAX},
	{HTTP_GET, "/post/v1/hits", answer, 0},
	{HTTP_GET, "/post/v1/hits/{id}", answer, 0},
	{HTTP_POST, "/post/v1/hits/{id}/acts/{act}", answer, BODY_MAX},
	{HTTP_GET, "/post/v1/hits/{id}/photo", answer, 0},
	{HTTP_POST, "/post/v1/acknowledgement", answer, 4096},
	{HTTP_POST, "/post/v1/drills", answer, 4096},
};

/* In the order of `routes`. */
static const struct call_route calls[] = {
	{GATE_ANYONE, false, state_get},
	{GATE_ANYONE, false, state_events},
	{GATE_LANE, false, roster_get},
	{GATE_ANYONE, true, lane_open},
	{GATE_SUPERVISOR, true, lane_code},
	{GATE_LANE, true, session_open},
	{GATE_LANE, false, session_close},
	{GATE_OFFICER, true, check_post},
	{GATE_OFFICER, true, drill_answer},
	{GATE_OFFICER, false, reading_post},
	{GATE_SECOND, false, second_list},
	{GATE_SECOND, false, second_get},
	{GATE_SECOND, true, second_act},
	{GATE_SECOND, false, second_photo},
	{GATE_SUPERVISOR, true, state_acknowledge},
	{GATE_SUPERVISOR, true, drill_order},
};

_Static_assert(sizeof routes / sizeof routes[0] == sizeof calls / sizeof calls[0], "one handler for each route");

static void answer(void *context, const struct http_request *request, struct http_response *response)
{
	struct lanes *lanes = context;
	const struct call_route *route = &calls[request->route - routes];
	struct lane_call call = {.lanes = lanes, .request = request, .response = response, .arena = request->arena,
				 .language = http_language_of(request), .now_ms = env_now(lanes->env)};
	struct error error = {.code = ST_OK, .position = -1};

	problem_headers(request, response);
	response->status = 0;
	if (sittings_lane_of(lanes->sittings, request, call.lane))
		call.signed_in = sittings_officer_of(lanes->sittings, request, text_of(call.lane), &call.officer);
	if (admit(&call, route->gate, &error) != ST_OK || body_read(&call, route->json, &error) != ST_OK)
		call_problem(&call, &error);
	else
		route->handler(&call);
	json_decref(call.body);
}

/* What http/ refuses by itself, in our form and language. */
static void refuse(void *context, const struct http_request *request, struct http_response *response, unsigned status, struct text detail)
{
	const char *reason = status == 404 ? "not-found" : status == 405 ? "method" : status == 413 ? "body-too-large"
			     : status == 414 ? "target-too-long" : status == 400 ? "malformed" : "unavailable";
	struct error error;

	(void)context;
	(void)error_because(&error, ST_MALFORMED, reason, NULL, "%.*s", TEXT_ARG(detail));
	problem_headers(request, response);
	problem_answer(response, http_language_of(request), "/post/v1/", &error);
}

struct http_table lanes_table(struct lanes *lanes)
{
	return (struct http_table){.routes = routes, .count = sizeof routes / sizeof routes[0], .context = lanes, .prefix = "/post/v1/",
				   .refuse = refuse, .same_origin = true};
}
