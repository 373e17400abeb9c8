#include "portal/surge.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

static int64_t now_ms;
static struct surge_seen last;
static unsigned told;

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

static void hear(void *context, const struct surge_seen *seen)
{
	(void)context;
	last = *seen;
	told++;
}

static struct surge *begin(void)
{
	struct surge *surge;

	now_ms = 20000 * DAY_MS;
	told = 0;
	surge = surge_new(&env, hear, NULL);
	assert_non_null(surge);
	return surge;
}

/* Many ask about the same: half of all questions fall on a hundred buckets. */
static void honest(struct surge *surge, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		surge_count(surge, i % 2 ? (uint16_t)(i / 2 % 100) : (uint16_t)(i * 2654435761u >> 18));
}

static void enumerate(struct surge *surge, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		surge_count(surge, (uint16_t)randombytes_uniform(SURGE_BUCKETS));
}

/* Few at night, many in the evening. */
static unsigned of_hour(unsigned hour, unsigned most)
{
	return most / 12 * (hour % 24 < 12 ? hour % 24 + 1 : 24 - hour % 24);
}

static void days(struct surge *surge, unsigned count, unsigned most, unsigned more)
{
	for (unsigned hour = 0; hour < 24 * count; hour++, now_ms += HOUR_MS) {
		honest(surge, of_hour(hour, most));
		enumerate(surge, more);
	}
}

/* Scenario G10, from thousands of addresses: 25 tokens at ten a minute are 15,000 in an hour. */
static void test_spread_enumeration_is_told_in_its_first_hour(void **state)
{
	struct surge *surge = begin();

	(void)state;
	days(surge, 9, 3000, 0);
	assert_int_equal(told, 0);
	days(surge, 1, 3000, 15000);
	assert_int_equal(told, 1);
	assert_true(last.known);
	assert_in_range(last.usual, 200, 3000);
	assert_int_equal(last.asked, last.usual + SURGE_MORE);
	assert_in_range(last.buckets, 10000, SURGE_BUCKETS);
	/* It does not become usual by lasting. */
	days(surge, 20, 3000, 15000);
	assert_int_equal(told, 21);
	free(surge);
}

/* On the first day nothing is usual yet, and so the pace itself counts. */
static void test_the_first_day(void **state)
{
	struct surge *surge = begin();

	(void)state;
	now_ms += HOUR_MS / 2;
	days(surge, 1, 3000, 13000 - 3000);
	assert_int_equal(told, 0);
	days(surge, 1, 0, 0);
	free(surge);
	surge = begin();
	days(surge, 1, 0, 15000);
	assert_int_equal(told, 1);
	assert_false(last.known);
	free(surge);
}

/* What is on television is told too, and looks otherwise: nearly all ask for the same. */
static void test_many_who_ask_for_the_same(void **state)
{
	struct surge *surge = begin();

	(void)state;
	days(surge, 8, 3000, 0);
	for (unsigned i = 0; i < 40000; i++)
		surge_count(surge, (uint16_t)(i % 20 ? 77 : i % SURGE_BUCKETS));
	assert_int_equal(told, 2);
	assert_in_range(last.buckets, 1, 5);
	free(surge);
}

/* What a busy site hides: less than half of what is usual. Its evenings are not told. */
static void test_a_busy_site(void **state)
{
	struct surge *surge = begin();

	(void)state;
	days(surge, 8, 60000, 0);
	/* On the first day nothing was usual, so its evening is told, as often as it doubles. */
	assert_in_range(told, 1, 3);
	told = 0;
	days(surge, 1, 60000, 10000);
	assert_int_equal(told, 0);
	days(surge, 1, 60000, 31000);
	assert_in_range(told, 1, 4);
	free(surge);
}

static void test_a_clock_that_is_set(void **state)
{
	static const int64_t jumps[] = {-1, -HOUR_MS, -30 * DAY_MS, 400 * DAY_MS, HOUR_MS, 26 * HOUR_MS, -400 * DAY_MS};
	struct surge *surge = begin();

	(void)state;
	days(surge, 2, 3000, 0);
	for (size_t i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
		now_ms += jumps[i];
		days(surge, 1, 3000, 0);
	}
	assert_int_equal(told, 0);
	free(surge);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spread_enumeration_is_told_in_its_first_hour),
		cmocka_unit_test(test_the_first_day),
		cmocka_unit_test(test_many_who_ask_for_the_same),
		cmocka_unit_test(test_a_busy_site),
		cmocka_unit_test(test_a_clock_that_is_set),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests_name("portal/surge", tests, NULL, NULL);
}
