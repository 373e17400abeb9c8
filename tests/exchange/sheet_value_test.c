#include "exchange/sheet_value.h"

#include "lib/test.h"

static const struct {
	const char *code;
	int format;
} codes[] = {
	{"General", SHEET_PLAIN},
	{"Standard", SHEET_PLAIN},
	{"@", SHEET_PLAIN},
	{"0", SHEET_PLAIN},
	{"#,##0.00", SHEET_PLAIN},
	{"0.00E+00", SHEET_PLAIN},
	{"00000000", SHEET_PADDED + 8},
	{"yyyy\\-mm\\-dd", SHEET_DAY},
	{"[$-409]d\\ mmm\\ yyyy;@", SHEET_DAY},
	{"[$-41E]d mmmm bbbb", SHEET_DAY},
	{"yyyy\"년\" m\"월\" d\"일\";@", SHEET_DAY},
	{"[$-411]ggge\"年\"m\"月\"d\"日\"", SHEET_DAY},
	{"DD/MM/YYYY", SHEET_DAY},
	{"mmm-yy", SHEET_MONTH},
	{"yyyy", SHEET_YEAR},
	{"d-mmm", SHEET_NO_YEAR},
	{"h:mm:ss", SHEET_PLAIN},
	{"[h]:mm", SHEET_PLAIN},
	{"0 \"days\"", SHEET_PLAIN},
	{"[Red]0", SHEET_PLAIN},
	{"", SHEET_PLAIN},
	{"\"", SHEET_PLAIN},
	{"\\", SHEET_PLAIN},
};

static void formats(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (sheet_format_of(text_of(codes[i].code)) != codes[i].format)
			fail_msg("%s is %d", codes[i].code, sheet_format_of(text_of(codes[i].code)));
	assert_int_equal(sheet_format_builtin(0), SHEET_PLAIN);
	assert_int_equal(sheet_format_builtin(14), SHEET_DAY);
	assert_int_equal(sheet_format_builtin(17), SHEET_MONTH);
	assert_int_equal(sheet_format_builtin(18), SHEET_PLAIN);
	assert_int_equal(sheet_format_builtin(22), SHEET_DAY);
	assert_int_equal(sheet_format_builtin(49), SHEET_PLAIN);
}

static const struct {
	const char *value;
	int format;
	bool since_1904;
	const char *text; /* NULL: it is refused */
} numbers[] = {
	{"123456", SHEET_PLAIN, false, "123456"},
	{"1.23456E5", SHEET_PLAIN, false, "123456"},
	{"1.23456789012345E+14", SHEET_PLAIN, false, "123456789012345"},
	{"1.2345678901234501E+15", SHEET_PLAIN, false, NULL},
	{"8.55E11", SHEET_PLAIN, false, "855000000000"},
	{"123456.0", SHEET_PLAIN, false, "123456"},
	{"1990", SHEET_PLAIN, false, "1990"},
	{"0", SHEET_PLAIN, false, "0"},
	{"-5", SHEET_PLAIN, false, "-5"},
	{"12.5", SHEET_PLAIN, false, "12.5"},
	{"1E-2", SHEET_PLAIN, false, "1E-2"},
	{"123456", SHEET_PADDED + 8, false, "00123456"},
	{"0", SHEET_PADDED + 2, false, "00"},
	{"123456789", SHEET_PADDED + 8, false, "123456789"},
	{"32939", SHEET_DAY, false, "1990-03-07"},
	{"32939.75", SHEET_DAY, false, "1990-03-07"},
	{"3.2939E4", SHEET_DAY, false, "1990-03-07"},
	{"31477", SHEET_DAY, true, "1990-03-07"},
	{"32939", SHEET_MONTH, false, "1990-03"},
	{"32939", SHEET_YEAR, false, "1990"},
	{"32939", SHEET_NO_YEAR, false, NULL},
	{"1", SHEET_DAY, false, "1900-01-01"},
	{"59", SHEET_DAY, false, "1900-02-28"},
	{"60", SHEET_DAY, false, NULL},
	{"61", SHEET_DAY, false, "1900-03-01"},
	{"36585", SHEET_DAY, false, "2000-02-29"},
	{"2958465", SHEET_DAY, false, "9999-12-31"},
	{"2958466", SHEET_DAY, false, NULL},
	{"0.5", SHEET_DAY, false, NULL},
	{"-1", SHEET_DAY, false, NULL},
	{"1E99", SHEET_DAY, false, NULL},
	{"1E99", SHEET_PLAIN, false, NULL},
	{"1E-99", SHEET_PLAIN, false, "1E-99"},
	{"", SHEET_PLAIN, false, NULL},
	{"-", SHEET_PLAIN, false, NULL},
	{".", SHEET_PLAIN, false, NULL},
	{"1E", SHEET_PLAIN, false, NULL},
	{"1E+", SHEET_PLAIN, false, NULL},
	{"1E9999", SHEET_PLAIN, false, NULL},
	{"NaN", SHEET_PLAIN, false, NULL},
	{"1 2", SHEET_PLAIN, false, NULL},
	{"1..2", SHEET_PLAIN, false, NULL},
	{"11111111111111111111111111111111111111111111111111111111111111111111", SHEET_PLAIN, false, NULL},
	{"0.00000000000000000000000000000000000000000000000000000000000000000001", SHEET_PLAIN, false, NULL},
};

static void numbers_as_people_see_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		char text[SHEET_TEXT_SIZE] = "?";
		const char *why = sheet_number(text_of(numbers[i].value), numbers[i].format, numbers[i].since_1904, text);

		if ((why == NULL) != (numbers[i].text != NULL) || (why == NULL && strcmp(text, numbers[i].text) != 0))
			fail_msg("%s with %d gives %s", numbers[i].value, numbers[i].format, why ? why : text);
	}
}

static const struct {
	const char *reference;
	bool good;
	size_t column;
	uint64_t row;
} references[] = {
	{"A1", true, 0, 1},   {"B12", true, 1, 12},        {"AA5", true, 26, 5}, {"XFD1048576", true, 16383, 1048576},
	{"", true, SIZE_MAX, 0}, {NULL, true, SIZE_MAX, 0}, {"7", true, SIZE_MAX, 7}, {"C", true, 2, 0},    {"ABCD1", false, 0, 0},
	{"A0", false, 0, 0},  {"A1048577", false, 0, 0},   {"A1B", false, 0, 0}, {"$A$1", false, 0, 0},
};

static void where_cells_stand(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
		size_t column;
		uint64_t row;
		bool good = sheet_reference(text_of(references[i].reference), &column, &row);

		if (good != references[i].good || (good && (column != references[i].column || row != references[i].row)))
			fail_msg("%s", references[i].reference);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats),
		cmocka_unit_test(numbers_as_people_see_them),
		cmocka_unit_test(where_cells_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
