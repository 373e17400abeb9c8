/* What posts did about their hits. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "border/crossing.h"
#include "border/inside.h"
#include "border/member.h"
#include "hit/hit.h"
#include "model/entity_json.h"
#include "registry/clearance.h"

#define NOTE_MAX 10000u
#define FIELDS_MAX ((size_t)64 << 10)

struct told {
	struct border *border;
	struct db_tx *tx;
	const struct border_record *record;
	struct arena *arena;
	struct text id, act, note;
	json_t *fields; /* ours, or NULL */
	struct bytes photo;
	struct hit_row hit;
	struct actor officer;
	struct hit_now next;
	int64_t at_ms, now_ms;
	struct text not_possible, clearance;
};

/* ---- reading ---- */

static enum status photo_read(struct told *t, struct error *ret_error)
{
	struct text photo;
	uint8_t *bytes;
	size_t len = 0;

	TRY(member_text_take(t->record->body, "photo", HIT_PHOTO_MAX * 4 / 3 + 8, false, &photo, ret_error));
	if (photo.len == 0)
		return ST_OK;
	bytes = arena_alloc(t->arena, photo.len, 1);
	if (bytes == NULL)
		return arena_failure(t->arena, ret_error);
	if (sodium_base642bin(bytes, photo.len, photo.data, photo.len, NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    len > HIT_PHOTO_MAX || len < 3 || memcmp(bytes, "\xFF\xD8\xFF", 3) != 0)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "photo", "a JPEG of at most 512 KiB is expected");
	t->photo = (struct bytes){bytes, len};
	return ST_OK;
}

static enum status body_read(struct told *t, struct error *ret_error)
{
	json_t *fields = json_object_get(t->record->body, "fields");

	TRY(member_id_take(t->record->body, "hit", &t->id, ret_error));
	TRY(member_any_word_take(t->record->body, "act", &t->act, ret_error));
	TRY(member_text_take(t->record->body, "note", NOTE_MAX, false, &t->note, ret_error));
	if (fields && !json_is_null(fields) && !json_is_object(fields))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "fields", "fields is no object");
	if (json_is_object(fields)) {
		t->fields = json_deep_copy(fields);
		if (t->fields == NULL)
			return error_set(ret_error, ST_NO_MEMORY, "out of memory");
		if (json_dumpb(fields, NULL, 0, JSON_COMPACT) > FIELDS_MAX)
			return error_because(ret_error, ST_MALFORMED, "value-invalid", "fields", "fields is too long");
	}
	return photo_read(t, ret_error);
}

/* ---- what follows for the hit ---- */

static bool is_act(const struct told *t, const char *word)
{
	return text_equal(t->act, text_of(word));
}

/* Whom the second line says he is: one of those he was like, and where it does not say the gravest. The hit is then that entry's, and
 * whoever owns it is asked. */
static enum status confirmed_put(struct told *t, struct error *ret_error)
{
	struct text entry = TEXT_NONE;
	const json_t *named = json_object_get(t->fields, "entry");

	if (!is_act(t, "confirm") || !json_is_string(named))
		return ST_OK;
	entry = (struct text){json_string_value(named), json_string_length(named)};
	if (entry.len == 0 || text_equal(entry, t->hit.entry))
		return ST_OK;
	return hit_become(t->border, t->tx, &t->hit, entry, t->arena, ret_error);
}

/* The measure that the act rests on, as it was in force at that minute; of several the one on the basis that the officer named. */
static enum status measure_find(struct told *t, struct text basis, struct text *ret_kind, struct text *ret_basis, struct error *ret_error)
{
	static const struct {
		const char *act, *kind;
	} rests[] = {{"custody", "detain"}, {"hand-over", "detain"}, {"refuse", "refuse-entry"}, {"protect", "protect"}};
	struct text wanted = TEXT_NONE;
	struct db_rows rows;

	*ret_kind = *ret_basis = TEXT_NONE;
	for (size_t k = 0; k < sizeof rests / sizeof rests[0]; k++)
		if (is_act(t, rests[k].act))
			wanted = text_of(rests[k].kind);
	TRY(db_query(t->tx, "SELECT kind, basis FROM measure WHERE entry_id = $1 AND valid_from <= $2 AND expires_at > $2"
		     " AND (ended_at IS NULL OR ended_at > $2) ORDER BY kind, expires_at DESC",
		     DB_PARAMS(DB_V_TEXT(t->hit.entry), DB_V_INT(t->at_ms)), t->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		if (wanted.len && !text_equal(db_text(&rows, i, 0), wanted))
			continue;
		if (ret_kind->len && !text_equal(db_text(&rows, i, 1), basis))
			continue;
		*ret_kind = db_text(&rows, i, 0);
		*ret_basis = db_text(&rows, i, 1);
	}
	return ST_OK;
}

static enum status apply(struct told *t, struct error *ret_error)
{
	const struct hit_now now = {.state = t->hit.state, .custody_from_ms = t->hit.custody_from_ms,
				    .custody_until_ms = t->hit.custody_until_ms, .primary = t->hit.seen_by, .secondary = t->hit.confirmed_by};
	struct hit_act act = {.act = t->act, .officer = t->record->officer, .roles = t->officer.roles, .at_ms = t->at_ms};
	const char *basis = json_string_value(json_object_get(t->fields, "basis"));
	struct error why = {.code = ST_OK};
	enum status st;

	TRY(measure_find(t, text_of(basis), &act.measure, &act.basis, ret_error));
	t->next = now;
	st = hit_apply(&now, &act, &t->next, &why);
	if (st == ST_NO_MEMORY || st == ST_UNAVAILABLE) {
		*ret_error = why;
		return st;
	}
	if (st != ST_OK)
		return arena_text(t->arena, text_of(why.reason[0] ? why.reason : status_word(st)), &t->not_possible);
	if (t->next.custody_from_ms != now.custody_from_ms)
		t->hit.custody_basis = act.basis;
	return confirmed_put(t, ret_error);
}

static struct db_value time_or_null(int64_t ms)
{
	return ms ? DB_V_INT(ms) : DB_V_NULL;
}

/* The clock of custody begins anew where it does. */
static enum status hit_move(struct told *t, struct error *ret_error)
{
	bool begun = t->next.custody_from_ms != t->hit.custody_from_ms;

	return db_exec(t->tx, "UPDATE hit SET version = version + 1, state = $2, custody_from = $3, custody_until = $4, custody_basis = $5,"
		       " custody_told = $6, seen_by = $7, confirmed_by = $8 WHERE id = $1",
		       DB_PARAMS(DB_V_TEXT(t->hit.id), DB_V_TEXT(t->next.state), time_or_null(t->next.custody_from_ms),
				 time_or_null(t->next.custody_until_ms), DB_V_TEXT_OR_NULL(t->hit.custody_basis),
				 DB_V_INT(begun ? 0 : t->hit.custody_told), DB_V_TEXT_OR_NULL(t->next.primary),
				 DB_V_TEXT_OR_NULL(t->next.secondary)),
		       NULL, ret_error);
}

/* ---- clearing ---- */

static enum status propose_one(struct told *t, const struct entity *person, const char *entry, struct error *ret_why)
{
	const struct clearance_new new = {.entry = text_of(entry), .person = person, .photo = t->photo, .note = t->note,
					  .consent = json_is_true(json_object_get(t->fields, "consent"))};
	char id[ID_SIZE];

	TRY(clearance_propose(t->border->registry, t->tx, &t->officer, &new, id, ret_why));
	if (t->clearance.len)
		return ST_OK;
	return arena_text(t->arena, text_of(id), &t->clearance) == ST_OK ? ST_OK : arena_failure(t->arena, ret_why);
}

/* He is none of those he was like: one clearance for each, proposed by the officer who saw him. Where it cannot be (no document of his
 * own...) the clearing stands by itself, with the reason. */
static enum status clearance_begin(struct told *t, struct error *ret_error)
{
	json_t *traveller, *candidates;
	struct error why = {.code = ST_OK};
	struct entity person;
	enum status st = ST_OK;

	if (!is_act(t, "clear") || t->not_possible.len || !json_is_true(json_object_get(t->fields, "consent")))
		return ST_OK;
	traveller = json_loadb(t->hit.traveller.data, t->hit.traveller.len, 0, NULL);
	candidates = json_loadb(t->hit.candidates.data, t->hit.candidates.len, 0, NULL);
	st = traveller && candidates ? entity_from_json(traveller, t->arena, &person, &why)
				     : error_set(&why, ST_CORRUPT, "a hit's traveller cannot be read");
	for (size_t i = 0; st == ST_OK && i < json_array_size(candidates); i++)
		st = propose_one(t, &person, json_string_value(json_object_get(json_array_get(candidates, i), "entry")), &why);
	json_decref(traveller);
	json_decref(candidates);
	if (st == ST_OK)
		return ST_OK;
	if (st != ST_MALFORMED && st != ST_CONFLICT && st != ST_NOT_FOUND) {
		*ret_error = why;
		return st;
	}
	return json_object_set_new(t->fields, "clearanceRefused", json_string(why.reason[0] ? why.reason : status_word(st))) == 0
		       ? ST_OK
		       : error_set(ret_error, ST_NO_MEMORY, "out of memory");
}

/* ---- writing ---- */

static enum status fields_text(const struct told *t, struct text *ret, struct error *ret_error)
{
	char *dumped = t->fields ? json_dumps(t->fields, JSON_COMPACT) : NULL;
	enum status st = ST_OK;

	*ret = TEXT_NONE;
	if (dumped && arena_text(t->arena, text_of(dumped), ret) != ST_OK)
		st = arena_failure(t->arena, ret_error);
	free(dumped);
	return st;
}

static enum status line_write(struct told *t, struct error *ret_error)
{
	struct hit_line line = {.hit = t->hit.id, .at_ms = t->at_ms, .record = t->record, .officer = t->record->officer, .act = t->act,
				.state = t->not_possible.len ? t->hit.state : t->next.state, .not_possible = t->not_possible,
				.note = t->note, .clearance = t->clearance, .photo = t->photo};
	struct audit_event event = {.actor = &t->officer, .action = "hit.act", .thing_kind = "hit", .thing = t->hit.id};
	char detail[160];

	TRY(fields_text(t, &line.fields, ret_error));
	TRY(hit_line_add(t->tx, &line, t->now_ms, t->arena, ret_error));
	event.outcome = t->not_possible.len ? "flagged" : "done";
	snprintf(detail, sizeof detail, "{\"act\":\"%.*s\"}", TEXT_ARG(t->act));
	event.detail = text_of(detail);
	return audit_add(t->tx, t->border->env, &event, ret_error);
}

static bool is_custody(struct text state)
{
	return text_equal(state, TEXT("custody"));
}

static enum status take(struct told *t, struct error *ret_error)
{
	TRY(border_officer(t->border, t->tx, t->record->officer, t->arena, &t->officer, ret_error));
	TRY(apply(t, ret_error));
	TRY(clearance_begin(t, ret_error));
	if (t->not_possible.len == 0)
		TRY(hit_move(t, ret_error));
	else
		TRY(db_exec(t->tx, "UPDATE hit SET version = version + 1 WHERE id = $1", DB_PARAMS(DB_V_TEXT(t->hit.id)), NULL, ret_error));
	TRY(line_write(t, ret_error));
	if (is_custody(t->hit.state) != is_custody(t->next.state))
		TRY(db_tell(t->tx, "custody", t->hit.id, t->now_ms, ret_error));
	return db_tell(t->tx, "hit", t->hit.id, t->now_ms, ret_error);
}

/* Its hit was refused as unreadable, or another post's: somebody must look, but nothing is lost and the spool goes on. */
static enum status orphan(struct told *t, struct error *ret_error)
{
	char detail[128], *dumped = json_dumps(t->record->body, JSON_COMPACT);
	enum status st;

	if (dumped == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	snprintf(detail, sizeof detail, "%.*s %.*s", TEXT_ARG(t->act), TEXT_ARG(t->id));
	st = db_exec(t->tx, "INSERT INTO post_event (post_id, seq, at, what, detail, officer, record) VALUES ($1, $2, $3, 'act-without-hit', $4,"
		     " $5, $6) ON CONFLICT DO NOTHING",
		     DB_PARAMS(DB_V_TEXT(t->record->post), DB_V_INT(t->record->seq), DB_V_INT(t->at_ms), DB_V_TEXT(text_of(detail)),
			       DB_V_TEXT_OR_NULL(t->record->officer), DB_V_TEXT(text_of(dumped))),
		     NULL, ret_error);
	free(dumped);
	return st;
}

static enum status known(struct told *t, bool *ret_known, struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(t->tx, "SELECT count(*) FROM hit_act WHERE post_id = $1 AND seq = $2",
			 DB_PARAMS(DB_V_TEXT(t->record->post), DB_V_INT(t->record->seq)), t->arena, &row, ret_error));
	*ret_known = db_int(&row, 0, 0) != 0;
	return ST_OK;
}

static enum status found(struct told *t, struct error *ret_error)
{
	bool again;
	enum status st;

	TRY(known(t, &again, ret_error));
	if (again)
		return ST_OK;
	st = hit_row_load(t->tx, t->id, t->arena, &t->hit, ret_error);
	if (st == ST_NOT_FOUND || (st == ST_OK && !text_equal(t->hit.post, t->record->post)))
		return orphan(t, ret_error);
	TRY(st);
	return take(t, ret_error);
}

enum status hit_act_take(struct border *border, struct db_tx *tx, const struct border_record *record, struct arena *arena,
			 struct error *ret_error)
{
	struct told t = {.border = border, .tx = tx, .record = record, .arena = arena, .now_ms = env_now(border->env)};
	enum status st;

	t.at_ms = border_record_at(record, t.now_ms);
	st = body_read(&t, ret_error);
	if (st == ST_OK)
		st = found(&t, ret_error);
	json_decref(t.fields);
	return st;
}
