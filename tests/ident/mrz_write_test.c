#include "ident/mrz_write.h"

#include <stdio.h>

#include "ident/mrz.h"
#include "lib/test.h"

/* The specimen of reference B.1 but for its last optional digit: an empty optional field may have 0 or a filler for one. */
static const struct mrz_passport specimen = {.issuer = {"kr", 2}, .nationality = {"kr", 2}, .family = {"Hong", 4}, .given = {"Gildong", 7},
					     .number = {"M12345678", 9}, .birth = {"1988-02-29", 10}, .expiry = {"2033-05-15", 10}, .sex = 'M'};

static void a_passport_is_written_and_read_again(void **state)
{
	char lines[2][MRZ_PASSPORT_LINE + 1], whole[2 * MRZ_PASSPORT_LINE + 2];
	struct error error = {0};
	struct mrz mrz;

	(void)state;
	assert_true(mrz_passport_write(&specimen, lines));
	assert_string_equal(lines[0], "P<KORHONG<<GILDONG<<<<<<<<<<<<<<<<<<<<<<<<<<");
	assert_string_equal(lines[1], "M123456788KOR8802299M3305153<<<<<<<<<<<<<<08");
	snprintf(whole, sizeof whole, "%s\n%s", lines[0], lines[1]);
	assert_ok(mrz_parse(text_of(whole), 2026, &mrz, &error));
	assert_null(mrz_bad_field(&mrz));
	assert_string_equal(mrz.family, "HONG");
	assert_string_equal(mrz.birth, "1988-02-29");
}

static void names_are_put_as_zones_have_them(void **state)
{
	static const struct {
		const char *family, *given, *line;
	} rows[] = {
		{"D'Artagnan", "Jean-Luc", "P<DEUDARTAGNAN<<JEAN<LUC<<<<<<<<<<<<<<<<<<<<"},
		{"Ahmadi", "", "P<DEUAHMADI<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"},
		{"Nilavadhanananda", "Chayapa Dejthamrong Krasuang", "P<DEUNILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"},
		{"Abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq", "X", "P<DEUABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM"},
	};
	struct mrz_passport p = specimen;
	char lines[2][MRZ_PASSPORT_LINE + 1], expected[MRZ_PASSPORT_LINE + 1];

	(void)state;
	p.issuer = TEXT("de");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		p.family = text_of(rows[i].family);
		p.given = text_of(rows[i].given);
		assert_true(mrz_passport_write(&p, lines));
		snprintf(expected, sizeof expected, "P<D<<%s", rows[i].line + 5);
		assert_string_equal(lines[0], expected);
	}
}

static void what_cannot_stand_in_one_is_refused(void **state)
{
	char lines[2][MRZ_PASSPORT_LINE + 1];
	struct mrz_passport p;

	(void)state;
	p = specimen, p.number = TEXT("M1234567890");
	assert_false(mrz_passport_write(&p, lines));
	p = specimen, p.number = TEXT("М1234");
	assert_false(mrz_passport_write(&p, lines));
	p = specimen, p.issuer = TEXT("xx");
	assert_false(mrz_passport_write(&p, lines));
	p = specimen, p.birth = TEXT("1988-02");
	assert_false(mrz_passport_write(&p, lines));
	p = specimen, p.family = TEXT("김");
	assert_false(mrz_passport_write(&p, lines));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_passport_is_written_and_read_again),
		cmocka_unit_test(names_are_put_as_zones_have_them),
		cmocka_unit_test(what_cannot_stand_in_one_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
