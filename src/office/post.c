/* Checkpoints: made, given codes, looked after, revoked. */
#include "border/post.h"

#include "model/time.h"
#include "office/people.h"
#include "office/entry.h"

#include "handlers.inc"

#define POST_EVENTS_SHOWN 20
#define POST_COLUMNS                                                                                                               \
	"p.id, p.version, p.name, p.kind, p.point, p.latitude, p.longitude, p.desk, p.state, p.enrolled_at, p.revoked_at, p.seen_at," \
	" p.edition, p.edition_applied_at, p.edition_issued_at, p.queue, p.lanes, p.clock_offset, p.program, p.trouble,"             \
	" (SELECT count(*) FROM drill d WHERE d.post_id = p.id AND d.state = 'noticed'),"                                            \
	" (SELECT count(*) FROM drill d WHERE d.post_id = p.id AND d.state = 'missed'), p.revoked_why, p.urgent FROM post p "

static struct policy_thing thing_of(const struct office_call *call)
{
	return (struct policy_thing){.owner = call->office->host};
}

/* ---- what is shown ---- */

static void degrees(struct buffer *out, const char *name, const struct db_rows *rows, size_t i, size_t column)
{
	int64_t micro = db_int(rows, i, column), whole = micro < 0 ? -micro : micro;

	if (!db_is_null(rows, i, column))
		buffer_printf(out, ",\"%s\":%s%lld.%06lld", name, micro < 0 ? "-" : "", (long long)(whole / 1000000), (long long)(whole % 1000000));
}

static void number(struct buffer *out, const char *name, const struct db_rows *rows, size_t i, size_t column)
{
	if (!db_is_null(rows, i, column))
		buffer_printf(out, ",\"%s\":%lld", name, (long long)db_int(rows, i, column));
}

/* What it told of itself, and what is missing of what it told; newest first. */
static void events_put(struct buffer *out, const struct db_rows *events)
{
	buffer_add_text(out, TEXT(",\"events\":["));
	for (size_t i = 0; i < events->rows; i++) {
		buffer_printf(out, "%s{\"seq\":%lld", i ? "," : "", (long long)db_int(events, i, 0));
		member_time(out, "at", db_int(events, i, 1));
		member_text(out, "what", db_text(events, i, 2));
		member_text(out, "detail", db_text(events, i, 3));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
}

/* `events`: NULL in lists. */
static void post_put(struct office_call *call, const struct db_rows *rows, size_t i, struct text code, const struct db_rows *events)
{
	struct buffer *out = &call->response->body;

	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld", TEXT_ARG(db_text(rows, i, 0)), (long long)db_int(rows, i, 1));
	member_text(out, "name", db_text(rows, i, 2));
	member_text(out, "kind", db_text(rows, i, 3));
	member_text(out, "point", db_text(rows, i, 4));
	degrees(out, "latitude", rows, i, 5);
	degrees(out, "longitude", rows, i, 6);
	member_text(out, "desk", db_text(rows, i, 7));
	member_text(out, "state", db_text(rows, i, 8));
	member_time(out, "enrolledAt", db_int(rows, i, 9));
	member_time(out, "revokedAt", db_int(rows, i, 10));
	member_text(out, "revokedReason", db_text(rows, i, 22));
	member_time(out, "seenAt", db_int(rows, i, 11));
	buffer_printf(out, ",\"online\":%s", post_online(db_int(rows, i, 11), call->now_ms) ? "true" : "false");
	number(out, "edition", rows, i, 12);
	member_time(out, "editionAppliedAt", db_int(rows, i, 13));
	member_time(out, "editionIssuedAt", db_int(rows, i, 14));
	if (text_equal(db_text(rows, i, 8), TEXT("enrolled")))
		buffer_printf(out, ",\"colour\":\"%s\"", post_colour(db_int(rows, i, 14), call->now_ms));
	number(out, "urgent", rows, i, 23);
	number(out, "queue", rows, i, 15);
	number(out, "lanes", rows, i, 16);
	number(out, "clockOffsetMs", rows, i, 17);
	member_text(out, "program", db_text(rows, i, 18));
	if (!db_is_null(rows, i, 19))
		buffer_printf(out, ",\"trouble\":%.*s", TEXT_ARG(db_text(rows, i, 19)));
	buffer_printf(out, ",\"drills\":{\"noticed\":%lld,\"missed\":%lld}", (long long)db_int(rows, i, 20), (long long)db_int(rows, i, 21));
	if (events)
		events_put(out, events);
	if (code.len) {
		member_text(out, "code", code);
		member_time(out, "codeEndsAt", call->now_ms + POST_CODE_MS);
	}
	buffer_add_char(out, '}');
}

static enum status answer(struct office_call *call, struct db_tx *tx, struct text id, struct text code, unsigned status,
			  struct error *ret_error)
{
	struct db_rows row, events;

	TRY(db_query_one(tx, "SELECT " POST_COLUMNS "WHERE p.id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena, &row, ret_error));
	TRY(db_query(tx, "SELECT seq, at, what, detail FROM post_event WHERE post_id = $1 ORDER BY seq DESC LIMIT $2",
		     DB_PARAMS(DB_V_TEXT(id), DB_V_INT(POST_EVENTS_SHOWN)), call->arena, &events, ret_error));
	post_put(call, &row, 0, code, &events);
	office_etag(call, db_int(&row, 0, 1));
	office_json(call, status);
	return buffer_status(&call->response->body);
}

/* Whether there is one, after what must be asked was asked. */
static enum status there(struct office_call *call, struct db_tx *tx, struct text id, struct error *ret_error)
{
	const struct policy_thing thing = thing_of(call);
	struct db_rows row;
	enum status st;

	TRY(office_may(call, tx, "post.read", &thing, "post", id, ret_error));
	st = db_query_one(tx, "SELECT 1 FROM post WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena, &row, ret_error);
	return st == ST_NOT_FOUND ? office_missing(call, tx, "post.read", "post", id, ret_error) : st;
}

/* ---- GET ---- */

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct office_page *page = context;
	const struct policy_thing thing = thing_of(call);
	struct db_rows rows, total;

	TRY(office_may(call, tx, "post.read", &thing, "post", TEXT_NONE, ret_error));
	TRY(db_query_one(tx, "SELECT count(*) FROM post", DB_NO_PARAMS, call->arena, &total, ret_error));
	TRY(db_query(tx, "SELECT " POST_COLUMNS "WHERE p.name > $1 ORDER BY p.name LIMIT $2",
		     DB_PARAMS(DB_V_TEXT(page->after.len ? page->after : TEXT("")), DB_V_INT(page->limit + 1)), call->arena, &rows, ret_error));
	buffer_add_text(&call->response->body, TEXT("{\"items\":["));
	for (size_t i = 0; i < rows.rows && i < page->limit; i++) {
		if (i)
			buffer_add_char(&call->response->body, ',');
		post_put(call, &rows, i, TEXT_NONE, NULL);
	}
	buffer_add_char(&call->response->body, ']');
	office_page_end(call, rows.rows > page->limit ? db_text(&rows, page->limit - 1, 2) : TEXT_NONE, db_int(&total, 0, 0));
	office_json(call, 200);
	return buffer_status(&call->response->body);
}

void office_post_list(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct office_page page;

	if (office_page(call, &page, &error) != ST_OK || office_transact(call, DB_WRITE, list_work, &page, &error) != ST_OK)
		office_problem(call, &error);
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;

	TRY(there(call, tx, *id, ret_error));
	return answer(call, tx, *id, TEXT_NONE, 200, ret_error);
}

void office_post_get(struct office_call *call)
{
	office_by_id(call, DB_WRITE, get_work);
}

/* ---- made and changed ---- */

struct writing {
	struct text id;
	int64_t version;
	json_t *root; /* what is to change; NULL: nothing was said */
};

/* As it stands, so that a change need say only what is another. */
static enum status about_load(struct office_call *call, struct db_tx *tx, struct text id, struct post_about *about, struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT name, kind, point, desk, latitude, longitude FROM post WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena,
			 &row, ret_error));
	*about = (struct post_about){.name = db_text(&row, 0, 0), .kind = db_text(&row, 0, 1), .point = db_text(&row, 0, 2),
				     .desk = db_text(&row, 0, 3), .latitude = db_int(&row, 0, 4), .longitude = db_int(&row, 0, 5),
				     .placed = !db_is_null(&row, 0, 4)};
	return ST_OK;
}

static enum status place_read(const json_t *root, const char *name, int64_t *ret_micro, bool *ret_given, struct error *ret_error)
{
	const json_t *value = json_object_get(root, name);

	if (value == NULL || json_is_null(value))
		return ST_OK;
	if (!json_is_number(value) || json_number_value(value) < -180 || json_number_value(value) > 180)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", name, "degrees are from -180 to 180");
	*ret_micro = (int64_t)(json_number_value(value) * 1e6 + (json_number_value(value) < 0 ? -0.5 : 0.5));
	*ret_given = true;
	return ST_OK;
}

static enum status about_read(struct office_call *call, const json_t *root, struct post_about *about, struct error *ret_error)
{
	bool latitude = false, longitude = false;

	TRY(body_text(call, root, "name", &about->name, ret_error));
	TRY(body_text(call, root, "kind", &about->kind, ret_error));
	TRY(body_text(call, root, "point", &about->point, ret_error));
	TRY(body_text(call, root, "desk", &about->desk, ret_error));
	TRY(place_read(root, "latitude", &about->latitude, &latitude, ret_error));
	TRY(place_read(root, "longitude", &about->longitude, &longitude, ret_error));
	if (latitude != longitude)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", latitude ? "longitude" : "latitude", "a place has both");
	about->placed = about->placed || latitude;
	return ST_OK;
}

static enum status create_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct post_about *about = context;
	const struct policy_thing thing = thing_of(call);
	char id[ID_SIZE], code[POST_CODE_SIZE];

	TRY(office_may(call, tx, "post.create", &thing, "post", TEXT_NONE, ret_error));
	TRY(post_make(call->office->border, tx, &call->actor, about, id, ret_error));
	TRY(post_code(call->office->border, tx, &call->actor, text_of(id), call->office->trusted, code, ret_error));
	return answer(call, tx, text_of(id), text_of(code), 201, ret_error);
}

void office_post_create(struct office_call *call)
{
	struct post_about about = {.desk = TEXT("")};
	struct error error = {.code = ST_OK};
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = about_read(call, root, &about, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, create_work, &about, &error);
	json_decref(root);
	if (st != ST_OK)
		office_problem(call, &error);
}

static enum status change_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct writing *w = context;
	const struct policy_thing thing = thing_of(call);
	struct post_about about;

	TRY(there(call, tx, w->id, ret_error));
	TRY(office_may(call, tx, "post.change", &thing, "post", w->id, ret_error));
	TRY(about_load(call, tx, w->id, &about, ret_error));
	TRY(about_read(call, w->root, &about, ret_error));
	TRY(post_change(call->office->border, tx, w->id, w->version, &about, ret_error));
	return answer(call, tx, w->id, TEXT_NONE, 200, ret_error);
}

void office_post_change(struct office_call *call)
{
	struct writing w = {.version = 0};
	struct error error = {.code = ST_OK};
	enum status st = office_id(call, 0, &w.id, &error);

	if (st == ST_OK)
		st = office_if_match(call, &w.version, &error);
	if (st == ST_OK)
		st = body_json(call, &w.root, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, change_work, &w, &error);
	json_decref(w.root);
	if (st != ST_OK)
		office_problem(call, &error);
}

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct writing *w = context;
	const struct policy_thing thing = thing_of(call);
	struct text act = call->request->captures[1], code = TEXT_NONE, reason = TEXT_NONE;
	char made[POST_CODE_SIZE];

	TRY(there(call, tx, w->id, ret_error));
	if (text_equal(act, TEXT("revoke"))) {
		TRY(office_may(call, tx, "post.revoke", &thing, "post", w->id, ret_error));
		TRY(body_text(call, w->root, "reason", &reason, ret_error));
		TRY(post_revoke(call->office->border, tx, &call->actor, w->id, w->version, reason, ret_error));
	} else if (text_equal(act, TEXT("code"))) {
		TRY(office_may(call, tx, "post.change", &thing, "post", w->id, ret_error));
		TRY(post_code(call->office->border, tx, &call->actor, w->id, call->office->trusted, made, ret_error));
		code = text_of(made);
	} else {
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	}
	return answer(call, tx, w->id, code, 200, ret_error);
}

void office_post_act(struct office_call *call)
{
	struct writing w = {.version = 0};
	struct error error = {.code = ST_OK};
	enum status st = office_id(call, 0, &w.id, &error);

	if (st == ST_OK)
		st = office_if_match(call, &w.version, &error);
	if (st == ST_OK && call->request->body.len)
		st = body_json(call, &w.root, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, act_work, &w, &error);
	json_decref(w.root);
	if (st != ST_OK)
		office_problem(call, &error);
}

/* ---- who has which edition in force since when ---- */

static enum status board_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = thing_of(call);
	struct buffer *out = &call->response->body;
	int64_t edition = *(const int64_t *)context, issued, took[2] = {0};
	struct db_rows row, rows;
	size_t have = 0;
	enum status st;

	TRY(office_may(call, tx, "post.read", &thing, "post", TEXT_NONE, ret_error));
	st = db_query_one(tx, "SELECT number, issued_at FROM edition WHERE number = $1 OR $1 = 0 ORDER BY number DESC LIMIT 1",
			  DB_PARAMS(DB_V_INT(edition)), call->arena, &row, ret_error);
	if (st == ST_NOT_FOUND)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", "edition", "there is no such edition");
	TRY(st);
	edition = db_int(&row, 0, 0);
	issued = db_int(&row, 0, 1);
	/* A post that went past an edition has what it said. */
	TRY(db_query(tx,
		     "SELECT id, name, since FROM (SELECT p.id, p.name,"
		     " (SELECT min(e.applied_at) FROM post_edition e WHERE e.post_id = p.id AND e.edition >= $1) AS since"
		     " FROM post p WHERE p.state = 'enrolled') t ORDER BY since IS NULL, since, name",
		     DB_PARAMS(DB_V_INT(edition)), call->arena, &rows, ret_error));
	buffer_printf(out, "{\"edition\":%lld", (long long)edition);
	member_time(out, "issuedAt", issued);
	buffer_add_text(out, TEXT(",\"posts\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		have += !db_is_null(&rows, i, 2);
		buffer_printf(out, "%s{\"id\":\"%.*s\"", i ? "," : "", TEXT_ARG(db_text(&rows, i, 0)));
		member_text(out, "name", db_text(&rows, i, 1));
		member_time(out, "appliedAt", db_int(&rows, i, 2));
		buffer_add_char(out, '}');
	}
	/* By time; those who have it not yet stand last. */
	for (size_t i = 0, n = 0; i < rows.rows; i++)
		if (!db_is_null(&rows, i, 2)) {
			n++;
			if (n == (have + 1) / 2)
				took[0] = db_int(&rows, i, 2) - issued;
			if (n == (have * 99 + 99) / 100)
				took[1] = db_int(&rows, i, 2) - issued;
		}
	buffer_printf(out, "],\"percent\":%zu,\"p50Ms\":%lld,\"p99Ms\":%lld}", rows.rows ? have * 100 / rows.rows : 0, (long long)took[0],
		      (long long)took[1]);
	office_json(call, 200);
	return buffer_status(out);
}

void office_post_board(struct office_call *call)
{
	struct text word = http_query(call->request, "edition");
	struct error error = {.code = ST_OK};
	uint64_t edition = 0;
	enum status st = ST_OK;

	if (word.len && text_to_uint(word, INT64_MAX, &edition) != ST_OK)
		st = error_because(&error, ST_MALFORMED, "malformed", "edition", "an edition has a number");
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, board_work, &edition, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}
