#include "border/drill.h"

#include <stdio.h>

#include "border/crossing.h"
#include "border/inside.h"
#include "border/member.h"
#include "model/time.h"

#define TRIES 40
#define SILENT_MS ((int64_t)3600000) /* a post that was cut off may still tell */
#define LANE_MAX 100u
#define MINUTE_MS ((int64_t)60000)

/* ---- whom he is like ---- */

struct choosing {
	struct border *border;
	struct db_tx *tx;
	struct arena *arena;
	struct entry entry;
	struct practice practice;
};

static bool fits(struct choosing *c)
{
	return !c->entry.erased && c->entry.listing_leaf.len && practice_make(&c->entry, c->border->env, c->arena, &c->practice);
}

static enum status named(struct choosing *c, struct text id, struct error *ret_error)
{
	enum status st = entry_load(c->tx, id, c->arena, &c->entry, ret_error);

	if (st == ST_NOT_FOUND)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", "entry", "there is no such entry");
	TRY(st);
	return fits(c) ? ST_OK : error_because(ret_error, ST_CONFLICT, "drill-traveller", "entry", "no zone can be made of him");
}

/* From a place in the order of ids that nobody can foresee. What was sent to named countries alone (handling 3) is left out. */
static enum status at_random(struct choosing *c, struct error *ret_error)
{
	char from[ID_SIZE];
	struct db_rows rows;

	id_make(c->border->env, from);
	for (int round = 0; round < 2; round++) {
		TRY(db_query(c->tx, "SELECT id FROM entry WHERE id >= $1 AND state IN ('published', 'under-appeal') AND handling < 3"
			     " ORDER BY id LIMIT $2",
			     DB_PARAMS(DB_V_TEXT(round ? TEXT("0") : text_of(from)), DB_V_INT(TRIES)), c->arena, &rows, ret_error));
		for (size_t i = 0; i < rows.rows; i++) {
			TRY(entry_load(c->tx, db_text(&rows, i, 0), c->arena, &c->entry, ret_error));
			if (fits(c))
				return ST_OK;
		}
	}
	return error_because(ret_error, ST_CONFLICT, "drill-traveller", "entry", "nobody on the list is known well enough");
}

/* ---- ordered ---- */

static enum status order_check(struct db_tx *tx, const struct drill_order *o, struct arena *arena, struct error *ret_error)
{
	struct db_rows rows;

	if (o->minutes < 0 || o->minutes > DRILL_MINUTES_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "minutes", "1 to %d minutes", DRILL_MINUTES_MAX);
	if (o->lane.len > LANE_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "lane", "a lane's name has at most %u bytes", LANE_MAX);
	TRY(db_query(tx, "SELECT state FROM post WHERE id = $1", DB_PARAMS(DB_V_TEXT(o->post)), arena, &rows, ret_error));
	if (rows.rows == 0)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", "post", "there is no such post");
	if (!text_equal(db_text(&rows, 0, 0), TEXT("enrolled")))
		return error_because(ret_error, ST_CONFLICT, "drill-post", "post", "the post is not enrolled");
	TRY(db_query(tx, "SELECT id FROM drill WHERE post_id = $1 AND state = 'ordered' AND coalesce(lane, '') = $2",
		     DB_PARAMS(DB_V_TEXT(o->post), DB_V_TEXT(o->lane.len ? o->lane : TEXT(""))), arena, &rows, ret_error));
	return rows.rows ? error_because(ret_error, ST_CONFLICT, "drill-running", "post", "a practice traveller waits there already") : ST_OK;
}

static enum status post_tell(struct db_tx *tx, const struct drill_order *o, const char *id, const struct practice *p, int64_t until_ms,
			     struct text by, int64_t now_ms, struct error *ret_error)
{
	char until[TIME_SIZE];
	struct buffer body;
	enum status st;

	time_write(until_ms, until);
	buffer_init(&body, 4096);
	buffer_add_char(&body, '{');
	json_member(&body, "drill", text_of(id));
	if (o->lane.len)
		json_member(&body, "lane", o->lane);
	json_member(&body, "until", text_of(until));
	buffer_printf(&body, ",\"traveller\":{\"mrz\":[\"%s\",\"%s\"]}", p->mrz[0], p->mrz[1]);
	json_member(&body, "by", by);
	buffer_add_char(&body, '}');
	st = buffer_status(&body);
	if (st == ST_OK)
		st = post_news_add(tx, o->post, "drill", buffer_text(&body), now_ms, ret_error);
	else
		error_set(ret_error, st, "the news of a drill cannot be written");
	buffer_release(&body);
	return st;
}

static enum status begin(struct choosing *c, const struct actor *actor, const struct drill_order *o, char id[ID_SIZE],
			 struct error *ret_error)
{
	int64_t now_ms = env_now(c->border->env), until_ms = now_ms + (o->minutes ? o->minutes : DRILL_MINUTES) * MINUTE_MS;
	struct buffer traveller;
	enum status st;

	TRY(order_check(c->tx, o, c->arena, ret_error));
	TRY(o->entry.len ? named(c, o->entry, ret_error) : at_random(c, ret_error));
	id_make(c->border->env, id);
	buffer_init(&traveller, 4096);
	buffer_add_char(&traveller, '{');
	json_member(&traveller, "entry", c->entry.id);
	buffer_printf(&traveller, ",\"mrz\":[\"%s\",\"%s\"]", c->practice.mrz[0], c->practice.mrz[1]);
	json_member(&traveller, "name", text_of(c->practice.name));
	buffer_add_char(&traveller, '}');
	TRY_OUT(buffer_status(&traveller));
	TRY_OUT(db_exec(c->tx, "INSERT INTO drill (id, version, post_id, lane, traveller, ordered_by, ordered_at, until, state)"
			" VALUES ($1, 1, $2, $3, $4, $5, $6, $7, 'ordered')",
			DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(o->post), DB_V_TEXT_OR_NULL(o->lane), DB_V_TEXT(buffer_text(&traveller)),
				  DB_V_TEXT(actor->id), DB_V_INT(now_ms), DB_V_INT(until_ms)),
			NULL, ret_error));
	TRY_OUT(post_tell(c->tx, o, id, &c->practice, until_ms, actor->id, now_ms, ret_error));
	st = db_tell(c->tx, "drill", text_of(id), now_ms, ret_error);
out:
	buffer_release(&traveller);
	return st;
}

enum status drill_begin(struct border *border, struct db_tx *tx, const struct actor *actor, const struct drill_order *order,
			char ret_id[ID_SIZE], struct error *ret_error)
{
	struct arena arena;
	struct choosing c = {.border = border, .tx = tx, .arena = &arena};
	enum status st;

	arena_init(&arena, (size_t)32 << 20);
	st = begin(&c, actor, order, ret_id, ret_error);
	arena_release(&arena);
	return st;
}

/* ---- ended ---- */

enum status drill_end(struct border *border, struct db_tx *tx, const struct actor *actor, struct text id, int64_t version,
		      struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);
	struct db_rows row;
	struct arena arena;
	char body[64];
	enum status st;

	arena_init(&arena, 65536);
	TRY_OUT(db_query_one(tx, "SELECT version, state, post_id FROM drill WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), &arena, &row, ret_error));
	if (db_int(&row, 0, 0) != version)
		st = error_because(ret_error, ST_CONFLICT, "version", NULL, "it has changed since");
	else if (!text_equal(db_text(&row, 0, 1), TEXT("ordered")))
		st = error_because(ret_error, ST_CONFLICT, "drill-over", NULL, "it is over");
	if (st != ST_OK)
		goto out;
	TRY_OUT(db_exec(tx, "UPDATE drill SET version = version + 1, state = 'ended', traveller = NULL, ended_by = $2 WHERE id = $1",
			DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(actor->id)), NULL, ret_error));
	snprintf(body, sizeof body, "{\"drill\":\"%.*s\"}", TEXT_ARG(id));
	TRY_OUT(post_news_add(tx, db_text(&row, 0, 2), "drill-end", text_of(body), now_ms, ret_error));
	st = db_tell(tx, "drill", id, now_ms, ret_error);
out:
	arena_release(&arena);
	return st;
}

enum status drill_clock(struct db_tx *tx, int64_t now_ms, struct arena *arena, size_t *ret_done, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "UPDATE drill SET version = version + 1, state = 'ended', traveller = NULL, ended_by = 'clock'"
		     " WHERE state = 'ordered' AND until <= $1 RETURNING id",
		     DB_PARAMS(DB_V_INT(now_ms - SILENT_MS)), arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		TRY(db_tell(tx, "drill", db_text(&rows, i, 0), now_ms, ret_error));
	*ret_done += rows.rows;
	return ST_OK;
}

/* ---- noticed, or not ---- */

struct noticing {
	struct text id;
	bool noticed;
	int64_t answer_ms, at_ms;
};

static enum status body_read(const json_t *body, struct noticing *n, struct error *ret_error)
{
	const json_t *noticed = json_object_get(body, "noticed");

	TRY(member_id_take(body, "drill", &n->id, ret_error));
	if (!json_is_boolean(noticed))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "noticed", "true or false is expected");
	n->noticed = json_is_true(noticed);
	if (!n->noticed && json_is_null(json_object_get(body, "answerMs")))
		return ST_OK;
	if (!n->noticed && json_object_get(body, "answerMs") == NULL)
		return ST_OK;
	return member_number_take(body, "answerMs", 0, DRILL_MINUTES_MAX * MINUTE_MS * 2, &n->answer_ms, ret_error);
}

/* What is known of a drill that the hub did not order. */
static enum status insert(struct db_tx *tx, const struct border_record *r, const struct noticing *n, struct error *ret_error)
{
	return db_exec(tx, "INSERT INTO drill (id, version, post_id, lane, ordered_by, ordered_at, until, state, answered_at, answer_ms, officer)"
		       " VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
		       DB_PARAMS(DB_V_TEXT(n->id), DB_V_TEXT(r->post), DB_V_TEXT_OR_NULL(r->lane), DB_V_TEXT(r->post),
				 DB_V_INT(n->at_ms - MINUTE_MS), DB_V_INT(n->at_ms), DB_V_TEXT(n->noticed ? TEXT("noticed") : TEXT("missed")),
				 n->noticed ? DB_V_INT(n->at_ms) : DB_V_NULL, n->noticed ? DB_V_INT(n->answer_ms) : DB_V_NULL,
				 n->noticed ? DB_V_TEXT(r->officer) : DB_V_NULL),
		       NULL, ret_error);
}

enum status drill_take(struct border *border, struct db_tx *tx, const struct border_record *record, struct arena *arena,
		       struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);
	struct noticing n = {.noticed = false};
	struct db_rows row;

	TRY(body_read(record->body, &n, ret_error));
	n.at_ms = border_record_at(record, now_ms);
	TRY(db_query(tx, "SELECT post_id, state FROM drill WHERE id = $1", DB_PARAMS(DB_V_TEXT(n.id)), arena, &row, ret_error));
	if (row.rows == 0)
		TRY(insert(tx, record, &n, ret_error));
	else if (!text_equal(db_text(&row, 0, 0), record->post) || text_equal(db_text(&row, 0, 1), TEXT("noticed")))
		return ST_OK;
	else if (n.noticed)
		TRY(db_exec(tx, "UPDATE drill SET version = version + 1, state = 'noticed', traveller = NULL, answered_at = $2, answer_ms = $3,"
			    " officer = $4, lane = coalesce(lane, $5) WHERE id = $1",
			    DB_PARAMS(DB_V_TEXT(n.id), DB_V_INT(n.at_ms), DB_V_INT(n.answer_ms), DB_V_TEXT(record->officer),
				      DB_V_TEXT_OR_NULL(record->lane)),
			    NULL, ret_error));
	else
		TRY(db_exec(tx, "UPDATE drill SET version = version + 1, state = 'missed', traveller = NULL WHERE id = $1",
			    DB_PARAMS(DB_V_TEXT(n.id)), NULL, ret_error));
	return db_tell(tx, "drill", n.id, now_ms, ret_error);
}
