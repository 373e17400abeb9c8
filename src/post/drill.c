#include "post/drill.h"

#include <stdio.h>
#include <string.h>

#include "model/time.h"
#include "post/practice.h"

#define DRILL_MS ((int64_t)10 * 60000)
#define WAITING_MAX 16

static struct text text_member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return (struct text){json_string_value(value), json_string_length(value)};
}

static struct text drill_name(struct text id, char out[48])
{
	int n = snprintf(out, 48, "drill/%.*s", (int)(id.len < 40 ? id.len : 40), id.data);

	return (struct text){out, n > 0 ? (size_t)n : 0};
}

/* ---- ordered ---- */

struct ordering {
	struct lanes *lanes;
	struct text id, lane;
	int64_t until_ms;
	const json_t *mrz; /* its lines */
	struct arena *arena;
};

static enum status order_write(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct ordering *o = context;
	struct bytes sealed = {NULL, 0};
	char name[48];

	TRY(keep_seal_json(&o->lanes->options.keep, drill_name(o->id, name), o->mrz, o->arena, &sealed, ret_error));
	return db_exec(tx, "INSERT INTO drill (id, lane, until, body) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
		       DB_PARAMS(DB_V_TEXT(o->id), DB_V_TEXT_OR_NULL(o->lane), DB_V_INT(o->until_ms), DB_V_BLOB(sealed)), NULL, ret_error);
}

enum status drill_news(struct lanes *lanes, struct db_tx *tx, struct text kind, const json_t *body, struct arena *arena,
		       struct error *ret_error)
{
	struct ordering o = {.lanes = lanes, .id = text_member(body, "drill"), .lane = text_member(body, "lane"), .arena = arena,
			     .mrz = json_object_get(json_object_get(body, "traveller"), "mrz")};

	if (!id_valid(o.id))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "drill", "a drill has no number");
	if (text_equal(kind, TEXT("drill-end")))
		return db_exec(tx, "DELETE FROM drill WHERE id = $1", DB_PARAMS(DB_V_TEXT(o.id)), NULL, ret_error);
	if (!json_is_array(o.mrz) || time_read(text_member(body, "until"), &o.until_ms, NULL) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "traveller", "a drill has no traveller or no end");
	return order_write(tx, &o, ret_error);
}

/* ---- who waits ---- */

struct waiting {
	char id[ID_SIZE];
	char zone[3 * 48]; /* lines divided by line ends */
};

struct looking {
	struct lanes *lanes;
	struct text lane;
	bool unseen; /* only those that were not shown yet */
	struct arena *arena;
	struct waiting found[WAITING_MAX];
	size_t count;
};

static void zone_join(const json_t *lines, char *out, size_t room)
{
	const json_t *line;
	size_t i, n = 0;

	json_array_foreach(lines, i, line)
		if (json_is_string(line) && n + json_string_length(line) + 2 < room)
			n += (size_t)snprintf(out + n, room - n, "%s%s", n ? "\n" : "", json_string_value(line));
	out[n] = '\0';
}

static enum status waiting_read(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct looking *l = context;
	struct db_rows rows;

	l->count = 0;
	TRY(db_query(tx, "SELECT id, body, checked FROM drill WHERE until > $1 AND (lane IS NULL OR lane = $2) ORDER BY until LIMIT $3",
		     DB_PARAMS(DB_V_INT(env_now(l->lanes->env)), DB_V_TEXT(l->lane), DB_V_INT(WAITING_MAX)), l->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		struct waiting *w = &l->found[l->count];
		struct text id = db_text(&rows, i, 0);
		char name[48];
		json_t *lines;

		if (l->unseen && !db_is_null(&rows, i, 2))
			continue;
		TRY(keep_open_json(&l->lanes->options.keep, drill_name(id, name), db_blob(&rows, i, 1), l->arena, &lines, ret_error));
		*w = (struct waiting){.id = ""};
		memcpy(w->id, id.data, id.len < ID_SIZE ? id.len : 0);
		zone_join(lines, w->zone, sizeof w->zone);
		json_decref(lines);
		l->count++;
	}
	return ST_OK;
}

/* Line ends, spaces and capitals do not matter. */
static bool same_zone(struct text a, const char *b)
{
	size_t k = 0;

	for (size_t i = 0; i < a.len; i++) {
		char c = a.data[i];

		if (c == '\n' || c == '\r' || c == ' ')
			continue;
		while (b[k] == '\n')
			k++;
		if (b[k] == '\0' || b[k++] != (c >= 'a' && c <= 'z' ? c - 32 : c))
			return false;
	}
	return b[k] == '\0';
}

enum status drill_find(struct lane_call *call, struct text zone, char ret_id[ID_SIZE], struct error *ret_error)
{
	struct looking l = {.lanes = call->lanes, .lane = text_of(call->lane), .arena = call->arena};

	ret_id[0] = '\0';
	TRY(db_transact(call->lanes->db, DB_READ, waiting_read, &l, ret_error));
	for (size_t i = 0; i < l.count; i++)
		if (same_zone(zone, l.found[i].zone))
			memcpy(ret_id, l.found[i].id, ID_SIZE);
	return ST_OK;
}

void drill_events(struct lanes *lanes, struct text lane, struct buffer *out)
{
	struct looking l = {.lanes = lanes, .lane = lane, .unseen = true};
	struct arena arena;

	arena_init(&arena, (size_t)1 << 20);
	l.arena = &arena;
	if (lane.len && db_transact(lanes->db, DB_READ, waiting_read, &l, NULL) == ST_OK)
		for (size_t i = 0; i < l.count; i++) {
			buffer_printf(out, "event: drill\ndata: {\"drill\":\"%s\",\"mrz\":\"", l.found[i].id);
			for (const char *c = l.found[i].zone; *c; c++) {
				if (*c == '\n')
					buffer_add_text(out, TEXT("\\n"));
				else if (*c != '"' && *c != '\\' && *c >= ' ')
					buffer_add_char(out, *c);
			}
			buffer_add_text(out, TEXT("\"}\n\n"));
		}
	arena_release(&arena);
}

/* ---- shown and answered ---- */

struct showing {
	struct text drill, check;
	int64_t at_ms;
};

static enum status show(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct showing *s = context;

	return db_exec(tx, "UPDATE drill SET checked = $2, checked_at = $3 WHERE id = $1",
		       DB_PARAMS(DB_V_TEXT(s->drill), DB_V_TEXT(s->check), DB_V_INT(s->at_ms)), NULL, ret_error);
}

enum status drill_shown(struct lane_call *call, const struct check *check, struct error *ret_error)
{
	struct showing s = {text_of(check->drill), text_of(check->id), check->at_ms};

	return lanes_store(call->lanes, false, show, &s, ret_error);
}

static enum status record(struct lanes *lanes, struct db_tx *tx, struct text drill, struct text check, bool noticed, int64_t answer_ms,
			  struct text lane, struct text officer, int64_t at_ms, struct arena *arena, struct error *ret_error)
{
	json_t *body = json_pack("{s:o, s:o, s:b, s:o}", "drill", json_of_text(drill), "check",
				 check.len ? json_of_text(check) : json_null(), "noticed", noticed, "answerMs",
				 noticed ? json_integer(answer_ms) : json_null());
	struct spool_note note = {.kind = "drill", .lane = lane, .officer = officer, .body = body, .at_ms = at_ms};
	enum status st = body ? spool_add(&lanes->spool, tx, &note, arena, NULL, ret_error)
			      : error_set(ret_error, ST_NO_MEMORY, "out of memory");

	json_decref(body);
	TRY(st);
	return db_exec(tx, "DELETE FROM drill WHERE id = $1", DB_PARAMS(DB_V_TEXT(drill)), NULL, ret_error);
}

struct answering {
	struct lane_call *call;
	struct text check;
	bool drill;
};

static enum status answer(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct answering *a = context;
	struct lane_call *call = a->call;
	struct db_rows row;

	TRY(db_query(tx, "SELECT id, checked_at, until FROM drill WHERE checked = $1", DB_PARAMS(DB_V_TEXT(a->check)), call->arena, &row,
		     ret_error));
	a->drill = row.rows == 1;
	if (!a->drill)
		return ST_OK;
	return record(call->lanes, tx, db_text(&row, 0, 0), a->check, call->now_ms < db_int(&row, 0, 2),
		      call->now_ms - db_int(&row, 0, 1), text_of(call->lane), text_of(call->officer.id), call->now_ms, call->arena,
		      ret_error);
}

void drill_answer(struct lane_call *call)
{
	struct answering a = {.call = call, .check = call->request->captures[0]};
	struct error error = {.code = ST_OK, .position = -1};
	enum status st = id_valid(a.check) ? lanes_store(call->lanes, false, answer, &a, &error)
					   : error_because(&error, ST_NOT_FOUND, "not-found", NULL, "there is no such check");

	if (st == ST_OK)
		call_answer(call, 200, json_pack("{s:b}", "drill", a.drill));
	else
		call_problem(call, &error);
}

/* ---- missed ---- */

struct missing {
	struct lanes *lanes;
	int64_t now_ms;
	bool any;
};

static enum status any_late(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct missing *m = context;
	struct arena arena;
	struct db_rows row;
	enum status st;

	arena_init(&arena, 65536);
	st = db_query_one(tx, "SELECT count(*) FROM drill WHERE until <= $1", DB_PARAMS(DB_V_INT(m->now_ms)), &arena, &row, ret_error);
	m->any = st == ST_OK && db_int(&row, 0, 0) != 0;
	arena_release(&arena);
	return st;
}

static enum status miss(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct missing *m = context;
	struct arena arena;
	struct db_rows rows;
	enum status st;

	arena_init(&arena, LANES_ARENA_MAX);
	st = db_query(tx, "SELECT id, coalesce(checked, ''), coalesce(lane, '') FROM drill WHERE until <= $1",
		      DB_PARAMS(DB_V_INT(m->now_ms)), &arena, &rows, ret_error);
	for (size_t i = 0; st == ST_OK && i < rows.rows; i++)
		st = record(m->lanes, tx, db_text(&rows, i, 0), db_text(&rows, i, 1), false, 0, db_text(&rows, i, 2), TEXT_NONE, m->now_ms,
			    &arena, ret_error);
	arena_release(&arena);
	return st;
}

enum status drill_miss(struct lanes *lanes, int64_t now_ms, struct error *ret_error)
{
	struct missing m = {lanes, now_ms, false};

	TRY(db_transact(lanes->db, DB_READ, any_late, &m, ret_error));
	return m.any ? lanes_store(lanes, false, miss, &m, ret_error) : ST_OK;
}

/* ---- ordered here ---- */

void drill_order(struct lane_call *call)
{
	struct ordering o = {.lanes = call->lanes, .until_ms = call->now_ms + DRILL_MS, .arena = call->arena};
	struct text entry = TEXT_NONE, pin = TEXT_NONE;
	struct error error = {.code = ST_OK, .position = -1};
	char id[ID_SIZE], zone[2][MRZ_LINE_MAX + 1];
	json_t *lines = NULL;
	enum status st;

	TRY_OUT(call_text(call, call->body, "lane", &o.lane, &error));
	TRY_OUT(call_text(call, call->body, "entry", &entry, &error));
	TRY_OUT(call_text(call, call->body, "pin", &pin, &error));
	TRY_OUT(sittings_prove(call->lanes->sittings, &call->officer, pin, &error));
	TRY_OUT(practice_zone(call, entry, zone, &error));
	lines = json_pack("[s, s]", zone[0], zone[1]);
	id_make(call->lanes->env, id);
	o.id = text_of(id);
	o.mrz = lines;
	TRY_OUT(lines ? lanes_store(call->lanes, false, order_write, &o, &error) : error_set(&error, ST_NO_MEMORY, "out of memory"));
	lanes_drill_changed(call->lanes);
	call_answer(call, 201, json_pack("{s:s, s:o}", "drill", id, "until", json_of_time(o.until_ms)));
out:
	json_decref(lines);
	if (st != ST_OK)
		call_problem(call, &error);
}
