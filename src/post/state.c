#include "post/state.h"

#include <stdlib.h>

#include "http/server.h"
#include "model/canonical.h"
#include "model/id.h"
#include "model/time.h"
#include "post/drill.h"

#define STREAM_MS ((int64_t)300000) /* then the browser comes again, and is asked again who it is */
#define STREAMS_MAX 400u
#define STATE_EVERY_MS ((int64_t)10000) /* ages move on although nothing happens */

/* ---- state ---- */

static json_t *list_json(const struct lane_call *call, const struct lanes_now *now)
{
	struct watch_list *list = watch_hold(call->lanes->options.watch);
	int64_t age = now->heard_ms && call->now_ms > now->heard_ms ? call->now_ms - now->heard_ms : 0;
	json_t *root = json_pack("{s:I, s:s, s:o, s:o, s:I, s:s, s:I, s:I, s:b}", "number", (json_int_t)(list ? watch_number(list) : 0), "state",
				 list && now->number == watch_number(list) ? now->state : "", "issuedAt", json_of_time(now->issued_ms), "heardAt", json_of_time(now->heard_ms), "ageMs",
				 (json_int_t)age, "colour", list ? now->colour : "none", "listings",
				 (json_int_t)(list ? watch_listings(list) : 0), "clearances",
				 (json_int_t)(list ? watch_clearances(list) : 0), "witnessed", now->witnessed);

	watch_release(list);
	return root;
}

static json_t *trouble_json(const struct lanes_now *now, const struct lanes_figures *figures)
{
	json_t *list = json_array();

	for (size_t i = 0; i < LANES_TROUBLE_MAX && now->trouble[i]; i++)
		json_array_append_new(list, json_string(now->trouble[i]));
	if (figures->disk_full)
		json_array_append_new(list, json_string("disk-full"));
	if (figures->forked)
		json_array_append_new(list, json_string("spool-forked"));
	return list;
}

static json_t *officer_json(const struct lane_call *call)
{
	json_t *roles = json_array();
	const char *word;

	for (unsigned i = 0; (word = role_word(i)) != NULL; i++)
		if (call->officer.roles & role_bit(text_of(word)))
			json_array_append_new(roles, json_string(word));
	return json_pack("{s:s, s:s, s:s, s:o}", "id", call->officer.id, "name", call->officer.name, "login", call->officer.login, "roles",
			 roles);
}

static bool acknowledged(struct lanes *lanes, const char *colour)
{
	bool is;

	pthread_mutex_lock(&lanes->lock);
	if (strcmp(colour, "red") != 0)
		lanes->acknowledged = false;
	is = lanes->acknowledged;
	pthread_mutex_unlock(&lanes->lock);
	return is;
}

static json_t *state_make(const struct lane_call *call, const struct lanes_now *now, const struct lanes_figures *figures,
			  int64_t sent_at_ms)
{
	struct lanes *lanes = call->lanes;
	struct settings settings;

	known_settings(lanes->known, &settings);
	return json_pack("{s:{s:o, s:s, s:s, s:o, s:s}, s:o, s:{s:I, s:o}, s:{s:o, s:b}, s:b, s:o, s:o, s:o, s:s, s:b, s:s}", "post", "id",
			 json_of_text(lanes->options.id), "name", settings.name, "point", settings.point, "host",
			 json_of_text(lanes->options.host), "timezone", settings.timezone, "list", list_json(call, now), "queue", "waiting",
			 (json_int_t)figures->queue, "sentAt", json_of_time(sent_at_ms), "clock", "offsetMs",
			 now->offset_known ? json_integer(now->offset_ms) : json_null(), "ratcheted", now->ratcheted, "online", now->online,
			 "trouble", trouble_json(now, figures), "lane", call->lane[0] ? json_string(call->lane) : json_null(), "officer",
			 call->signed_in ? officer_json(call) : json_null(), "desk", settings.desk, "acknowledged",
			 acknowledged(lanes, now->colour), "version", lanes->options.version);
}

struct sent {
	struct lanes *lanes;
	struct spool_state state;
};

static enum status sent_read(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct sent *s = context;
	struct arena arena;
	enum status st;

	arena_init(&arena, 65536);
	st = spool_look(&s->lanes->spool, tx, &arena, &s->state, ret_error);
	arena_release(&arena);
	return st;
}

json_t *state_json(struct lane_call *call)
{
	struct lanes *lanes = call->lanes;
	struct lanes_figures figures = {.queue = 0};
	struct sent sent = {.lanes = lanes};
	struct lanes_now now = {.colour = "none"};

	lanes->options.now(lanes->options.context, &now);
	/* A database that cannot be read is trouble, but the state must say so. */
	if (lanes_figures(lanes, &figures, NULL) != ST_OK || db_transact(lanes->db, DB_READ, sent_read, &sent, NULL) != ST_OK)
		figures.disk_full = true;
	return state_make(call, &now, &figures, sent.state.sent_at_ms);
}

void state_get(struct lane_call *call)
{
	call_answer(call, 200, state_json(call));
}

void state_acknowledge(struct lane_call *call)
{
	struct lanes *lanes = call->lanes;
	struct error error = {.code = ST_OK, .position = -1};

	if (lanes_event(lanes, "red-acknowledged", TEXT_NONE, text_of(call->officer.id), &error) != ST_OK) {
		call_problem(call, &error);
		return;
	}
	pthread_mutex_lock(&lanes->lock);
	lanes->acknowledged = true;
	pthread_mutex_unlock(&lanes->lock);
	lanes_changed(lanes);
	call_answer(call, 200, json_pack("{s:b}", "acknowledged", 1));
}

/* ---- events ---- */

struct listener {
	struct lane_call call; /* of who listens; its request is gone */
	unsigned long long state_turn, drill_turn, hits;
	int64_t state_ms, until_ms;
	bool begun;
};

static void put_state(struct listener *l, struct buffer *out)
{
	json_t *state = state_json(&l->call);

	if (state == NULL)
		return;
	buffer_add_text(out, TEXT("event: state\ndata: "));
	(void)!canonical_write(state, out);
	buffer_add_text(out, TEXT("\n\n"));
	json_decref(state);
}

/* Those of the ring that came since, or none (`out` NULL); who was too slow is told of the last of it, and reads the list anew. */
static void put_hits(struct listener *l, struct buffer *out)
{
	struct lanes *lanes = l->call.lanes;
	const size_t room = sizeof lanes->hit_ring / sizeof lanes->hit_ring[0];

	pthread_mutex_lock(&lanes->lock);
	if (lanes->hit_count - l->hits > room)
		l->hits = lanes->hit_count - room;
	for (; l->hits < lanes->hit_count && out; l->hits++)
		buffer_printf(out, "event: hit\ndata: {\"id\":\"%s\"}\n\n", lanes->hit_ring[l->hits % room].id);
	l->hits = lanes->hit_count;
	pthread_mutex_unlock(&lanes->lock);
}

static bool pull(void *context, struct buffer *out)
{
	struct listener *l = context;
	struct lanes *lanes = l->call.lanes;
	unsigned long long state = atomic_load(&lanes->state_turn), drill = atomic_load(&lanes->drill_turn);
	bool can_see;

	l->call.now_ms = env_now(lanes->env);
	/* Who sits at this lane by now: after he left nothing more of hits is told here. */
	l->call.signed_in = l->call.lane[0] && sittings_seated(lanes->sittings, text_of(l->call.lane), &l->call.officer);
	can_see = l->call.signed_in && (l->call.officer.roles & (ROLE_SECONDARY | ROLE_SUPERVISOR));
	if (!l->begun || state != l->state_turn || l->call.now_ms - l->state_ms >= STATE_EVERY_MS) {
		put_state(l, out);
		l->state_turn = state;
		l->state_ms = l->call.now_ms;
	}
	if (l->call.signed_in && (!l->begun || drill != l->drill_turn)) {
		drill_events(lanes, text_of(l->call.lane), out);
		l->drill_turn = drill;
	}
	put_hits(l, can_see ? out : NULL);
	l->begun = true;
	return l->call.now_ms < l->until_ms;
}

static void end(void *context)
{
	struct listener *l = context;

	atomic_fetch_sub(&l->call.lanes->streams, 1);
	free(l);
}

void state_events(struct lane_call *call)
{
	struct listener *l = calloc(1, sizeof *l);
	struct error error;

	if (l == NULL) {
		(void)error_set(&error, ST_NO_MEMORY, "out of memory");
		call_problem(call, &error);
		return;
	}
	if (atomic_fetch_add(&call->lanes->streams, 1) >= STREAMS_MAX) {
		atomic_fetch_sub(&call->lanes->streams, 1);
		free(l);
		(void)error_because(&error, ST_LIMIT, "streams-open", NULL, "too many streams are open");
		call_problem(call, &error);
		return;
	}
	l->call = *call;
	l->call.request = NULL;
	l->call.response = NULL;
	l->call.arena = NULL;
	l->call.body = NULL;
	l->until_ms = call->now_ms + STREAM_MS;
	pthread_mutex_lock(&call->lanes->lock);
	l->hits = call->lanes->hit_count;
	pthread_mutex_unlock(&call->lanes->lock);
	call->response->status = 200;
	http_set_header(call->response, TEXT("Content-Type"), TEXT("text/event-stream"));
	buffer_add_text(&call->response->body, TEXT("retry: 2000\n\n"));
	call->response->stream = (struct http_stream){pull, end, l};
}
