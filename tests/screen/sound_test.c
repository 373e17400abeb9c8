#include "screen/hearing.h"

#include "lib/test.h"

static uint32_t apart(const char *a, const char *b)
{
	struct sound x, y;

	sound_hear(text_of(a), &x);
	sound_hear(text_of(b), &y);
	assert_int_equal(sound_distance(sound_text(&x), sound_text(&y), SOUND_COST_MAX),
			 sound_distance(sound_text(&y), sound_text(&x), SOUND_COST_MAX));
	return sound_distance(sound_text(&x), sound_text(&y), SOUND_COST_MAX);
}

static void usual_spellings_of_one_name_are_near(void **state)
{
	static const char *const near[][2] = {
		{"minsoo", "minsu"},   {"jung", "jeong"},   {"park", "bak"},      {"sokha", "sokhar"}, {"wichai", "vichai"},
		{"sergey", "sergei"},  {"mohamed", "muhammad"}, {"hussein", "husayn"}, {"yury", "yuri"},   {"phan", "pan"},
	};
	static const char *const far[][2] = {
		{"minsoo", "jihoon"}, {"park", "kim"}, {"sergey", "andrey"}, {"mohamed", "abdullah"}, {"sok", "chea"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof near / sizeof near[0]; i++)
		if (apart(near[i][0], near[i][1]) > 5000)
			fail_msg("%s and %s are %u apart", near[i][0], near[i][1], apart(near[i][0], near[i][1]));
	for (size_t i = 0; i < sizeof far / sizeof far[0]; i++)
		if (apart(far[i][0], far[i][1]) < 8000)
			fail_msg("%s and %s are only %u apart", far[i][0], far[i][1], apart(far[i][0], far[i][1]));
}

static void doubled_letters_and_case_of_hearing_do_not_count(void **state)
{
	(void)state;
	assert_int_equal(apart("anna", "ana"), 0);
	assert_int_equal(apart("chulsoo", "chulsu"), 0);
	assert_int_equal(apart("", ""), 0);
}

static void long_words_are_cut_and_not_overrun(void **state)
{
	char word[300];
	struct sound s;

	(void)state;
	for (size_t i = 0; i < sizeof word; i++)
		word[i] = i % 2 ? 'a' : 'k';
	sound_hear((struct text){word, sizeof word}, &s);
	assert_int_equal(s.len, SOUND_MAX);
}

static bool keys_meet(struct text a, struct text b)
{
	uint32_t x[KEYS_PER_SOUND_MAX], y[KEYS_PER_SOUND_MAX];
	size_t n = sound_keys(a, x), m = sound_keys(b, y);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			if (x[i] == y[k])
				return true;
	return false;
}

/* What the index finds by keys and what a comparison calls sharing a key is the same thing. */
static void coarse_sounds_share_a_key_exactly_when_their_keys_meet(void **state)
{
	uint32_t seed = 7;
	size_t shared = 0;

	(void)state;
	for (size_t round = 0; round < 200000; round++) {
		struct sound s[2], coarse[2];
		bool meet;

		for (size_t k = 0; k < 2; k++) {
			s[k].len = (uint8_t)((seed = seed * 1664525u + 1013904223u) >> 24) % 8;
			for (size_t i = 0; i < s[k].len; i++)
				s[k].units[i] = (uint8_t)"kantei"[((seed = seed * 1664525u + 1013904223u) >> 20) % 6];
			coarse[k].len = (uint8_t)sound_coarse(sound_text(&s[k]), coarse[k].units);
		}
		meet = keys_meet(sound_text(&s[0]), sound_text(&s[1]));
		shared += meet;
		assert_int_equal(coarse_share_key(sound_text(&coarse[0]), sound_text(&coarse[1])), meet);
		assert_int_equal(coarse_share_key(sound_text(&coarse[1]), sound_text(&coarse[0])), meet);
	}
	assert_in_range(shared, 1000, 199000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual_spellings_of_one_name_are_near),
		cmocka_unit_test(doubled_letters_and_case_of_hearing_do_not_count),
		cmocka_unit_test(coarse_sounds_share_a_key_exactly_when_their_keys_meet),
		cmocka_unit_test(long_words_are_cut_and_not_overrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
