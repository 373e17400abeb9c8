#include "lib/test.h"

#include <stdio.h>

#include "text/name.h"

/* "reading/role reading/role ...": the first reading of each part, F G P T L or - for the role. */
static void name_sketch(struct text name, char *out, size_t size)
{
	static const char roles[] = "-FGPTL";
	struct arena arena;
	struct name read;
	size_t n = 0;

	arena_init(&arena, 1 << 22);
	assert_ok(name_read(name, "", &arena, &read));
	out[0] = '\0';
	for (size_t i = 0; read.form_count && i < read.forms[0].part_count; i++) {
		const struct name_part *p = &read.forms[0].parts[i];
		struct text first = p->reading_count ? p->readings[0].latin : TEXT("?");

		n += (size_t)snprintf(out + n, size - n, "%s%.*s/%c", i ? " " : "", TEXT_ARG(first), roles[p->role]);
		if (p->reading_count)
			assert_int_equal(p->readings[0].weight_ppm, 1000000);
	}
	arena_release(&arena);
}

static void names_are_taken_apart(void **state)
{
	static const char *const rows[][2] = {
		{"", ""},
		{"Kim Yong Bok", "kim/- yong/- bok/-"},
		{"KIM Yong Bok", "kim/F yong/- bok/-"},
		{"KIM YONG BOK", "kim/- yong/- bok/-"},
		{"Kim JONG UN", "kim/- jong/- un/-"},
		{"AL ZAWAHIRI, Dr. Ayman", "al/L zawahiri/F dr/T ayman/G"},
		{"Otto von Bismarck", "otto/- von/L bismarck/-"},
		{"Nguyen Thi Van", "nguyen/- thi/- van/-"},
		{"Vladimir Vladimirovich Putin", "vladimir/- vladimirovich/P putin/-"},
		{"Major", "major/-"},
		{"J. Smith a.k.a. Bob", "j/- smith/- a/T k/T a/T bob/-"},
		{"M\u00FCller", "muller/-"},
		{"\u0110\u1ED7 M\u01B0\u1EDDi", "do/- muoi/-"},
		{"\u0130BRAH\u0130M", "ibrahim/-"},
		{"a b c d e f g h i j k l m n o p q r",
		 "a/- b/- c/- d/- e/L f/- g/- h/- i/- j/- k/- l/- m/- n/- o/- pqr/-"},
	};
	char got[512];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		name_sketch(text_of(rows[i][0]), got, sizeof got);
		assert_string_equal(got, rows[i][1]);
	}
}

/* Each row: a word and spellings that must be among its readings. */
static void words_have_their_usual_spellings(void **state)
{
	static const char *const rows[][4] = {
		{"M\u00FCller", "muller", "mueller", NULL},
		{"S\u00F8ren", "soren", "soeren", NULL},
		{"\u00C5se", "ase", "aase", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct arena arena;
		struct name name;

		arena_init(&arena, 1 << 22);
		assert_ok(name_read(text_of(rows[i][0]), "", &arena, &name));
		for (size_t k = 1; k < 4 && rows[i][k]; k++) {
			const struct name_part *p = &name.forms[0].parts[0];
			bool found = false;

			for (size_t r = 0; r < p->reading_count; r++)
				found = found || text_equal(p->readings[r].latin, text_of(rows[i][k]));
			if (!found)
				fail_msg("%s: no reading %s", rows[i][0], rows[i][k]);
		}
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_taken_apart),
		cmocka_unit_test(words_have_their_usual_spellings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
