/* A hit comes. */
#include "border/hit.h"

#include <stdlib.h>

#include "border/crossing.h"
#include "border/inside.h"
#include "border/member.h"
#include "ident/trace.h"
#include "model/entity_json.h"
#include "text/fold.h"

#define CANDIDATES_MAX 8u
#define JSON_MAX ((size_t)256 << 10)
#define CAPTION_MAX 2000u

static const char *const results[] = {"refer", "stop", NULL};
static const char *const grades[] = {"like", "identity", NULL};

struct coming {
	struct text id, check, point, result, act, entry, grade, owner, traveller, candidates, mrz, document, identity;
	struct entity person;
	bool quiet;
	int64_t edition, age_ms, handling, at_ms, now_ms;
};

/* ---- reading ---- */

static enum status json_keep(const json_t *value, const char *name, struct arena *arena, struct text *ret, struct error *ret_error)
{
	char *dumped = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	enum status st;

	if (dumped == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	if (strlen(dumped) > JSON_MAX)
		st = error_because(ret_error, ST_MALFORMED, "value-invalid", name, "%s is too long", name);
	else
		st = arena_text(arena, text_of(dumped), ret) == ST_OK ? ST_OK : arena_failure(arena, ret_error);
	free(dumped);
	return st;
}

static enum status candidates_read(const json_t *body, struct arena *arena, struct coming *c, struct error *ret_error)
{
	const json_t *list = json_object_get(body, "candidates");
	struct text entry, grade;

	if (!json_is_array(list) || json_array_size(list) == 0 || json_array_size(list) > CANDIDATES_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "candidates", "1 to %u candidates are expected",
				     CANDIDATES_MAX);
	for (size_t i = json_array_size(list); i-- > 0;) {
		TRY(member_id_take(json_array_get(list, i), "entry", &entry, ret_error));
		TRY(member_word_take(json_array_get(list, i), "grade", grades, &grade, ret_error));
	}
	/* the gravest stands first */
	c->entry = entry;
	c->grade = grade;
	return json_keep(list, "candidates", arena, &c->candidates, ret_error);
}

/* What a crossing's keyed hashes are made of, so that a person who is listed later is found among hits by the same words. */
static enum status trace(struct coming *c, struct arena *arena, struct error *ret_error)
{
	struct text number = entity_first(&c->person, "passportNumber"), country = entity_first(&c->person, "x-issuer"), folded;
	char words[TRACE_TEXT_MAX];
	size_t len;

	if (number.len == 0)
		number = entity_first(&c->person, "idNumber");
	if (country.len == 0)
		country = entity_first(&c->person, "nationality");
	len = trace_document(country, number, words);
	if (arena_text(arena, (struct text){words, len}, &c->document) != ST_OK)
		return arena_failure(arena, ret_error);
	if (text_fold(entity_first(&c->person, "name"), arena, &folded) != ST_OK)
		return ST_OK;
	len = trace_identity(folded, entity_first(&c->person, "birthDate"), words);
	return arena_text(arena, (struct text){words, len}, &c->identity) == ST_OK ? ST_OK : arena_failure(arena, ret_error);
}

static enum status traveller_read(const json_t *body, struct arena *arena, struct coming *c, struct error *ret_error)
{
	json_t *traveller = json_object_get(body, "traveller"), *mrz = json_object_get(body, "mrz");

	if (!json_is_object(traveller))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "traveller", "the traveller is missing");
	if (entity_from_json(traveller, arena, &c->person, ret_error) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "traveller", "the traveller cannot be read");
	TRY(json_keep(traveller, "traveller", arena, &c->traveller, ret_error));
	if (mrz && !json_is_null(mrz))
		TRY(json_keep(mrz, "mrz", arena, &c->mrz, ret_error));
	return trace(c, arena, ret_error);
}

static enum status body_read(const json_t *body, struct arena *arena, struct coming *c, struct error *ret_error)
{
	const json_t *quiet = json_object_get(body, "quiet"), *age = json_object_get(body, "age");

	TRY(member_id_take(body, "id", &c->id, ret_error));
	TRY(member_id_take(body, "check", &c->check, ret_error));
	TRY(member_word_take(body, "point", border_points, &c->point, ret_error));
	TRY(member_word_take(body, "result", results, &c->result, ret_error));
	TRY(member_any_word_take(body, "act", &c->act, ret_error));
	TRY(member_number_take(body, "edition", 0, INT64_MAX, &c->edition, ret_error));
	c->quiet = json_is_true(quiet);
	c->age_ms = json_is_integer(age) ? json_integer_value(age) : 0;
	TRY(candidates_read(body, arena, c, ret_error));
	return traveller_read(body, arena, c, ret_error);
}

/* ---- whose it is ---- */

/* An entry that this hub does not know any more leaves the hit the host's own: it is not lost. */
static enum status owner_find(struct border *border, struct db_tx *tx, struct text entry, struct arena *arena, struct text *ret_owner,
			      int64_t *ret_handling, struct error *ret_error)
{
	struct db_rows row;
	enum status st = db_query_one(tx, "SELECT owner, handling FROM entry WHERE id = $1", DB_PARAMS(DB_V_TEXT(entry)), arena, &row,
				      ret_error);

	*ret_owner = border->host;
	*ret_handling = 0;
	if (st == ST_NOT_FOUND)
		return ST_OK;
	TRY(st);
	*ret_owner = db_text(&row, 0, 0);
	*ret_handling = db_int(&row, 0, 1);
	return ST_OK;
}

static bool candidate_grade(const struct hit_row *hit, struct text entry, struct arena *arena, struct text *ret_grade)
{
	json_t *list = json_loadb(hit->candidates.data, hit->candidates.len, 0, NULL);
	bool found = false;

	for (size_t i = 0; !found && i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		found = text_equal(text_of(json_string_value(json_object_get(one, "entry"))), entry) &&
			arena_text(arena, text_of(json_string_value(json_object_get(one, "grade"))), ret_grade) == ST_OK;
	}
	json_decref(list);
	return found;
}

enum status hit_become(struct border *border, struct db_tx *tx, struct hit_row *hit, struct text entry, struct arena *arena,
		       struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);
	struct text owner, grade;
	int64_t handling;
	bool ask;

	if (!candidate_grade(hit, entry, arena, &grade))
		return ST_OK;
	TRY(owner_find(border, tx, entry, arena, &owner, &handling, ret_error));
	ask = !text_equal(owner, border->host);
	TRY(db_exec(tx, "UPDATE hit SET entry_id = $2, grade = $3, owner = $4, handling = $5 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(hit->id), DB_V_TEXT(entry), DB_V_TEXT(grade), DB_V_TEXT(owner), DB_V_INT(handling)), NULL, ret_error));
	/* What another owner answered was said of another entry; it stands in the story. */
	if (!text_equal(owner, hit->owner))
		TRY(db_exec(tx, "UPDATE hit SET asked_at = $2, answer_due = $3, answer = NULL, answer_text = NULL, answered_at = NULL,"
			    " answered_by = NULL, escalated = 0 WHERE id = $1",
			    DB_PARAMS(DB_V_TEXT(hit->id), ask ? DB_V_INT(now_ms) : DB_V_NULL,
				      ask ? DB_V_INT(now_ms + HIT_ANSWER_MS) : DB_V_NULL),
			    NULL, ret_error));
	hit->entry = entry;
	hit->owner = owner;
	return ST_OK;
}

static struct text caption_of(const struct entity *person)
{
	struct text caption = entity_caption(person);

	if (caption.len == 0)
		return TEXT("-");
	if (caption.len > CAPTION_MAX)
		for (caption.len = CAPTION_MAX; (caption.data[caption.len] & 0xC0) == 0x80; caption.len--)
			;
	return caption;
}

static enum status insert(struct border *border, struct db_tx *tx, const struct border_record *record, const struct coming *c,
			  bool *ret_new, struct error *ret_error)
{
	bool ask = !text_equal(c->owner, border->host);
	uint64_t added;

	TRY(db_exec(tx, "INSERT INTO hit (id, version, post_id, seq, check_id, lane, officer, point, at, clock_offset, received_at, edition,"
		    " list_age, result, act, quiet, traveller, candidates, mrz, caption, document, identity, entry_id, grade, owner, handling,"
		    " state, seen_by, asked_at, answer_due, delete_at)"
		    " VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,"
		    " $25, 'open', $6, $26, $27, $28) ON CONFLICT DO NOTHING",
		    DB_PARAMS(DB_V_TEXT(c->id), DB_V_TEXT(record->post), DB_V_INT(record->seq), DB_V_TEXT(c->check),
			      DB_V_TEXT(record->lane), DB_V_TEXT(record->officer), DB_V_TEXT(c->point), DB_V_INT(c->at_ms),
			      record->offset_known ? DB_V_INT(record->offset_ms) : DB_V_NULL, DB_V_INT(c->now_ms), DB_V_INT(c->edition),
			      DB_V_INT(c->age_ms), DB_V_TEXT(c->result), DB_V_TEXT(c->act), DB_V_INT(c->quiet), DB_V_TEXT(c->traveller),
			      DB_V_TEXT(c->candidates), DB_V_TEXT_OR_NULL(c->mrz), DB_V_TEXT(caption_of(&c->person)),
			      DB_V_TEXT_OR_NULL(c->document), DB_V_TEXT_OR_NULL(c->identity), DB_V_TEXT(c->entry), DB_V_TEXT(c->grade),
			      DB_V_TEXT(c->owner), DB_V_INT(c->handling), ask ? DB_V_INT(c->now_ms) : DB_V_NULL,
			      ask ? DB_V_INT(c->now_ms + HIT_ANSWER_MS) : DB_V_NULL, DB_V_INT(c->now_ms + HIT_KEPT_MS)),
		    &added, ret_error));
	*ret_new = added != 0;
	return ST_OK;
}

/* Told again; or another hit under a number that is taken, which no honest post gives. */
static enum status is_same(struct db_tx *tx, const struct border_record *record, struct text id, struct arena *arena, struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT count(*) FROM hit WHERE id = $1 AND post_id = $2 AND seq = $3",
			 DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(record->post), DB_V_INT(record->seq)), arena, &row, ret_error));
	return db_int(&row, 0, 0) ? ST_OK
				  : error_because(ret_error, ST_MALFORMED, "value-invalid", "id", "another hit has this id or place");
}

static enum status candidates_insert(struct db_tx *tx, const json_t *body, struct text hit, struct error *ret_error)
{
	const json_t *list = json_object_get(body, "candidates");

	for (size_t i = 0; i < json_array_size(list); i++)
		TRY(db_exec(tx, "INSERT INTO hit_candidate (entry_id, hit_id, explained) VALUES ($1, $2, 1) ON CONFLICT DO NOTHING",
			    DB_PARAMS(DB_V_TEXT(text_of(json_string_value(json_object_get(json_array_get(list, i), "entry")))), DB_V_TEXT(hit)),
			    NULL, ret_error));
	return ST_OK;
}

enum status hit_take(struct border *border, struct db_tx *tx, const struct border_record *record, struct arena *arena,
		     struct error *ret_error)
{
	const struct actor actor = {.id = record->officer, .country = border->host};
	struct audit_event event = {.actor = &actor, .action = "hit.act", .thing_kind = "hit", .outcome = "done",
				    .detail = TEXT("{\"act\":\"hit\"}")};
	struct coming c = {.now_ms = env_now(border->env)};
	bool fresh;

	TRY(body_read(record->body, arena, &c, ret_error));
	c.at_ms = border_record_at(record, c.now_ms);
	TRY(owner_find(border, tx, c.entry, arena, &c.owner, &c.handling, ret_error));
	TRY(insert(border, tx, record, &c, &fresh, ret_error));
	if (!fresh)
		return is_same(tx, record, c.id, arena, ret_error);
	TRY(candidates_insert(tx, record->body, c.id, ret_error));
	event.thing = c.id;
	TRY(audit_add(tx, border->env, &event, ret_error));
	TRY(db_tell(tx, "hit", c.id, c.now_ms, ret_error));
	return hit_compare(border, tx, c.id, arena, ret_error);
}
