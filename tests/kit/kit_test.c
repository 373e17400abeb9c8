#include "kit/kit.h"

#include <jansson.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_the_same_bytes_each_time(void **state)
{
	struct buffer one, other;
	json_t *kit;

	(void)state;
	buffer_init(&one, KIT_SIZE_MAX);
	buffer_init(&other, KIT_SIZE_MAX);
	assert_int_equal(kit_write(&one, NULL), ST_OK);
	assert_int_equal(kit_write(&other, NULL), ST_OK);
	assert_int_equal(one.len, other.len);
	assert_memory_equal(one.data, other.data, one.len);
	kit = json_loadb((const char *)one.data, one.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(kit);
	assert_int_equal(json_array_size(json_object_get(kit, "keys")), kit_key_count);
	assert_int_equal(json_array_size(json_object_get(kit, "documents")), kit_document_count());
	for (size_t i = 0; i < kit_document_count(); i++)
		assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(kit, "documents"), i), "sha256")), kit_document(i).sha256);
	json_decref(kit);
	buffer_release(&one);
	buffer_release(&other);
}

static void test_a_ceiling_is_told(void **state)
{
	struct buffer out;
	struct error error;

	(void)state;
	buffer_init(&out, 1000);
	assert_int_equal(kit_write(&out, &error), ST_LIMIT);
	buffer_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_same_bytes_each_time),
		cmocka_unit_test(test_a_ceiling_is_told),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests_name("kit", tests, NULL, NULL);
}
