#include "review/trial.h"

static enum status wrong(const char *member, struct error *ret_error)
{
	return error_because(ret_error, ST_MALFORMED, "item-member", member, "%s is not one that there is", member);
}

static bool three(struct trial_score s)
{
	return s.hits <= 3 && s.alarms <= 3;
}

enum status trial_take(struct db_tx *tx, const struct trial_record *r, struct error *ret_error)
{
	size_t language = lesson_language(r->language);
	bool later = text_equal(r->phase, TEXT("later"));

	if (language == LESSON_LANGUAGES)
		return wrong("language", ret_error);
	if (!text_equal(r->edition, trial_edition(language)))
		return wrong("edition", ret_error);
	if (!text_equal(r->arm, TEXT("lesson")) && !text_equal(r->arm, TEXT("control")))
		return wrong("arm", ret_error);
	if (!later && !text_equal(r->phase, TEXT("now")))
		return wrong("phase", ret_error);
	if (!three(r->before) || (later && (r->before.hits || r->before.alarms)))
		return wrong("before", ret_error);
	if (!three(r->after))
		return wrong("after", ret_error);
	return db_exec(tx, "INSERT INTO trial_count (edition, language, arm, phase, before_hits, before_alarms, hits, alarms, people)"
		       " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)"
		       " ON CONFLICT (edition, language, arm, phase, before_hits, before_alarms, hits, alarms) DO UPDATE SET people = trial_count.people + 1",
		       DB_PARAMS(DB_V_TEXT(r->edition), DB_V_TEXT(r->language), DB_V_TEXT(r->arm), DB_V_TEXT(r->phase), DB_V_INT(r->before.hits),
				 DB_V_INT(r->before.alarms), DB_V_INT(r->after.hits), DB_V_INT(r->after.alarms)),
		       NULL, ret_error);
}

enum column { EDITION, LANGUAGE, ARM, PHASE, BEFORE_HITS, BEFORE_ALARMS, HITS, ALARMS, PEOPLE };

enum status trial_load(struct db_tx *tx, struct arena *arena, struct trial_sums *ret, int64_t *ret_others, struct error *ret_error)
{
	struct db_rows rows;

	*ret = (struct trial_sums){.of = {{{0}}}};
	*ret_others = 0;
	TRY(db_query(tx, "SELECT edition, language, arm, phase, before_hits, before_alarms, hits, alarms, people FROM trial_count", DB_NO_PARAMS, arena,
		     &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		const int64_t people = db_int(&rows, i, PEOPLE);
		const size_t language = lesson_language(db_text(&rows, i, LANGUAGE));
		const enum trial_arm arm = text_equal(db_text(&rows, i, ARM), TEXT("lesson")) ? TRIAL_TAUGHT : TRIAL_CONTROL;
		const struct trial_score before = {(unsigned)db_int(&rows, i, BEFORE_HITS), (unsigned)db_int(&rows, i, BEFORE_ALARMS)};
		const struct trial_score after = {(unsigned)db_int(&rows, i, HITS), (unsigned)db_int(&rows, i, ALARMS)};

		if (language == LESSON_LANGUAGES || !text_equal(db_text(&rows, i, EDITION), trial_edition(language))) {
			*ret_others += people;
		} else if (text_equal(db_text(&rows, i, PHASE), TEXT("later"))) {
			trial_add(&ret->of[TRIAL_LATER][arm], after, people);
		} else {
			trial_add(&ret->of[TRIAL_BEFORE][arm], before, people);
			trial_add(&ret->of[TRIAL_AFTER][arm], after, people);
		}
	}
	return ST_OK;
}

static void effect_put(struct buffer *out, const char *name, const struct trial_sum sums[TRIAL_ARMS])
{
	struct trial_effect e;

	if (trial_compare(&sums[TRIAL_TAUGHT], &sums[TRIAL_CONTROL], &e) != ST_OK)
		return;
	buffer_printf(out, ",\"%s\":{\"alarms\":[%lld,%lld,%lld],\"control\":%lld,\"discrimination\":[%lld,%lld,%lld],\"lesson\":%lld}", name,
		      (long long)e.alarms, (long long)e.alarms_low, (long long)e.alarms_high, (long long)sums[TRIAL_CONTROL].people, (long long)e.d,
		      (long long)e.d_low, (long long)e.d_high, (long long)sums[TRIAL_TAUGHT].people);
}

enum status published_effect(struct db_tx *tx, struct arena *arena, struct buffer *out, struct error *ret_error)
{
	struct trial_sums sums;
	enum trial_claim claim;
	int64_t others;

	TRY(trial_load(tx, arena, &sums, &others, ret_error));
	claim = trial_claim_of(&sums);
	if (claim == TRIAL_NO_CLAIM)
		return ST_OK;
	buffer_printf(out, ",\"effect\":{\"reached\":%s", claim == TRIAL_REACHED ? "true" : "false");
	effect_put(out, "now", sums.of[TRIAL_AFTER]);
	effect_put(out, "later", sums.of[TRIAL_LATER]);
	buffer_add_char(out, '}');
	return buffer_status(out);
}
