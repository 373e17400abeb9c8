#include "post/second.h"

#include <sodium.h>

#include "model/time.h"

/* ---- what a hit is made of ---- */

/* As the hub's own answers name them; whole numbers, for the record is canonical JSON: scores in millionths, bits in thousandths. */
static json_t *explanations_json(const struct screen_result *result)
{
	json_t *list = json_array();

	for (size_t i = 0; i < result->explanation_count; i++) {
		const struct explanation *e = &result->explanations[i];

		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:o, s:o, s:o}", "property", e->feature, "rule", e->rule,
						      "score", (json_int_t)e->score_ppm, "bits", (json_int_t)e->evidence_mbit, "query",
						      json_of_text(e->query), "candidate", json_of_text(e->candidate), "detail",
						      json_of_text(e->detail)));
	}
	return list;
}

static json_t *candidate_record(const struct verdict_candidate *c)
{
	return json_pack("{s:o, s:s, s:I, s:I, s:o, s:o}", "entry", json_of_text(c->listing->id), "grade", verdict_grade_word(c->grade),
			 "score", (json_int_t)c->result->score_ppm, "evidence", (json_int_t)c->result->evidence_mbit, "act",
			 json_of_text(c->act), "explanations", explanations_json(c->result));
}

static json_t *measures_json(const struct listing *listing)
{
	json_t *list = json_array();

	for (size_t i = 0; i < listing->measure_count; i++) {
		const struct listing_measure *m = &listing->measures[i];

		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:I, s:I}", "kind", json_of_text(m->kind), "basis",
						      json_of_text(m->basis), "number", json_of_text(m->number), "issuer",
						      json_of_text(m->issuer), "from", (json_int_t)m->from_ms, "expires",
						      (json_int_t)m->expires_ms));
	}
	return list;
}

static void documents_add(json_t *list, const struct entity *person, const char *property, const char *kind)
{
	const struct property *p = entity_get(person, property);

	for (size_t i = 0; p && i < p->count; i++)
		json_array_append_new(list, json_pack("{s:s, s:o}", "kind", kind, "number", json_of_text(p->values[i])));
}

/* What the record says, and of the listing all that the second line compares with. */
static json_t *candidate_kept(const struct verdict_candidate *c)
{
	json_t *root = candidate_record(c), *documents = json_array();
	json_t *more = json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:i}", "chancePerBillion", (json_int_t)c->result->chance_per_billion,
				 "names", json_of_names(&c->listing->person), "person", json_of_person(&c->listing->person, false),
				 "documents", documents, "measures", measures_json(c->listing), "owner", json_of_text(c->listing->owner),
				 "reference", json_of_text(c->listing->reference), "handling", c->listing->handling);

	documents_add(documents, &c->listing->person, "passportNumber", "passport");
	documents_add(documents, &c->listing->person, "idNumber", "identity-card");
	json_object_update(root, more);
	json_decref(more);
	return root;
}

typedef json_t *candidate_json(const struct verdict_candidate *c);

static json_t *candidates_json(const struct check *check, candidate_json *each)
{
	json_t *list = json_array();

	for (size_t i = 0; i < check->answer.verdict.candidate_count; i++)
		json_array_append_new(list, each(&check->answer.verdict.candidates[i]));
	return list;
}

static json_t *zone_json(const struct check *check)
{
	return check->zoned ? json_of_text(check->zone) : json_null();
}

static json_t *record_body(const struct check *c)
{
	const struct verdict *v = &c->answer.verdict;

	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:b, s:o, s:o, s:o, s:I, s:I}", "id", c->hit, "check", c->id, "point",
			 verdict_point_word(c->point), "result", verdict_result_word(v->result), "act", json_of_text(v->act), "quiet",
			 v->quiet, "traveller", json_of_person(&c->person, true), "mrz", zone_json(c), "candidates",
			 candidates_json(c, candidate_record), "edition", (json_int_t)c->answer.number, "age", (json_int_t)c->age_ms);
}

static json_t *kept_body(const struct lane_call *call, const struct check *c)
{
	const struct verdict *v = &c->answer.verdict;
	json_t *traveller = check_traveller(c), *person = json_of_person(&c->person, false), *root;
	const char *officer = call->officer.id;

	json_object_set(traveller, "properties", json_object_get(person, "properties"));
	json_decref(person);
	root = json_pack("{s:s, s:I, s:s, s:s, s:s, s:s, s:o, s:b, s:o, s:o, s:I, s:I}", "point", verdict_point_word(c->point), "at",
			 (json_int_t)c->at_ms, "lane", call->lane, "officer", officer, "state", "open", "result",
			 verdict_result_word(v->result), "act", json_of_text(v->act), "quiet", v->quiet, "traveller", traveller, "candidates",
			 candidates_json(c, candidate_kept), "edition", (json_int_t)c->answer.number, "age", (json_int_t)c->age_ms);
	json_object_set_new(root, "story",
			    json_pack("[{s:I, s:s, s:s}]", "at", (json_int_t)c->at_ms, "act", "hit", "officer", officer));
	json_object_set_new(root, "primary", json_string(officer));
	return root;
}

/* ---- writing and reading ---- */

static struct text hit_name(struct text id, char out[48])
{
	memcpy(out, "hit/", 4);
	memcpy(out + 4, id.data, id.len < 40 ? id.len : 40);
	return (struct text){out, 4 + (id.len < 40 ? id.len : 40)};
}

static enum status kept_write(struct lane_call *call, struct db_tx *tx, const struct check *check, uint64_t seq,
			      struct error *ret_error)
{
	json_t *kept = kept_body(call, check);
	struct bytes sealed = {NULL, 0};
	char name[48];
	enum status st;

	if (kept == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	st = keep_seal_json(&call->lanes->options.keep, hit_name(text_of(check->hit), name), kept, call->arena, &sealed, ret_error);
	json_decref(kept);
	TRY(st);
	return db_exec(tx, "INSERT INTO second_hit (id, at, state, version, seq, body) VALUES ($1, $2, 'open', 1, $3, $4)",
		       DB_PARAMS(DB_V_TEXT(text_of(check->hit)), DB_V_INT(check->at_ms), DB_V_INT((int64_t)seq), DB_V_BLOB(sealed)), NULL,
		       ret_error);
}

enum status second_add(struct lane_call *call, struct db_tx *tx, const struct check *check, struct error *ret_error)
{
	json_t *body = record_body(check);
	struct spool_note note = {.kind = "hit", .lane = text_of(call->lane), .officer = text_of(call->officer.id), .body = body,
				  .at_ms = check->at_ms};
	uint64_t seq = 0;
	enum status st;

	if (body == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	st = spool_add(&call->lanes->spool, tx, &note, call->arena, &seq, ret_error);
	json_decref(body);
	TRY(st);
	TRY(kept_write(call, tx, check, seq, ret_error));
	for (size_t i = 0; i < check->answer.verdict.candidate_count; i++)
		TRY(db_exec(tx, "INSERT INTO second_photo (entry, hit, at, state) VALUES ($1, $2, $3, 'wanted') ON CONFLICT (entry) DO NOTHING",
			    DB_PARAMS(DB_V_TEXT(check->answer.verdict.candidates[i].listing->id), DB_V_TEXT(text_of(check->hit)),
				      DB_V_INT(check->at_ms)),
			    NULL, ret_error));
	return ST_OK;
}

enum status second_load(struct lanes *lanes, struct db_tx *tx, struct text id, struct arena *arena, struct second_hit *ret,
			struct error *ret_error)
{
	struct db_rows row;
	char name[48];
	enum status st;

	st = id_valid(id) ? db_query_one(tx, "SELECT version, coalesce(asked_at, 0), body FROM second_hit WHERE id = $1",
					 DB_PARAMS(DB_V_TEXT(id)), arena, &row, ret_error)
			  : ST_NOT_FOUND;
	if (st == ST_NOT_FOUND)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "there is no such hit");
	TRY(st);
	*ret = (struct second_hit){.version = db_int(&row, 0, 0), .asked_ms = db_int(&row, 0, 1)};
	memcpy(ret->id, id.data, ID_SIZE - 1);
	return keep_open_json(&lanes->options.keep, hit_name(id, name), db_blob(&row, 0, 2), arena, &ret->body, ret_error);
}

enum status second_save(struct lanes *lanes, struct db_tx *tx, struct second_hit *hit, struct arena *arena, struct error *ret_error)
{
	const char *state = json_string_value(json_object_get(hit->body, "state"));
	struct text id = text_of(hit->id);
	struct bytes sealed = {NULL, 0};
	uint64_t changed = 0;
	char name[48];

	TRY(keep_seal_json(&lanes->options.keep, hit_name(id, name), hit->body, arena, &sealed, ret_error));
	TRY(db_exec(tx, "UPDATE second_hit SET version = version + 1, state = $3, body = $4 WHERE id = $1 AND version = $2",
		    DB_PARAMS(DB_V_TEXT(id), DB_V_INT(hit->version), DB_V_TEXT(text_of(state)), DB_V_BLOB(sealed)), &changed, ret_error));
	if (changed != 1)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "somebody else was faster");
	hit->version++;
	return ST_OK;
}

/* ---- news ---- */

static struct text text_member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return (struct text){json_string_value(value), json_string_length(value)};
}

static int64_t time_member(const json_t *body, const char *name)
{
	int64_t ms;

	return time_read(text_member(body, name), &ms, NULL) == ST_OK ? ms : 0;
}

static json_t *copy_member(const json_t *body, const char *name)
{
	json_t *value = json_object_get(body, name);

	return json_is_string(value) ? json_incref(value) : json_null();
}

static void answer_put(struct second_hit *hit, const json_t *body)
{
	json_object_set_new(hit->body, "partner",
			    json_pack("{s:o, s:o, s:I}", "is", copy_member(body, "is"), "text", copy_member(body, "text"), "answeredAt",
				      (json_int_t)time_member(body, "at")));
}

/* Another place moved it on: the same words stand in the story here. */
static void state_put(struct second_hit *hit, const json_t *body)
{
	json_t *state = json_object_get(body, "state");

	if (json_is_string(state))
		json_object_set(hit->body, "state", state);
	json_array_append_new(json_object_get(hit->body, "story"),
			      json_pack("{s:I, s:o, s:o}", "at", (json_int_t)time_member(body, "at"), "act", copy_member(body, "act"),
					"officer", copy_member(body, "by")));
}

enum status second_news(struct lanes *lanes, struct db_tx *tx, struct text kind, const json_t *body, struct arena *arena,
			char ret_hit[ID_SIZE], struct error *ret_error)
{
	struct second_hit hit = {.body = NULL};
	struct error error;
	enum status st = second_load(lanes, tx, text_member(body, "hit"), arena, &hit, &error);

	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st == ST_OK) {
		if (text_equal(kind, TEXT("answer")))
			answer_put(&hit, body);
		else
			state_put(&hit, body);
		st = second_save(lanes, tx, &hit, arena, &error);
		memcpy(ret_hit, hit.id, ID_SIZE);
		json_decref(hit.body);
	}
	if (st != ST_OK)
		*ret_error = error;
	return st;
}

/* ---- time ---- */

static enum status asked(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct lanes *lanes = context;

	return db_exec(tx, "UPDATE second_hit SET asked_at = $1 WHERE asked_at IS NULL"
			   " AND seq <= (SELECT sent FROM spool_head WHERE one = 1)",
		       DB_PARAMS(DB_V_INT(env_now(lanes->env))), NULL, ret_error);
}

enum status second_asked(struct lanes *lanes, struct error *ret_error)
{
	return db_transact(lanes->db, DB_WRITE, asked, lanes, ret_error);
}

static enum status forget(struct db_tx *tx, void *context, struct error *ret_error)
{
	const int64_t *before = context;

	/* Who is held is not forgotten, nor what the hub does not have yet. */
	TRY(db_exec(tx, "DELETE FROM second_hit WHERE at < $1 AND state <> 'custody'"
			" AND seq <= (SELECT sent FROM spool_head WHERE one = 1)",
		    DB_PARAMS(DB_V_INT(*before)), NULL, ret_error));
	return db_exec(tx, "DELETE FROM second_photo WHERE at < $1", DB_PARAMS(DB_V_INT(*before)), NULL, ret_error);
}

enum status second_forget(struct lanes *lanes, int64_t now_ms, struct error *ret_error)
{
	int64_t before = now_ms - SECOND_KEEP_MS;

	return db_transact(lanes->db, DB_WRITE, forget, &before, ret_error);
}
