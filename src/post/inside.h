/* What the parts of the lanes share. */
#ifndef POST_INSIDE_H
#define POST_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "http/problem.h"
#include "post/known.h"
#include "post/lanes.h"
#include "post/sitting.h"

#define LANES_ARENA_MAX ((size_t)64 << 20)

/* A zone whose check digit was wrong, until it was read again. */
struct again {
	char lane[LANE_NAME];
	char zone[3 * 48];
	int64_t at_ms;
};

struct lanes {
	struct lanes_options options;
	struct db *db;
	const struct env *env;
	struct spool spool;
	struct known *known;
	struct sittings *sittings;
	_Atomic(struct http_server *) server;
	pthread_mutex_t lock;
	struct again again[LANES_MAX];
	bool acknowledged;          /* that the list is red */
	bool disk_full, disk_told;
	int64_t disk_full_ms;
	bool reserve;               /* the reserve file stands */
	bool forked;
	/* What streams look at. */
	atomic_ullong state_turn, drill_turn;
	atomic_uint streams, readings;
	struct { char id[33]; } hit_ring[64];
	unsigned long long hit_count;
	/* Threads. */
	pthread_t sender, minder;
	pthread_cond_t wake;
	bool started, due;
	atomic_bool stop;
};

/* One request. */
struct lane_call {
	struct lanes *lanes;
	const struct http_request *request;
	struct http_response *response;
	struct arena *arena;
	unsigned language;
	int64_t now_ms;
	char lane[LANE_NAME];   /* empty: this browser is none */
	bool signed_in;
	struct officer officer; /* where somebody is */
	json_t *body;           /* of a POST; the frame gives it back */
};

/* ---- storing ---- */

/* As db_transact for writing. On a full disk ST_UNAVAILABLE reason "disk-full"; what is `grave` (a hit, an act) then gets the
 * reserve's room and is tried once more. After it was stored the sender is woken. */
MUST_USE enum status lanes_store(struct lanes *lanes, bool grave, db_work *work, void *context, struct error *ret_error);

/* Once in a while: whether there is room again, and the reserve. */
void lanes_disk_look(struct lanes *lanes);

/* ---- what changed ---- */

void lanes_hit_changed(struct lanes *lanes, struct text id);
void lanes_drill_changed(struct lanes *lanes);

/* ---- answers ---- */

void call_json(struct lane_call *call, unsigned status);
/* Canonical: texts in their own script. Gives `json` back. */
void call_answer(struct lane_call *call, unsigned status, json_t *json);
void call_problem(struct lane_call *call, const struct error *error);

/* A text of the body, trimmed, in the arena; missing leaves *ret alone. Fails: ST_MALFORMED, ST_LIMIT. */
#define CALL_TEXT_MAX 10000u
MUST_USE enum status call_text(const struct lane_call *call, const json_t *object, const char *name, struct text *ret,
			       struct error *ret_error);

/* ---- JSON ---- */

json_t *json_of_text(struct text t);
/* {"schema","properties"} of an entity; with `engine` also what only the engine reads ("x-issuer"). NULL: no memory. */
json_t *json_of_person(const struct entity *person, bool engine);
/* [{"text","script"}] of its names. */
json_t *json_of_names(const struct entity *person);
json_t *json_of_time(int64_t ms);

#endif
