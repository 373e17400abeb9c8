/* Before the decision: the owner's changes, the reviewer's and the legal officer's work. */
#include "registry/acts.h"

enum status prepare_note(struct working *w, struct error *ret_error)
{
	if (w->act->note.len == 0)
		return error_because(ret_error, ST_MALFORMED, "text-missing", "text", "this act wants words of one's own");
	return ST_OK;
}

enum status prepare_change(struct working *w, struct error *ret_error)
{
	const struct registry_nomination *n = w->act->nomination;
	struct db_rows rows;

	if (!n)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "person", "nothing is changed");
	TRY(entry_identify(w->registry, n, w->arena, &w->after, ret_error));
	TRY(db_query(w->tx, "SELECT id FROM entry WHERE owner = $1 AND reference = $2 AND id <> $3",
		     DB_PARAMS(DB_V_TEXT(w->after.owner), DB_V_TEXT(w->after.reference), DB_V_TEXT(w->after.id)), w->arena, &rows,
		     ret_error));
	if (rows.rows)
		return error_because(ret_error, ST_CONFLICT, "reference-taken", "reference", "this reference is in use");
	TRY(db_query(w->tx, "SELECT reason FROM refused_content WHERE owner = $1 AND content_hash = $2",
		     DB_PARAMS(DB_V_TEXT(w->after.owner), DB_V_TEXT(w->after.content_hash)), w->arena, &rows, ret_error));
	if (rows.rows)
		return error_because(ret_error, ST_CONFLICT, "refused-before", NULL, "the same content was refused for what it is");
	w->identity_changed = true;
	if (n->measure_count)
		TRY(working_measures(w, n->measures, n->measure_count, true, ret_error));
	return ST_OK;
}

enum status prepare_answer(struct working *w, struct error *ret_error)
{
	TRY(prepare_note(w, ret_error));
	return w->act->nomination ? prepare_change(w, ret_error) : ST_OK;
}

enum status settle_take(struct working *w, struct error *ret_error)
{
	(void)ret_error;
	w->after.reviewed_by = w->actor->id;
	return ST_OK;
}

/* Whether one of the nationalities is the host's: that is a fact and no opinion. */
static bool is_own_national(const struct working *w)
{
	struct arena arena;
	struct entity person;
	const struct property *nationality;
	bool own = false;

	arena_init(&arena, (size_t)1 << 20);
	if (entity_read(w->after.person, &arena, &person, NULL) == ST_OK) {
		nationality = entity_get(&person, "nationality");
		for (size_t i = 0; nationality && i < nationality->count; i++)
			own = own || text_equal_nocase(nationality->values[i], w->registry->host);
	}
	arena_release(&arena);
	return own;
}

enum status prepare_assess(struct working *w, struct error *ret_error)
{
	const struct registry_assessment *a = w->act->assessment;
	struct entry *e = &w->after;

	if (!a)
		return error_because(ret_error, ST_MALFORMED, "not-assessed", "assessment", "the assessment is missing");
	if (a->penalty_months > 1200)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "maximumPenaltyMonths", "at most 1,200 months");
	e->law = a->law;
	e->article = a->article;
	e->penalty_months = a->penalty_months;
	e->proportionality = a->proportionality;
	e->dual_criminality = a->dual_criminality;
	e->convicted = a->convicted;
	e->exclusions_done = a->examined;
	e->own_national = a->own_national || is_own_national(w);
	e->refugee = a->refugee;
	e->child = a->child;
	e->political = a->political;
	e->possible_victim = a->possible_victim;
	e->child_decision = a->child_decision;
	return ST_OK;
}

enum status settle_assess(struct working *w, struct error *ret_error)
{
	(void)ret_error;
	w->after.assessed_by = w->actor->id;
	w->after.assessed_ms = w->now_ms;
	return ST_OK;
}

enum status prepare_measures(struct working *w, struct error *ret_error)
{
	if (w->act->measure_count == 0)
		return error_because(ret_error, ST_MALFORMED, "measure-missing", "measures", "no measure was given");
	return working_measures(w, w->act->measures, w->act->measure_count, true, ret_error);
}

enum status prepare_end_measure(struct working *w, struct error *ret_error)
{
	struct entry_measure *copy = ARENA_NEW(w->arena, struct entry_measure, w->after.measure_count + 1);
	bool found = false;

	if (!copy)
		return arena_failure(w->arena, ret_error);
	for (size_t i = 0; i < w->after.measure_count; i++) {
		copy[i] = w->after.measures[i];
		if (!text_equal(copy[i].id, w->act->measure) || copy[i].ended_ms)
			continue;
		copy[i].ended_ms = w->now_ms;
		found = true;
	}
	if (!found)
		return error_because(ret_error, ST_NOT_FOUND, "measure-unknown", "measure", "there is no such measure in force");
	w->after.measures = copy;
	return ST_OK;
}

/* What was refused for what it is does not come in again. */
enum status settle_refuse(struct working *w, struct error *ret_error)
{
	const struct lifecycle_reason *reason = lifecycle_reason(TEXT("refusal"), w->act->reason);

	TRY(settle_gone(w, ret_error));
	if (!text_equal(reason->final, TEXT("y")))
		return ST_OK;
	return db_exec(w->tx,
		       "INSERT INTO refused_content (owner, content_hash, entry_id, reason, at) VALUES ($1, $2, $3, $4, $5)"
		       " ON CONFLICT DO NOTHING",
		       DB_PARAMS(DB_V_TEXT(w->after.owner), DB_V_TEXT(w->after.content_hash), DB_V_TEXT(w->after.id),
				 DB_V_TEXT(w->act->reason), DB_V_INT(w->now_ms)),
		       NULL, ret_error);
}
