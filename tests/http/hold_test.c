#include "http/hold.h"


#include "lib/test.h"

#include <stdio.h>

#define MB ((size_t)1 << 20)

static void test_a_network_has_a_quarter(void **state)
{
	static struct hold_room room;
	struct hold holds[4] = {0}, other = {0}, six = {0}, nobody[3] = {0};

	(void)state;
	hold_room_init(&room, 80 * MB);
	assert_true(hold_grow(&holds[0], &room, TEXT("203.0.113.7"), 8 * MB));
	assert_true(hold_grow(&holds[1], &room, TEXT("203.0.113.7"), 8 * MB));
	assert_false(hold_grow(&holds[2], &room, TEXT("203.0.113.7"), 8 * MB));
	/* Refused growth leaves what was. */
	assert_true(hold_grow(&holds[2], &room, TEXT("203.0.113.7"), 4 * MB));
	assert_false(hold_grow(&holds[2], &room, TEXT("203.0.113.7"), 5 * MB));
	assert_int_equal(room.held, 20 * MB);
	hold_drop(&holds[0]);
	assert_true(hold_grow(&holds[2], &room, TEXT("203.0.113.7"), 12 * MB));
	/* One body alone may be larger than the quarter; what has no address has no share to keep to. */
	assert_true(hold_grow(&other, &room, TEXT("203.0.113.8"), 24 * MB));
	assert_false(hold_grow(&holds[3], &room, TEXT("203.0.113.8"), MB));
	assert_true(hold_grow(&nobody[0], &room, TEXT(""), 12 * MB));
	assert_true(hold_grow(&nobody[1], &room, TEXT(""), 12 * MB));
	/* A /64 is one network; the whole is the whole. */
	assert_true(hold_grow(&six, &room, TEXT("2001:db8:1:2::1"), 11 * MB));
	assert_false(hold_grow(&holds[3], &room, TEXT("2001:db8:1:2:ffff::2"), 10 * MB));
	assert_false(hold_grow(&nobody[2], &room, TEXT(""), 2 * MB));
	assert_true(hold_grow(&nobody[2], &room, TEXT(""), MB));
	hold_drop(&six);
	hold_drop(&six);
	assert_true(hold_grow(&holds[3], &room, TEXT("2001:db8:1:2:ffff::2"), 10 * MB));
	for (size_t i = 0; i < 4; i++)
		hold_drop(&holds[i]);
	for (size_t i = 0; i < 3; i++)
		hold_drop(&nobody[i]);
	hold_drop(&other);
	assert_int_equal(room.held, 0);
	for (size_t i = 0; i < HOLD_SHARES; i++)
		assert_int_equal(room.shares[i].held, 0);
}

static void test_the_fuller_the_faster(void **state)
{
	static const struct { size_t held; unsigned pace; } rows[] = {{0, 16}, {40 * MB, 16}, {60 * MB, 136}, {80 * MB, 256}};
	static struct hold_room room;

	(void)state;
	hold_room_init(&room, 80 * MB);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct hold hold = {0};

		if (rows[i].held)
			assert_true(hold_grow(&hold, &room, TEXT("203.0.113.7"), rows[i].held));
		assert_int_equal(hold_pace(&room), rows[i].pace);
		hold_drop(&hold);
	}
}

/* As many networks as there are places: the next one is refused and nobody is harmed. */
static void test_more_networks_than_places(void **state)
{
	static struct hold_room room;
	static struct hold holds[HOLD_SHARES + 1];
	char address[32];

	(void)state;
	hold_room_init(&room, 1024 * MB);
	for (unsigned i = 0; i <= HOLD_SHARES; i++) {
		int len = snprintf(address, sizeof address, "203.0.%u.%u", i / 200, i % 200);

		assert_int_equal(hold_grow(&holds[i], &room, (struct text){address, (size_t)len}, MB / 8), i < HOLD_SHARES);
	}
	for (unsigned i = 0; i < HOLD_SHARES; i++)
		hold_drop(&holds[i]);
	assert_int_equal(room.held, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_network_has_a_quarter),
		cmocka_unit_test(test_the_fuller_the_faster),
		cmocka_unit_test(test_more_networks_than_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
