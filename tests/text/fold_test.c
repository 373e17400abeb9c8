#include "lib/test.h"

#include "text/fold.h"

static void folding_keeps_what_tells_people_apart(void **state)
{
	static const char *const rows[][2] = {
		{"", ""},
		{"KIM", "kim"},
		{"  Kim   Yong-Bok ", "kim yong bok"},
		{"AL ZAWAHIRI, Dr. Ayman", "al zawahiri dr ayman"},
		{"O'Neil O\u2019Neil O\u00B4Neil O\u02BCNeil", "oneil oneil oneil oneil"},
		{"J.K. Rowling", "j k rowling"},
		{"GRO\u00DF Stra\u00DFe", "gross strasse"},
		{"ANI\u200BBAL NUN\u0415Z BRISU\u0415L\u0410", "anibal nunez brisuela"},
		{"\u0410\u0415\u041E", "\u0430\u0435\u043E"},             /* wholly look-alikes: left alone */
		{"\u0418\u0432a\u043Do\u0432", "\u0438\u0432\u0430\u043D\u043E\u0432"}, /* Latin a, o in Иванов */
		{"\u0410\u041D\u041C\u0415D", "ahmed"}, /* no Cyrillic word has a letter like D, so this is none */
		{"\u0421\u0415S\u0420\u0415D\u0415S", "cespedes"},
		{"\uFF2B\uFF29\uFF2D", "kim"},
		{"\u30DE\u30A4\u30AF\u30FB\u30B9\u30DF\u30B9", "\u30DE\u30A4\u30AF \u30B9\u30DF\u30B9"},
		{"\u0645\u064F\u062D\u0640\u0645\u0651\u062F", "\u0645\u062D\u0645\u062F"}, /* points and tatweel go */
		{"\u1780\u17D2\u1794", "\u1780\u17D2\u1794"},             /* a Khmer subscript stays */
		{"Nguy\u1EC5n", "nguy\u1EC5n"},
		{"Nguye\u0302\u0303n", "nguy\u1EC5n"},
		{"A (B) 7", "a b 7"},
		{"...", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct arena arena;
		struct text folded, again;

		arena_init(&arena, 1 << 20);
		assert_ok(text_fold(text_of(rows[i][0]), &arena, &folded));
		assert_text(folded, rows[i][1]);
		assert_ok(text_fold(folded, &arena, &again));
		assert_text(again, rows[i][1]);
		arena_release(&arena);
	}
}

static void folding_refuses_what_is_too_long(void **state)
{
	static char longest[FOLD_INPUT_MAX + 1];
	struct arena arena;
	struct text folded;

	(void)state;
	memset(longest, 'a', sizeof longest);
	arena_init(&arena, 1 << 20);
	assert_int_equal(text_fold((struct text){longest, FOLD_INPUT_MAX + 1}, &arena, &folded), ST_LIMIT);
	assert_ok(text_fold((struct text){longest, FOLD_INPUT_MAX}, &arena, &folded));
	arena_release(&arena);
	arena_init(&arena, 16);
	assert_int_equal(text_fold((struct text){longest, FOLD_INPUT_MAX}, &arena, &folded), ST_LIMIT);
	arena_release(&arena);
}

static void scripts_are_told_apart(void **state)
{
	static const struct {
		const char *text;
		const char *code;
	} rows[] = {{"kim", "Latn"}, {"\uAE40", "Hang"}, {"\u91D1", "Hani"}, {"\u30AB\u30FC", "Hrkt"}, {"\u1782", "Khmr"},
		    {"\u0E01", "Thai"}, {"\u0418", "Cyrl"}, {"\u0639", "Arab"}, {"12", "Zyyy"}, {"\u05D0", "Hebr"}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(script_code(script_main(text_of(rows[i].text))), rows[i].code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folding_keeps_what_tells_people_apart),
		cmocka_unit_test(folding_refuses_what_is_too_long),
		cmocka_unit_test(scripts_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
