#include "portal/limit.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define DAY_MS INT64_C(86400000)
#define MINUTE_MS INT64_C(60000)

static int64_t now_ms = 20000 * DAY_MS;
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

static void marked(unsigned networks)
{
	told = networks;
}

static bool ask(struct limits *limits, unsigned who)
{
	char address[32];
	int len = snprintf(address, sizeof address, "203.0.113.%u", who);

	return limit_take(limits, LIMIT_CHECK, (struct text){address, (size_t)len});
}

static void test_room_and_pace(void **state)
{
	struct limits *limits = limits_new(&env, marked);
	unsigned given = 0;

	(void)state;
	for (unsigned i = 0; i < 300; i++)
		given += ask(limits, 1);
	assert_int_equal(given, 240);
	assert_true(ask(limits, 2));
	now_ms += MINUTE_MS;
	given = 0;
	for (unsigned i = 0; i < 300; i++)
		given += ask(limits, 1);
	assert_int_equal(given, 120);
	free(limits);
}

/* Scenario G10: 25 askers at ten a minute are noticed on the first day; who checks what he was sent is not, nor is what he wrote. */
static void test_going_through_numbers_is_noticed_on_the_first_day(void **state)
{
	struct limits *limits = limits_new(&env, marked);
	const int64_t midnight = (now_ms / DAY_MS + 1) * DAY_MS;
	int64_t first = 0;

	(void)state;
	told = 0;
	for (now_ms = midnight; now_ms < midnight + DAY_MS; now_ms += MINUTE_MS) {
		for (unsigned who = 0; who < 25; who++)
			for (unsigned i = 0; i < 10; i++)
				assert_true(ask(limits, who));
		assert_true(ask(limits, 200));
		(void)limit_take(limits, LIMIT_WRITE, TEXT("203.0.113.201"));
		first = first == 0 && told ? now_ms : first;
	}
	/* Two of them may share a place among 16,384. */
	assert_in_range(told, 22, 25);
	assert_in_range(first, midnight + 8 * 60 * MINUTE_MS, midnight + 17 * 60 * MINUTE_MS);
	/* The next day begins at nothing. */
	told = 0;
	for (unsigned i = 0; i < LIMIT_MARK - 1; i++)
		(void)ask(limits, 3);
	assert_int_equal(told, 0);
	(void)ask(limits, 3);
	assert_int_equal(told, 1);
	(void)ask(limits, 3);
	assert_int_equal(told, 1);
	free(limits);
}

static void test_a_networks_name_is_of_one_day(void **state)
{
	struct limits *limits = limits_new(&env, NULL);
	char one[LIMIT_NETWORK_SIZE], other[LIMIT_NETWORK_SIZE];

	(void)state;
	limit_network(limits, TEXT("203.0.113.7"), one);
	limit_network(limits, TEXT("203.0.113.99"), other);
	assert_string_equal(one, other);
	limit_network(limits, TEXT("203.0.114.7"), other);
	assert_string_not_equal(one, other);
	now_ms += DAY_MS;
	limit_network(limits, TEXT("203.0.113.7"), other);
	assert_string_not_equal(one, other);
	free(limits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_room_and_pace),
		cmocka_unit_test(test_going_through_numbers_is_noticed_on_the_first_day),
		cmocka_unit_test(test_a_networks_name_is_of_one_day),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests_name("portal/limit", tests, NULL, NULL);
}
