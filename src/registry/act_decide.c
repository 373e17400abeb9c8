/* The decision: two people. */
#include "registry/acts.h"

#define NUMBER_MAX 100u

enum status prepare_approve(struct working *w, struct error *ret_error)
{
	struct entry *e = &w->after;
	int64_t most = lifecycle_term("review-most");
	int64_t days = w->act->validity_days;

	if (w->act->decision_number.len > NUMBER_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "number", "a decision's number has at most %u bytes",
				     NUMBER_MAX);
	if (days == 0)
		days = lifecycle_term(e->convicted ? "validity-convicted" : "validity-default");
	if (days < 1 || days > most)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "validityDays", "1 to %lld days", (long long)most);
	e->decision_number = w->act->decision_number;
	e->decision_text = w->act->note;
	e->validity_days = days;
	return ST_OK;
}

enum status settle_approve(struct working *w, struct error *ret_error)
{
	(void)ret_error;
	w->after.first_decider = w->actor->id;
	w->after.first_decided_ms = w->now_ms;
	return ST_OK;
}

enum status settle_decline(struct working *w, struct error *ret_error)
{
	struct entry *e = &w->after;

	(void)ret_error;
	e->first_decider = TEXT_NONE;
	e->first_decided_ms = 0;
	e->decision_number = TEXT_NONE;
	e->decision_text = TEXT_NONE;
	e->validity_days = 0;
	return ST_OK;
}

/* No measure outlives its entry. */
static enum status cap_measures(struct working *w, struct error *ret_error)
{
	struct entry_measure *copy = ARENA_NEW(w->arena, struct entry_measure, w->after.measure_count + 1);

	if (!copy)
		return arena_failure(w->arena, ret_error);
	for (size_t i = 0; i < w->after.measure_count; i++) {
		copy[i] = w->after.measures[i];
		if (copy[i].ended_ms == 0 && copy[i].expires_ms > w->after.expires_ms && copy[i].valid_from_ms < w->after.expires_ms)
			copy[i].expires_ms = w->after.expires_ms;
	}
	w->after.measures = copy;
	return ST_OK;
}

/* Whoever confirms may say which decision it is that he confirms; then it must be that one. */
enum status prepare_confirm(struct working *w, struct error *ret_error)
{
	struct text number = w->act->decision_number;

	if (number.len && !text_equal(number, w->before.decision_number))
		return error_because(ret_error, ST_MALFORMED, "other-decision", "number", "this is not the decision that was approved");
	return ST_OK;
}

enum status settle_confirm(struct working *w, struct error *ret_error)
{
	struct entry *e = &w->after;
	int64_t review_ms = w->now_ms + lifecycle_term_ms("review-most");

	e->second_decider = w->actor->id;
	e->second_decided_ms = w->now_ms;
	e->published_ms = w->now_ms;
	e->expires_ms = w->now_ms + e->validity_days * 86400000;
	e->review_due_ms = review_ms < e->expires_ms ? review_ms : e->expires_ms;
	e->reminded = 0;
	return cap_measures(w, ret_error);
}
