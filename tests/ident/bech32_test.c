/* The vectors of BIP 173 and BIP 350: tests/data/bech32.jsonl. */
#include "ident/bech32.h"

#include "lib/real.h"

static json_t *next_row(FILE *file)
{
	char line[1024];

	return fgets(line, sizeof line, file) ? json_loads(line, 0, NULL) : NULL;
}

static void the_specifications_vectors_hold(void **state)
{
	static const char *const kinds[] = {[BECH32_BAD] = "bad", [BECH32_PLAIN] = "bech32", [BECH32_M] = "bech32m"};
	const char *source = getenv("CORDON_SOURCE");
	char path[4096];
	size_t count = 0;
	FILE *file;
	json_t *row;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/tests/data/bech32.jsonl", source ? source : ".");
	file = fopen(path, "r");
	assert_non_null(file);
	while ((row = next_row(file)) != NULL) {
		struct text string = text_of(json_string_value(json_object_get(row, "string")));
		struct text address = text_of(json_string_value(json_object_get(row, "address")));
		const char *kind = json_string_value(json_object_get(row, "kind"));
		uint8_t values[BECH32_LEN_MAX];
		size_t prefix_len, n;

		if (string.len)
			assert_string_equal(kinds[bech32_decode(string, &prefix_len, values, &n)], kind);
		else if (strcmp(kind, "good") == 0)
			assert_true(bech32_is_address(address, TEXT("bc")) || bech32_is_address(address, TEXT("tb")));
		else
			assert_false(bech32_is_address(address, TEXT("bc")) || bech32_is_address(address, TEXT("tb")));
		json_decref(row);
		count++;
	}
	(void)fclose(file);
	assert_true(count > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_specifications_vectors_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
