/* tests/data/asked.jsonl (made by tools/make_asked.py) and asked_hard.jsonl (written by hand); ui/ident reads the same
 * (tests/browser/ident.mjs). */
#include "ident/asked.h"

#include <jansson.h>
#include <stdlib.h>

#include "lib/test.h"

static struct text word(json_t *row, const char *name)
{
	return text_of(json_string_value(json_object_get(row, name)));
}

static size_t failed; /* told one by one, so that a rule that changes shows all it changes */

static void differs(const char *line, const char *what, const char *got, struct text expected)
{
	print_error("%s: %s is \"%s\", expected \"%.*s\"\n", line, what, got, TEXT_ARG(expected));
	failed++;
}

static void warnings_check(const char *line, json_t *expected, unsigned warnings)
{
	unsigned wanted = 0;
	json_t *item;
	size_t i;

	json_array_foreach(expected, i, item)
		for (unsigned bit = 0; bit < ASKED_WARNING_COUNT; bit++)
			if (strcmp(json_string_value(item), asked_warning_word(bit)) == 0)
				wanted |= 1u << bit;
	if (wanted != warnings) {
		print_error("%s: warnings are %x, expected %x\n", line, warnings, wanted);
		failed++;
	}
}

static void row_check(const char *line, json_t *row)
{
	struct asked_query query = {.text = word(row, "text"), .country = word(row, "country"), .bank = word(row, "bank"),
				    .service = word(row, "service")};
	struct text x = word(row, "x"), reason = word(row, "reason"), shown = word(row, "shown"), similar = word(row, "similar");
	struct error error = {.reason = ""};
	struct asked asked;

	if (word(row, "kind").len && !asked_kind_from_word(word(row, "kind"), &query.kind))
		fail_msg("%s: no such kind", line);
	if (asked_read(&query, &asked, &error) != ST_OK) {
		if (!text_equal(text_of(error.reason), reason))
			differs(line, "the reason", error.reason, x.len ? x : reason);
		return;
	}
	if (!text_equal(text_of(asked.x), x))
		differs(line, "x", asked.x, x.len ? x : reason);
	if (shown.len && !text_equal(text_of(asked.shown), shown))
		differs(line, "what is shown", asked.shown, shown);
	if (shown.len && !text_equal(text_of(asked.similar), similar))
		differs(line, "the similar form", asked.similar, similar);
	if (shown.len)
		warnings_check(line, json_object_get(row, "warnings"), asked.warnings);
}

static size_t file_check(const char *name)
{
	char path[4096], line[16384];
	const char *source = getenv("CORDON_SOURCE");
	size_t count = 0;
	FILE *file;

	failed = 0;
	(void)snprintf(path, sizeof path, "%s/tests/data/%s", source ? source : ".", name);
	file = fopen(path, "r");
	if (file == NULL)
		fail_msg("%s is not there", path);
	while (fgets(line, sizeof line, file)) {
		json_error_t why;
		json_t *row = json_loads(line, 0, &why);

		if (row == NULL)
			fail_msg("%s: %s", line, why.text);
		row_check(line, row);
		json_decref(row);
		count++;
	}
	(void)fclose(file);
	assert_int_equal(failed, 0);
	return count;
}

static void golden_inputs_have_one_form(void **state)
{
	(void)state;
	assert_true(file_check("asked.jsonl") >= 2000);
}

static void hard_ones_do_as_well(void **state)
{
	(void)state;
	assert_true(file_check("asked_hard.jsonl") >= 50);
}

static void what_is_too_long_is_refused(void **state)
{
	static char room[ASKED_INPUT_MAX + 1];
	struct asked_query query = {.text = {room, sizeof room}};
	struct error error = {.reason = ""};
	struct asked asked;

	(void)state;
	memset(room, '1', sizeof room);
	assert_int_equal(asked_read(&query, &asked, &error), ST_LIMIT);
	assert_string_equal(error.reason, "identifier-long");
	query.text.len--;
	assert_int_equal(asked_read(&query, &asked, &error), ST_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_inputs_have_one_form),
		cmocka_unit_test(hard_ones_do_as_well),
		cmocka_unit_test(what_is_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
