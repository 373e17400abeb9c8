/* Messages with what is to be found in them: tests/data/asked_found.jsonl, which ui/ident reads as well. */
#include "ident/asked_find.h"

#include "lib/real.h"

#define FOUND_MAX 16u

static size_t row_failures(json_t *row)
{
	static struct asked_found found[FOUND_MAX];
	struct text message = text_of(json_string_value(json_object_get(row, "text")));
	json_t *expected = json_object_get(row, "found");
	size_t count = asked_find(message, text_of(json_string_value(json_object_get(row, "country"))), found, FOUND_MAX);
	bool same = count == json_array_size(expected);

	for (size_t i = 0; same && i < count; i++) {
		json_t *pair = json_array_get(expected, i);

		same = text_equal((struct text){message.data + found[i].at, found[i].len}, text_of(json_string_value(json_array_get(pair, 0)))) &&
		       strcmp(found[i].asked.x, json_string_value(json_array_get(pair, 1))) == 0;
	}
	if (same)
		return 0;
	print_error("%.200s:\n", message.data);
	for (size_t i = 0; i < count; i++)
		print_error("  found %.*s: %s\n", (int)found[i].len, message.data + found[i].at, found[i].asked.x);
	return 1;
}

static void identifiers_are_found_with_their_place(void **state)
{
	static char line[1 << 17];
	const char *source = getenv("CORDON_SOURCE");
	size_t count = 0, failures = 0;
	char path[4096];
	FILE *file;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/tests/data/asked_found.jsonl", source ? source : ".");
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		json_t *row = json_loads(line, 0, NULL);

		assert_non_null(row);
		failures += row_failures(row);
		json_decref(row);
		count++;
	}
	(void)fclose(file);
	assert_true(count > 10);
	assert_int_equal(failures, 0);
}

static void no_more_than_there_is_room_for(void **state)
{
	struct asked_found one[1];

	(void)state;
	assert_int_equal(asked_find(TEXT("+85591234567 +85591234568"), TEXT_NONE, one, 1), 1);
	assert_string_equal(one[0].asked.x, "phone|85591234567");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identifiers_are_found_with_their_place),
		cmocka_unit_test(no_more_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
