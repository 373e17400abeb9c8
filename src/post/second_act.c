#include "post/second_act.h"

#include <sodium.h>

#define PHOTO_MAX ((size_t)512 << 10)
#define FIELDS_MAX 64u /* members */

static const struct {
	const char *act;
	const char *measure; /* that it rests on, or NULL */
	bool pin, note;
} needs[] = {
	{"custody", "detain", true, false}, {"hand-over", "detain", true, false}, {"refuse", "refuse-entry", false, false},
	{"protect", "protect", false, false}, {"clear", NULL, true, true}, {"release", NULL, false, true}, {"note", NULL, false, true},
};

static struct text text_member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return (struct text){json_string_value(value), json_string_length(value)};
}

static int64_t number_member(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

bool second_needs_pin(struct text act)
{
	for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++)
		if (text_equal(text_of(needs[i].act), act))
			return needs[i].pin;
	return false;
}

bool second_needs_note(struct text act)
{
	for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++)
		if (text_equal(text_of(needs[i].act), act))
			return needs[i].note;
	return false;
}

/* ---- measures ---- */

static size_t measures_kept(const json_t *candidate, int64_t now_ms, struct second_measure out[SECOND_MEASURES])
{
	const json_t *one;
	size_t i, count = 0;

	json_array_foreach(json_object_get(candidate, "measures"), i, one)
		if (count < SECOND_MEASURES && number_member(one, "from") <= now_ms && now_ms < number_member(one, "expires"))
			out[count++] = (struct second_measure){text_member(one, "kind"), text_member(one, "basis"),
							       text_member(one, "number"), text_member(one, "issuer"),
							       number_member(one, "expires")};
	return count;
}

size_t second_measures(struct lanes *lanes, const json_t *candidate, int64_t now_ms, struct arena *arena,
		       struct second_measure out[SECOND_MEASURES])
{
	struct watch_list *list = watch_hold(lanes->options.watch);
	struct listing listing;
	size_t count = 0;

	if (list == NULL)
		return measures_kept(candidate, now_ms, out);
	if (watch_listing(list, text_member(candidate, "entry"), arena, &listing, NULL) != ST_OK)
		listing.measure_count = 0;
	for (size_t i = 0; i < listing.measure_count && listing.expires_ms > now_ms && count < SECOND_MEASURES; i++) {
		const struct listing_measure *m = &listing.measures[i];

		if (listing_measure_in_force(m, now_ms))
			out[count++] = (struct second_measure){m->kind, m->basis, m->number, m->issuer, m->expires_ms};
	}
	watch_release(list);
	return count;
}

static const json_t *candidate_of(const json_t *body)
{
	const json_t *candidates = json_object_get(body, "candidates"), *one;
	struct text confirmed = text_member(body, "confirmed");
	size_t i;

	json_array_foreach(candidates, i, one)
		if (confirmed.len && text_equal(text_member(one, "entry"), confirmed))
			return one;
	return json_array_get(candidates, 0);
}

static const char *measure_wanted(struct text act)
{
	for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++)
		if (text_equal(text_of(needs[i].act), act))
			return needs[i].measure;
	return NULL;
}

struct second_measure second_rests_on(struct lane_call *call, const json_t *body, struct text act, struct text basis)
{
	struct second_measure found[SECOND_MEASURES];
	size_t count = second_measures(call->lanes, candidate_of(body), call->now_ms, call->arena, found);
	const char *wanted = measure_wanted(act);
	struct second_measure best = {.expires_ms = 0};

	for (size_t i = 0; i < count; i++) {
		if (wanted && !text_equal(found[i].kind, text_of(wanted)))
			continue;
		if (best.kind.len == 0 || (basis.len && text_equal(found[i].basis, basis)))
			best = found[i];
	}
	return best;
}

bool second_act_rests(struct lane_call *call, const json_t *body, struct text act)
{
	return measure_wanted(act) == NULL || second_rests_on(call, body, act, TEXT_NONE).kind.len != 0;
}

struct hit_now second_now(const json_t *body)
{
	return (struct hit_now){.state = text_member(body, "state"), .custody_from_ms = number_member(body, "custodyFrom"),
				.custody_until_ms = number_member(body, "custodyUntil"), .primary = text_member(body, "primary"),
				.secondary = text_member(body, "secondary")};
}

/* ---- one act ---- */

struct acting {
	struct lane_call *call;
	struct text id, act, note, photo, pin;
	const json_t *fields; /* of the request's body, or NULL */
	struct second_hit hit;
};

static enum status photo_check(struct acting *a, struct error *ret_error)
{
	uint8_t *bytes;
	size_t len = 0;

	if (a->photo.len == 0)
		return ST_OK;
	bytes = arena_alloc(a->call->arena, a->photo.len, 1);
	if (bytes == NULL)
		return arena_failure(a->call->arena, ret_error);
	if (sodium_base642bin(bytes, a->photo.len, a->photo.data, a->photo.len, NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    len < 4 || len > PHOTO_MAX || memcmp(bytes, "\xFF\xD8\xFF", 3) != 0)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "photo", "a JPEG of at most 512 KiB is expected");
	return ST_OK;
}

static enum status acting_read(struct acting *a, struct error *ret_error)
{
	const json_t *body = a->call->body, *photo = json_object_get(body, "photo");

	TRY(call_text(a->call, body, "note", &a->note, ret_error));
	TRY(call_text(a->call, body, "pin", &a->pin, ret_error));
	if (json_is_string(photo))
		a->photo = (struct text){json_string_value(photo), json_string_length(photo)};
	a->fields = json_object_get(body, "fields");
	if (a->fields && (!json_is_object(a->fields) || json_object_size(a->fields) > FIELDS_MAX))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "fields", "fields is no object");
	if (second_needs_note(a->act) && a->note.len == 0)
		return error_because(ret_error, ST_MALFORMED, "required", "note", "this act needs a note");
	return photo_check(a, ret_error);
}

/* Whom the second line says he is: one of the candidates. */
static enum status confirmed_put(struct acting *a, struct error *ret_error)
{
	struct text entry = text_member(a->fields, "entry");
	const json_t *candidates = json_object_get(a->hit.body, "candidates"), *one;
	size_t i;

	if (!text_equal(a->act, TEXT("confirm")))
		return ST_OK;
	if (entry.len == 0)
		entry = text_member(json_array_get(candidates, 0), "entry");
	json_array_foreach(candidates, i, one)
		if (text_equal(text_member(one, "entry"), entry))
			return json_object_set(a->hit.body, "confirmed", json_object_get(one, "entry")) == 0
				       ? ST_OK
				       : error_set(ret_error, ST_NO_MEMORY, "out of memory");
	return error_because(ret_error, ST_MALFORMED, "value-invalid", "entry", "he was not compared with this entry");
}

static enum status apply(struct acting *a, struct error *ret_error)
{
	struct hit_now now = second_now(a->hit.body), next;
	struct second_measure measure = second_rests_on(a->call, a->hit.body, a->act, text_member(a->fields, "basis"));
	struct hit_act act = {.act = a->act, .officer = text_of(a->call->officer.id), .roles = a->call->officer.roles,
			      .measure = measure.kind, .basis = measure.basis, .at_ms = a->call->now_ms};
	json_t *more;

	TRY(hit_apply(&now, &act, &next, ret_error));
	more = json_pack("{s:o, s:I, s:I, s:o, s:o}", "state", json_of_text(next.state), "custodyFrom", (json_int_t)next.custody_from_ms,
			 "custodyUntil", (json_int_t)next.custody_until_ms, "primary", json_of_text(next.primary), "secondary",
			 json_of_text(next.secondary));
	if (more && next.custody_from_ms != now.custody_from_ms)
		json_object_set_new(more, "basis", json_of_text(measure.basis));
	if (more == NULL || json_object_update(a->hit.body, more) != 0) {
		json_decref(more);
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	}
	json_decref(more);
	return ST_OK;
}

static enum status told(struct acting *a, struct db_tx *tx, struct error *ret_error)
{
	json_t *body = json_pack("{s:s, s:o}", "hit", a->hit.id, "act", json_of_text(a->act)), *line;
	struct spool_note note = {.kind = "act", .lane = text_of(a->call->lane), .officer = text_of(a->call->officer.id), .body = body,
				  .at_ms = a->call->now_ms};
	enum status st;

	if (body && a->note.len)
		json_object_set_new(body, "note", json_of_text(a->note));
	if (body && a->fields)
		json_object_set_new(body, "fields", json_deep_copy(a->fields));
	if (body && a->photo.len)
		json_object_set_new(body, "photo", json_of_text(a->photo));
	st = body ? spool_add(&a->call->lanes->spool, tx, &note, a->call->arena, NULL, ret_error)
		  : error_set(ret_error, ST_NO_MEMORY, "out of memory");
	json_decref(body);
	line = json_pack("{s:I, s:o, s:s}", "at", (json_int_t)a->call->now_ms, "act", json_of_text(a->act), "officer",
			 a->call->officer.id);
	if (line && a->note.len)
		json_object_set_new(line, "note", json_of_text(a->note));
	json_array_append_new(json_object_get(a->hit.body, "story"), line);
	return st;
}

static enum status act_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct acting *a = context;

	json_decref(a->hit.body); /* of a run before */
	a->hit.body = NULL;
	TRY(second_load(a->call->lanes, tx, a->id, a->call->arena, &a->hit, ret_error));
	TRY(confirmed_put(a, ret_error));
	TRY(apply(a, ret_error));
	TRY(told(a, tx, ret_error));
	return second_save(a->call->lanes, tx, &a->hit, a->call->arena, ret_error);
}

void second_act(struct lane_call *call)
{
	struct acting a = {.call = call, .id = call->request->captures[0], .act = call->request->captures[1]};
	struct error error = {.code = ST_OK, .position = -1};
	enum status st = acting_read(&a, &error);

	if (st == ST_OK && second_needs_pin(a.act))
		st = sittings_prove(call->lanes->sittings, &call->officer, a.pin, &error);
	if (st == ST_OK)
		st = lanes_store(call->lanes, true, act_work, &a, &error);
	if (st == ST_OK) {
		lanes_hit_changed(call->lanes, a.id);
		call_answer(call, 200, second_json(call, &a.hit, true));
	} else {
		call_problem(call, &error);
	}
	json_decref(a.hit.body);
}
