#include "lib/test.h"

#include "model/time.h"

static void times_are_read_and_written(void **state)
{
	static const struct {
		const char *in;
		const char *out; /* NULL: refused */
	} rows[] = {
		{"2026-11-26T01:23:45Z", "2026-11-26T01:23:45.000Z"},
		{"2026-11-26t01:23:45.678z", "2026-11-26T01:23:45.678Z"},
		{"2026-11-26T01:23:45.6789+07:00", "2026-11-25T18:23:45.678Z"},
		{"2026-11-26T23:00:00-02:00", "2026-11-27T01:00:00.000Z"},
		{"2026-11-26", "2026-11-26T00:00:00.000Z"},
		{"2024-02-29", "2024-02-29T00:00:00.000Z"},
		{"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
		{"0001-01-01", "0001-01-01T00:00:00.000Z"},
		{"9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"},
		{"2023-02-29", NULL},
		{"2026-13-01", NULL},
		{"2026-11-26T", NULL},
		{"2026-11-26T01:23", NULL},
		{"2026-11-26T01:23:45", NULL},
		{"2026-11-26T24:00:00Z", NULL},
		{"2026-11-26T01:23:45.Z", NULL},
		{"2026-11-26T01:23:45Zx", NULL},
		{"26-11-2026", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t ms;
		char out[TIME_SIZE];
		struct error e;
		enum status st = time_read(text_of(rows[i].in), &ms, &e);

		assert_int_equal(st, rows[i].out ? ST_OK : ST_MALFORMED);
		if (st != ST_OK)
			continue;
		time_write(ms, out);
		assert_string_equal(out, rows[i].out);
	}
}

static void every_day_goes_round(void **state)
{
	(void)state;
	for (int64_t day = -719162; day < 2932896; day += 37) {
		char out[TIME_SIZE], again[TIME_SIZE];
		int64_t ms;

		time_write(day * TIME_DAY_MS, out);
		assert_ok(time_read(text_of(out), &ms, NULL));
		assert_true(ms == day * TIME_DAY_MS);
		time_write(ms, again);
		assert_string_equal(out, again);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_and_written),
		cmocka_unit_test(every_day_goes_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
