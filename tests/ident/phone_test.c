#include "ident/phone.h"

#include "lib/test.h"

static void numbers_have_one_form(void **state)
{
	static const struct {
		const char *in, *country, *out;
	} rows[] = {
		{"+82 10-1234-5678", "", "821012345678"},
		{"+82 (0)10-1234-5678", "", "821012345678"},
		{"+82 010 1234 5678", "", "821012345678"},
		{"0082 10 1234 5678", "", "821012345678"},
		{"tel:+82-10-1234-5678", "", "821012345678"},
		{"010-1234-5678", "kr", "821012345678"},
		{"821012345678", "kr", "821012345678"},
		{"02-123-4567", "kr", "8221234567"},
		{"012 345 678", "kh", "85512345678"},
		{"012 345 678", "KH", "85512345678"},
		{"+855 012 345 678", "", "85512345678"},
		{"+៨៥៥ ១២ ៣៤៥ ៦៧៨", "", "85512345678"},
		{"០១២ ៣៤៥ ៦៧៨", "kh", "85512345678"},
		{"001 82 10 1234 5678", "kh", "821012345678"},
		{"００１-８５５-１２-３４５-６７８", "kr", "85512345678"},
		{"๐๘๑ ๒๓๔ ๕๖๗๘", "th", "66812345678"},
		{"138 0013 8000", "cn", "8613800138000"},
		{"010 6512 3456", "cn", "861065123456"},
		{"0912 345 678", "vn", "84912345678"},
		{"020 2234 5678", "la", "8562022345678"},
		{"09 420 012345", "mm", "959420012345"},
		{"011-1234 5678", "my", "601112345678"},
		{"9123 4567", "sg", "6591234567"},
		{"0917 123 4567", "ph", "639171234567"},
		{"090-1234-5678", "jp", "819012345678"},
		{"(202) 555-0123", "us", "12025550123"},
		{"1-202-555-0123", "us", "12025550123"},
		{"011 855 12 345 678", "us", "85512345678"},
		{"+1 202 555 0123 ext. 45", "", "12025550123"},
		{"+1 202 555 0123x45", "", "12025550123"},
		{"+44 (0)20 7946 0958", "", "442079460958"},
		{"119", "kr", "119"},
		{"010-1234-5678", "", "01012345678"},
		{"010-1234-5678", "fr", "01012345678"},
		{"none", "", ""},
		{"", "kr", ""},
		{"+", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char out[128];
		size_t n = phone_canonical(text_of(rows[i].in), text_of(rows[i].country), out);

		assert_text(((struct text){out, n}), rows[i].out);
	}
}

static void a_form_once_made_stays(void **state)
{
	static const char *const rows[][2] = {{"0912 345 678", "vn"}, {"010-1234-5678", "kr"}, {"9123 4567", "sg"}, {"2025550123", "us"}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char once[128], twice[128];
		size_t n = phone_canonical(text_of(rows[i][0]), text_of(rows[i][1]), once);
		size_t m = phone_canonical((struct text){once, n}, text_of(rows[i][1]), twice);

		assert_int_equal(n, m);
		assert_memory_equal(once, twice, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_one_form),
		cmocka_unit_test(a_form_once_made_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
