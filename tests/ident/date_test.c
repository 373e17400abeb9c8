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
		{"04/13/1964", "1964-04-13", "", DATE_EXACT},
		{"31.02.1970", "1970-02", "", DATE_EXACT},
		{"40.13.1970", "1970", "", DATE_EXACT},
		{"1960s", "1960", "1969", DATE_RANGE},
		{"19850312", "1985-03-12", "", DATE_EXACT},
		{"16 Jun. 1969", "1969-06-16", "", DATE_EXACT},
		{"8 Oct.1970", "1970-10-08", "", DATE_EXACT},
		{"(probably) 1944", "1944", "", DATE_EXACT},
		{"1973/1974", "1973", "1974", DATE_RANGE},
		{"circa 1979-1982", "1979", "1982", DATE_RANGE},
		{"01 Jan 1961 to 31 Dec 1962", "1961-01-01", "1962-12-31", DATE_RANGE},
		{"Between 1960 and 1962 (Approximately)", "1960", "1962", DATE_RANGE},
		{"5 or 6 May 1960", "1960-05-06", "", DATE_CIRCA},
		{"1990년 3월 7일", "1990-03-07", "", DATE_EXACT},
		{"๗/๓/๒๕๓๓", "1990-03-07", "", DATE_EXACT},
		{"០៧-០៣-១៩៩០", "1990-03-07", "", DATE_EXACT},
		{"١٩٩٠", "1990", "", DATE_EXACT},
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

static void several_dates_in_one_text_are_all_read(void **state)
{
	static const struct {
		const char *published, *from[DATES_MAX];
	} rows[] = {
		{"4.5.1961 or 5.5.1961", {"1961-05-04", "1961-05-05"}},
		{"10.2.1983 (or 10.3.1983)", {"1983-02-10", "1983-03-10"}},
		{"(a) 17.8.1957, (b) 17.8.1958", {"1957-08-17", "1958-08-17"}},
		{"(i) 11.4.1963, (ii) 11.4.1960", {"1963-04-11", "1960-04-11"}},
		{"(a) 5.1.1974 (b) 1977 (c) 1975 (d) 24.1.1973", {"1974-01-05", "1977", "1975", "1973-01-24"}},
		{"(a) 1955, (b) circa 1952", {"1955", "1952"}},
		{"b) 1976", {"1976"}},
		{"1343 (Iranian Hijri calendar), 1964 or 1965 (Gregorian calendar)", {"1964", "1965"}},
		{"1955; 1956;1957", {"1955", "1956", "1957"}},
		{"December 2, 1985", {"1985-12-02"}},
		{"December 2, 1985, May 3, 1986", {"1985-12-02", "1986-05-03"}},
		{"5 or 6 May 1960", {"1960-05-06"}},
		{"between 1957 and 1960", {"1957"}},
		{"12 October 1960", {"1960-10-12"}},
		{"1, 2, 3", {NULL}},
		{"unknown or not", {NULL}},
		{"", {NULL}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct published_date d[DATES_MAX];
		size_t n = date_read_all(text_of(rows[i].published), d);

		for (size_t k = 0; k < DATES_MAX; k++) {
			if ((k < n) != (rows[i].from[k] != NULL))
				fail_msg("%s: %zu dates", rows[i].published, n);
			if (k < n)
				assert_string_equal(d[k].from, rows[i].from[k]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_dates_are_read_as_precisely_as_they_say),
		cmocka_unit_test(what_has_no_year_is_refused),
		cmocka_unit_test(several_dates_in_one_text_are_all_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
