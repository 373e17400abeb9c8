#include "lists/words.h"

#include <stdio.h>

#include "lib/test.h"

static const char *const texts[] = {
	"Alexander ZAKHAROV", "o'Neil-Smith, J.K.", "Müller", "김민수 KIM", "zakharov zakharov", "",
};
#define TEXTS (sizeof texts / sizeof texts[0])

static struct words *built(void)
{
	struct words_builder *builder;
	struct words *words;

	assert_ok(words_builder_new(&builder));
	for (size_t i = 0; i < TEXTS; i++)
		assert_ok(words_builder_add(builder, (entity_ref)i, text_of(texts[i]), i % 2 == 0));
	assert_ok(words_builder_finish(builder, &words));
	words_builder_free(builder);
	return words;
}

/* The entities of a word, as "0n 4": n where in a name. */
static void assert_places(const struct words *words, const char *word, const char *expected)
{
	uint32_t at = words_from(words, text_of(word)), count = 0;
	const word_place *places = NULL;
	char got[64] = "";

	if (at < words_count(words) && text_equal(words_at(words, at), text_of(word)))
		places = words_places(words, at, &count);
	for (uint32_t i = 0; i < count; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%u%s", i ? " " : "", places[i] >> 1,
			 places[i] & 1 ? "n" : "");
	assert_string_equal(got, expected);
}

static void words_stand_under_every_form(void **state)
{
	struct words *words = built();

	(void)state;
	assert_places(words, "zakharov", "0n 4n");
	assert_places(words, "alexander", "0n");
	assert_places(words, "oneil", "1");
	assert_places(words, "smith", "1");
	assert_places(words, "j", "1");
	assert_places(words, "müller", "2n");
	assert_places(words, "muller", "2n");
	assert_places(words, "mueller", "2n");
	assert_places(words, "김민수", "3");
	assert_places(words, "kim", "3");
	assert_places(words, "nobody", "");
	for (uint32_t i = 1; i < words_count(words); i++)
		assert_true(text_compare(words_at(words, i - 1), words_at(words, i)) < 0);
	words_free(words);
}

static void nothing_gives_no_words(void **state)
{
	struct words_builder *builder;
	struct words *words;

	(void)state;
	assert_ok(words_builder_new(&builder));
	assert_ok(words_builder_finish(builder, &words));
	assert_int_equal(words_count(words), 0);
	assert_int_equal(words_from(words, TEXT("a")), 0);
	words_free(words);
	words_builder_free(builder);
}

static void long_texts_and_long_words_are_cut_between_letters(void **state)
{
	static char long_text[9001];
	struct word_list words;
	struct arena arena;

	(void)state;
	arena_init(&arena, (size_t)16 << 20);
	for (size_t i = 0; i < 9000; i += 3)
		memcpy(long_text + i, "\xEA\xB9\x80", 3);
	assert_ok(words_cut(text_of(long_text), true, &arena, &words));
	assert_true(words.count > 0);
	for (size_t i = 0; i < words.count; i++) {
		struct text again;

		assert_true(words.list[i].len && words.list[i].len <= WORD_MAX);
		assert_ok(text_check(text_bytes(words.list[i]), &again, NULL));
	}
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_stand_under_every_form),
		cmocka_unit_test(nothing_gives_no_words),
		cmocka_unit_test(long_texts_and_long_words_are_cut_between_letters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
