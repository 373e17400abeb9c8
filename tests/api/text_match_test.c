#include "api/text_match.h"

#include "lib/test.h"

static void edits_are_counted(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned edits; /* so many and no fewer */
	} rows[] = {
		{"kim", "kim", 0}, {"kim", "kin", 1}, {"kim", "kimm", 1}, {"kim", "im", 1}, {"kim", "ikm", 1}, {"", "", 0},
		{"kim", "mik", 2}, {"zakharov", "zacharof", 2}, {"김민수", "김민우", 1}, {"", "ab", 2}, {"abcd", "badc", 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct text a = text_of(rows[i].a), b = text_of(rows[i].b);

		assert_true(words_near(a, b, rows[i].edits));
		assert_true(words_near(b, a, rows[i].edits));
		if (rows[i].edits)
			assert_false(words_near(a, b, rows[i].edits - 1));
	}
}

/* Every choice, the plain way. */
static bool fits_slowly(const char *pattern, const char *word)
{
	if (*pattern == 0)
		return *word == 0;
	if (*pattern == '*')
		return fits_slowly(pattern + 1, word) || (*word && fits_slowly(pattern, word + 1));
	return *word && (*pattern == '?' || *pattern == *word) && fits_slowly(pattern + 1, word + 1);
}

/* All patterns and words of up to five letters out of few. */
static void stars_fit_what_trying_everything_fits(void **state)
{
	static const char letters[] = "ab*?";
	char pattern[6], word[6];
	unsigned fitting = 0;

	(void)state;
	for (unsigned p = 0; p < 1024; p++)
		for (unsigned w = 0; w < 62; w++) {
			unsigned len = 1, n = w;
			struct pattern wild = {.wild = true};

			for (unsigned i = 0; i < 5; i++)
				pattern[i] = letters[p >> (2 * i) & 3];
			pattern[5] = 0;
			for (; n >= 1u << len; len++)
				n -= 1u << len;
			for (unsigned i = 0; i < len; i++)
				word[i] = (char)('a' + (n >> i & 1));
			word[len] = 0;
			wild.word = text_of(pattern);
			if (pattern_fits(&wild, text_of(word)) != fits_slowly(pattern, word))
				fail_msg("%s against %s", pattern, word);
			fitting += fits_slowly(pattern, word);
		}
	assert_true(fitting > 1000);
}

static void a_question_mark_is_one_letter_in_any_script(void **state)
{
	const struct pattern p = {TEXT("김?수"), true, 0};

	(void)state;
	assert_true(pattern_fits(&p, TEXT("김민수")));
	assert_false(pattern_fits(&p, TEXT("김수")));
	assert_text(pattern_start(&p), "김");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edits_are_counted),
		cmocka_unit_test(stars_fit_what_trying_everything_fits),
		cmocka_unit_test(a_question_mark_is_one_letter_in_any_script),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
