#include "office/events.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "model/entity_json.h"

#include "handlers.inc"

#define RING 2048u
#define ROWS_MAX 1000
#define STREAMS_MAX 1000u
#define STREAMS_EACH 6u             /* of one person: windows of a browser */
#define STREAM_MS ((int64_t)300000) /* then the client comes again, and is asked again who he is */
#define SUBJECT_SIZE 65u
#define PULL_MAX 200u
#define ARENA_MAX ((size_t)8 << 20)

/* What is told, whom it concerns: the action that lets one know of it, and whose the thing is (NULL: nobody's, or the host's own), with its
 * handling code and perhaps a country to which it was released. Not named is what would say more than that something has changed: the list,
 * whose entries are told of by themselves. */
static const struct kind {
	const char *kind, *action, *owner;
	bool named;
} kinds[] = {
	{"entry", "entry.read", "SELECT owner, handling FROM entry WHERE id = $1", true},
	{"challenge", "entry.read",
	 "SELECT e.owner, e.handling FROM challenge c JOIN entry e ON e.id = c.entry_id WHERE c.id = $1", true},
	{"submission", "submission.read", "SELECT owner, 0 FROM submission WHERE id = $1", true},
	{"person", "person.read", "SELECT country, 0 FROM person WHERE id = $1", true},
	{"list", "edition.read", NULL, false},
	{"edition", "edition.read", NULL, true},
	{"appeal", "appeal.read", NULL, true},
	{"clearance", "clearance.read", NULL, true},
	{"alert", "audit.read", NULL, false},
	{"hit", "hit.read", "SELECT owner, handling FROM hit WHERE id = $1", true},
	{"custody", "hit.read", "SELECT owner, handling FROM hit WHERE id = $1", true},
	{"crossing", "entry.read", "SELECT owner, handling FROM entry WHERE id = $1", true},
	{"post", "post.read", NULL, true},
	{"drill", "drill.read", NULL, true},
	{"arrival", "arrival.read", NULL, true},
	{"report", "report.read", NULL, true},
	{"referral", "referral.read", "SELECT country, 0 FROM referral WHERE id = $1", true},
	{"rescue", "rescue.read", "SELECT host, 0, partner FROM rescue WHERE id = $1", true},
	{"campaign", "campaign.read", NULL, true},
	{"public-listing", "listing.read", NULL, true},
	{"dispute", "dispute.read", NULL, true},
	{"contact", "contact.read", NULL, true},
	{"public-alert", "alert.read", NULL, true},
	{"flood", "flood.read", NULL, true},
	{"inbox", "inbox.read", NULL, true},
	{"portal", "portal.read", NULL, true},
	{"portal-alarm", "alarm.read", NULL, true},
};

struct event {
	int64_t number;
	const struct kind *kind;
	char subject[SUBJECT_SIZE];
	char owner[3], released[3];
	uint8_t handling;
};

/* One who listens; its texts stand behind it. */
struct listener {
	struct listener *next, **link;
	struct events *events;
	struct actor actor;
	int64_t last, until_ms;
	char texts[4][SUBJECT_SIZE];
};

struct events {
	struct office *office;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t asked;
	struct http_server *server;
	struct listener *listeners;
	size_t listener_count;
	struct event ring[RING]; /* by number; the newest `count` */
	size_t first, count;
	int64_t newest, lost;    /* lost: the newest number that fell out */
	struct error trouble; /* code ST_OK: none */
	bool look, stop, started;
};

/* ---- reading the outbox ---- */

struct look {
	struct events *events;
	struct arena arena;
	struct event *found;
	size_t count;
	int64_t after;
};

static const struct kind *kind_find(struct text word)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (text_equal(word, text_of(kinds[i].kind)))
			return &kinds[i];
	return NULL;
}

static enum status owner_find(struct db_tx *tx, struct look *look, struct event *event, struct error *ret_error)
{
	struct db_rows row;
	enum status st;

	if (event->kind == NULL || event->kind->owner == NULL)
		return ST_OK;
	st = db_query_one(tx, event->kind->owner, DB_PARAMS(DB_V_TEXT(text_of(event->subject))), &look->arena, &row, ret_error);
	if (st == ST_NOT_FOUND) {
		event->kind = NULL;
		return ST_OK;
	}
	TRY(st);
	if (db_text(&row, 0, 0).len == 2)
		memcpy(event->owner, db_text(&row, 0, 0).data, 2);
	event->handling = (uint8_t)db_int(&row, 0, 1);
	if (row.columns > 2 && db_text(&row, 0, 2).len == 2)
		memcpy(event->released, db_text(&row, 0, 2).data, 2);
	return ST_OK;
}

static enum status outbox_read(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct look *look = context;
	struct db_rows rows;

	arena_clear(&look->arena);
	TRY(db_query(tx, "SELECT number, kind, subject FROM outbox WHERE number > $1 ORDER BY number LIMIT $2",
		     DB_PARAMS(DB_V_INT(look->after), DB_V_INT(ROWS_MAX)), &look->arena, &rows, ret_error));
	look->count = 0;
	look->found = ARENA_NEW(&look->arena, struct event, rows.rows + 1);
	if (look->found == NULL)
		return arena_failure(&look->arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++) {
		struct event *event = &look->found[look->count];
		struct text subject = db_text(&rows, i, 2);

		*event = (struct event){.number = db_int(&rows, i, 0), .kind = kind_find(db_text(&rows, i, 1))};
		if (event->kind && event->kind->named && subject.len < sizeof event->subject)
			memcpy(event->subject, subject.data ? subject.data : "", subject.len);
		TRY(owner_find(tx, look, event, ret_error));
		look->count++;
	}
	return ST_OK;
}

static enum status newest_read(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct look *look = context;
	struct db_rows row;

	arena_clear(&look->arena);
	TRY(db_query_one(tx, "SELECT coalesce(max(number), 0) FROM outbox", DB_NO_PARAMS, &look->arena, &row, ret_error));
	look->after = db_int(&row, 0, 0);
	return ST_OK;
}

static void ring_add(struct events *events, const struct event *event)
{
	if (events->count == RING) {
		events->lost = events->ring[events->first].number;
		events->first = (events->first + 1) % RING;
		events->count--;
	}
	events->ring[(events->first + events->count++) % RING] = *event;
}

/* Whether there may be more. */
static bool look_once(struct look *look)
{
	struct events *events = look->events;
	struct http_server *server;
	struct error error = {.code = ST_OK};
	enum status st;

	look->after = events->newest;
	st = db_transact(events->office->db, DB_READ, outbox_read, look, &error);
	pthread_mutex_lock(&events->lock);
	/* A database that is away for a while is told of by /readyz; here the next second tries again. */
	events->trouble = error;
	if (st != ST_OK || look->count == 0) {
		pthread_mutex_unlock(&events->lock);
		return false;
	}
	for (size_t i = 0; i < look->count; i++)
		if (look->found[i].kind)
			ring_add(events, &look->found[i]);
	events->newest = look->found[look->count - 1].number;
	server = events->server;
	pthread_mutex_unlock(&events->lock);
	/* First who must know what streams will be asked for. */
	if (events->office->news)
		events->office->news(events->office->context);
	if (server)
		http_server_wake(server);
	return look->count == ROWS_MAX;
}

static void *events_run(void *context)
{
	struct events *events = context;
	struct look look = {.events = events};
	bool more = true;

	arena_init(&look.arena, ARENA_MAX);
	for (;;) {
		struct timespec until;

		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec++;
		pthread_mutex_lock(&events->lock);
		while (!more && !events->look && !events->stop &&
		       pthread_cond_clockwait(&events->asked, &events->lock, CLOCK_MONOTONIC, &until) == 0)
			;
		events->look = false;
		if (events->stop)
			break;
		pthread_mutex_unlock(&events->lock);
		more = look_once(&look);
	}
	pthread_mutex_unlock(&events->lock);
	arena_release(&look.arena);
	return NULL;
}

enum status events_new(struct office *office, struct events **ret_events, struct error *ret_error)
{
	struct events *events = calloc(1, sizeof *events);
	struct look look = {.events = events};
	enum status st;

	if (events == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	events->office = office;
	pthread_mutex_init(&events->lock, NULL);
	pthread_cond_init(&events->asked, NULL);
	arena_init(&look.arena, ARENA_MAX);
	st = db_transact(office->db, DB_READ, newest_read, &look, ret_error);
	arena_release(&look.arena);
	events->newest = events->lost = look.after;
	if (st == ST_OK)
		*ret_events = events;
	else
		events_free(events);
	return st;
}

enum status events_start(struct events *events, struct error *ret_error)
{
	if (pthread_create(&events->thread, NULL, events_run, events) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, "a thread cannot be started");
	events->started = true;
	return ST_OK;
}

void events_halt(struct events *events)
{
	if (events == NULL || !events->started)
		return;
	pthread_mutex_lock(&events->lock);
	events->stop = true;
	pthread_cond_signal(&events->asked);
	pthread_mutex_unlock(&events->lock);
	pthread_join(events->thread, NULL);
	events->started = false;
}

void events_free(struct events *events)
{
	if (events == NULL)
		return;
	events_halt(events);
	pthread_cond_destroy(&events->asked);
	pthread_mutex_destroy(&events->lock);
	free(events);
}

void events_look(struct events *events)
{
	pthread_mutex_lock(&events->lock);
	events->look = true;
	pthread_cond_signal(&events->asked);
	pthread_mutex_unlock(&events->lock);
}

bool events_trouble(struct events *events, struct error *ret_error)
{
	bool trouble;

	pthread_mutex_lock(&events->lock);
	trouble = events->trouble.code != ST_OK;
	if (trouble)
		*ret_error = events->trouble;
	pthread_mutex_unlock(&events->lock);
	return trouble;
}

int64_t events_newest(struct events *events)
{
	int64_t newest;

	pthread_mutex_lock(&events->lock);
	newest = events->newest;
	pthread_mutex_unlock(&events->lock);
	return newest;
}

void events_wakes(struct events *events, struct http_server *server)
{
	pthread_mutex_lock(&events->lock);
	events->server = server;
	pthread_mutex_unlock(&events->lock);
}

/* ---- listening ---- */

/* He may know of it, though to look at it he might have to say why or prove who he is. */
static bool may_know(const struct listener *listener, const struct event *event, int64_t now_ms)
{
	const struct text released = text_of(event->released);
	const struct policy_thing thing = {.owner = text_of(event->owner), .handling = event->handling, .released = &released,
					   .released_count = released.len != 0};
	enum policy_answer answer = may(&listener->actor, text_of(event->kind->action), event->kind->owner ? &thing : NULL,
					listener->events->office->host, now_ms);

	return answer == POLICY_ALLOWED || answer == POLICY_PROVE_ANEW || answer == POLICY_REASON;
}

static void event_write(struct buffer *out, const struct event *event)
{
	buffer_printf(out, "id: %lld\ndata: {\"kind\":\"%s\",\"id\":", (long long)event->number, event->kind->kind);
	json_add_string(out, text_of(event->subject));
	buffer_printf(out, "}\n\n");
}

static bool pull(void *context, struct buffer *out)
{
	struct listener *listener = context;
	struct events *events = listener->events;
	int64_t now = env_now(events->office->env);
	unsigned told = 0;

	pthread_mutex_lock(&events->lock);
	if (listener->last < events->lost) {
		/* Too much happened since: whoever listens must look at everything again. */
		buffer_printf(out, "id: %lld\ndata: {\"kind\":\"all\",\"id\":\"\"}\n\n", (long long)events->newest);
		listener->last = events->newest;
	}
	for (size_t i = 0; i < events->count && told < PULL_MAX; i++) {
		const struct event *event = &events->ring[(events->first + i) % RING];

		if (event->number <= listener->last)
			continue;
		listener->last = event->number;
		if (may_know(listener, event, now)) {
			event_write(out, event);
			told++;
		}
	}
	pthread_mutex_unlock(&events->lock);
	return now < listener->until_ms;
}

static void unlisten(void *context)
{
	struct listener *listener = context;
	struct events *events = listener->events;

	pthread_mutex_lock(&events->lock);
	*listener->link = listener->next;
	if (listener->next)
		listener->next->link = listener->link;
	events->listener_count--;
	pthread_mutex_unlock(&events->lock);
	free(listener);
}

static struct text copy(struct listener *listener, unsigned i, struct text t)
{
	size_t len = t.len < SUBJECT_SIZE ? t.len : SUBJECT_SIZE;

	if (len)
		memcpy(listener->texts[i], t.data, len);
	return (struct text){listener->texts[i], len};
}

/* Takes `listener` in unless there are too many. */
static bool listen_now(struct events *events, struct listener *listener)
{
	unsigned same = 0;
	bool taken;

	pthread_mutex_lock(&events->lock);
	for (struct listener *l = events->listeners; l; l = l->next)
		same += text_equal(l->actor.id, listener->actor.id);
	taken = same < STREAMS_EACH && events->listener_count < STREAMS_MAX;
	if (taken) {
		if (listener->last < 0 || listener->last > events->newest)
			listener->last = events->newest;
		listener->next = events->listeners;
		listener->link = &events->listeners;
		if (listener->next)
			listener->next->link = &listener->next;
		events->listeners = listener;
		events->listener_count++;
	}
	pthread_mutex_unlock(&events->lock);
	return taken;
}

void office_event_stream(struct office_call *call)
{
	struct listener *listener = calloc(1, sizeof *listener);
	struct text last = http_header(call->request, "Last-Event-ID");
	struct error error;
	uint64_t number;

	if (listener == NULL) {
		(void)error_set(&error, ST_NO_MEMORY, "out of memory");
		office_problem(call, &error);
		return;
	}
	listener->events = call->office->events;
	listener->actor = call->actor;
	listener->actor.id = copy(listener, 0, call->actor.id);
	listener->actor.country = copy(listener, 1, call->actor.country);
	listener->actor.agency = copy(listener, 2, call->actor.agency);
	listener->actor.session = copy(listener, 3, call->actor.session);
	listener->actor.name = listener->actor.purpose = listener->actor.address = TEXT_NONE;
	listener->until_ms = call->now_ms + STREAM_MS;
	if (last.len == 0)
		last = http_query(call->request, "after");
	listener->last = text_to_uint(last, INT64_MAX, &number) == ST_OK ? (int64_t)number : -1;
	if (!listen_now(call->office->events, listener)) {
		free(listener);
		(void)error_because(&error, ST_LIMIT, "streams-open", NULL, "too many streams are open");
		office_problem(call, &error);
		return;
	}
	call->response->status = 200;
	http_set_header(call->response, TEXT("Content-Type"), TEXT("text/event-stream"));
	buffer_add_text(&call->response->body, TEXT("retry: 3000\n\n"));
	call->response->stream = (struct http_stream){pull, unlisten, listener};
}
