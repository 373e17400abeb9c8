/* Small lists of our own in their publishers' forms, and our template as two programs write workbooks: what comes of them
 * stands in the .expected beside each. */
#include "lib/import.h"

static const char *const fixtures[] = {"uk-sanctions-list.csv", "uk-conlist-2022.csv", "eu-full-1.1.csv",
					 "openpyxl.xlsx", "xlsxwriter-1904.xlsx"};

#define COUNT (sizeof fixtures / sizeof fixtures[0])

static uint8_t *fixture(const char *name, const char *ending, size_t *ret_size)
{
	char path[256];

	snprintf(path, sizeof path, "tests/exchange/fixtures/%s%s", name, ending);
	return import_file(path, ret_size);
}

/* However the bytes come: whole, in pieces, one by one. */
static void entities_are_as_expected(void **state)
{
	static const size_t steps[] = {0, 97, 1};

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		size_t size, expected_size;
		uint8_t *data = fixture(fixtures[i], "", &size), *expected = fixture(fixtures[i], ".expected", &expected_size);

		for (size_t k = 0; k < sizeof steps / sizeof steps[0]; k++) {
			struct import in;

			if (import_run(&in, data, size, fixtures[i], steps[k]) != ST_OK)
				fail_msg("%s: row %lld: %s", fixtures[i], (long long)in.error.row, in.error.message);
			if (!text_equal(buffer_text(&in.told), (struct text){(char *)expected, expected_size}))
				fail_msg("%s gives\n%.*s", fixtures[i], TEXT_ARG(buffer_text(&in.told)));
			import_free(&in);
		}
		free(data);
		free(expected);
	}
}

/* Cut off anywhere, a list is read or refused with a reason; cut inside a row it is refused. */
static void a_cut_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		size_t size, refused = 0;
		uint8_t *data = fixture(fixtures[i], "", &size);

		for (size_t cut = 0; cut < size; cut++) {
			uint8_t *exact = malloc(cut ? cut : 1); /* so that a sanitizer sees a read past it */
			struct import in;

			assert_non_null(exact);
			memcpy(exact, data, cut);
			if (import_run(&in, exact, cut, fixtures[i], 0) != ST_OK) {
				assert_true(in.error.message[0] != '\0');
				refused++;
			}
			import_free(&in);
			free(exact);
		}
		/* Most of a file is inside of some row, and these rows end in many empty fields. */
		assert_true(refused > size / 2);
		free(data);
	}
}

static const struct {
	const char *list, *told; /* an error where it starts with '!' */
} rows[] = {
	/* A header without the column that tells entries apart. */
	{"Report Date: 1\nLast Updated,Name 6,Name 1\n,A,B\n", "!neither Unique ID nor Group ID"},
	{"fileGenerationDate;NameAlias_WholeName\nx;y\n", "!no Entity_LogicalId"},
	{"fileGenerationDate;Entity_LogicalId;NameAlias_WholeName\nx;1;\"y\n", "!quote"},
	{"fileGenerationDate;Entity_LogicalId;NameAlias_WholeName\nx;1;A\nx;1", "!cut off: its last row has 2 of 3"},
	{"id,name\n1,A\n\x1A\n2,B\n", "!1 fields, where the header has 2"},
	{"id,name\n1,A\n\x1A", "\"id\":\"list-1\""},
	{"id;name\n1;A|B\n", "\"name\":[\"A\",\"B\"]"},
	{"id,name,colour\n1,A,red\n", "row 1: colour: no column of the template"},
	{"id,name\n1\n2,B\n", "!1 fields, where the header has 2"},
	{"id,title\n1,A\n", "!the header has no column name"},
	{"\"Report Date: 1\"\nLast Updated,Unique ID,Name 6,Name type\n,T1,A,Primary Name\n", "\"name\":[\"A\"]"},
	/* Without the line of the date, and with names only in another script. */
	{"Last Updated,Unique ID,Name 6,Name non-latin script,Designation Type\n,T1,,김민수,Individual\n",
	 "\"alias\":[\"김민수\"]"},
	{"Report Date: 1\nLast Updated,Unique ID,Name 6,Name type\n,T1,A,Primary Name\n,T2,B,Primary Name\n,T1,A,Alias\n",
	 "\"name\":[\"A\"],\"alias\":[\"A\"]"},
	{"fileGenerationDate;Entity_LogicalId;NameAlias_WholeName;BirthDate_YearRangeFrom;BirthDate_YearRangeTo\n"
	 "x;1;A;1960;1965\n", "\"birthDate\":[\"1960\",\"1965\"],\"notes\":[\"1960 to 1965\"]"},
	{"fileGenerationDate;Entity_LogicalId;NameAlias_WholeName;Identification_Number;Identification_TypeCode\n"
	 "x;1;A;9074729;imo\n", "\"imoNumber\":[\"9074729\"]"},
	{"fileGenerationDate;Entity_LogicalId;NameAlias_WholeName\nx;1;A\nx;2\nx;3;C\n", "row 3: row: fewer fields"},
};

static void single_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bool refused = rows[i].told[0] == '!';
		struct import in;
		enum status st = import_run(&in, rows[i].list, strlen(rows[i].list), "list.csv", 0);
		struct text told = refused ? text_of(in.error.message) : buffer_text(&in.told);

		if ((st != ST_OK) != refused || !text_has(told, text_of(rows[i].told + refused)))
			fail_msg("%s\ngives %.*s", rows[i].list, TEXT_ARG(told));
		import_free(&in);
	}
}

/* Rows of one entry in any order and any distance, many entries: nothing is lost and nothing mixed up. */
static void groups_far_apart(void **state)
{
	struct buffer list;
	struct import in;

	(void)state;
	buffer_init(&list, (size_t)64 << 20);
	buffer_printf(&list, "fileGenerationDate;Entity_LogicalId;NameAlias_WholeName\n");
	for (unsigned round = 0; round < 3; round++)
		for (unsigned id = 0; id < 5000; id++)
			buffer_printf(&list, "x;%u;name %u of %u\n", id, round, id);
	assert_ok(buffer_status(&list));
	assert_ok(import_run(&in, list.data, list.len, "eu.csv", 0));
	assert_int_equal(in.report.listed, 5000);
	assert_int_equal(in.report.names, 15000);
	assert_true(text_has(buffer_text(&in.told),
			     TEXT("\"name\":[\"name 0 of 4999\"],\"alias\":[\"name 1 of 4999\",\"name 2 of 4999\"]")));
	import_free(&in);
	buffer_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entities_are_as_expected),
		cmocka_unit_test(a_cut_is_told),
		cmocka_unit_test(single_rows),
		cmocka_unit_test(groups_far_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
