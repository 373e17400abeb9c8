#include "lifecycle/lifecycle.h"

/* Each condition gives NULL where it holds, else the reason why not. */
typedef const char *condition(const struct lifecycle_facts *facts);

/* ---- completeness ---- */

static const char *complete(const struct lifecycle_facts *f)
{
	if (!f->has_name)
		return "name-missing";
	return f->has_offence ? NULL : "offence-missing";
}

static const char *identity_minimum(const struct lifecycle_facts *f)
{
	return f->has_birth_date || f->has_document ? NULL : "identity-minimum";
}

/* ---- legal review ---- */

static const char *assessed(const struct lifecycle_facts *f)
{
	if (!f->assessed || f->law.len == 0 || f->article.len == 0 || f->proportionality.len == 0 || f->penalty_months < 0)
		return "not-assessed";
	return NULL;
}

static const char *dual_criminality(const struct lifecycle_facts *f)
{
	return f->dual_criminality ? NULL : "no-dual-criminality";
}

static const char *legal_threshold(const struct lifecycle_facts *f)
{
	uint32_t most = lifecycle_law_most(f->law, f->article);

	if (most && f->penalty_months > (int64_t)most)
		return "penalty-over-law";
	return f->penalty_months >= (int64_t)lifecycle_term("penalty-least") ? NULL : "below-threshold";
}

static const char *exclusions_clear(const struct lifecycle_facts *f)
{
	if (!f->exclusions_done)
		return "exclusions-open";
	if (f->refugee)
		return "refugee";
	if (f->political)
		return "political";
	if (f->possible_victim)
		return "possible-victim";
	return f->child && f->child_decision.len == 0 ? "child-decision-missing" : NULL;
}

static bool flag_set(struct text flag, const struct lifecycle_facts *f)
{
	return (text_equal(flag, TEXT("own-national")) && f->own_national) || (text_equal(flag, TEXT("refugee")) && f->refugee) ||
	       (text_equal(flag, TEXT("child")) && f->child);
}

static bool basis_good(struct text bases, struct text basis)
{
	struct text word;

	for (size_t i = 0; lifecycle_word(bases, '|', i, &word); i++)
		if (text_equal(word, basis))
			return true;
	return false;
}

static const char *forbidden_word(struct text flag)
{
	if (text_equal(flag, TEXT("own-national")))
		return "measure-own-national";
	return text_equal(flag, TEXT("child")) ? "measure-child" : "measure-refugee";
}

const char *lifecycle_measure_wrong(const struct lifecycle_measure *m, const struct lifecycle_facts *f)
{
	const struct lifecycle_measure_rule *rule = lifecycle_measure(m->kind);
	bool rests_on_paper = !text_equal(m->basis, TEXT("decision"));
	struct text flag;

	if (!rule)
		return "measure-unknown";
	if (!basis_good(rule->bases, m->basis))
		return "measure-basis";
	if (rests_on_paper && (m->number.len == 0 || m->issuer.len == 0))
		return "measure-number-missing";
	if (rests_on_paper && m->expires_ms == 0)
		return "measure-expiry-missing";
	if (m->expires_ms && m->expires_ms <= f->now_ms)
		return "measure-expired";
	for (size_t i = 0; lifecycle_word(rule->forbidden, ' ', i, &flag); i++)
		if (flag_set(flag, f))
			return forbidden_word(flag);
	if (f->penalty_months >= 0 && text_equal(rule->penalty, TEXT("penalty-detain")) &&
	    f->penalty_months < (int64_t)lifecycle_term("penalty-detain"))
		return "measure-detain-threshold";
	return NULL;
}

static const char *measures_lawful(const struct lifecycle_facts *f)
{
	size_t live = 0;

	for (size_t i = 0; i < f->measure_count; i++) {
		const struct lifecycle_measure *m = &f->measures[i];
		const char *wrong;

		if (m->ended)
			continue;
		wrong = lifecycle_measure_wrong(m, f);
		if (wrong)
			return wrong;
		live++;
	}
	return live ? NULL : "measure-missing";
}

/* No live measure that the person's own flags rule out; refugees are refused as such, so their measures may still stand. */
static const char *measures_fit(const struct lifecycle_facts *f)
{
	for (size_t i = 0; i < f->measure_count; i++) {
		const struct lifecycle_measure_rule *rule = lifecycle_measure(f->measures[i].kind);
		struct text flag;

		for (size_t k = 0; rule && !f->measures[i].ended && lifecycle_word(rule->forbidden, ' ', k, &flag); k++)
			if (flag_set(flag, f) && !text_equal(flag, TEXT("refugee")))
				return forbidden_word(flag);
	}
	return NULL;
}

/* ---- who ---- */

static const char *own_work(const struct lifecycle_facts *f)
{
	return text_equal(f->actor_country, f->owner) ? NULL : "not-the-owner";
}

static const char *other_than_author(const struct lifecycle_facts *f)
{
	return text_equal(f->actor, f->author) ? "same-as-author" : NULL;
}

static const char *other_than_first_decider(const struct lifecycle_facts *f)
{
	return text_equal(f->actor, f->first_decider) ? "same-as-first-decider" : NULL;
}

static const char *other_than_suspender(const struct lifecycle_facts *f)
{
	return text_equal(f->actor, f->suspender) ? "same-as-suspender" : NULL;
}

static const char *other_than_proposer(const struct lifecycle_facts *f)
{
	return text_equal(f->actor, f->proposer) ? "same-as-proposer" : NULL;
}

static const char *other_than_urgent_proposer(const struct lifecycle_facts *f)
{
	return text_equal(f->actor, f->urgent_proposer) ? "same-as-proposer" : NULL;
}

static const char *other_than_eraser(const struct lifecycle_facts *f)
{
	return text_equal(f->actor, f->eraser) ? "same-as-proposer" : NULL;
}

static const char *other_than_deciders(const struct lifecycle_facts *f)
{
	if (text_equal(f->actor, f->author) || text_equal(f->actor, f->first_decider) || text_equal(f->actor, f->second_decider))
		return "decided-the-listing";
	return NULL;
}

/* ---- what was proposed, and when ---- */

static const char *decision_number(const struct lifecycle_facts *f)
{
	return f->decision_number.len ? NULL : "decision-number-missing";
}

static const char *extension_proposed(const struct lifecycle_facts *f)
{
	return f->proposer.len && f->extension_until_ms ? NULL : "extension-missing";
}

static const char *extension_bounded(const struct lifecycle_facts *f)
{
	if (f->extension_until_ms == 0 || f->extension_until_ms <= f->now_ms)
		return "extension-missing";
	return f->extension_until_ms - f->published_ms > lifecycle_term_ms("validity-most") ? "extension-too-long" : NULL;
}

static const char *not_past_review(const struct lifecycle_facts *f)
{
	return f->now_ms < f->review_due_ms && f->now_ms < f->expires_ms ? NULL : "past-review";
}

static const char *past_review(const struct lifecycle_facts *f)
{
	return f->review_due_ms && f->now_ms >= f->review_due_ms ? NULL : "not-due";
}

static const char *past_expiry(const struct lifecycle_facts *f)
{
	return f->expires_ms && f->now_ms >= f->expires_ms ? NULL : "not-due";
}

static const char *urgent_proposed(const struct lifecycle_facts *f)
{
	if (f->urgent_proposer.len == 0)
		return "urgent-missing";
	return f->urgent_until_ms ? "urgent-already" : NULL;
}

static const char *not_urgent(const struct lifecycle_facts *f)
{
	return f->urgent_proposer.len ? "urgent-already" : NULL;
}

static const char *past_urgent(const struct lifecycle_facts *f)
{
	return f->urgent_until_ms && f->now_ms >= f->urgent_until_ms ? NULL : "not-due";
}

static const char *erasure_proposed(const struct lifecycle_facts *f)
{
	return f->eraser.len ? NULL : "erasure-missing";
}

static const struct {
	const char *word;
	condition *holds;
} conditions[] = {
	{"assessed", assessed},
	{"complete", complete},
	{"decision-number", decision_number},
	{"dual-criminality", dual_criminality},
	{"erasure-proposed", erasure_proposed},
	{"exclusions-clear", exclusions_clear},
	{"extension-bounded", extension_bounded},
	{"extension-proposed", extension_proposed},
	{"identity-minimum", identity_minimum},
	{"legal-threshold", legal_threshold},
	{"measures-fit", measures_fit},
	{"measures-lawful", measures_lawful},
	{"not-past-review", not_past_review},
	{"not-urgent", not_urgent},
	{"other-than-author", other_than_author},
	{"other-than-deciders", other_than_deciders},
	{"other-than-eraser", other_than_eraser},
	{"other-than-first-decider", other_than_first_decider},
	{"other-than-proposer", other_than_proposer},
	{"other-than-suspender", other_than_suspender},
	{"other-than-urgent-proposer", other_than_urgent_proposer},
	{"own-work", own_work},
	{"past-expiry", past_expiry},
	{"past-review", past_review},
	{"past-urgent", past_urgent},
	{"urgent-proposed", urgent_proposed},
};

const char *lifecycle_condition(struct text word, const struct lifecycle_facts *facts)
{
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		if (text_equal(word, text_of(conditions[i].word)))
			return conditions[i].holds(facts);
	return "no-such-condition";
}
