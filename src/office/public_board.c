#include "office/public_board.h"

#include "account/accounts.h"
#include "awareness/intake.h"
#include "bulletin/item.h"
#include "http/server.h"

#define INBOX_COST 1u

static unsigned status_of(const struct error *error)
{
	return error->code == ST_NOT_FOUND    ? 404
	       : error->code == ST_MALFORMED  ? 422
	       : error->code == ST_LIMIT      ? strcmp(error->reason, "slow-down") == 0 ? 429 : 413
	       : error->code == ST_UNAVAILABLE ? 503
					      : 500;
}

static void refuse(const struct http_request *request, struct http_response *response, const struct error *error)
{
	buffer_clear(&response->body);
	http_refuse(request, response, status_of(error), text_of(error->message));
}

static void note(void *context, const struct http_request *request, struct http_response *response)
{
	struct public_board *board = context;
	struct error error = {.code = ST_OK};

	if (publisher_note(board->publisher, &response->body, &error) != ST_OK) {
		refuse(request, response, &error);
		return;
	}
	http_set_header(response, TEXT("Cache-Control"), TEXT("no-store"));
	http_answer(response, 200, TEXT("text/plain; charset=utf-8"), TEXT(""));
}

static void file(void *context, const struct http_request *request, struct http_response *response)
{
	struct public_board *board = context;
	struct error error = {.code = ST_OK};

	if (publisher_file(board->publisher, request->captures[0], &response->body, &error) != ST_OK) {
		refuse(request, response, &error);
		return;
	}
	http_set_header(response, TEXT("Cache-Control"), TEXT("public, max-age=31536000, immutable"));
	http_answer(response, 200, TEXT("application/octet-stream"), TEXT(""));
}

static void grant(void *context, const struct http_request *request, struct http_response *response)
{
	struct public_board *board = context;
	struct error error = {.code = ST_OK};

	if (publisher_grant(board->publisher, request->captures[0], &response->body, &error) != ST_OK) {
		refuse(request, response, &error);
		return;
	}
	http_set_header(response, TEXT("Cache-Control"), TEXT("no-store"));
	http_answer(response, 200, TEXT("text/plain; charset=utf-8"), TEXT(""));
}

/* 201 once it is durable; whoever sent it may forget it then. */
static void inbox(void *context, const struct http_request *request, struct http_response *response)
{
	struct public_board *board = context;
	struct office *office = board->office;
	const struct actor stranger = {.address = request->address};
	struct error error = {.code = ST_OK};
	enum status st = accounts_count(office->accounts, &stranger, INBOX_COST, env_now(office->env), &error);

	if (st == ST_OK)
		st = inbox_put(office->awareness, request->body, &error);
	if (st != ST_OK) {
		if (st == ST_LIMIT && strcmp(error.reason, "slow-down") == 0)
			http_set_header(response, TEXT("Retry-After"), TEXT("60"));
		refuse(request, response, &error);
		return;
	}
	if (office->committed)
		office->committed(office->context);
	http_answer(response, 201, TEXT("application/json"), TEXT("{}"));
}

static const struct http_route routes[] = {
	{.method = HTTP_GET, .pattern = "/public/bulletin", .handler = note},
	{.method = HTTP_GET, .pattern = "/public/files/{hash}", .handler = file},
	{.method = HTTP_GET, .pattern = "/public/grants/{portal}", .handler = grant},
	{.method = HTTP_POST, .pattern = "/public/inbox", .handler = inbox, .body_max = BULLETIN_ITEM_MAX},
};

struct http_table public_board_table(struct public_board *board)
{
	return (struct http_table){.routes = routes, .count = sizeof routes / sizeof routes[0], .context = board};
}
