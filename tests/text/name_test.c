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
		{"\u0421\u0435\u0440\u0433\u0435\u0439", "sergey", "sergei", "serhii"},
		{"\u042E\u0440\u0438\u0439", "yuri", "yury", "iurii"},
		{"\u0429\u0435\u0440\u0431\u0430\u043A\u043E\u0432", "shcherbakov", NULL},
		{"\u0645\u062D\u0645\u062F", "muhammad", "mohammed", "mohamed"},
		{"\u062D\u0633\u064A\u0646", "hussein", "husain", NULL},
		{"S\u00F8ren", "soren", "soeren", NULL},
		{"\u00C5se", "ase", "aase", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct arena arena;
		struct name name;

		arena_init(&arena, 1 << 22);
		assert_ok(name_read(text_of(rows[i][0]), "", &arena, &name));
		assert_int_equal(name.form_count, 1);
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

/* Readers that make two parts of a word meet the limit in its middle; the name is flagged, never refused. */
static void overlong_names_are_flagged(void **state)
{
	static const char *const words[] = {"a", "\u0627\u0644\u062D\u0633\u064A\u0646", "\uAE40\uBBFC\uC218", "\u9648\u5FD7\u660E"};

	(void)state;
	for (size_t w = 0; w < sizeof words / sizeof words[0]; w++)
		for (size_t count = 1; count <= 40; count++) {
			char line[1024] = "x ";
			size_t len = count % 2 ? 2 : 0; /* an odd start, so that a pair meets the end in its middle */
			struct arena arena;
			struct name name;

			for (size_t i = 0; i < count; i++)
				len += (size_t)snprintf(line + len, sizeof line - len, "%s%s", i ? " " : "", words[w]);
			arena_init(&arena, 1 << 24);
			assert_ok(name_read((struct text){line, len}, "", &arena, &name));
			assert_true(name.form_count >= 1);
			assert_true(name.forms[0].part_count <= NAME_PARTS_MAX);
			if (count <= NAME_PARTS_MAX / 2)
				assert_false(name.overlong);
			if (count > NAME_PARTS_MAX)
				assert_true(name.overlong);
			arena_release(&arena);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_taken_apart),
		cmocka_unit_test(words_have_their_usual_spellings),
		cmocka_unit_test(overlong_names_are_flagged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
