#include "post/lanes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "model/time.h"
#include "post/drill.h"
#include "post/inside.h"
#include "post/second.h"

#define RESERVE_BYTES ((off_t)8 << 20)
#define ROOM_BYTES ((uint64_t)32 << 20) /* that the disk must have again before the reserve is laid down anew */
#define PATH_SIZE 4096

/* ---- storing ---- */

static bool reserve_path(const struct lanes *lanes, char out[PATH_SIZE])
{
	int n = lanes->options.folder ? snprintf(out, PATH_SIZE, "%s/reserve", lanes->options.folder) : 0;

	return n > 0 && n < PATH_SIZE;
}

/* Written, not only sized: some file systems promise what they do not have. */
static void reserve_lay(struct lanes *lanes)
{
	char path[PATH_SIZE];
	int fd;

	if (!reserve_path(lanes, path))
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	lanes->reserve = fd >= 0 && posix_fallocate(fd, 0, RESERVE_BYTES) == 0;
	if (fd >= 0)
		close(fd);
	if (!lanes->reserve)
		(void)unlink(path);
}

/* Gives the reserve's room to whoever needs it; false: there was none. With the lock held. */
static bool reserve_give(struct lanes *lanes)
{
	char path[PATH_SIZE];

	if (!lanes->reserve || !reserve_path(lanes, path))
		return false;
	lanes->reserve = false;
	return unlink(path) == 0;
}

static bool is_full(const struct error *error)
{
	return strcmp(error->reason, "disk-full") == 0;
}

enum status lanes_store(struct lanes *lanes, bool grave, db_work *work, void *context, struct error *ret_error)
{
	struct error error = {.code = ST_OK, .position = -1};
	enum status st = db_transact(lanes->db, DB_WRITE, work, context, &error);

	if (st != ST_OK && is_full(&error)) {
		bool room;

		pthread_mutex_lock(&lanes->lock);
		if (!lanes->disk_full) {
			lanes->disk_full = true;
			lanes->disk_full_ms = env_now(lanes->env);
			lanes->disk_told = false;
		}
		room = grave && reserve_give(lanes);
		pthread_mutex_unlock(&lanes->lock);
		lanes_changed(lanes);
		if (room)
			st = db_transact(lanes->db, DB_WRITE, work, context, &error);
	}
	if (st != ST_OK) {
		if (ret_error)
			*ret_error = error;
		return st;
	}
	pthread_mutex_lock(&lanes->lock);
	lanes->due = true;
	pthread_cond_broadcast(&lanes->wake);
	pthread_mutex_unlock(&lanes->lock);
	return ST_OK;
}

/* ---- events of the post itself ---- */

struct telling {
	struct lanes *lanes;
	const char *what;
	struct text detail, officer;
	int64_t at_ms;
};

static enum status event_write(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct telling *t = context;
	json_t *body = json_pack("{s:s}", "what", t->what);
	struct spool_note note = {.kind = "event", .officer = t->officer, .body = body, .at_ms = t->at_ms};
	struct arena arena;
	enum status st;

	arena_init(&arena, LANES_ARENA_MAX);
	if (body == NULL || (t->detail.len && json_object_set_new(body, "detail", json_of_text(t->detail)) != 0))
		st = error_set(ret_error, ST_NO_MEMORY, "out of memory");
	else
		st = spool_add(&t->lanes->spool, tx, &note, &arena, NULL, ret_error);
	json_decref(body);
	arena_release(&arena);
	return st;
}

static enum status event_at(struct lanes *lanes, const char *what, struct text detail, struct text officer, int64_t at_ms,
			    struct error *ret_error)
{
	struct telling t = {lanes, what, detail, officer, at_ms};

	return lanes_store(lanes, false, event_write, &t, ret_error);
}

enum status lanes_event(struct lanes *lanes, const char *what, struct text detail, struct text officer, struct error *ret_error)
{
	return event_at(lanes, what, detail, officer, env_now(lanes->env), ret_error);
}

/* That the disk was full can be written down only once it is not. */
void lanes_disk_look(struct lanes *lanes)
{
	struct statvfs fs;
	int64_t since;
	bool full, told;

	pthread_mutex_lock(&lanes->lock);
	full = lanes->disk_full;
	told = lanes->disk_told;
	since = lanes->disk_full_ms;
	if (!lanes->reserve && lanes->options.folder && statvfs(lanes->options.folder, &fs) == 0 &&
	    (uint64_t)fs.f_bavail * fs.f_frsize >= ROOM_BYTES)
		reserve_lay(lanes);
	pthread_mutex_unlock(&lanes->lock);
	if (!full)
		return;
	if (!told && event_at(lanes, "disk-full", TEXT_NONE, TEXT_NONE, since, NULL) != ST_OK)
		return;
	pthread_mutex_lock(&lanes->lock);
	lanes->disk_told = true;
	pthread_mutex_unlock(&lanes->lock);
	if (lanes_event(lanes, "disk-free", TEXT_NONE, TEXT_NONE, NULL) != ST_OK)
		return;
	pthread_mutex_lock(&lanes->lock);
	lanes->disk_full = false;
	pthread_mutex_unlock(&lanes->lock);
	lanes_changed(lanes);
}

/* ---- what changed ---- */

static void wake_streams(struct lanes *lanes)
{
	struct http_server *server = atomic_load(&lanes->server);

	if (server)
		http_server_wake(server);
}

void lanes_changed(struct lanes *lanes)
{
	atomic_fetch_add(&lanes->state_turn, 1);
	wake_streams(lanes);
}

void lanes_hit_changed(struct lanes *lanes, struct text id)
{
	pthread_mutex_lock(&lanes->lock);
	if (id.len == ID_SIZE - 1) {
		char *place = lanes->hit_ring[lanes->hit_count % (sizeof lanes->hit_ring / sizeof lanes->hit_ring[0])].id;

		memcpy(place, id.data, id.len);
		place[id.len] = '\0';
		lanes->hit_count++;
	}
	pthread_mutex_unlock(&lanes->lock);
	wake_streams(lanes);
}

void lanes_drill_changed(struct lanes *lanes)
{
	atomic_fetch_add(&lanes->drill_turn, 1);
	wake_streams(lanes);
}

/* ---- opening and closing ---- */

static bool clock_offset(void *context, int64_t *ret_ms)
{
	struct lanes *lanes = context;
	struct lanes_now now = {.offset_known = false};

	lanes->options.now(lanes->options.context, &now);
	*ret_ms = now.offset_ms;
	return now.offset_known;
}

enum status lanes_open(const struct lanes_options *options, struct lanes **ret, struct error *ret_error)
{
	struct lanes *lanes = calloc(1, sizeof *lanes);
	enum status st;

	if (lanes == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	lanes->options = *options;
	lanes->db = options->db;
	lanes->env = options->env;
	lanes->spool = (struct spool){options->db, options->env, &lanes->options.keep, clock_offset, lanes};
	pthread_mutex_init(&lanes->lock, NULL);
	pthread_cond_init(&lanes->wake, NULL);
	TRY_OUT(known_open(options->db, &lanes->options.keep, &lanes->known, ret_error));
	TRY_OUT(sittings_open(options->db, options->env, lanes->known, &lanes->sittings, ret_error));
	reserve_lay(lanes);
	*ret = lanes;
	return ST_OK;
out:
	lanes_close(lanes);
	return st;
}

void lanes_serve(struct lanes *lanes, struct http_server *server)
{
	atomic_store(&lanes->server, server);
}

void lanes_code(struct lanes *lanes, char ret_code[LANES_CODE_SIZE])
{
	_Static_assert(LANES_CODE_SIZE == LANE_CODE, "one size of a lane's code");
	sittings_code(lanes->sittings, ret_code);
}

/* ---- news ---- */

struct taking {
	struct lanes *lanes;
	const json_t *news;
	struct arena arena;
	char hits[64][ID_SIZE];
	size_t hit_count;
	bool drills;
};

static enum status one_take(struct taking *t, struct db_tx *tx, struct text kind, const json_t *body, struct error *ret_error)
{
	char hit[ID_SIZE] = "";
	bool taken;

	TRY(known_take(t->lanes->known, tx, kind, body, &t->arena, &taken, ret_error));
	if (taken)
		return ST_OK;
	if (text_equal(kind, TEXT("drill")) || text_equal(kind, TEXT("drill-end"))) {
		t->drills = true;
		return drill_news(t->lanes, tx, kind, body, &t->arena, ret_error);
	}
	if (text_equal(kind, TEXT("answer")) || text_equal(kind, TEXT("hit"))) {
		TRY(second_news(t->lanes, tx, kind, body, &t->arena, hit, ret_error));
		if (hit[0] && t->hit_count < sizeof t->hits / sizeof t->hits[0])
			memcpy(t->hits[t->hit_count++], hit, ID_SIZE);
	}
	return ST_OK;
}

static enum status since_read(struct db_tx *tx, struct arena *arena, int64_t *ret, struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT since FROM news_head WHERE one = 1", DB_NO_PARAMS, arena, &row, ret_error));
	*ret = db_int(&row, 0, 0);
	return ST_OK;
}

static enum status news_take(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct taking *t = context;
	const json_t *one;
	int64_t since;
	size_t i;

	arena_clear(&t->arena);
	t->hit_count = 0;
	t->drills = false;
	TRY(since_read(tx, &t->arena, &since, ret_error));
	json_array_foreach(t->news, i, one) {
		const json_t *number = json_object_get(one, "number"), *kind = json_object_get(one, "kind");

		if (!json_is_integer(number) || !json_is_string(kind) || !json_is_object(json_object_get(one, "body")))
			return error_because(ret_error, ST_MALFORMED, "value-invalid", "news", "a piece of news is none");
		if (json_integer_value(number) <= since)
			continue;
		TRY(one_take(t, tx, text_of(json_string_value(kind)), json_object_get(one, "body"), ret_error));
		since = json_integer_value(number);
	}
	return db_exec(tx, "UPDATE news_head SET since = $1 WHERE one = 1", DB_PARAMS(DB_V_INT(since)), NULL, ret_error);
}

enum status lanes_news(struct lanes *lanes, const json_t *news, struct error *ret_error)
{
	struct taking t = {.lanes = lanes, .news = news};
	enum status st;

	if (!json_is_array(news))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "news", "the news are no list");
	if (json_array_size(news) == 0)
		return ST_OK;
	arena_init(&t.arena, LANES_ARENA_MAX);
	/* What the hub tells may be what lets an officer in: it gets the reserve, too. */
	st = lanes_store(lanes, true, news_take, &t, ret_error);
	if (st == ST_OK)
		st = known_refresh(lanes->known, ret_error);
	for (size_t i = 0; st == ST_OK && i < t.hit_count; i++)
		lanes_hit_changed(lanes, text_of(t.hits[i]));
	if (st == ST_OK && t.drills)
		lanes_drill_changed(lanes);
	arena_release(&t.arena);
	lanes_changed(lanes);
	return st;
}

/* ---- figures ---- */

struct figuring {
	struct lanes *lanes;
	struct spool_state spool;
	int64_t since;
};

static enum status figures_read(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct figuring *f = context;
	struct arena arena;
	enum status st;

	arena_init(&arena, 65536);
	st = spool_look(&f->lanes->spool, tx, &arena, &f->spool, ret_error);
	if (st == ST_OK)
		st = since_read(tx, &arena, &f->since, ret_error);
	arena_release(&arena);
	return st;
}

enum status lanes_since(struct lanes *lanes, uint64_t *ret_since, struct error *ret_error)
{
	struct figuring f = {.lanes = lanes};

	TRY(db_transact(lanes->db, DB_READ, figures_read, &f, ret_error));
	*ret_since = (uint64_t)f.since;
	return ST_OK;
}

enum status lanes_figures(struct lanes *lanes, struct lanes_figures *ret, struct error *ret_error)
{
	struct figuring f = {.lanes = lanes};

	TRY(db_transact(lanes->db, DB_READ, figures_read, &f, ret_error));
	pthread_mutex_lock(&lanes->lock);
	*ret = (struct lanes_figures){.queue = f.spool.seq - f.spool.sent, .seq = f.spool.seq, .disk_full = lanes->disk_full,
				      .forked = lanes->forked};
	pthread_mutex_unlock(&lanes->lock);
	ret->lanes = sittings_count(lanes->sittings);
	return ST_OK;
}
