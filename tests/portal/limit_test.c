#include "portal/limit.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "portal/worker.h"

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

static void marked(void *context, unsigned networks)
{
	(void)context;
	told = networks;
}

static bool ask(struct limits *limits, unsigned who)
{
	char address[32], challenge[WORK_CHALLENGE_WORD];
	int len = snprintf(address, sizeof address, "203.0.113.%u", who);

	return limit_take(limits, LIMIT_CHECK, (struct text){address, (size_t)len}, TEXT(""), challenge);
}

static void test_room_and_pace(void **state)
{
	struct limits *limits = limits_new(&env, marked, NULL);
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
	limits_free(limits);
}

/* Scenario G10: 25 askers at ten a minute are noticed on the first day; who checks what he was sent is not, nor is what he wrote. */
static void test_going_through_numbers_is_noticed_on_the_first_day(void **state)
{
	struct limits *limits = limits_new(&env, marked, NULL);
	const int64_t midnight = (now_ms / DAY_MS + 1) * DAY_MS;
	char challenge[WORK_CHALLENGE_WORD];
	int64_t first = 0;

	(void)state;
	told = 0;
	for (now_ms = midnight; now_ms < midnight + DAY_MS; now_ms += MINUTE_MS) {
		for (unsigned who = 0; who < 25; who++)
			for (unsigned i = 0; i < 10; i++)
				assert_true(ask(limits, who));
		assert_true(ask(limits, 200));
		(void)limit_take(limits, LIMIT_WRITE, TEXT("203.0.113.201"), TEXT(""), challenge);
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
	limits_free(limits);
}

static void test_a_networks_name_is_of_one_day(void **state)
{
	struct limits *limits = limits_new(&env, NULL, NULL);
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
	limits_free(limits);
}

/* Asks, and works when told to; gives the hashes that it cost. */
static uint64_t ask_working(struct limits *limits, enum limit_act act, const char *address, bool *ret_through)
{
	char challenge[WORK_CHALLENGE_WORD], word[WORK_WORD_LEN + 1];
	uint64_t hashes = 0;

	*ret_through = limit_take(limits, act, text_of(address), TEXT(""), challenge);
	for (unsigned turn = 0; turn < 3 && !*ret_through; turn++) {
		hashes += work_do(challenge, word);
		*ret_through = limit_take(limits, act, text_of(address), text_of(word), challenge);
	}
	return hashes;
}

static unsigned bits_of(const char *challenge)
{
	uint8_t bits[1];

	assert_int_equal(sodium_hex2bin(bits, sizeof bits, challenge + 2, 2, NULL, NULL, NULL), 0);
	return bits[0];
}

/* A telephone network of one address: everybody gets through, nobody pays more than the least. */
static void test_two_hundred_behind_one_address(void **state)
{
	struct limits *limits = limits_new(&env, NULL, NULL);
	uint64_t hashes = 0;
	unsigned worked = 0;
	bool through;

	(void)state;
	for (unsigned round = 0; round < 2; round++, now_ms += 20000)
		for (unsigned who = 0; who < 200; who++) {
			uint64_t cost = ask_working(limits, LIMIT_CHECK, "203.0.113.9", &through);

			assert_true(through);
			hashes += cost;
			worked += cost > 0;
		}
	assert_int_equal(worked, 400 - 240 - 40);
	/* Half a second of a weak telephone: 2^14 on average, and nearly that each time. */
	assert_in_range(hashes / worked, 13000, 20000);
	limits_free(limits);
}

/* Who asks for ever more pays ever more; those elsewhere do not. The work is measured, not believed. */
static void test_a_flood_pays_for_itself(void **state)
{
	struct limits *limits = limits_new(&env, NULL, NULL);
	char challenge[WORK_CHALLENGE_WORD];
	uint64_t hashes = 0;
	bool through;

	(void)state;
	for (unsigned i = 0; i < 240 + 250; i++) {
		hashes += ask_working(limits, LIMIT_CHECK, "203.0.113.66", &through);
		assert_true(through);
	}
	assert_true(hashes > 250 * 15000);
	assert_false(limit_take(limits, LIMIT_CHECK, TEXT("203.0.113.66"), TEXT(""), challenge));
	assert_int_equal(bits_of(challenge), 12);
	assert_true(limit_take(limits, LIMIT_CHECK, TEXT("203.0.113.67"), TEXT(""), challenge));
	/* The plain form and the call for help of the same network have shares of their own. */
	assert_true(limit_take(limits, LIMIT_PLAIN, TEXT("203.0.113.66"), TEXT(""), challenge));
	assert_true(limit_take(limits, LIMIT_CALL, TEXT("203.0.113.66"), TEXT(""), challenge));
	/* It is forgotten as fast as the share fills: the network is as it was. */
	now_ms += 5 * MINUTE_MS;
	for (unsigned i = 0; i < 240; i++)
		assert_true(limit_take(limits, LIMIT_CHECK, TEXT("203.0.113.66"), TEXT(""), challenge));
	assert_false(limit_take(limits, LIMIT_CHECK, TEXT("203.0.113.66"), TEXT(""), challenge));
	assert_int_equal(bits_of(challenge), 11);
	limits_free(limits);
}

/* A share fills however often one asks. */
static void test_who_asks_often_is_not_starved(void **state)
{
	struct limits *limits = limits_new(&env, NULL, NULL);
	char challenge[WORK_CHALLENGE_WORD];
	unsigned given = 0;

	(void)state;
	for (unsigned i = 0; i < 60 * 60 * 20; i++, now_ms += 50)
		given += limit_take(limits, LIMIT_WRITE, TEXT("203.0.113.5"), TEXT(""), challenge);
	assert_in_range(given, 40 + 55, 40 + 62);
	limits_free(limits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_room_and_pace),
		cmocka_unit_test(test_going_through_numbers_is_noticed_on_the_first_day),
		cmocka_unit_test(test_two_hundred_behind_one_address),
		cmocka_unit_test(test_a_flood_pays_for_itself),
		cmocka_unit_test(test_who_asks_often_is_not_starved),
		cmocka_unit_test(test_a_networks_name_is_of_one_day),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests_name("portal/limit", tests, NULL, NULL);
}
