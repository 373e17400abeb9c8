#include "lib/test.h"

static void text_check_takes_utf8_and_names_the_bad_byte(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int64_t bad; /* -1: fine */
	} rows[] = {
		{"", 0, -1},
		{"KIM", 3, -1},
		{"\xEA\xB9\x80", 3, -1},
		{"\xF0\x9F\x98\x80", 4, -1},
		{"a\xC0\x80", 3, 1},         /* overlong NUL */
		{"ab\xED\xA0\x80", 5, 2},    /* surrogate */
		{"\xF4\x90\x80\x80", 4, 0},  /* above U+10FFFF */
		{"\xE0\x80\x80", 3, 0},      /* overlong */
		{"x\xEA\xB9", 3, 1},         /* cut short */
		{"a\0b", 3, 1},
		{"\x80", 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct text t;
		struct error e;
		enum status st = text_check((struct bytes){(const uint8_t *)rows[i].bytes, rows[i].len}, &t, &e);

		assert_int_equal(st, rows[i].bad < 0 ? ST_OK : ST_MALFORMED);
		if (st != ST_OK)
			assert_int_equal(e.position, rows[i].bad);
	}
}

static void text_next_and_encode_go_round(void **state)
{
	static const uint32_t points[] = {'a', 0x7F, 0x80, 0x7FF, 0x800, 0x1780, 0xAE40, 0xFFFD, 0x10000, 0x10FFFF};

	(void)state;
	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
		char out[4];
		size_t n = text_encode(points[i], out), at = 0;

		assert_int_equal(text_next((struct text){out, n}, &at), points[i]);
		assert_int_equal(at, n);
	}
}

static void text_split_gives_every_part(void **state)
{
	struct text rest = TEXT("a,,b,"), part;

	(void)state;
	assert_true(text_split(&rest, ',', &part));
	assert_text(part, "a");
	assert_true(text_split(&rest, ',', &part));
	assert_text(part, "");
	assert_true(text_split(&rest, ',', &part));
	assert_text(part, "b");
	assert_true(text_split(&rest, ',', &part));
	assert_text(part, "");
	assert_false(text_split(&rest, ',', &part));
}

static void text_within_ends_with_a_whole_letter(void **state)
{
	static const struct {
		const char *text;
		size_t max, len;
	} rows[] = {{"", 0, 0}, {"abc", 3, 3}, {"abc", 9, 3}, {"abc", 2, 2}, {"abc", 0, 0}, {"ក្ម", 9, 9}, {"ក្ម", 8, 6}, {"ក្ម", 4, 3}, {"ក្ម", 2, 0}, {"a😀", 4, 1}, {"é", 1, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(text_within(text_of(rows[i].text), rows[i].max).len, rows[i].len);
}

static void text_to_uint_refuses_what_is_not_a_number(void **state)
{
	uint64_t v;

	(void)state;
	assert_ok(text_to_uint(TEXT("0"), 10, &v));
	assert_int_equal(v, 0);
	assert_ok(text_to_uint(TEXT("18446744073709551615"), UINT64_MAX, &v));
	assert_true(v == UINT64_MAX);
	assert_int_equal(text_to_uint(TEXT("18446744073709551616"), UINT64_MAX, &v), ST_LIMIT);
	assert_int_equal(text_to_uint(TEXT("11"), 10, &v), ST_LIMIT);
	assert_int_equal(text_to_uint(TEXT("7"), 5, &v), ST_LIMIT);
	assert_int_equal(text_to_uint(TEXT(""), 10, &v), ST_MALFORMED);
	assert_int_equal(text_to_uint(TEXT("-1"), 10, &v), ST_MALFORMED);
	assert_int_equal(text_to_uint(TEXT("1 "), 10, &v), ST_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_check_takes_utf8_and_names_the_bad_byte),
		cmocka_unit_test(text_next_and_encode_go_round),
		cmocka_unit_test(text_split_gives_every_part),
		cmocka_unit_test(text_within_ends_with_a_whole_letter),
		cmocka_unit_test(text_to_uint_refuses_what_is_not_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
