/* The second line looks. */
#include "http/server.h"
#include "post/second_act.h"

#define LIST_MAX 200
#define PHOTO_MAX ((size_t)4 << 20)
#define PHOTO_AGAIN_MS ((int64_t)60000) /* a hub that had none is asked again */

/* ---- hits ---- */

struct showing {
	struct lane_call *call;
	struct text id;
	struct second_hit *hits;
	size_t count;
};

static void hits_drop(struct showing *s)
{
	for (size_t i = 0; i < s->count; i++)
		json_decref(s->hits[i].body);
	s->count = 0;
}

static enum status list_read(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct showing *s = context;
	struct db_rows rows;

	hits_drop(s);
	TRY(db_query(tx, "SELECT id FROM second_hit ORDER BY CASE WHEN state IN ('open', 'confirmed', 'custody') THEN 0 ELSE 1 END, at DESC"
			 " LIMIT $1",
		     DB_PARAMS(DB_V_INT(LIST_MAX)), s->call->arena, &rows, ret_error));
	s->hits = ARENA_NEW(s->call->arena, struct second_hit, rows.rows + 1);
	if (s->hits == NULL)
		return arena_failure(s->call->arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++) {
		TRY(second_load(s->call->lanes, tx, db_text(&rows, i, 0), s->call->arena, &s->hits[i], ret_error));
		s->count++;
	}
	return ST_OK;
}

void second_list(struct lane_call *call)
{
	struct showing s = {.call = call};
	struct error error = {.code = ST_OK, .position = -1};

	if (db_transact(call->lanes->db, DB_READ, list_read, &s, &error) == ST_OK) {
		json_t *items = json_array();

		for (size_t i = 0; i < s.count; i++)
			json_array_append_new(items, second_json(call, &s.hits[i], false));
		call_answer(call, 200, json_pack("{s:o}", "items", items));
	} else {
		call_problem(call, &error);
	}
	hits_drop(&s);
}

static enum status one_read(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct showing *s = context;

	hits_drop(s);
	TRY(second_load(s->call->lanes, tx, s->id, s->call->arena, s->hits, ret_error));
	s->count = 1;
	return ST_OK;
}

void second_get(struct lane_call *call)
{
	struct second_hit hit = {.body = NULL};
	struct showing s = {.call = call, .id = call->request->captures[0], .hits = &hit};
	struct error error = {.code = ST_OK, .position = -1};

	if (db_transact(call->lanes->db, DB_READ, one_read, &s, &error) == ST_OK)
		call_answer(call, 200, second_json(call, &hit, true));
	else
		call_problem(call, &error);
	hits_drop(&s);
}

/* ---- photographs ---- */

static struct text photo_name(struct text entry, char out[48])
{
	memcpy(out, "photo/", 6);
	memcpy(out + 6, entry.data, entry.len < 40 ? entry.len : 40);
	return (struct text){out, 6 + (entry.len < 40 ? entry.len : 40)};
}

struct picture {
	struct lanes *lanes;
	struct arena *arena;
	struct text entry, hit, state;
	int64_t at_ms, now_ms;
	struct bytes image;
};

static enum status picture_read(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct picture *p = context;
	struct db_rows row;
	char name[48];

	p->state = TEXT_NONE;
	TRY(db_query(tx, "SELECT state, at, body FROM second_photo WHERE entry = $1", DB_PARAMS(DB_V_TEXT(p->entry)), p->arena, &row,
		     ret_error));
	if (row.rows == 0)
		return ST_OK;
	p->state = db_text(&row, 0, 0);
	p->at_ms = db_int(&row, 0, 1);
	if (!text_equal(p->state, TEXT("there")))
		return ST_OK;
	return keep_open(&p->lanes->options.keep, photo_name(p->entry, name), db_blob(&row, 0, 2), p->arena, &p->image, ret_error);
}

static enum status picture_want(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct picture *p = context;

	return db_exec(tx, "INSERT INTO second_photo (entry, hit, at, state) VALUES ($1, $2, $3, 'wanted')"
			   " ON CONFLICT (entry) DO UPDATE SET hit = $2, at = $3, state = 'wanted', body = NULL",
		       DB_PARAMS(DB_V_TEXT(p->entry), DB_V_TEXT(p->hit), DB_V_INT(p->now_ms)), NULL, ret_error);
}

bool second_photo_there(struct lane_call *call, struct text entry)
{
	struct picture p = {.lanes = call->lanes, .arena = call->arena, .entry = entry};

	return db_transact(call->lanes->db, DB_READ, picture_read, &p, NULL) == ST_OK && text_equal(p.state, TEXT("there"));
}

/* The candidate that was asked for, else the first; of this hit alone. */
static struct text entry_of(const struct second_hit *hit, struct text asked)
{
	const json_t *one, *candidates = json_object_get(hit->body, "candidates");
	size_t i;

	json_array_foreach(candidates, i, one) {
		const json_t *entry = json_object_get(one, "entry");
		struct text id = {json_string_value(entry), json_string_length(entry)};

		if (asked.data == NULL || text_equal(asked, id))
			return id;
	}
	return TEXT_NONE;
}

static enum status picture_find(struct lane_call *call, const struct second_hit *hit, struct picture *p, struct error *ret_error)
{
	struct text entry = entry_of(hit, http_query(call->request, "entry"));

	if (arena_text(call->arena, entry, &p->entry) != ST_OK)
		return arena_failure(call->arena, ret_error);
	if (entry.len == 0)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", "entry", "he was not compared with this entry");
	TRY(db_transact(call->lanes->db, DB_READ, picture_read, p, ret_error));
	if (p->image.len)
		return ST_OK;
	/* It is fetched beside; whoever asked is told by an event of the hit when it is there. */
	if (call->lanes->options.hub && (p->state.len == 0 || (text_equal(p->state, TEXT("none")) && call->now_ms - p->at_ms > PHOTO_AGAIN_MS)))
		TRY(lanes_store(call->lanes, false, picture_want, p, ret_error));
	return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "there is no photograph here");
}

void second_photo(struct lane_call *call)
{
	struct second_hit hit = {.body = NULL};
	struct showing s = {.call = call, .id = call->request->captures[0], .hits = &hit};
	struct picture p = {.lanes = call->lanes, .arena = call->arena, .hit = s.id, .now_ms = call->now_ms};
	struct error error = {.code = ST_OK, .position = -1};
	enum status st = db_transact(call->lanes->db, DB_READ, one_read, &s, &error);

	if (st == ST_OK)
		st = picture_find(call, &hit, &p, &error);
	if (st == ST_OK) {
		call->response->status = 200;
		http_set_header(call->response, TEXT("Content-Type"),
				p.image.data[0] == 0x89 ? TEXT("image/png") : TEXT("image/jpeg"));
		buffer_add(&call->response->body, p.image.data, p.image.len);
	} else {
		call_problem(call, &error);
	}
	hits_drop(&s);
}

/* ---- fetching ---- */

static enum status wanted_read(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct picture *p = context;
	struct db_rows row;

	TRY(db_query(tx, "SELECT entry, hit FROM second_photo WHERE state = 'wanted' ORDER BY at LIMIT 1", DB_NO_PARAMS, p->arena, &row,
		     ret_error));
	p->entry = row.rows ? db_text(&row, 0, 0) : TEXT_NONE;
	p->hit = row.rows ? db_text(&row, 0, 1) : TEXT_NONE;
	return ST_OK;
}

static enum status picture_write(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct picture *p = context;
	struct bytes sealed = {NULL, 0};
	char name[48];

	if (p->image.len)
		TRY(keep_seal(&p->lanes->options.keep, photo_name(p->entry, name), p->image, p->arena, &sealed, ret_error));
	return db_exec(tx, "UPDATE second_photo SET state = $2, body = $3, at = $4 WHERE entry = $1",
		       DB_PARAMS(DB_V_TEXT(p->entry), DB_V_TEXT(sealed.len ? TEXT("there") : TEXT("none")),
				 sealed.len ? DB_V_BLOB(sealed) : DB_V_NULL, DB_V_INT(p->now_ms)),
		       NULL, ret_error);
}

static bool is_image(const struct buffer *b)
{
	return b->len > 8 && (memcmp(b->data, "\xFF\xD8\xFF", 3) == 0 || memcmp(b->data, "\x89PNG", 4) == 0);
}

static enum status fetch_one(struct lanes *lanes, struct picture *p, struct buffer *answer, bool *ret_more, struct error *ret_error)
{
	char path[64];
	unsigned status = 0;

	TRY(db_transact(lanes->db, DB_READ, wanted_read, p, ret_error));
	*ret_more = p->entry.len != 0;
	if (!*ret_more)
		return ST_OK;
	memcpy(path, "photos/", 7);
	memcpy(path + 7, p->entry.data, ID_SIZE - 1);
	path[7 + ID_SIZE - 1] = '\0';
	TRY(lanes->options.hub(lanes->options.context, path, TEXT_NONE, &status, answer, ret_error));
	if (status != 200 && status != 404 && status != 403)
		return error_set(ret_error, ST_UNAVAILABLE, "the hub answered a photograph with %u", status);
	if (status == 200 && is_image(answer))
		p->image = buffer_bytes(answer);
	TRY(db_transact(lanes->db, DB_WRITE, picture_write, p, ret_error));
	if (p->image.len)
		lanes_hit_changed(lanes, p->hit);
	return ST_OK;
}

enum status second_fetch(struct lanes *lanes, bool *ret_more, struct error *ret_error)
{
	struct arena arena;
	struct picture p = {.lanes = lanes, .arena = &arena, .now_ms = env_now(lanes->env)};
	struct buffer answer;
	enum status st;

	arena_init(&arena, LANES_ARENA_MAX);
	buffer_init(&answer, PHOTO_MAX);
	st = fetch_one(lanes, &p, &answer, ret_more, ret_error);
	buffer_release(&answer);
	arena_release(&arena);
	return st;
}
