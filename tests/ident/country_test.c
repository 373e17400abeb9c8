#include "ident/country.h"

#include <stdio.h>

#include "lib/test.h"

static void names_and_codes_lead_to_one_country(void **state)
{
	static const struct {
		const char *name, *code;
	} rows[] = {
		{"Korea, North", "kp"},   {"korea, south", "kr"}, {"Republic of Korea", "kr"},  {"Viet Nam", "vn"},
		{"Russian Federation", "ru"}, {"KHM", "kh"},      {"kh", "kh"},                 {"Cambodian", "kh"},
		{"កម្ពុជា", "kh"},	  {"កូរ៉េខាងត្បូង", "kr"},  {"대한민국", "kr"},		 {"柬埔寨", "kh"},
		{"刚果(金)", "cd"},	  {"Democratic People’s Republic of Korea", "kp"},
		{"NORTH  KOREA", "kp"},	  {"Republic of Moldova", "md"},
		{"the Philippines", "ph"}, {"Atlantis", NULL},	  {"in", "in"},    {"", NULL},
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

static void several_countries_in_one_text_are_all_read(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"Myanmar/Burma", "mm"},
		{"(a) Algerian, (b) German", "dz de"},
		{"a) Syrian b) Palestinian", "sy ps"},
		{"Russian and Ukrainian", "ru ua"},
		{"Iranian and US", "ir us"},
		{"possibly Ethiopian", "et"},
		{"Italian since 1990", "it"},
		{"Republic of Moldova, Romanian", "md ro"},
		{"assumed to be in no country, is at large", ""},
		{"South Korean, North Korean", "kr kp"},
		{"Democratic Republic of the Congo, passport no. OB 0243318", "cd"},
		{"\"(a) Trinidad and Tobago", "tt"},
		{"Papua New Guinea or Equatorial Guinea", "pg gq"},
		{"no", "no"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char codes[COUNTRIES_MAX][3], joined[4 * COUNTRIES_MAX + 1] = "";
		size_t n = country_read_all(text_of(rows[i].in), codes);

		for (size_t k = 0; k < n; k++)
			snprintf(joined + strlen(joined), sizeof joined - strlen(joined), "%s%s", k ? " " : "", codes[k]);
		if (strcmp(joined, rows[i].out) != 0)
			fail_msg("%s: %s", rows[i].in, joined);
	}
}

static void names_are_given_in_the_languages_of_the_page(void **state)
{
	(void)state;
	assert_text(country_name(TEXT("kh"), TEXT("en")), "Cambodia");
	assert_text(country_name(TEXT("KH"), TEXT("km")), "កម្ពុជា");
	assert_text(country_name(TEXT("kh"), TEXT("ko")), "캄보디아");
	assert_text(country_name(TEXT("kh"), TEXT("zh")), "柬埔寨");
	assert_int_equal(country_name(TEXT("qq"), TEXT("zh")).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_codes_lead_to_one_country),
		cmocka_unit_test(zones_have_codes_of_their_own),
		cmocka_unit_test(several_countries_in_one_text_are_all_read),
		cmocka_unit_test(names_are_given_in_the_languages_of_the_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
