#include "lib/test.h"

#include "text/fold.h"
#include "text/name.h"
#include "readings_test.h"

/* Spellings that fonts draw alike; the last of each row is what they all become. */
static void spellings_drawn_alike_become_one(void **state)
{
	static const char *const rows[][4] = {
		{"\u179F\u17D2\u179A\u17D2\u178F\u17B8", "\u179F\u17D2\u178F\u17D2\u179A\u17B8"}, /* coeng ro goes last */
		{"\u179F\u17D2\u178A\u17C1\u1785", "\u179F\u17D2\u178F\u17C1\u1785"},             /* subscript da, ta */
		{"\u1787\u17C6\u17BB", "\u1787\u17BB\u17C6"},                                     /* nikahit typed first */
		{"\u1794\u17B6\u17C9", "\u1794\u17C9\u17B6"},                                     /* shifter typed last */
		{"\u1787\u17C1\u17B8\u1784", "\u1787\u17B8\u17C1\u1784", "\u1787\u17BE\u1784"},   /* oe in two halves */
		{"\u1785\u17C1\u17B6\u179B", "\u1785\u17C4\u179B"},                               /* oo in two halves */
		{"\u179F\u17BB\u17B8", "\u179F\u17B8\u17BB", "\u179F\u17C9\u17B8", "\u179F\u17CA\u17B8"}, /* u for a triisap */
		{"\u1798\u17BB\u17C9\u17B8", "\u1798\u17C9\u17B8\u17BB"},                         /* a shifter and a u stay both */
		{"\u1793\u17BB\u17B8", "\u1793\u17CA\u17B8", "\u1793\u17C9\u17B8"},               /* u for a muusikatoan */
		{"\u179A\u1784\u17D2\u179F\u17BB\u17B8", "\u179A\u1784\u17D2\u179F\u17CA\u17B8"},
		{"\u1780\u17B6\u17B6", "\u1780\u17B6"},                                           /* one sign twice */
		{"\u17A3\u1793", "\u17A2\u1793"},                                                 /* deprecated letters */
		{"\u17A4\u1793", "\u17A2\u17B6\u1793"},
		{"\u17A8", "\u17A7\u1780"},
		{"\u179F\u17BB\u200B\u1781\u17B6", "\u179F\u17BB\u1781\u17B5\u17B6", "\u179F\u17BB\u1781\u17B6"}, /* invisible */
		{"\u1780\u17D2", "\u1780"},                                                       /* a coeng with no letter */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t last = 3;

		while (rows[i][last] == NULL)
			last--;
		for (size_t k = 0; k <= last; k++)
			assert_folds(rows[i][k], rows[i][last]);
	}
}

/* What a reader sees as two names stays two. */
static void names_stay_apart(void **state)
{
	static const char *const rows[][2] = {
		{"\u179F\u17BB\u1781\u17B6", "\u179F\u17B7\u1781\u17B6"}, /* sokha, sikha */
		{"\u1794\u17C9\u17B6", "\u1794\u17B6"},                   /* pa, ba */
		{"\u1794\u17C9\u17B8", "\u1794\u17CA\u17B8"},             /* pei, bi: ba bears both shifters */
		{"\u1780\u17D2\u179A", "\u1780\u179A"},                   /* a subscript and a letter */
		{"\u1785\u17B6\u1793\u17CB", "\u1785\u17B6\u1793"},       /* with and without bantoc */
		{"\u178F\u17B6", "\u178A\u17B6"},                         /* ta, da: alike only as subscripts */
		{"\u179F\u17C6", "\u179F\u17C7"},
		{"\u179F\u17BB\u17C6", "\u179F\u17C6"},
		{"\u179F\u17D2\u179B\u17D2\u1799", "\u179F\u17D2\u1799\u17D2\u179B"}, /* the order of subscripts */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_folds_apart(rows[i][0], rows[i][1]);
}

static void every_row_of_signs_settles_at_once(void **state)
{
	static const uint32_t signs[] = {0x1780, 0x179F, 0x17D2, 0x179A, 0x17B8, 0x17BB, 0x17C1, 0x17B6, 0x17C9, 0x17CA,
					 0x17C6, 0x17CC, 0x17CD, 0x17DD, 0x17A4, 0x301,  0x0E48};

	(void)state;
	assert_all_settle(signs, sizeof signs / sizeof signs[0], 4);
}

/* A word, how many readings are looked at, and spellings that must be among them. */
static void names_have_their_usual_spellings(void **state)
{
	static const struct expected rows[] = {
		{"\u179F\u17BB\u1781", 2, {"sok", "sokh"}},
		{"\u1785\u17B6\u1793\u17CB", 1, {"chan"}},
		{"\u179C\u178E\u17D2\u178E", 4, {"vann", "van"}},
		{"\u179F\u17BB\u1797\u17B6\u1796", 1, {"sopheap"}},
		{"\u17A0\u17CA\u17BB\u1793", 1, {"hun"}},
		{"\u17A0\u17BB\u17CA\u1793", 1, {"hun"}},
		{"\u179B\u17B8", 2, {"ly", "li"}},
		{"\u1782\u17B9\u1798", 1, {"kim"}},
		{"\u17A0\u17C1\u1784", 1, {"heng"}},
		{"\u179F\u17D2\u179A\u17B8", 4, {"srey", "srei"}},
		{"\u1791\u17C0", 2, {"tea"}},
		{"\u1794\u17CA\u17BB\u1793", 2, {"bun"}},
		{"\u179C\u17B7\u1785\u17D2\u1786\u17B7\u1780\u17B6", 6, {"vicheka"}},
	};

	(void)state;
	assert_readings(rows, sizeof rows / sizeof rows[0]);
}

static void words_are_cut_into_parts(void **state)
{
	static const char *const rows[][2] = {
		{"\u17A0\u17CA\u17BB\u1793\u179F\u17C2\u1793", "hun/F sen/G"}, /* family and given name in one go */
		{"\u179F\u17BB\u1781\u17B6", "sokha/-"},                       /* a given name that begins like a family name */
		{"\u179F\u1798\u17D2\u178A\u17C1\u1785\u17A0\u17CA\u17BB\u1793\u179F\u17C2\u1793", "*/T hun/F sen/G"},
		{"\u179B\u17C4\u1780\u179F\u17D2\u179A\u17B8\u179F\u17BB\u1781\u17B6 \u1785\u17B6\u1793\u17CB", "*/T sokha/- chan/-"},
		{"\u179B\u17C4\u1780\u179F\u17D2\u179A\u17B8 \u179F\u17BB\u1781\u17B6", "*/T sokha/-"},
		{"\u179F\u17BB\u1781\u17B6 \u179B\u17C4\u1780\u179F\u17D2\u179A\u17B8", "sokha/- */T"},
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
