#include "http/serve.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <time.h>
#include <zlib.h>

#include "http/decode.h"
#include "http/stream.h"

#define GZIP_MIN 500u
#define GZIP_PAGE_MAX ((size_t)256 << 10)
#define RESPONSE_MAX ((size_t)256 << 20)
#define HEADERS_MAX 100u
#define DRAIN_MAX ((uint64_t)64 << 20)
#define BODY_SMALL ((size_t)1 << 16)

int64_t serve_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct serving *serving_new(const char *target, const struct http_server_options *options)
{
	struct serving *s = calloc(1, sizeof *s);
	char *copy = s ? strdup(target) : NULL;

	if (copy == NULL) {
		free(s);
		return NULL;
	}
	s->target = text_of(copy);
	s->path = (struct text){copy, text_find(s->target, '?', 0)};
	s->since_us = serve_now_us();
	buffer_init(&s->body, options->body_max);
	if (s->target.len > options->target_max)
		s->refused = 414;
	return s;
}

static void body_drop(struct serving *serving)
{
	hold_drop(&serving->hold);
	buffer_release(&serving->body);
}

void serving_free(struct serving *serving)
{
	if (serving == NULL)
		return;
	body_drop(serving);
	/* Allocated by serving_new; text itself never frees. */
	free((void *)(uintptr_t)serving->target.data);
	free(serving);
}

static enum http_method method_of(const char *name)
{
	static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};

	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i], name) == 0)
			return (enum http_method)i;
	return HTTP_OTHER;
}

void serving_begin(struct serving *serving, const struct serve_call *call, const char *length)
{
	const struct route_found *found = &serving->found;
	unsigned long long size = length ? strtoull(length, NULL, 10) : 0;

	serving->started = true;
	if (serving->refused)
		return;
	route_find(call->tables, call->table_count, method_of(call->method), serving->path, &serving->found);
	if (found->route && found->route->body_max)
		serving->body.ceiling = found->route->body_max;
	if (size <= serving->body.ceiling)
		return;
	serving->refused = 413;
	serving->drains = size <= DRAIN_MAX &&
			  MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, "Expect") == NULL;
}

/* ---- the request ---- */

struct header_list {
	struct http_field *fields;
	size_t count;
	bool bad;
};

static enum MHD_Result take_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct header_list *list = context;
	struct http_field *field = &list->fields[list->count];
	struct text v = text_of(value ? value : "");

	(void)kind;
	if (list->count == HEADERS_MAX)
		return MHD_NO;
	/* Header values outside UTF-8 are not for us; the request goes on without them. */
	if (text_check(text_bytes(text_of(name)), &field->name, NULL) == ST_OK &&
	    text_check(text_bytes(v), &field->value, NULL) == ST_OK)
		list->count++;
	return MHD_YES;
}

/* The last address of X-Forwarded-For; none: `otherwise`. */
static struct text forwarded_last(struct text rest, struct text otherwise)
{
	struct text part, last = TEXT_NONE;
	uint8_t binary[16];
	char numeric[46];

	while (rest.data && text_split(&rest, ',', &part))
		last = text_trim(part);
	if (last.len == 0 || last.len >= sizeof numeric)
		return otherwise;
	memcpy(numeric, last.data, last.len);
	numeric[last.len] = '\0';
	return inet_pton(AF_INET, numeric, binary) == 1 || inet_pton(AF_INET6, numeric, binary) == 1 ? last : otherwise;
}

/* What the proxy says of who is behind it; another program on this machine could say the same, so it must be ours. */
static void proxied_fill(struct http_request *request)
{
	struct text certificate = http_header(request, "X-Client-Fingerprint");

	request->secure = text_equal(http_header(request, "X-Forwarded-Proto"), TEXT("https"));
	request->address = forwarded_last(http_header(request, "X-Forwarded-For"), request->address);
	if (certificate.len == TLS_FINGERPRINT_SIZE - 1)
		request->certificate = certificate;
}

static void peer_fill(const struct serve_call *call, struct http_request *request)
{
	request->address = text_of(call->peer->address);
	request->certificate = text_of(call->peer->certificate);
	request->secure = call->options->tls_certificate != NULL;
	if (call->options->proxied && call->peer->local)
		proxied_fill(request);
}

/* Many who send much at once must not take the memory that small questions are answered from. */
static bool body_holds(struct serving *serving, const struct serve_call *call)
{
	struct text address = text_of(call->peer->address);
	const char *forwarded;

	if (serving->body.capacity <= BODY_SMALL || serving->body.capacity == serving->hold.size)
		return true;
	if (serving->hold.size == 0 && call->options->proxied && call->peer->local) {
		forwarded = MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, "X-Forwarded-For");
		address = forwarded_last(text_of(forwarded ? forwarded : ""), address);
	}
	return hold_grow(&serving->hold, call->room, address, serving->body.capacity);
}

void serving_body(struct serving *serving, const struct serve_call *call, const char *data, size_t len)
{
	if (serving->refused)
		return;
	buffer_add(&serving->body, data, len);
	if (buffer_status(&serving->body) != ST_OK)
		serving->refused = serving->body.failed == ST_LIMIT ? 413 : 503;
	else if (!body_holds(serving, call))
		serving->refused = 503;
	if (serving->refused)
		body_drop(serving);
}

/* Fails where the target or the query is not UTF-8. */
static enum status request_fill(const struct serve_call *call, const struct serving *serving,
				struct http_request *request, struct error *ret_error)
{
	struct header_list headers = {ARENA_NEW(call->arena, struct http_field, HEADERS_MAX + 1), 0, false};
	struct http_field *query;
	struct text rest = TEXT("");

	if (headers.fields == NULL)
		return arena_failure(call->arena, ret_error);
	MHD_get_connection_values(call->connection, MHD_HEADER_KIND, take_header, &headers);
	request->headers = headers.fields;
	request->header_count = headers.count;
	peer_fill(call, request);
	request->body = buffer_bytes(&serving->body);
	TRY(text_check(text_bytes(serving->target), &request->target, ret_error));
	TRY(http_decode(serving->path, false, call->arena, &request->path, ret_error));
	if (serving->path.len < serving->target.len)
		rest = (struct text){serving->path.data + serving->path.len + 1, serving->target.len - serving->path.len - 1};
	TRY(http_fields(rest, call->arena, &query, &request->query_count, ret_error));
	request->query = query;
	return ST_OK;
}

static enum status captures_fill(const struct serve_call *call, const struct route_found *found,
				 struct http_request *request, struct error *ret_error)
{
	struct text *captures = ARENA_NEW(call->arena, struct text, ROUTE_CAPTURES_MAX);

	if (captures == NULL)
		return arena_failure(call->arena, ret_error);
	for (size_t i = 0; i < found->capture_count; i++)
		TRY(http_decode(found->captures[i], false, call->arena, &captures[i], ret_error));
	request->captures = captures;
	request->capture_count = found->capture_count;
	return ST_OK;
}

/* ---- the answer ---- */

static bool wants_gzip(const struct http_request *request)
{
	struct text rest = http_header(request, "Accept-Encoding"), part;

	while (rest.data && text_split(&rest, ',', &part)) {
		part = text_trim(part);
		if (part.len >= 4 && text_equal_nocase((struct text){part.data, 4}, TEXT("gzip"))) {
			struct text q = text_trim((struct text){part.data + 4, part.len - 4});

			return !(text_starts(q, TEXT(";q=0")) && text_find(q, '.', 0) == q.len);
		}
	}
	return false;
}

/* Replaces the body by its compressed form; leaves it as it is where that fails or does not help. */
static bool compress_body(struct buffer *body, int level)
{
	z_stream z = {.next_in = body->data, .avail_in = (uInt)body->len};
	size_t room = body->len + 64;
	uint8_t *out;
	bool done;

	if (body->len > UINT32_MAX / 2 || deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	out = malloc(room);
	z.next_out = out;
	z.avail_out = (uInt)room;
	done = out && deflate(&z, Z_FINISH) == Z_STREAM_END;
	deflateEnd(&z);
	if (!done) {
		free(out);
		return false;
	}
	free(body->data);
	body->data = out;
	body->len = room - z.avail_out;
	return true;
}

/* A header with a control character would let a value begin another header. */
static bool header_safe(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if ((uint8_t)t.data[i] < 0x20 || t.data[i] == 0x7f)
			return false;
	return true;
}

static void add_header(struct MHD_Response *answer, struct arena *arena, struct text name, struct text value)
{
	char *n = arena_alloc(arena, name.len + 1, 1), *v = arena_alloc(arena, value.len + 1, 1);

	if (n == NULL || v == NULL || !header_safe(name) || !header_safe(value))
		return;
	memcpy(n, name.data, name.len);
	if (value.len)
		memcpy(v, value.data, value.len);
	(void)MHD_add_response_header(answer, n, v);
}

static const struct http_table *table_of(const struct serve_call *call, struct text path)
{
	for (size_t i = 0; i < call->table_count; i++)
		if (call->tables[i].prefix && text_starts(path, text_of(call->tables[i].prefix)))
			return &call->tables[i];
	return NULL;
}

static void refuse(const struct serve_call *call, const struct http_request *request, struct http_response *response,
		   unsigned status, struct text detail)
{
	const struct http_table *table = table_of(call, request->path);

	if (table && table->refuse)
		table->refuse(table->context, request, response, status, detail);
	else
		http_refuse(request, response, status, detail);
}

/* Whether scripts of other sites may read the answer. */
static bool shared(const struct serve_call *call, const struct http_request *request)
{
	const struct http_table *table = table_of(call, request->path);

	return table == NULL || !table->same_origin;
}

static void add_headers(const struct serve_call *call, const struct http_request *request,
			const struct http_response *response, struct MHD_Response *answer)
{
	for (size_t i = 0; i < response->header_count; i++)
		add_header(answer, call->arena, response->headers[i].name, response->headers[i].value);
	if (shared(call, request))
		add_header(answer, call->arena, TEXT("Access-Control-Allow-Origin"), TEXT("*"));
	add_header(answer, call->arena, TEXT("X-Content-Type-Options"), TEXT("nosniff"));
	if (call->closing)
		add_header(answer, call->arena, TEXT("Connection"), TEXT("close"));
}

/* 0: not; bytes of formats of our own and letters are packed already. Pages and what belongs to them go over weak lines: a fifth less for half a
 * millisecond; data as quickly as can be. */
static int compression_level(const struct http_response *response)
{
	int level = 1;

	if (response->body.len < GZIP_MIN)
		return 0;
	for (size_t i = 0; i < response->header_count; i++) {
		struct text value = response->headers[i].value;

		if (!text_equal_nocase(response->headers[i].name, TEXT("Content-Type")))
			continue;
		if (text_equal(value, TEXT("application/octet-stream")) || text_equal(value, TEXT("font/woff2")))
			return 0;
		if (text_starts(value, TEXT("text/")) && response->body.len <= GZIP_PAGE_MAX)
			level = 6;
	}
	return level;
}

/* The whole body at once, compressed where the client likes that. */
static struct MHD_Response *body_answer(const struct serve_call *call, const struct http_request *request,
					struct http_response *response)
{
	int level = compression_level(response);
	bool zipped = level && request->headers && wants_gzip(request) && compress_body(&response->body, level);
	struct MHD_Response *answer;

	answer = MHD_create_response_from_buffer(response->body.len, response->body.data, MHD_RESPMEM_MUST_FREE);
	if (answer == NULL) {
		buffer_release(&response->body);
		return NULL;
	}
	if (level)
		add_header(answer, call->arena, TEXT("Vary"), TEXT("Accept-Encoding"));
	if (zipped)
		add_header(answer, call->arena, TEXT("Content-Encoding"), TEXT("gzip"));
	return answer;
}

static enum MHD_Result queue(const struct serve_call *call, const struct http_request *request,
			     struct http_response *response)
{
	struct MHD_Response *answer;
	enum MHD_Result queued;

	if (buffer_status(&response->body) != ST_OK) {
		buffer_clear(&response->body);
		response->header_count = 0;
		refuse(call, request, response, 500, TEXT("The answer is too large or memory is short."));
	}
	if (response->stream.pull) {
		answer = stream_begin(call, &response->stream, &response->body);
		buffer_release(&response->body);
	} else {
		answer = body_answer(call, request, response);
	}
	if (answer == NULL)
		return MHD_NO;
	add_headers(call, request, response, answer);
	queued = MHD_queue_response(call->connection, response->status, answer);
	MHD_destroy_response(answer);
	return queued;
}

/* ---- what is neither ---- */

static void answer_preflight(const struct http_request *request, struct http_response *response)
{
	struct text headers = http_header(request, "Access-Control-Request-Headers");

	http_answer(response, 200, TEXT("text/plain; charset=utf-8"), TEXT("OK"));
	http_set_header(response, TEXT("Access-Control-Allow-Methods"),
			TEXT("DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"));
	http_set_header(response, TEXT("Access-Control-Max-Age"), TEXT("600"));
	if (headers.len)
		http_set_header(response, TEXT("Access-Control-Allow-Headers"), headers);
}

static void answer_other_method(const struct serve_call *call, const struct http_request *request, unsigned allowed,
				struct http_response *response)
{
	static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};
	struct buffer list;
	struct text copy;

	buffer_init(&list, 256);
	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
		if (allowed >> i & 1u)
			buffer_printf(&list, "%s%s", list.len ? ", " : "", names[i]);
	refuse(call, request, response, 405, TEXT("Method Not Allowed"));
	if (buffer_status(&list) == ST_OK && arena_text(request->arena, buffer_text(&list), &copy) == ST_OK)
		http_set_header(response, TEXT("Allow"), copy);
	buffer_release(&list);
}

static const char *dispatch(const struct serve_call *call, const struct serving *serving, struct http_request *request,
			    struct http_response *response)
{
	const struct route_found *found = &serving->found;
	struct error error;

	request->path = TEXT("/");
	if (serving->refused == 414) {
		refuse(call, request, response, 414, TEXT("Request URI too long"));
		return "";
	}
	if (request_fill(call, serving, request, &error) != ST_OK) {
		refuse(call, request, response, 400, TEXT("The request's address is not valid UTF-8"));
		return "";
	}
	if (serving->refused) {
		refuse(call, request, response, serving->refused,
			    serving->refused == 413 ? TEXT("Request body too large") : TEXT("Too much is being sent at once"));
		return "";
	}
	if (request->method == HTTP_OPTIONS && shared(call, request) &&
	    http_header(request, "Access-Control-Request-Method").data) {
		answer_preflight(request, response);
		return "";
	}
	if (found->route == NULL && found->allowed) {
		answer_other_method(call, request, found->allowed, response);
	} else if (found->route == NULL) {
		refuse(call, request, response, 404, TEXT("Not Found"));
	} else if (captures_fill(call, found, request, &error) != ST_OK) {
		refuse(call, request, response, 400, TEXT("The request's address is not valid UTF-8"));
	} else {
		request->route = found->route;
		found->route->handler(found->context, request, response);
		return found->route->pattern;
	}
	return "";
}

enum MHD_Result serve(const struct serve_call *call, struct serving *serving, bool *ret_streaming)
{
	struct http_request request = {.method = method_of(call->method), .arena = call->arena};
	struct http_response response = {.status = 500};
	struct http_observation seen = {.method = request.method};
	enum MHD_Result queued;

	buffer_init(&response.body, RESPONSE_MAX);
	seen.pattern = dispatch(call, serving, &request, &response);
	*ret_streaming = response.stream.pull != NULL;
	queued = queue(call, &request, &response);
	/* Who reads the answer slowly holds nothing of what he sent. */
	if (!*ret_streaming)
		body_drop(serving);
	seen.status = response.status;
	seen.took_us = (uint64_t)(serve_now_us() - serving->since_us);
	if (call->options->observe)
		call->options->observe(call->options->observe_context, &seen);
	arena_clear(call->arena);
	return queued;
}
