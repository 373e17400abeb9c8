#include "ident/trace.h"

#include "lib/test.h"

/* Computed with Python's hmac of the bytes 0 to 31. */
static void the_hash_is_that_of_the_format(void **state)
{
	struct trace_key key = {.number = 3};
	char text[TRACE_TEXT_MAX], hash[TRACE_SIZE];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof key.secret; i++)
		key.secret[i] = (uint8_t)i;
	len = trace_document(TEXT("kh"), TEXT("n-0001 2345<4<<"), text);
	assert_text(((struct text){text, len}), "d|kh|N000123454");
	trace_hash(&key, (struct text){text, len}, hash);
	assert_string_equal(hash, "3:587e836ff1f9d21727fbf2d9d8c5d5f614286e4516d1c5f8378c054640ef2cbb");
	len = trace_identity(TEXT("min soo kim"), TEXT("1990-03-07"), text);
	assert_text(((struct text){text, len}), "n|kim min soo|1990-03-07");
	trace_hash(&key, (struct text){text, len}, hash);
	assert_string_equal(hash, "3:ede860927a12da4f4e4ab2e31bcc8ad37e8590de6acd04c33b40372126f15795");
}

static void the_longest_key_number_has_room(void **state)
{
	const struct trace_key key = {.number = UINT64_MAX};
	char hash[TRACE_SIZE];

	(void)state;
	trace_hash(&key, TEXT("d|kh|N1"), hash);
	assert_int_equal(strlen(hash), TRACE_SIZE - 1);
}

static void nothing_comes_of_nothing(void **state)
{
	char text[TRACE_TEXT_MAX], longest[TRACE_TEXT_MAX + 1];

	(void)state;
	memset(longest, 'a', sizeof longest);
	assert_int_equal(trace_document(TEXT(""), TEXT("N1"), text), 0);
	assert_int_equal(trace_document(TEXT("kh"), TEXT("<<<"), text), 0);
	assert_int_equal(trace_document(TEXT("kh"), (struct text){longest, sizeof longest}, text), 0);
	assert_int_equal(trace_identity(TEXT("kim"), TEXT("1990-03"), text), 0);
	assert_int_equal(trace_identity(TEXT(""), TEXT("1990-03-07"), text), 0);
	assert_int_equal(trace_identity(TEXT(" "), TEXT("1990-03-07"), text), 0);
	assert_int_equal(trace_identity((struct text){longest, sizeof longest}, TEXT("1990-03-07"), text), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hash_is_that_of_the_format),
		cmocka_unit_test(the_longest_key_number_has_room),
		cmocka_unit_test(nothing_comes_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
