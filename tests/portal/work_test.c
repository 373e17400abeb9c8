#include "portal/work.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "portal/worker.h"

#define ACT 1
#define BITS 6

static int64_t now_ms = 20000 * INT64_C(86400000);

static int64_t clock_read(void *context)
{
	(void)context;
	return now_ms;
}

static void random_fill(void *context, void *out, size_t len)
{
	(void)context;
	randombytes_buf(out, len);
}

static const struct env env = {.now_ms = clock_read, .random = random_fill};

static void done(struct works *works, uint8_t bits, char word[WORK_WORD_LEN + 1])
{
	char challenge[WORK_CHALLENGE_WORD];

	work_challenge(works, ACT, bits, challenge);
	(void)work_do(challenge, word);
}

static bool spend(struct works *works, const char *word)
{
	return work_spend(works, ACT, BITS, text_of(word));
}

static void test_done_work_is_spent_once(void **state)
{
	struct works *works = works_new(&env);
	char word[WORK_WORD_LEN + 1];

	(void)state;
	for (unsigned i = 0; i < 50; i++) {
		done(works, BITS, word);
		assert_true(spend(works, word));
		assert_false(spend(works, word));
		now_ms += 7000;
		assert_false(spend(works, word));
	}
	works_free(works);
}

static void test_what_is_no_work(void **state)
{
	struct works *works = works_new(&env), *other = works_new(&env);
	char word[WORK_WORD_LEN + 1], wrong[WORK_WORD_LEN + 3];
	unsigned taken = 0;

	(void)state;
	done(works, BITS, word);
	assert_false(work_spend(works, ACT + 1, BITS, text_of(word)));
	assert_false(work_spend(works, ACT, BITS + 1, text_of(word)));
	assert_false(spend(other, word));
	assert_false(spend(works, ""));
	for (size_t len = 0; len < WORK_WORD_LEN; len++)
		assert_false(work_spend(works, ACT, BITS, (struct text){word, len}));
	snprintf(wrong, sizeof wrong, "%s00", word);
	assert_false(spend(works, wrong));
	for (size_t i = 0; i < WORK_WORD_LEN; i++) {
		snprintf(wrong, sizeof wrong, "%s", word);
		wrong[i] = 'g';
		assert_false(spend(works, wrong));
		wrong[i] = word[i] == '0' ? '1' : '0';
		/* Of a number another may do as well, once in 64; of the challenge none. */
		if (i < 2 * WORK_CHALLENGE_SIZE)
			assert_false(spend(works, wrong));
	}
	assert_true(spend(works, word));
	/* The same challenge with other numbers is the same. */
	for (size_t i = 2 * WORK_CHALLENGE_SIZE; i < WORK_WORD_LEN; i++) {
		snprintf(wrong, sizeof wrong, "%s", word);
		wrong[i] = word[i] == '0' ? '1' : '0';
		taken += spend(works, wrong);
	}
	assert_int_equal(taken, 0);
	/* Nothing done at all, for bits that are really asked for. */
	done(works, 0, word);
	assert_false(spend(works, word));
	works_free(works);
	works_free(other);
}

static void test_times(void **state)
{
	static const struct { int64_t passes; bool good; } rows[] = {{0, true}, {1, true}, {WORK_LIFE_MS, true}, {WORK_LIFE_MS + 1, false}, {3 * WORK_LIFE_MS, false},
		{INT64_C(400) * 86400000, false}};
	struct works *works = works_new(&env);
	char word[WORK_WORD_LEN + 1], kept[WORK_WORD_LEN + 1];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		done(works, BITS, word);
		now_ms += rows[i].passes;
		assert_int_equal(spend(works, word), rows[i].good);
	}
	/* The clock goes back a little: what was spent stays so, also beyond two lives, when it would be forgotten. */
	now_ms = (now_ms / WORK_LIFE_MS + 1) * WORK_LIFE_MS + 60000;
	done(works, BITS, word);
	done(works, BITS, kept);
	assert_true(spend(works, word));
	now_ms -= 1;
	assert_false(spend(works, kept)); /* of a moment that is not yet */
	now_ms += 1 + 2 * WORK_LIFE_MS;
	done(works, BITS, kept);
	assert_true(spend(works, kept)); /* takes the place of what was spent then */
	now_ms -= 2 * WORK_LIFE_MS;
	assert_false(spend(works, word));
	done(works, BITS, kept);
	assert_true(spend(works, kept));
	works_free(works);
}

/* More than can be remembered is refused, never taken twice. */
static void test_full(void **state)
{
	enum { MANY = 300000 };
	struct works *works = works_new(&env);
	char (*words)[WORK_WORD_LEN + 1] = malloc(sizeof *words * MANY), challenge[WORK_CHALLENGE_WORD];
	unsigned taken = 0, early = 0, again = 0;

	(void)state;
	assert_non_null(words);
	now_ms = (now_ms / WORK_LIFE_MS + 1) * WORK_LIFE_MS;
	for (unsigned i = 0; i < MANY; i++) {
		work_challenge(works, ACT, 0, challenge);
		snprintf(words[i], sizeof words[i], "%s%064d", challenge, 0);
		taken += work_spend(works, ACT, 0, text_of(words[i]));
		if (i == 99999)
			early = taken;
	}
	assert_in_range(early, 99900, 100000);
	assert_in_range(taken, 240000, 262144);
	for (unsigned i = 0; i < MANY; i++)
		again += work_spend(works, ACT, 0, text_of(words[i]));
	assert_int_equal(again, 0);
	/* Two lives later there is room again. */
	now_ms += 2 * WORK_LIFE_MS;
	done(works, BITS, words[0]);
	assert_true(spend(works, words[0]));
	free(words);
	works_free(works);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_done_work_is_spent_once),
		cmocka_unit_test(test_what_is_no_work),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_full),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests_name("portal/work", tests, NULL, NULL);
}
