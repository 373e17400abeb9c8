#include "edifact/when.h"

#include "lib/test.h"

#define NOW ((int64_t)1790000000000) /* 2026-09-21 */

static void moments(void **state)
{
	static const struct {
		const char *value, *format;
		int64_t ms;
	} rows[] = {
		{"2111091620", "201", 1636474800000},
		{"202111091620", "203", 1636474800000},
		{"20211109162059", "204", 1636474800000},
		{"211109162059", "202", 1636474800000},
		{"211109", "101", 1636416000000},
		{"20211109", "102", 1636416000000},
		{"2111091620", "", 1636474800000},
		{"211109", "", 1636416000000},
		{"20211109", "", 1636416000000},
		{"2402290000", "201", 1709164800000},
		{"2302290000", "201", WHEN_NONE},
		{"00000435", "201", WHEN_NONE},
		{"00000435", "", WHEN_NONE},
		{"2111092460", "201", WHEN_NONE},
		{"2111091620", "102", WHEN_NONE},
		{"2111091620", "999", WHEN_NONE},
		{"211109 620", "201", WHEN_NONE},
		{"2021", "", WHEN_NONE},
		{"", "201", WHEN_NONE},
		{"", "", WHEN_NONE},
		{"2111091620211109162021110916", "", WHEN_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (when_moment(text_of(rows[i].value), text_of(rows[i].format)) != rows[i].ms)
			fail_msg("%s:%s", rows[i].value, rows[i].format);
}

static void days(void **state)
{
	static const struct {
		const char *value, *format;
		enum when_century century;
		const char *out;
	} rows[] = {
		{"560620", "", WHEN_BIRTH, "1956-06-20"},
		{"560620", "101", WHEN_BIRTH, "1956-06-20"},
		{"19560620", "102", WHEN_BIRTH, "1956-06-20"},
		{"18560620", "102", WHEN_BIRTH, "1856-06-20"},
		{"260921", "", WHEN_BIRTH, "2026-09-21"},
		/* It is tomorrow already where the plane starts. */
		{"260922", "", WHEN_BIRTH, "2026-09-22"},
		{"260923", "", WHEN_BIRTH, "1926-09-23"},
		{"000229", "", WHEN_BIRTH, "2000-02-29"},
		{"560600", "", WHEN_BIRTH, "1956-06"},
		{"560000", "", WHEN_BIRTH, "1956"},
		{"1956", "", WHEN_BIRTH, "1956"},
		{"1956", "602", WHEN_BIRTH, "1956"},
		{"195606", "610", WHEN_BIRTH, "1956-06"},
		{"560631", "", WHEN_BIRTH, ""},
		{"561320", "", WHEN_BIRTH, ""},
		{"560020", "", WHEN_BIRTH, ""},
		{"00000435", "", WHEN_BIRTH, ""},
		{"5606201", "", WHEN_BIRTH, ""},
		{"56JUN20", "", WHEN_BIRTH, ""},
		{"", "", WHEN_BIRTH, ""},
		{"330515", "", WHEN_EXPIRY, "2033-05-15"},
		{"760101", "", WHEN_EXPIRY, "2076-01-01"},
		{"770101", "", WHEN_EXPIRY, "1977-01-01"},
		{"20330515", "102", WHEN_EXPIRY, "2033-05-15"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char out[11];
		size_t n = when_date(text_of(rows[i].value), text_of(rows[i].format), rows[i].century, NOW, out);

		if (strcmp(out, rows[i].out) != 0 || n != strlen(out))
			fail_msg("%s:%s is %s", rows[i].value, rows[i].format, out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments),
		cmocka_unit_test(days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
