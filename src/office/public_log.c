#include "office/public_log.h"

#include "http/server.h"
#include "ledger/cosign.h"
#include "ledger/ledger.h"
#include "merkle/checkpoint.h"

static const char *const shown_logs[] = {LEDGER_LIST, LEDGER_AUDIT};

struct reading {
	const char *log;
	struct tile tile;
	struct arena *arena;
	struct text note;
	struct bytes bytes;
};

static const char *log_of(const struct http_request *request)
{
	for (size_t i = 0; i < sizeof shown_logs / sizeof shown_logs[0]; i++)
		if (text_equal(request->captures[0], text_of(shown_logs[i])))
			return shown_logs[i];
	return NULL;
}

static void refuse(const struct http_request *request, struct http_response *response, const struct error *error)
{
	unsigned status = error->code == ST_NOT_FOUND	 ? 404
			  : error->code == ST_MALFORMED	 ? 400
			  : error->code == ST_LIMIT	 ? 413
			  : error->code == ST_DENIED	 ? 403
			  : error->code == ST_UNAVAILABLE ? 503
							 : 500;

	http_refuse(request, response, status, text_of(error->message));
}

static void not_found(const struct http_request *request, struct http_response *response)
{
	http_refuse(request, response, 404, TEXT("there is no such log or tile"));
}

static enum status checkpoint_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct reading *r = context;

	return ledger_checkpoint(tx, r->log, false, r->arena, &r->note, ret_error);
}

static void checkpoint(void *context, const struct http_request *request, struct http_response *response)
{
	const struct public_log *p = context;
	struct reading r = {.log = log_of(request), .arena = request->arena};
	struct error error = {.code = ST_OK};

	if (r.log == NULL) {
		not_found(request, response);
		return;
	}
	if (db_transact(p->db, DB_READ, checkpoint_work, &r, &error) != ST_OK) {
		refuse(request, response, &error);
		return;
	}
	http_set_header(response, TEXT("Cache-Control"), TEXT("public, max-age=1"));
	http_answer(response, 200, TEXT("text/plain; charset=utf-8"), r.note);
}

static enum status tile_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct reading *r = context;

	return ledger_tile(tx, r->log, &r->tile, r->arena, &r->bytes, ret_error);
}

static void tile(void *context, const struct http_request *request, struct http_response *response)
{
	const struct public_log *p = context;
	struct reading r = {.log = log_of(request), .arena = request->arena};
	struct error error = {.code = ST_OK};
	size_t head;

	if (r.log == NULL) {
		not_found(request, response);
		return;
	}
	head = sizeof "/ledger//tile/" - 1 + strlen(r.log);
	if (tile_path_parse((struct text){request->path.data + head, request->path.len - head}, &r.tile, NULL) != ST_OK ||
	    (r.tile.level == TILE_ENTRIES && strcmp(r.log, LEDGER_AUDIT) == 0)) {
		not_found(request, response);
		return;
	}
	if (db_transact(p->db, DB_READ, tile_work, &r, &error) != ST_OK) {
		refuse(request, response, &error);
		return;
	}
	http_set_header(response, TEXT("Cache-Control"), TEXT("public, max-age=31536000, immutable"));
	http_answer(response, 200, TEXT("application/octet-stream"), (struct text){(const char *)r.bytes.data, r.bytes.len});
}

struct leaving {
	const struct public_log *log;
	struct ledger_cosignature cosignature;
};

static enum status leave_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct leaving *l = context;

	return ledger_cosign(tx, &l->cosignature, l->log->witnesses, l->log->witness_count, ret_error);
}

static void leave(void *context, const struct http_request *request, struct http_response *response)
{
	const struct public_log *p = context;
	struct leaving l = {.log = p, .cosignature = {.log = log_of(request)}};
	struct signed_checkpoint opened;
	struct error error = {.code = ST_OK};
	size_t text;

	if (l.cosignature.log == NULL) {
		not_found(request, response);
		return;
	}
	if (signed_checkpoint_parse(request->body, &opened, &error) != ST_OK) {
		refuse(request, response, &error);
		return;
	}
	text = opened.note.text.len + 1;
	l.cosignature.size = opened.checkpoint.size;
	l.cosignature.lines = (struct text){opened.raw.data + text, opened.raw.len - text};
	if (db_transact(p->db, DB_WRITE, leave_work, &l, &error) != ST_OK) {
		refuse(request, response, &error);
		return;
	}
	response->status = 204;
}

/* A tile's path has two to six parts. */
static const struct http_route routes[] = {
	{.method = HTTP_GET, .pattern = "/ledger/{log}/checkpoint", .handler = checkpoint},
	{.method = HTTP_GET, .pattern = "/ledger/{log}/tile/{a}/{b}", .handler = tile},
	{.method = HTTP_GET, .pattern = "/ledger/{log}/tile/{a}/{b}/{c}", .handler = tile},
	{.method = HTTP_GET, .pattern = "/ledger/{log}/tile/{a}/{b}/{c}/{d}", .handler = tile},
	{.method = HTTP_GET, .pattern = "/ledger/{log}/tile/{a}/{b}/{c}/{d}/{e}", .handler = tile},
	{.method = HTTP_GET, .pattern = "/ledger/{log}/tile/{a}/{b}/{c}/{d}/{e}/{f}", .handler = tile},
	{.method = HTTP_POST, .pattern = "/ledger/{log}/cosignature", .handler = leave},
};

struct http_table public_log_table(const struct public_log *log)
{
	return (struct http_table){.routes = routes, .count = sizeof routes / sizeof routes[0], .context = (void *)(uintptr_t)log};
}
