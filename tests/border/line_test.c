/* Where an interchange ends on a line, however its bytes come. */
#include "border/line.h"

#include "lib/test.h"

static const struct {
	const char *held;
	enum line_found found;
	size_t skip, len;
} rows[] = {
	{"", LINE_MORE, 0, 0},
	{" \r\n", LINE_MORE, 0, 0},
	{"U", LINE_MORE, 0, 0},
	{"UNA:+.?", LINE_MORE, 0, 0},
	{"UNB+X'UNZ+1+A'", LINE_WHOLE, 0, 14},
	{"\r\nUNB+X'\r\nUNZ+1+A'\r\nUNB", LINE_WHOLE, 2, 16},
	{"UNB+X'UNZ+1+A", LINE_MORE, 0, 0},
	/* a terminator that is released ends nothing, nor does UNZ inside of a value */
	{"UNB+X'FTX+?'UNZ+1?'", LINE_MORE, 0, 0},
	{"UNB+X'FTX+UNZ'UNZ+1'", LINE_WHOLE, 0, 20},
	{"UNB+X'FTX+?\?'UNZ+1'", LINE_WHOLE, 0, 19},
	/* another syntax */
	{"UNA:*.?.$UNB*X$UNZ*1'$UNB", LINE_WHOLE, 0, 22},
	{"UNA:+. *'UNB+?'UNZ+1'", LINE_WHOLE, 0, 21},
	{"GET / HTTP/1.1", LINE_BROKEN, 0, 0},
	{"UNH+1", LINE_BROKEN, 0, 0},
	{"UX", LINE_BROKEN, 0, 0},
};

static void each_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes held = text_bytes(text_of(rows[i].held));
		size_t skip = 0, len = 0;

		if (line_find(held, &skip, &len) != rows[i].found || skip != rows[i].skip || len != rows[i].len)
			fail_msg("%s: %zu %zu", rows[i].held, skip, len);
		/* of every beginning of what is whole there is more to come */
		for (size_t n = 0; rows[i].found == LINE_WHOLE && n < rows[i].skip + rows[i].len; n++)
			assert_int_equal(line_find((struct bytes){held.data, n}, &skip, &len), LINE_MORE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_row)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
