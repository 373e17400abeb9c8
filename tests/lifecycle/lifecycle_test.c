#include "lib/test.h"

#include "lifecycle/lifecycle.h"

#define NOW ((int64_t)1800000000000)
#define DAY ((int64_t)86400000)

/* Facts under which everything is allowed to somebody who has done nothing yet. */
static struct lifecycle_facts good(struct lifecycle_measure *measure)
{
	*measure = (struct lifecycle_measure){.kind = TEXT("refuse-entry"), .basis = TEXT("decision")};
	return (struct lifecycle_facts){
		.actor = TEXT("d"), .actor_country = TEXT("kh"), .owner = TEXT("kr"), .author = TEXT("a"),
		.first_decider = TEXT("1"), .second_decider = TEXT("2"), .suspender = TEXT("s"), .proposer = TEXT("p"),
		.urgent_proposer = TEXT("u"), .eraser = TEXT("e"), .has_name = true, .has_offence = true, .has_birth_date = true,
		.assessed = true, .law = TEXT("Criminal Act"), .article = TEXT("347"), .proportionality = TEXT("needed"),
		.penalty_months = 120, .dual_criminality = true, .exclusions_done = true, .decision_number = TEXT("KH-1"),
		.measures = measure, .measure_count = 1, .now_ms = NOW, .published_ms = NOW - 300 * DAY,
		.review_due_ms = NOW + 65 * DAY, .expires_ms = NOW + 65 * DAY, .extension_until_ms = NOW + 365 * DAY,
	};
}

#define WARRANT .basis = TEXT("warrant"), .number = TEXT("W1"), .issuer = TEXT("court"), .expires_ms = NOW + DAY

/* What the row changes stands in `facts` (made by the row's function). */
struct row {
	const char *act, *state, *reason;
	void (*spoil)(struct lifecycle_facts *f, struct lifecycle_measure *m);
	const char *to; /* NULL: refused, for `why` */
	const char *why;
};

#define SPOIL(name, ...)                                                                 \
	static void name(struct lifecycle_facts *f, struct lifecycle_measure *m)           \
	{                                                                                \
		(void)f, (void)m;                                                        \
		__VA_ARGS__;                                                             \
	}
#define MEASURE(name, ...) SPOIL(name, *m = (struct lifecycle_measure){__VA_ARGS__})

SPOIL(by_author, f->actor = f->author)
SPOIL(by_first, f->actor = f->first_decider)
SPOIL(by_second, f->actor = f->second_decider)
SPOIL(by_suspender, f->actor = f->suspender)
SPOIL(by_proposer, f->actor = f->proposer)
SPOIL(by_urgent, f->actor = f->urgent_proposer)
SPOIL(by_eraser, f->actor = f->eraser)
SPOIL(by_owner, f->actor_country = f->owner)
SPOIL(no_name, f->has_name = false)
SPOIL(no_offence, f->has_offence = false)
SPOIL(unassessed, f->assessed = false)
SPOIL(no_law, f->law = TEXT_NONE)
SPOIL(no_article, f->article = TEXT_NONE)
SPOIL(no_proportionality, f->proportionality = TEXT_NONE)
SPOIL(no_penalty, f->penalty_months = -1)
SPOIL(not_dual, f->dual_criminality = false)
SPOIL(eleven_months, f->penalty_months = 11)
SPOIL(twelve_months, f->penalty_months = 12)
SPOIL(over_law, f->penalty_months = 241)
SPOIL(unnamed_law, f->law = TEXT("Law of another country"); f->penalty_months = 500)
SPOIL(exclusions_open, f->exclusions_done = false)
SPOIL(refugee, f->refugee = true)
SPOIL(political, f->political = true)
SPOIL(victim, f->possible_victim = true)
SPOIL(child, f->child = true)
SPOIL(child_decided, f->child = true; f->child_decision = TEXT("CP-1"))
SPOIL(no_identity, f->has_birth_date = false)
SPOIL(document_only, f->has_birth_date = false; f->has_document = true)
SPOIL(no_number, f->decision_number = TEXT_NONE)
SPOIL(no_measure, f->measure_count = 0)
SPOIL(own_national, f->own_national = true)
MEASURE(unknown, .kind = TEXT("shoot"), .basis = TEXT("decision"))
MEASURE(ended, .kind = TEXT("refer"), .basis = TEXT("decision"), .ended = true)
MEASURE(detain_by_decision, .kind = TEXT("detain"), .basis = TEXT("decision"), .number = TEXT("1"), .issuer = TEXT("ministry"))
MEASURE(detain, .kind = TEXT("detain"), WARRANT)
MEASURE(detain_no_number, .kind = TEXT("detain"), .basis = TEXT("warrant"), .issuer = TEXT("c"), .expires_ms = NOW + 1)
MEASURE(detain_no_issuer, .kind = TEXT("detain"), .basis = TEXT("notice"), .number = TEXT("c"), .expires_ms = NOW + 1)
MEASURE(detain_no_end, .kind = TEXT("detain"), .basis = TEXT("notice"), .number = TEXT("c"), .issuer = TEXT("c"))
MEASURE(detain_expired, .kind = TEXT("detain"), .basis = TEXT("warrant"), .number = TEXT("c"), .issuer = TEXT("c"), .expires_ms = NOW)
SPOIL(detain_mild, detain(f, m); f->penalty_months = 23)
SPOIL(detain_child, detain(f, m); child_decided(f, m))
SPOIL(detain_own_national, detain(f, m); f->own_national = true)
SPOIL(past_review, f->now_ms = f->review_due_ms)
SPOIL(past_expiry, f->now_ms = f->expires_ms)
SPOIL(no_extension, f->extension_until_ms = 0)
SPOIL(no_proposal, f->proposer = TEXT_NONE)
SPOIL(too_long, f->extension_until_ms = f->published_ms + 1827 * DAY)
SPOIL(just_five_years, f->extension_until_ms = f->published_ms + 1826 * DAY)
SPOIL(not_urgent, f->urgent_proposer = TEXT_NONE)
SPOIL(urgent_runs, f->urgent_until_ms = NOW + 1)
SPOIL(urgent_over, f->urgent_until_ms = NOW)
SPOIL(no_erasure, f->eraser = TEXT_NONE)

static const struct row rows[] = {
	{"take", "submitted", NULL, NULL, "in-review", NULL},
	{"take", "submitted", NULL, no_name, NULL, "name-missing"},
	{"take", "submitted", NULL, no_offence, NULL, "offence-missing"},
	{"take", "submitted", NULL, by_author, NULL, "same-as-author"},
	{"take", "published", NULL, NULL, NULL, "not-in-this-state"},
	{"publish", "approved", NULL, NULL, NULL, "no-such-act"},
	{"change", "submitted", NULL, NULL, NULL, "not-the-owner"},
	{"change", "submitted", NULL, by_owner, "=", NULL},
	{"change", "in-review", NULL, by_owner, NULL, "not-in-this-state"},
	{"return", "in-review", NULL, NULL, NULL, "reason-missing"},
	{"return", "in-review", "political", NULL, NULL, "reason-unknown"},
	{"return", "in-review", "birth-date-missing", NULL, "returned", NULL},
	{"refuse", "in-review", "political", NULL, "refused", NULL},
	{"refuse", "in-review", "identity-unclear", NULL, NULL, "reason-unknown"},
	{"answer", "returned", NULL, by_owner, "in-review", NULL},
	{"answer", "returned", NULL, NULL, NULL, "not-the-owner"},
	{"assess", "in-review", NULL, NULL, "=", NULL},
	{"assess", "in-review", NULL, own_national, NULL, "measure-own-national"},
	{"assess", "in-review", NULL, detain_child, NULL, "measure-child"},
	{"assess", "in-review", NULL, refugee, "=", NULL},
	{"approve", "in-review", NULL, NULL, "approved", NULL},
	{"approve", "submitted", NULL, NULL, NULL, "not-in-this-state"},
	{"approve", "in-review", NULL, by_author, NULL, "same-as-author"},
	{"approve", "in-review", NULL, unassessed, NULL, "not-assessed"},
	{"approve", "in-review", NULL, no_law, NULL, "not-assessed"},
	{"approve", "in-review", NULL, no_article, NULL, "not-assessed"},
	{"approve", "in-review", NULL, no_proportionality, NULL, "not-assessed"},
	{"approve", "in-review", NULL, no_penalty, NULL, "not-assessed"},
	{"approve", "in-review", NULL, not_dual, NULL, "no-dual-criminality"},
	{"approve", "in-review", NULL, eleven_months, NULL, "below-threshold"},
	{"approve", "in-review", NULL, twelve_months, "approved", NULL},
	{"approve", "in-review", NULL, over_law, NULL, "penalty-over-law"},
	{"approve", "in-review", NULL, unnamed_law, "approved", NULL},
	{"approve", "in-review", NULL, exclusions_open, NULL, "exclusions-open"},
	{"approve", "in-review", NULL, refugee, NULL, "refugee"},
	{"approve", "in-review", NULL, political, NULL, "political"},
	{"approve", "in-review", NULL, victim, NULL, "possible-victim"},
	{"approve", "in-review", NULL, child, NULL, "child-decision-missing"},
	{"approve", "in-review", NULL, child_decided, "approved", NULL},
	{"approve", "in-review", NULL, no_identity, NULL, "identity-minimum"},
	{"approve", "in-review", NULL, document_only, "approved", NULL},
	{"approve", "in-review", NULL, no_number, NULL, "decision-number-missing"},
	{"approve", "in-review", NULL, no_measure, NULL, "measure-missing"},
	{"approve", "in-review", NULL, ended, NULL, "measure-missing"},
	{"approve", "in-review", NULL, unknown, NULL, "measure-unknown"},
	{"approve", "in-review", NULL, own_national, NULL, "measure-own-national"},
	{"approve", "in-review", NULL, detain, "approved", NULL},
	{"approve", "in-review", NULL, detain_own_national, "approved", NULL},
	{"approve", "in-review", NULL, detain_by_decision, NULL, "measure-basis"},
	{"approve", "in-review", NULL, detain_no_number, NULL, "measure-number-missing"},
	{"approve", "in-review", NULL, detain_no_issuer, NULL, "measure-number-missing"},
	{"approve", "in-review", NULL, detain_no_end, NULL, "measure-expiry-missing"},
	{"approve", "in-review", NULL, detain_expired, NULL, "measure-expired"},
	{"approve", "in-review", NULL, detain_mild, NULL, "measure-detain-threshold"},
	{"approve", "in-review", NULL, detain_child, NULL, "measure-child"},
	{"confirm", "approved", NULL, NULL, "published", NULL},
	{"confirm", "in-review", NULL, NULL, NULL, "not-in-this-state"},
	{"confirm", "approved", NULL, by_first, NULL, "same-as-first-decider"},
	{"confirm", "approved", NULL, by_author, NULL, "same-as-author"},
	{"confirm", "approved", NULL, refugee, NULL, "refugee"},
	{"confirm", "approved", NULL, detain_expired, NULL, "measure-expired"},
	{"decline", "approved", "identity", NULL, "in-review", NULL},
	{"decline", "approved", "identity", by_first, NULL, "same-as-first-decider"},
	{"suspend", "published", "court-order", NULL, "suspended", NULL},
	{"resume", "suspended", NULL, NULL, "published", NULL},
	{"resume", "suspended", NULL, by_suspender, NULL, "same-as-suspender"},
	{"resume", "suspended", NULL, past_review, NULL, "past-review"},
	{"extend", "published", NULL, NULL, "=", NULL},
	{"extend", "published", NULL, no_extension, NULL, "extension-missing"},
	{"extend", "published", NULL, too_long, NULL, "extension-too-long"},
	{"extend", "published", NULL, just_five_years, "=", NULL},
	{"prolong", "published", NULL, NULL, "=", NULL},
	{"prolong", "published", NULL, no_proposal, NULL, "extension-missing"},
	{"prolong", "published", NULL, by_first, NULL, "same-as-first-decider"},
	{"prolong", "published", NULL, by_proposer, NULL, "same-as-proposer"},
	{"prolong", "published", NULL, past_review, NULL, "past-review"},
	{"appeal", "published", NULL, NULL, "under-appeal", NULL},
	{"dismiss", "under-appeal", NULL, NULL, "published", NULL},
	{"dismiss", "under-appeal", NULL, by_first, NULL, "decided-the-listing"},
	{"dismiss", "under-appeal", NULL, by_second, NULL, "decided-the-listing"},
	{"dismiss", "suspended", NULL, NULL, "=", NULL},
	{"uphold", "under-appeal", "appeal-upheld", NULL, "removed", NULL},
	{"uphold", "under-appeal", "appeal-upheld", by_second, NULL, "decided-the-listing"},
	{"withdraw", "published", "arrested", NULL, "removed", NULL},
	{"withdraw", "removed", "arrested", NULL, NULL, "not-in-this-state"},
	{"remove", "published", "wrong-person", NULL, "removed", NULL},
	{"urgent", "submitted", NULL, not_urgent, "=", NULL},
	{"urgent", "submitted", NULL, NULL, NULL, "urgent-already"},
	{"urgent-confirm", "submitted", NULL, NULL, "=", NULL},
	{"urgent-confirm", "submitted", NULL, not_urgent, NULL, "urgent-missing"},
	{"urgent-confirm", "submitted", NULL, urgent_runs, NULL, "urgent-already"},
	{"urgent-confirm", "submitted", NULL, by_urgent, NULL, "same-as-proposer"},
	{"urgent-confirm", "submitted", NULL, no_identity, NULL, "identity-minimum"},
	{"urgent-end", "submitted", NULL, urgent_runs, NULL, "not-due"},
	{"urgent-end", "submitted", NULL, urgent_over, "=", NULL},
	{"lapse", "published", NULL, NULL, NULL, "not-due"},
	{"lapse", "published", NULL, past_review, "removed", NULL},
	{"expire", "suspended", NULL, past_expiry, "expired", NULL},
	{"expire", "published", NULL, NULL, NULL, "not-due"},
	{"erase", "removed", NULL, NULL, "=", NULL},
	{"erase", "published", NULL, NULL, NULL, "not-in-this-state"},
	{"erase-confirm", "removed", NULL, NULL, "=", NULL},
	{"erase-confirm", "removed", NULL, no_erasure, NULL, "erasure-missing"},
	{"erase-confirm", "removed", NULL, by_eraser, NULL, "same-as-proposer"},
};

static void acts_are_decided(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct lifecycle_measure measure;
		struct lifecycle_facts facts = good(&measure);
		const struct lifecycle_arc *arc = NULL;
		struct error error = {0};
		enum status st;

		if (r->spoil)
			r->spoil(&facts, &measure);
		st = lifecycle_next(text_of(r->act), text_of(r->state), text_of(r->reason), &facts, &arc, &error);
		if ((st == ST_OK) != (r->to != NULL))
			fail_msg("row %zu, %s: status %d, %s", i, r->act, (int)st, error.reason);
		if (r->to)
			assert_text(arc->to, r->to);
		else if (strcmp(error.reason, r->why) != 0)
			fail_msg("row %zu, %s: \"%s\", expected \"%s\"", i, r->act, error.reason, r->why);
	}
}

/* Published is reached from approved by the second decision, or from a state that it led to; never by another arc. */
static void published_has_one_door(void **state)
{
	size_t doors = 0;

	(void)state;
	for (size_t i = 0; i < lifecycle_arc_count(); i++) {
		const struct lifecycle_arc *arc = lifecycle_arc_at(i);

		if (!text_equal(arc->to, TEXT("published")))
			continue;
		doors++;
		if (text_equal(arc->from, TEXT("approved"))) {
			assert_text(arc->act, "confirm");
			assert_true(text_has(arc->conditions, TEXT("other-than-first-decider")));
			assert_true(text_has(arc->conditions, TEXT("other-than-author")));
		} else {
			assert_true(text_equal(arc->from, TEXT("suspended")) || text_equal(arc->from, TEXT("under-appeal")));
		}
	}
	assert_int_equal(doors, 3);
}

/* Every word in a table leads somewhere. */
static void tables_hang_together(void **state)
{
	struct lifecycle_measure measure;
	struct lifecycle_facts facts = good(&measure);
	struct text word;

	(void)state;
	for (size_t i = 0; i < lifecycle_arc_count(); i++) {
		const struct lifecycle_arc *arc = lifecycle_arc_at(i);
		bool has_reasons = text_equal(arc->reasons, TEXT("-"));

		for (size_t k = 0; lifecycle_word(arc->conditions, ' ', k, &word); k++) {
			const char *why = lifecycle_condition(word, &facts);

			if (why && strcmp(why, "no-such-condition") == 0)
				fail_msg("no condition %.*s", TEXT_ARG(word));
		}
		for (size_t k = 0; k < lifecycle_reason_count(); k++)
			has_reasons = has_reasons || text_equal(lifecycle_reason_at(k)->list, arc->reasons);
		assert_true(has_reasons);
	}
	for (size_t i = 0; i < lifecycle_measure_count(); i++) {
		struct text penalty = lifecycle_measure_at(i)->penalty;
		bool known = text_equal(penalty, TEXT("-"));

		for (size_t k = 0; k < lifecycle_term_count(); k++)
			known = known || text_equal(lifecycle_term_at(k)->term, penalty);
		assert_true(known);
	}
	assert_int_equal(lifecycle_term_ms("urgent"), 72 * 3600000);
	assert_int_equal(lifecycle_law_most(TEXT("criminal act"), TEXT("347")), 240);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(acts_are_decided),
		cmocka_unit_test(published_has_one_door),
		cmocka_unit_test(tables_hang_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
