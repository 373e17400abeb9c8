#include "ident/identifier.h"

#include "lib/test.h"

static void values_have_one_form(void **state)
{
	static const char *const rows[][2] = {
		{"IMO 9074729", "9074729"}, {"imo9074729", "9074729"},	     {"9074729", "9074729"}, {"IMO 12", "IMO12"},
		{"GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432"}, {"７７０７０８３８９３", "7707083893"}, {"--", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char out[64];

		assert_text(((struct text){out, identifier_canonical(text_of(rows[i][0]), out)}), rows[i][1]);
	}
}

/* Numbers from the standards or of well-known holders. */
static const char *const good[][2] = {
	{"imoNumber", "9074729"},
	{"mmsi", "366999712"},
	{"leiCode", "5493001KJTIIGC8Y1R12"},
	{"iban", "GB82WEST12345698765432"},
	{"iban", "DE89370400440532013000"},
	{"isin", "US0378331005"},
	{"isin", "AU0000XVGZA3"},
	{"swiftBic", "DEUTDEFF"},
	{"swiftBic", "DEUTDEFF500"},
	{"innCode", "7707083893"},
	{"innCode", "500100732259"},
	{"ogrnCode", "1027700132195"},
	{"ogrnCode", "304500116000157"},
};

static void good_numbers_pass_and_every_changed_digit_is_seen(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		char altered[40];
		size_t len = strlen(good[i][1]), seen = 0, tried = 0;

		if (identifier_check(good[i][0], text_of(good[i][1])) != IDENTIFIER_GOOD)
			fail_msg("%s %s", good[i][0], good[i][1]);
		for (size_t k = 0; k < len; k++)
			for (char c = '0'; c <= '9'; c++) {
				memcpy(altered, good[i][1], len);
				if (altered[k] < '0' || altered[k] > '9' || altered[k] == c)
					continue;
				altered[k] = c;
				tried++;
				seen += identifier_check(good[i][0], (struct text){altered, len}) == IDENTIFIER_BAD;
			}
		/* Sums modulo 11 that are written as one digit, ship sums modulo 10, and BIC and MMSI see not all. */
		if (strcmp(good[i][0], "iban") == 0 || strcmp(good[i][0], "leiCode") == 0 || strcmp(good[i][0], "isin") == 0)
			assert_int_equal(seen, tried);
		else if (strcmp(good[i][0], "swiftBic") != 0 && strcmp(good[i][0], "mmsi") != 0)
			assert_true(seen * 10 >= tried * 7);
	}
}

static void misshapen_numbers_are_bad_and_unknown_properties_unchecked(void **state)
{
	static const char *const bad[] = {"", "1", "A", "123456789012345678901234567890123456789012", "ZZZZZZZZ"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++)
			assert_int_equal(identifier_check(good[i][0], text_of(bad[k])), IDENTIFIER_BAD);
	assert_int_equal(identifier_check("registrationNumber", TEXT("1")), IDENTIFIER_UNCHECKED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_have_one_form),
		cmocka_unit_test(good_numbers_pass_and_every_changed_digit_is_seen),
		cmocka_unit_test(misshapen_numbers_are_bad_and_unknown_properties_unchecked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
