#include "border/misuse.h"

#include "lib/test.h"

#define MINUTE ((int64_t)60000)

/* Phnom Penh, Bavet, Incheon. */
static const struct {
	int64_t latitude, longitude;
} places[] = {{11546600, 104844100}, {11083000, 106172000}, {37460200, 126440700}};

static void distances_are_those_of_the_map(void **state)
{
	static const struct {
		int a, b;
		int64_t km;
	} rows[] = {{0, 0, 0}, {0, 1, 153}, {0, 2, 3591}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct misuse_seen a = {.latitude = places[rows[i].a].latitude, .longitude = places[rows[i].a].longitude},
					 b = {.latitude = places[rows[i].b].latitude, .longitude = places[rows[i].b].longitude};

		assert_in_range(misuse_distance(&a, &b), rows[i].km * 990, rows[i].km * 1010 + 1000);
		assert_true(misuse_distance(&a, &b) == misuse_distance(&b, &a));
	}
}

static void nobody_travels_faster_than_an_airliner(void **state)
{
	static const struct {
		int a, b; /* -1: its place is not known */
		int64_t apart;
		bool clock, misuse;
	} rows[] = {
		{0, 0, 0, true, false},            /* two posts of one airport */
		{0, 1, 0, true, true},             /* 153 km: a little over ten minutes by air */
		{0, 1, 8 * MINUTE, true, true},
		{0, 1, 9 * MINUTE, true, false},   /* with two minutes for the clocks */
		{0, 1, 2 * MINUTE, false, false},  /* a clock nobody compared may be ten minutes wrong */
		{0, 1, 0, false, true},
		{0, 2, 3 * 60 * MINUTE, true, true},
		{0, 2, 4 * 60 * MINUTE, true, false},
		{0, -1, 10 * MINUTE, true, true},
		{0, -1, 10 * MINUTE + 1, true, false},
		{-1, -1, 0, true, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct misuse_seen a = {.at_ms = 1000 * MINUTE, .clock_known = rows[i].clock}, b = {.at_ms = a.at_ms + rows[i].apart, .clock_known = true};

		if (rows[i].a >= 0)
			a.placed = true, a.latitude = places[rows[i].a].latitude, a.longitude = places[rows[i].a].longitude;
		if (rows[i].b >= 0)
			b.placed = true, b.latitude = places[rows[i].b].latitude, b.longitude = places[rows[i].b].longitude;
		if (misuse_is(&a, &b) != rows[i].misuse || misuse_is(&b, &a) != rows[i].misuse)
			fail_msg("row %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances_are_those_of_the_map),
		cmocka_unit_test(nobody_travels_faster_than_an_airliner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
