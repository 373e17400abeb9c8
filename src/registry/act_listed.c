/* While he is listed: suspended, resumed, prolonged; and how it ends. */
#include <jansson.h>

#include "registry/acts.h"

#define MEASURES_JSON_MAX ((size_t)64 << 10)

enum status settle_suspend(struct working *w, struct error *ret_error)
{
	(void)ret_error;
	w->after.suspended_by = w->actor->id;
	return ST_OK;
}

enum status settle_resume(struct working *w, struct error *ret_error)
{
	(void)ret_error;
	w->after.suspended_by = TEXT_NONE;
	return ST_OK;
}

/* ---- a longer life ---- */

static json_t *text_json(struct text t)
{
	return json_stringn(t.data ? t.data : "", t.len);
}

/* Measures that are proposed stand as JSON in the row until they are decided. */
static enum status proposed_write(struct working *w, struct text *ret_json, struct error *ret_error)
{
	json_t *list = json_array();
	char *dumped;
	enum status st;

	for (size_t i = 0; i < w->act->measure_count; i++) {
		const struct registry_measure *m = &w->act->measures[i];

		json_array_append_new(list, json_pack("[o,o,o,o,I,I]", text_json(m->kind), text_json(m->basis),
						      text_json(m->number), text_json(m->issuer), (json_int_t)m->valid_from_ms,
						      (json_int_t)m->expires_ms));
	}
	dumped = json_dumps(list, JSON_COMPACT);
	st = dumped && strlen(dumped) <= MEASURES_JSON_MAX ? keep(w->arena, text_of(dumped), ret_json, ret_error)
							   : error_set(ret_error, ST_LIMIT, "too many measures");
	free(dumped);
	json_decref(list);
	return st;
}

static enum status member(struct working *w, const json_t *row, size_t i, struct text *ret, struct error *ret_error)
{
	const json_t *value = json_array_get(row, i);

	return keep(w->arena, (struct text){json_string_value(value), json_string_length(value)}, ret, ret_error);
}

static enum status proposed_read(struct working *w, struct registry_measure **ret_measures, size_t *ret_count,
				 struct error *ret_error)
{
	struct text stored = w->after.extension_measures;
	json_t *list = stored.len ? json_loadb(stored.data, stored.len, 0, NULL) : NULL;
	size_t count = json_array_size(list);
	struct registry_measure *measures = ARENA_NEW(w->arena, struct registry_measure, count + 1);
	enum status st = ST_OK;

	if (!measures) {
		st = arena_failure(w->arena, ret_error);
		goto out;
	}
	for (size_t i = 0; i < count; i++) {
		const json_t *row = json_array_get(list, i);

		TRY_OUT(member(w, row, 0, &measures[i].kind, ret_error));
		TRY_OUT(member(w, row, 1, &measures[i].basis, ret_error));
		TRY_OUT(member(w, row, 2, &measures[i].number, ret_error));
		TRY_OUT(member(w, row, 3, &measures[i].issuer, ret_error));
		measures[i].valid_from_ms = json_integer_value(json_array_get(row, 4));
		measures[i].expires_ms = json_integer_value(json_array_get(row, 5));
	}
	*ret_measures = measures;
	*ret_count = count;
out:
	json_decref(list);
	return st;
}

enum status prepare_extend(struct working *w, struct error *ret_error)
{
	struct entry *e = &w->after;
	struct entry unchanged = *e;

	TRY(prepare_note(w, ret_error));
	e->extension_until_ms = w->act->until_ms;
	e->extension_text = w->act->note;
	e->extension_measures = TEXT_NONE;
	if (w->act->measure_count == 0)
		return ST_OK;
	/* each measure is looked at now, and stands only once it is decided */
	TRY(working_measures(w, w->act->measures, w->act->measure_count, true, ret_error));
	e->measures = unchanged.measures;
	e->measure_count = unchanged.measure_count;
	return proposed_write(w, &e->extension_measures, ret_error);
}

enum status settle_extend(struct working *w, struct error *ret_error)
{
	(void)ret_error;
	w->after.extension_by = w->actor->id;
	return ST_OK;
}

/* The measures as they will be: the proposed ones, or those there are, those of a decision with the entry. */
enum status prepare_prolong(struct working *w, struct error *ret_error)
{
	struct entry *e = &w->after;
	struct registry_measure *proposed = NULL;
	struct entry_measure *copy;
	size_t count = 0;

	TRY(proposed_read(w, &proposed, &count, ret_error));
	if (count)
		return working_measures(w, proposed, count, true, ret_error);
	copy = ARENA_NEW(w->arena, struct entry_measure, e->measure_count + 1);
	if (!copy)
		return arena_failure(w->arena, ret_error);
	for (size_t i = 0; i < e->measure_count; i++) {
		copy[i] = e->measures[i];
		if (copy[i].ended_ms == 0 && copy[i].expires_ms == e->expires_ms && text_equal(copy[i].basis, TEXT("decision")))
			copy[i].expires_ms = e->extension_until_ms;
	}
	e->measures = copy;
	return ST_OK;
}

enum status settle_prolong(struct working *w, struct error *ret_error)
{
	struct entry *e = &w->after;
	int64_t review_ms = w->now_ms + lifecycle_term_ms("review-most");

	(void)ret_error;
	e->expires_ms = e->extension_until_ms;
	e->review_due_ms = review_ms < e->expires_ms ? review_ms : e->expires_ms;
	e->reminded = 0;
	e->extension_by = TEXT_NONE;
	e->extension_until_ms = 0;
	e->extension_text = TEXT_NONE;
	e->extension_measures = TEXT_NONE;
	for (size_t i = 0; i < e->measure_count; i++)
		if (e->measures[i].ended_ms == 0 && e->measures[i].expires_ms > e->expires_ms &&
		    e->measures[i].valid_from_ms < e->expires_ms)
			e->measures[i].expires_ms = e->expires_ms;
	return ST_OK;
}

/* ---- the end ---- */

/* Whatever was still proposed is no longer. */
enum status settle_gone(struct working *w, struct error *ret_error)
{
	struct entry *e = &w->after;

	(void)ret_error;
	e->extension_by = TEXT_NONE;
	e->extension_until_ms = 0;
	e->extension_text = TEXT_NONE;
	e->extension_measures = TEXT_NONE;
	return ST_OK;
}

/* Which of the three reminders is due: 1, 2, 3; 0 none. */
static int64_t reminder_due(const struct entry *e, int64_t now_ms)
{
	static const char *const terms[] = {"reminder-last", "reminder-second", "reminder-first"};
	int64_t left_ms = entry_ends(e) - now_ms;

	for (int64_t i = 0; i < 3; i++)
		if (left_ms <= lifecycle_term_ms(terms[i]))
			return 3 - i;
	return 0;
}

enum status settle_remind(struct working *w, struct error *ret_error)
{
	int64_t due = reminder_due(&w->after, w->now_ms);

	if (due <= w->after.reminded)
		return error_because(ret_error, ST_CONFLICT, "not-due", NULL, "no reminder is due");
	w->after.reminded = due;
	return ST_OK;
}
