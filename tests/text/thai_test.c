#include "lib/test.h"

#include "readings_test.h"

/* Spellings that fonts draw alike; the last of each row is what they all become. */
static void spellings_drawn_alike_become_one(void **state)
{
	static const char *const rows[][3] = {
		{"\u0E40\u0E40\u0E14\u0E07", "\u0E41\u0E14\u0E07"},                         /* two sara e for sara ae */
		{"\u0E1B\u0E48\u0E39", "\u0E1B\u0E39\u0E48"},                               /* a tone typed before its vowel */
		{"\u0E1B\u0E48\u0E35", "\u0E1B\u0E35\u0E48"},
		{"\u0E19\u0E49\u0E33", "\u0E19\u0E4D\u0E49\u0E32", "\u0E19\u0E4D\u0E49\u0E32"}, /* sara am in two halves */
		{"\u0E19\u0E45", "\u0E19\u0E32"},                                           /* lakkhangyao for sara aa */
		{"\u0E1B\u0E35\u0E35", "\u0E1B\u0E35"},
		{"\u0E2A\u0E38\u200B\u0E14\u0E32", "\u0E2A\u0E38\u0E14\u0E32"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *last = rows[i][2] ? rows[i][2] : rows[i][1];

		for (size_t k = 0; k < 3 && rows[i][k]; k++)
			assert_folds(rows[i][k], last);
	}
}

static void names_stay_apart(void **state)
{
	static const char *const rows[][2] = {
		{"\u0E2A\u0E38\u0E14\u0E32", "\u0E2A\u0E34\u0E14\u0E32"},       /* suda, sida */
		{"\u0E1B\u0E39\u0E48", "\u0E1B\u0E35"},
		{"\u0E1B\u0E39\u0E48", "\u0E1B\u0E39"},                         /* with and without a tone */
		{"\u0E27\u0E31\u0E12\u0E19\u0E4C", "\u0E27\u0E31\u0E12\u0E19"}, /* with and without the silencer */
		{"\u0E28\u0E23\u0E35", "\u0E2A\u0E23\u0E35"},
		{"\u0E2D\u0E36", "\u0E2D\u0E37"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_folds_apart(rows[i][0], rows[i][1]);
}

static void every_row_of_signs_settles_at_once(void **state)
{
	static const uint32_t signs[] = {0x0E01, 0x0E40, 0x0E45, 0x0E31, 0x0E38, 0x0E3A, 0x0E47, 0x0E48, 0x0E49,
					 0x0E4C, 0x0E4D, 0x0E33, 0x301,  0x338,  0x17D2, 0x17B6, 0x27};

	(void)state;
	assert_all_settle(signs, sizeof signs / sizeof signs[0], 4);
}

static void names_have_their_usual_spellings(void **state)
{
	static const struct expected rows[] = {
		{"\u0E2A\u0E21\u0E0A\u0E32\u0E22", 1, {"somchai"}},
		{"\u0E1E\u0E23\u0E17\u0E34\u0E1E\u0E22\u0E4C", 4, {"phonthip", "pornthip", "porntip"}},
		{"\u0E27\u0E34\u0E0A\u0E31\u0E22", 6, {"wichai", "vichai"}},
		{"\u0E40\u0E08\u0E23\u0E34\u0E0D", 12, {"charoen", "jaroen"}},
		{"\u0E28\u0E34\u0E23\u0E34", 2, {"siri"}},
		{"\u0E1A\u0E38\u0E0D", 6, {"bun", "boon"}},
		{"\u0E27\u0E31\u0E12\u0E19\u0E4C", 6, {"wat"}},
		{"\u0E28\u0E31\u0E01\u0E14\u0E34\u0E4C", 2, {"sak"}},
		{"\u0E41\u0E14\u0E07", 3, {"daeng"}},
		{"\u0E40\u0E40\u0E14\u0E07", 3, {"daeng"}},
	};

	(void)state;
	assert_readings(rows, sizeof rows / sizeof rows[0]);
}

static void words_are_cut_into_parts(void **state)
{
	static const char *const rows[][2] = {
		{"\u0E19\u0E32\u0E22\u0E2A\u0E21\u0E0A\u0E32\u0E22 \u0E2A\u0E34\u0E23\u0E34", "*/T somchai/- siri/-"},
		{"\u0E19\u0E32\u0E07\u0E2A\u0E32\u0E27\u0E2A\u0E38\u0E14\u0E32 \u0E2A\u0E34\u0E23\u0E34", "*/T suda/- siri/-"},
		{"\u0E19.\u0E2A.\u0E2A\u0E38\u0E14\u0E32 \u0E2A\u0E34\u0E23\u0E34", "*/T */T suda/- siri/-"},
		{"\u0E19\u0E32\u0E22 \u0E2A\u0E21\u0E0A\u0E32\u0E22", "*/T somchai/-"},
		{"\u0E2A\u0E21\u0E0A\u0E32\u0E22 \u0E19\u0E32\u0E22\u0E2A\u0E34\u0E23\u0E34", "somchai/- naisiri/-"}, /* only first */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_parts(rows[i][0], rows[i][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spellings_drawn_alike_become_one),
		cmocka_unit_test(names_stay_apart),
		cmocka_unit_test(every_row_of_signs_settles_at_once),
		cmocka_unit_test(names_have_their_usual_spellings),
		cmocka_unit_test(words_are_cut_into_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
