/* What a measurement asks, how it is counted, and from when an effect may be claimed. */
#include "lesson/trial.h"

#include "lib/test.h"

static void sets_are_balanced_and_nothing_is_asked_twice(void **state)
{
	const struct lesson_item *seen[TRIAL_SETS * LESSON_ITEMS];
	size_t count = 0;

	(void)state;
	for (unsigned set = 0; set < TRIAL_SETS; set++) {
		unsigned genuine = 0;

		for (size_t i = 0; i < LESSON_ITEMS; i++) {
			const struct lesson_item *item = trial_item((enum trial_set)set, i);

			genuine += item->genuine;
			assert_false(text_starts(item->id, TEXT(TRIAL_LESSON)));
			for (size_t k = 0; k < count; k++)
				assert_ptr_not_equal(seen[k], item);
			seen[count++] = item;
		}
		assert_int_equal(genuine, 3);
	}
	assert_true(text_equal(trial_document_at(0)->id, TEXT(TRIAL_LESSON)));
	for (size_t language = 0; language < LESSON_LANGUAGES; language++) {
		assert_int_equal(trial_edition(language).len, 40);
		for (size_t k = 0; k < language; k++)
			assert_false(text_equal(trial_edition(language), trial_edition(k)));
	}
}

static void answers_are_counted(void **state)
{
	static const struct {
		const char *answers;
		enum status st;
		unsigned hits, alarms;
	} rows[] = {
		/* before: scam, genuine, genuine, scam, genuine, scam */
		{"sggsgs", ST_OK, 3, 0}, {"gssgsg", ST_OK, 0, 3}, {"ssssss", ST_OK, 3, 3}, {"gggggg", ST_OK, 0, 0}, {"sggsgg", ST_OK, 2, 0},
		{"sggsg", ST_MALFORMED, 0, 0}, {"sggsgss", ST_MALFORMED, 0, 0}, {"sggs-s", ST_MALFORMED, 0, 0}, {"", ST_MALFORMED, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct trial_score score = {9, 9};

		assert_int_equal(trial_count(TRIAL_BEFORE, text_of(rows[i].answers), &score), rows[i].st);
		if (rows[i].st == ST_OK && (score.hits != rows[i].hits || score.alarms != rows[i].alarms))
			fail_msg("%s: %u %u", rows[i].answers, score.hits, score.alarms);
	}
}

static struct trial_sum sum(int64_t good, int64_t fair, int64_t wary)
{
	struct trial_sum s = {.people = 0};

	trial_add(&s, (struct trial_score){3, 0}, good);
	trial_add(&s, (struct trial_score){2, 0}, fair);
	trial_add(&s, (struct trial_score){3, 2}, wary);
	return s;
}

/* Reckoned beside it in floating point. */
static void arms_are_compared(void **state)
{
	static const struct {
		int64_t taught[3], control[3], d, d_low, d_high, alarms, alarms_low, alarms_high;
	} rows[] = {
		{{400, 200, 100}, {300, 200, 200}, 364887, 259253, 470522, -95238, -123480, -66997},
		{{10, 5, 5}, {10, 5, 5}, 0, -619806, 619806, 0, -183571, 183571},
		{{1000, 0, 0}, {0, 999, 1}, 44766081, 43375999, 46156162, -667, -1973, 640},
		{{500000, 300000, 200000}, {400000, 300000, 300000}, 248069, 245287, 250852, -66667, -67461, -65872},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct trial_sum t = sum(rows[i].taught[0], rows[i].taught[1], rows[i].taught[2]);
		struct trial_sum c = sum(rows[i].control[0], rows[i].control[1], rows[i].control[2]);
		const int64_t wanted[] = {rows[i].d, rows[i].d_low, rows[i].d_high, rows[i].alarms, rows[i].alarms_low, rows[i].alarms_high};
		struct trial_effect e;

		assert_int_equal(trial_compare(&t, &c, &e), ST_OK);
		assert_true(e.known);
		for (size_t k = 0; k < 6; k++) {
			const int64_t found[] = {e.d, e.d_low, e.d_high, e.alarms, e.alarms_low, e.alarms_high};
			int64_t by = found[k] - wanted[k], allowed = 20 + (wanted[k] < 0 ? -wanted[k] : wanted[k]) / 10000;

			if (by < -allowed || by > allowed)
				fail_msg("row %zu, number %zu: %lld, not %lld", i, k, (long long)found[k], (long long)wanted[k]);
		}
	}
}

static void what_cannot_be_compared(void **state)
{
	struct trial_sum none = {.people = 0}, one = sum(1, 0, 0), same = sum(50, 0, 0), many = sum(TRIAL_PEOPLE_MAX, 1, 0);
	struct trial_effect e;

	(void)state;
	assert_int_equal(trial_compare(&none, &same, &e), ST_OK);
	assert_false(e.known);
	assert_int_equal(trial_compare(&same, &one, &e), ST_OK);
	assert_false(e.known);
	/* nobody differs from anybody */
	assert_int_equal(trial_compare(&same, &same, &e), ST_OK);
	assert_false(e.known);
	assert_int_equal(trial_compare(&many, &same, &e), ST_LIMIT);
}

/* No effect is claimed with fewer than 700 of each arm after 21 days, whatever they say. */
static void a_claim_needs_seven_hundred(void **state)
{
	static const struct {
		int64_t now[2][3], later[2][3]; /* taught, control: good, fair, wary */
		enum trial_claim claim;
	} rows[] = {
		{{{500, 200, 0}, {200, 300, 200}}, {{500, 200, 0}, {200, 300, 200}}, TRIAL_REACHED},
		/* one too few, in one arm, at one time */
		{{{500, 200, 0}, {200, 300, 200}}, {{500, 199, 0}, {200, 300, 200}}, TRIAL_NO_CLAIM},
		{{{500, 200, 0}, {200, 300, 200}}, {{500, 200, 0}, {200, 300, 199}}, TRIAL_NO_CLAIM},
		{{{500, 199, 0}, {200, 300, 200}}, {{500, 200, 0}, {200, 300, 200}}, TRIAL_NO_CLAIM},
		{{{50000, 20000, 0}, {20000, 30000, 20000}}, {{0, 0, 0}, {0, 0, 0}}, TRIAL_NO_CLAIM},
		/* enough: then what did not work is said as well */
		{{{300, 300, 100}, {300, 300, 100}}, {{300, 300, 100}, {300, 300, 100}}, TRIAL_NOT_REACHED},
		{{{500, 200, 0}, {200, 300, 200}}, {{300, 300, 100}, {300, 300, 100}}, TRIAL_NOT_REACHED},
		{{{300, 300, 100}, {300, 300, 100}}, {{500, 200, 0}, {200, 300, 200}}, TRIAL_NOT_REACHED},
		/* it made people distrust everything */
		{{{500, 200, 0}, {200, 300, 200}}, {{600, 0, 100}, {0, 700, 0}}, TRIAL_NOT_REACHED},
		/* nobody differs: nothing can be said */
		{{{700, 0, 0}, {700, 0, 0}}, {{700, 0, 0}, {700, 0, 0}}, TRIAL_NO_CLAIM},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct trial_sums s = {.of = {{{0}}}};
		enum trial_claim claim;

		for (unsigned arm = 0; arm < TRIAL_ARMS; arm++) {
			s.of[TRIAL_AFTER][arm] = sum(rows[i].now[arm][0], rows[i].now[arm][1], rows[i].now[arm][2]);
			s.of[TRIAL_LATER][arm] = sum(rows[i].later[arm][0], rows[i].later[arm][1], rows[i].later[arm][2]);
		}
		claim = trial_claim_of(&s);
		if (claim != rows[i].claim)
			fail_msg("row %zu: %d", i, (int)claim);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_are_balanced_and_nothing_is_asked_twice), cmocka_unit_test(answers_are_counted), cmocka_unit_test(arms_are_compared),
		cmocka_unit_test(what_cannot_be_compared), cmocka_unit_test(a_claim_needs_seven_hundred),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
