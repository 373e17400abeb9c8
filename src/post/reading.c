#include "post/reading.h"

#include <stdlib.h>

#include "model/canonical.h"

/* At once: each takes one core for a second, and lanes go before. */
#define READINGS_MAX 2u
#define PROBLEM_ROOM ((size_t)16 << 10)

/* A picture that is being read by a thread of its own, so that nobody who stands at a lane waits for it; its answer is a stream that ends
 * with one event, "zone" or "problem". */
struct reading {
	struct lanes *lanes;
	unsigned language;
	pthread_t thread;
	uint8_t *picture;
	size_t len;
	struct camera_zone zone;
	enum status st;
	struct error error;
	atomic_bool done, stop;
};

static void *work(void *context)
{
	struct reading *r = context;
	struct http_server *server;

	r->st = r->lanes->options.reading(r->lanes->options.context, (struct bytes){r->picture, r->len}, &r->stop, &r->zone, &r->error);
	atomic_store(&r->done, true);
	server = atomic_load(&r->lanes->server);
	if (server)
		http_server_wake(server);
	return NULL;
}

static json_t *zone_json(const struct camera_zone *zone)
{
	json_t *lines = json_array(), *doubtful = json_array(), *out;

	for (unsigned i = 0; i < zone->lines; i++) {
		json_t *places = json_array();

		for (size_t k = 0; zone->marks[i][k]; k++)
			if (zone->marks[i][k] == '?')
				(void)json_array_append_new(places, json_integer((json_int_t)k));
		(void)json_array_append_new(lines, json_string(zone->line[i]));
		(void)json_array_append_new(doubtful, places);
	}
	out = json_pack("{s:o, s:o}", "lines", lines, "doubtful", doubtful);
	return out;
}

static void put_zone(const struct reading *r, struct buffer *out)
{
	json_t *zone = zone_json(&r->zone);

	buffer_add_text(out, TEXT("event: zone\ndata: "));
	if (zone)
		(void)!canonical_write(zone, out);
	json_decref(zone);
}

static void put_problem(const struct reading *r, struct buffer *out)
{
	struct http_response told = {.status = 0};

	buffer_init(&told.body, PROBLEM_ROOM);
	problem_answer(&told, r->language, "/post/v1/", &r->error);
	buffer_add_text(out, TEXT("event: problem\ndata: "));
	buffer_add(out, told.body.data, told.body.len);
	buffer_release(&told.body);
}

static bool pull(void *context, struct buffer *out)
{
	struct reading *r = context;

	if (!atomic_load(&r->done))
		return true;
	if (r->st == ST_OK)
		put_zone(r, out);
	else
		put_problem(r, out);
	buffer_add_text(out, TEXT("\n\n"));
	return false;
}

static void release(struct reading *r)
{
	atomic_fetch_sub(&r->lanes->readings, 1);
	free(r->picture);
	free(r);
}

/* Also when the browser went away meanwhile: then the picture is dropped. */
static void end(void *context)
{
	struct reading *r = context;

	atomic_store(&r->stop, true);
	pthread_join(r->thread, NULL);
	release(r);
}

static enum status begin(struct lane_call *call, struct reading **ret, struct error *ret_error)
{
	struct bytes picture = call->request->body;
	struct reading *r;

	if (call->lanes->options.reading == NULL)
		return error_because(ret_error, ST_UNAVAILABLE, "reading-none", NULL, "this post cannot read pictures");
	if (picture.len == 0)
		return error_because(ret_error, ST_MALFORMED, "picture-unreadable", NULL, "there is no picture");
	r = calloc(1, sizeof *r);
	if (r == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	r->lanes = call->lanes;
	r->language = call->language;
	r->picture = malloc(picture.len);
	r->len = picture.len;
	if (atomic_fetch_add(&call->lanes->readings, 1) >= READINGS_MAX) {
		release(r);
		return error_because(ret_error, ST_UNAVAILABLE, "reading-busy", NULL, "other pictures are being read");
	}
	if (r->picture)
		memcpy(r->picture, picture.data, picture.len);
	if (r->picture == NULL || pthread_create(&r->thread, NULL, work, r) != 0) {
		release(r);
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	}
	*ret = r;
	return ST_OK;
}

void reading_post(struct lane_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct reading *r = NULL;

	if (begin(call, &r, &error) != ST_OK) {
		call_problem(call, &error);
		return;
	}
	call->response->status = 200;
	http_set_header(call->response, TEXT("Content-Type"), TEXT("text/event-stream"));
	call->response->stream = (struct http_stream){pull, end, r};
}
