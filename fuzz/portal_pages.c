/* A request to the public site, any bytes: the first says GET or POST, then the path and query up to a line feed, then a form's body. It
 * goes the way of a real one, by route, fields and page. What comes out is UTF-8, of a status that pages have, and nothing of it is
 * markup that a visitor brought: no page of ours writes "<x-".
 */
#include <assert.h>
#include <sodium.h>
#include <stdio.h>

#include "http/decode.h"
#include "portal/line.h"
#include "portal/site.h"

#define ROOM ((size_t)8 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As before the first bulletin: neither courier nor oracle has said anything. */
static struct site *site_open(void)
{
	static struct portal_settings settings = {.folder = "", .hub = "https://hub.example"};
	static struct site site = {.settings = &settings};
	static const int nobody[PORTAL_LANES];
	int pair[2];

	assert(sodium_init() >= 0 && line_pair(pair, NULL) == ST_OK);
	site.asking = asking_new(nobody);
	site.hand = hand_new(-1);
	site.limits = limits_new(&portal_env, NULL, NULL);
	assert(site.asking && site.hand && site.limits && join_kit_make(&site.kit, NULL) == ST_OK);
	assert(news_start(pair[0], &settings.key, &site.news, NULL) == ST_OK);
	return &site;
}

static enum status request_read(struct bytes in, struct text path, struct http_request *request)
{
	struct text rest = {path.data + path.len, 0};
	struct http_field *query;
	const char *mark = memchr(path.data, '?', path.len);

	request->body = in;
	TRY(text_check(text_bytes(path), &request->target, NULL));
	if (mark) {
		rest = (struct text){mark + 1, (size_t)(path.data + path.len - mark - 1)};
		path.len = (size_t)(mark - path.data);
	}
	TRY(http_decode(path, false, request->arena, &request->path, NULL));
	TRY(http_fields(rest, request->arena, &query, &request->query_count, NULL));
	request->query = query;
	return ST_OK;
}

static void answer(struct site *site, struct http_request *request, const struct route_found *found)
{
	struct text captures[ROUTE_CAPTURES_MAX], checked;
	struct http_response response = {.status = 200};

	for (size_t i = 0; i < found->capture_count; i++)
		if (http_decode(found->captures[i], false, request->arena, &captures[i], NULL) != ST_OK)
			return;
	request->captures = captures;
	request->capture_count = found->capture_count;
	request->route = found->route;
	buffer_init(&response.body, ROOM);
	found->route->handler(site, request, &response);
	assert(buffer_status(&response.body) == ST_OK && response.status >= 200 && response.status <= 503);
	for (size_t i = 0; i < response.header_count; i++)
		if (text_starts(response.headers[i].value, TEXT("text/html")))
			assert(text_check(buffer_bytes(&response.body), &checked, NULL) == ST_OK && text_find(checked, '\0', 0) == checked.len &&
			       memmem(checked.data, checked.len, "<x-", 3) == NULL);
	buffer_release(&response.body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct site *site;
	static uint32_t visitor;
	const struct http_table table = {.routes = site_routes, .count = site_route_count};
	const uint8_t *end = size > 1 ? memchr(data + 1, '\n', size - 1) : NULL;
	struct http_request request = {.method = HTTP_GET};
	struct route_found found;
	struct text path;
	struct arena arena;
	char address[32];
	int len;

	if (end == NULL || data[1] != '/')
		return 0;
	if (site == NULL)
		site = site_open();
	path = (struct text){(const char *)data + 1, (size_t)(end - data) - 1};
	/* Each is another visitor, or all would soon be told to wait. */
	visitor++;
	len = snprintf(address, sizeof address, "10.%u.%u.%u", visitor >> 16 & 255, visitor >> 8 & 255, visitor & 255);
	request.address = (struct text){address, (size_t)len};
	request.method = data[0] == 'P' ? HTTP_POST : HTTP_GET;
	arena_init(&arena, ROOM);
	request.arena = &arena;
	if (request_read((struct bytes){end + 1, size - (size_t)(end + 1 - data)}, path, &request) == ST_OK) {
		const char *mark = memchr(path.data, '?', path.len);

		path.len = mark ? (size_t)(mark - path.data) : path.len;
		route_find(&table, 1, request.method, path, &found);
		if (found.route && (found.route->body_max == 0 || request.body.len <= found.route->body_max))
			answer(site, &request, &found);
	}
	arena_release(&arena);
	return 0;
}
