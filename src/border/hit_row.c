/* Rows of hits and of their stories. */
#include <stdio.h>

#include "border/inside.h"
#include "model/entity_json.h"
#include "model/time.h"

void json_member(struct buffer *out, const char *name, struct text value)
{
	buffer_printf(out, "%s\"%s\":", out->len && out->data[out->len - 1] == '{' ? "" : ",", name);
	json_add_string(out, value);
}

void hit_row_take(const struct db_rows *rows, size_t i, struct hit_row *ret)
{
	size_t c = 0;

	ret->id = db_text(rows, i, c++);
	ret->version = db_int(rows, i, c++);
	ret->post = db_text(rows, i, c++);
	ret->post_name = db_text(rows, i, c++);
	ret->check = db_text(rows, i, c++);
	ret->lane = db_text(rows, i, c++);
	ret->officer = db_text(rows, i, c++);
	ret->point = db_text(rows, i, c++);
	ret->at_ms = db_int(rows, i, c++);
	ret->received_ms = db_int(rows, i, c++);
	ret->edition = db_int(rows, i, c++);
	ret->list_age_ms = db_int(rows, i, c++);
	ret->offset_known = !db_is_null(rows, i, c);
	ret->offset_ms = db_int(rows, i, c++);
	ret->result = db_text(rows, i, c++);
	ret->act = db_text(rows, i, c++);
	ret->quiet = db_int(rows, i, c++) != 0;
	ret->traveller = db_text(rows, i, c++);
	ret->candidates = db_text(rows, i, c++);
	ret->mrz = db_text(rows, i, c++);
	ret->caption = db_text(rows, i, c++);
	ret->document = db_text(rows, i, c++);
	ret->identity = db_text(rows, i, c++);
	ret->entry = db_text(rows, i, c++);
	ret->grade = db_text(rows, i, c++);
	ret->owner = db_text(rows, i, c++);
	ret->handling = db_int(rows, i, c++);
	ret->state = db_text(rows, i, c++);
	ret->custody_from_ms = db_int(rows, i, c++);
	ret->custody_until_ms = db_int(rows, i, c++);
	ret->custody_basis = db_text(rows, i, c++);
	ret->custody_told = db_int(rows, i, c++);
	ret->seen_by = db_text(rows, i, c++);
	ret->confirmed_by = db_text(rows, i, c++);
	ret->asked_ms = db_int(rows, i, c++);
	ret->due_ms = db_int(rows, i, c++);
	ret->answered_ms = db_int(rows, i, c++);
	ret->answered_by = db_text(rows, i, c++);
	ret->answer = db_text(rows, i, c++);
	ret->answer_text = db_text(rows, i, c++);
	ret->escalated = db_int(rows, i, c++) != 0;
	ret->misuse_of = db_text(rows, i, c++);
}

bool hit_waits(const struct hit_row *hit)
{
	return hit->asked_ms && hit->answered_ms == 0 && !text_equal(hit->state, TEXT("cleared")) && !text_equal(hit->state, TEXT("closed"));
}

enum status hit_row_load(struct db_tx *tx, struct text id, struct arena *arena, struct hit_row *ret, struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT " HIT_COLUMNS HIT_FROM "WHERE h.id = $1", DB_PARAMS(DB_V_TEXT(id)), arena, &row, ret_error));
	hit_row_take(&row, 0, ret);
	return ST_OK;
}

/* ---- the story ---- */

enum status hit_line_add(struct db_tx *tx, const struct hit_line *line, int64_t now_ms, struct arena *arena, struct error *ret_error)
{
	const struct border_record *r = line->record;
	struct db_rows last;

	TRY(db_query_one(tx, "SELECT coalesce(max(number), 0) FROM hit_act WHERE hit_id = $1", DB_PARAMS(DB_V_TEXT(line->hit)), arena, &last,
			 ret_error));
	return db_exec(tx, "INSERT INTO hit_act (hit_id, number, at, clock_offset, received_at, post_id, seq, officer, act, state, not_possible,"
		       " note, fields, photo, clearance_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
		       DB_PARAMS(DB_V_TEXT(line->hit), DB_V_INT(db_int(&last, 0, 0) + 1), DB_V_INT(line->at_ms),
				 r && r->offset_known ? DB_V_INT(r->offset_ms) : DB_V_NULL, DB_V_INT(now_ms),
				 r ? DB_V_TEXT(r->post) : DB_V_NULL, r ? DB_V_INT(r->seq) : DB_V_NULL, DB_V_TEXT(line->officer),
				 DB_V_TEXT(line->act), DB_V_TEXT(line->state), DB_V_TEXT_OR_NULL(line->not_possible),
				 DB_V_TEXT_OR_NULL(line->note), DB_V_TEXT_OR_NULL(line->fields),
				 line->photo.len ? DB_V_BLOB(line->photo) : DB_V_NULL, DB_V_TEXT_OR_NULL(line->clearance)),
		       NULL, ret_error);
}

enum status hit_story_load(struct db_tx *tx, struct text hit, struct arena *arena, struct hit_story **ret, size_t *ret_count,
			   struct error *ret_error)
{
	struct hit_story *story;
	struct db_rows rows;

	TRY(db_query(tx, "SELECT number, at, received_at, clock_offset, post_id, officer, act, state, not_possible, note, fields, clearance_id,"
		     " CASE WHEN photo IS NULL THEN 0 ELSE 1 END FROM hit_act WHERE hit_id = $1 ORDER BY number",
		     DB_PARAMS(DB_V_TEXT(hit)), arena, &rows, ret_error));
	story = ARENA_NEW(arena, struct hit_story, rows.rows + 1);
	if (story == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		story[i] = (struct hit_story){
			.number = db_int(&rows, i, 0), .at_ms = db_int(&rows, i, 1), .received_ms = db_int(&rows, i, 2),
			.offset_known = !db_is_null(&rows, i, 3), .offset_ms = db_int(&rows, i, 3), .post = db_text(&rows, i, 4),
			.officer = db_text(&rows, i, 5), .act = db_text(&rows, i, 6), .state = db_text(&rows, i, 7),
			.not_possible = db_text(&rows, i, 8), .note = db_text(&rows, i, 9), .fields = db_text(&rows, i, 10),
			.clearance = db_text(&rows, i, 11), .photo = db_int(&rows, i, 12) != 0};
	*ret = story;
	*ret_count = rows.rows;
	return ST_OK;
}

enum status hit_photo_load(struct db_tx *tx, struct text hit, int64_t number, struct arena *arena, struct bytes *ret,
			   struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT photo FROM hit_act WHERE hit_id = $1 AND number = $2 AND photo IS NOT NULL",
			 DB_PARAMS(DB_V_TEXT(hit), DB_V_INT(number)), arena, &row, ret_error));
	*ret = db_blob(&row, 0, 0);
	return ST_OK;
}

/* ---- who, and whom to tell ---- */

enum status hit_tell_post(struct border *border, struct db_tx *tx, const struct hit_row *hit, struct text act, struct text by,
			  struct text state, struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);
	char at[TIME_SIZE];
	struct buffer body;
	enum status st;

	time_write(now_ms, at);
	buffer_init(&body, 4096);
	buffer_add_char(&body, '{');
	json_member(&body, "hit", hit->id);
	json_member(&body, "state", state);
	json_member(&body, "act", act);
	json_member(&body, "by", by);
	json_member(&body, "at", text_of(at));
	buffer_add_char(&body, '}');
	st = buffer_status(&body);
	if (st == ST_OK)
		st = post_news_add(tx, hit->post, "hit", buffer_text(&body), now_ms, ret_error);
	else
		error_set(ret_error, st, "the news of a hit cannot be written");
	buffer_release(&body);
	return st;
}

enum status border_officer(struct border *border, struct db_tx *tx, struct text officer, struct arena *arena, struct actor *ret,
			   struct error *ret_error)
{
	struct db_rows rows;

	*ret = (struct actor){.id = officer, .country = border->host};
	TRY(db_query(tx, "SELECT r.role FROM person_role r JOIN person p ON p.id = r.person WHERE r.person = $1 AND p.state = 'active'",
		     DB_PARAMS(DB_V_TEXT(officer)), arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		int bit = role_find(db_text(&rows, i, 0));

		if (bit >= 0)
			ret->roles |= UINT64_C(1) << bit;
	}
	return ST_OK;
}
