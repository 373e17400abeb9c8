#include "ident/date.h"

#include "lib/test.h"

static void published_dates_are_read_as_precisely_as_they_say(void **state)
{
	static const struct {
		const char *published, *from, *to;
		enum date_quality quality;
	} rows[] = {
		{"10 Dec 1948", "1948-12-10", "", DATE_EXACT},
		{"1962", "1962", "", DATE_EXACT},
		{"Dec 1985", "1985-12", "", DATE_EXACT},
		{"2 December 1985", "1985-12-02", "", DATE_EXACT},
		{"December 2, 1985", "1985-12-02", "", DATE_EXACT},
		{"1969-02-05", "1969-02-05", "", DATE_EXACT},
		{"05/02/1969", "1969-02-05", "", DATE_EXACT},
		{"26.11.1972", "1972-11-26", "", DATE_EXACT},
		{"circa 1979", "1979", "", DATE_CIRCA},
		{"Approximately 1968", "1968", "", DATE_CIRCA},
		{"1957 to 1960", "1957", "1960", DATE_RANGE},
		{"between 1957 and 1960", "1957", "1960", DATE_RANGE},
		{"00/00/1958", "1958", "", DATE_EXACT},
		{"7 March 2533", "1990-03-07", "", DATE_EXACT}, /* Buddhist era */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct published_date d;

		assert_ok(date_read_published(text_of(rows[i].published), &d));
		assert_string_equal(d.from, rows[i].from);
		assert_string_equal(d.to, rows[i].to);
		assert_int_equal(d.quality, rows[i].quality);
	}
}

static void what_has_no_year_is_refused(void **state)
{
	static const char *const rows[] = {"", "unknown", "10 Dec", "99999", "year of the dragon", "12/13/14"};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct published_date d;

		assert_int_equal(date_read_published(text_of(rows[i]), &d), ST_MALFORMED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_dates_are_read_as_precisely_as_they_say),
		cmocka_unit_test(what_has_no_year_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
