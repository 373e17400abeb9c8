#include "base/buffer.h"

#include "lib/test.h"

static void buffer_grows_to_its_ceiling_and_no_further(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, 1000);
	for (int i = 0; i < 100; i++)
		buffer_add(&b, "0123456789", 10);
	assert_int_equal(b.len, 1000);
	assert_ok(buffer_status(&b));
	buffer_add_char(&b, 'x');
	assert_int_equal(buffer_status(&b), ST_LIMIT);
	assert_int_equal(b.len, 1000);
	buffer_clear(&b);
	buffer_printf(&b, "%d-%s", 42, "a");
	assert_text(buffer_text(&b), "42-a");
	assert_null(buffer_extend(&b, SIZE_MAX));
	buffer_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(buffer_grows_to_its_ceiling_and_no_further)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
