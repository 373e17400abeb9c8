#include "ident/country.h"

#include "lib/test.h"

static void names_and_codes_lead_to_one_country(void **state)
{
	static const struct {
		const char *name, *code;
	} rows[] = {
		{"Korea, North", "kp"},   {"korea, south", "kr"}, {"Republic of Korea", "kr"},  {"Viet Nam", "vn"},
		{"Russian Federation", "ru"}, {"KHM", "kh"},      {"kh", "kh"},                 {"Cambodian", "kh"},
		{"the Philippines", "ph"}, {"Atlantis", NULL},    {"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char code[3] = "";
		bool known = country_from_name(text_of(rows[i].name), code);

		assert_int_equal(known, rows[i].code != NULL);
		if (known)
			assert_string_equal(code, rows[i].code);
	}
}

static void zones_have_codes_of_their_own(void **state)
{
	char code[3];

	(void)state;
	assert_true(country_from_alpha3(TEXT("D"), code));
	assert_string_equal(code, "de");
	assert_true(country_from_alpha3(TEXT("GBO"), code));
	assert_string_equal(code, "gb");
	assert_false(country_from_alpha3(TEXT("XXA"), code));
	assert_false(country_from_alpha3(TEXT("UTO"), code));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_codes_lead_to_one_country),
		cmocka_unit_test(zones_have_codes_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
