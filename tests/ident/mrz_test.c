#include "ident/mrz.h"

#include "lib/test.h"

static void parse(const char *zone, struct mrz *m)
{
	struct error e;
	enum status st = mrz_parse(text_of(zone), 2026, m, &e);

	if (st != ST_OK)
		fail_msg("%s: %s at %lld", zone, e.message, (long long)e.position);
}

/* ICAO Doc 9303 specimens and the traps met in the field. */
static void every_kind_is_read(void **state)
{
	static const struct {
		const char *zone;
		enum mrz_kind kind;
		const char *family, *given, *number, *nationality, *birth;
		bool truncated;
	} rows[] = {
		{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", MRZ_TD3,
		 "ERIKSSON", "ANNA MARIA", "L898902C3", "UTO", "1974-08-12", false},
		{"PMKORHONG<<GILDONG<<<<<<<<<<<<<<<<<<<<<<<<<<\nM123456788KOR8802299M3305153<<<<<<<<<<<<<<<8", MRZ_TD3,
		 "HONG", "GILDONG", "M12345678", "KOR", "1988-02-29", false},
		{"P<KHMSOK<<DARA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nN000123454KHM9001011M3012316<<<<<<<<<<<<<<<0", MRZ_TD3, "SOK",
		 "DARA", "N00012345", "KHM", "1990-01-01", false},
		{"P<INDAHMADI<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nK2578285<7IND5601240M2202288<<<<<<<<<<<<<<<4", MRZ_TD3,
		 "AHMADI", "", "K2578285", "IND", "1956-01-24", false},
		{"P<IND<<AHMADI<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nK2578285<7IND5601240M2202288<<<<<<<<<<<<<<<4", MRZ_TD3,
		 "AHMADI", "", "K2578285", "IND", "1956-01-24", false},
		{"P<UTONILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K\nA123456784UTO8506151M2901318<<<<<<<<<<<<<<<6", MRZ_TD3,
		 "NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG K", "A12345678", "UTO", "1985-06-15", true},
		{"P<UTOLEE<<JIHOON<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nX123456741KOR91<<<<6M3107070<<<<<<<<<<<<<<<2", MRZ_TD3, "LEE",
		 "JIHOON", "X12345674", "KOR", "1991", false},
		{"I<UTOD23145890<7349<<<<<<<<<<<\n3407127F9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<", MRZ_TD1,
		 "STEVENSON", "PETER JOHN", "D23145890734", "UTO", "1934-07-12", false},
		{"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6", MRZ_TD2, "ERIKSSON",
		 "ANNA MARIA", "D23145890", "UTO", "1974-08-12", false},
		{"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<", MRZ_MRV_A,
		 "ERIKSSON", "ANNA MARIA", "L8988901C", "XXX", "1940-09-07", false},
		{"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE18422", MRZ_MRV_B, "ERIKSSON",
		 "ANNA MARIA", "L8988901C", "XXX", "1940-09-07", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct mrz m;

		parse(rows[i].zone, &m);
		assert_int_equal(m.kind, rows[i].kind);
		assert_string_equal(m.family, rows[i].family);
		assert_string_equal(m.given, rows[i].given);
		assert_string_equal(m.number, rows[i].number);
		assert_string_equal(m.nationality, rows[i].nationality);
		assert_string_equal(m.birth, rows[i].birth);
		assert_int_equal(m.truncated, rows[i].truncated);
		assert_null(mrz_bad_field(&m));
	}
}

static void a_wrong_digit_names_its_field_and_the_rest_stands(void **state)
{
	struct mrz m;

	(void)state;
	parse("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C35UTO7408122F1204159ZE184226B<<<<<10", &m);
	assert_string_equal(mrz_bad_field(&m), "number");
	assert_int_equal(m.birth_check, MRZ_CHECK_GOOD);
	assert_string_equal(m.birth, "1974-08-12");
}

static void what_is_no_zone_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *zone;
		int64_t position;
	} rows[] = {
		{"P<KORKIM<<MIN<SOO", 17},
		{"P<UTOERIKSSON<<ANNA?MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", 19},
		{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO74O8122F1204159ZE184226B<<<<<10", 60},
		{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7413122F1204159ZE184226B<<<<<10", 60},
		{"", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct mrz m;
		struct error e;

		assert_int_equal(mrz_parse(text_of(rows[i].zone), 2026, &m, &e), ST_MALFORMED);
		assert_int_equal(e.position, rows[i].position);
		assert_string_equal(e.field, "mrz");
	}
}

static void fillers_read_as_k_are_fillers(void **state)
{
	struct mrz m;

	(void)state;
	parse("P<KHMSOK<<DARA<<<<<<<<<<<<<<<<<<<<<<<<<<KKKK\nN000123454KHM9001011M3012316<<<<<<<<<<<<<<<0", &m);
	assert_string_equal(m.given, "DARA");
	assert_false(m.truncated);
}

/* Doc 9303's sum is modulo 10: of all pairs of different characters, these many have values that differ by a multiple. */
static void the_check_digit_is_blind_to_52_exchanges(void **state)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";
	size_t blind = 0;

	(void)state;
	for (size_t i = 0; i + 1 < sizeof alphabet; i++)
		for (size_t k = i + 1; k + 1 < sizeof alphabet; k++) {
			char a = mrz_check_digit((struct text){&alphabet[i], 1});
			char b = mrz_check_digit((struct text){&alphabet[k], 1});

			/* With weight 7, which is prime to 10, equal digits mean equal values modulo 10. */
			blind += a == b;
		}
	assert_int_equal(blind, 52);
}

static void a_zone_becomes_a_query(void **state)
{
	struct arena arena;
	struct entity e;
	struct mrz m;

	(void)state;
	arena_init(&arena, 1 << 20);
	parse("PMKORHONG<<GILDONG<<<<<<<<<<<<<<<<<<<<<<<<<<\nM123456788KOR8802299M3305153<<<<<<<<<<<<<<<8", &m);
	assert_ok(mrz_to_entity(&m, &arena, &e));
	assert_text(entity_first(&e, "name"), "HONG GILDONG");
	assert_text(entity_first(&e, "nationality"), "kr");
	assert_text(entity_first(&e, "passportNumber"), "M12345678");
	assert_text(entity_first(&e, "x-issuer"), "kr");
	assert_text(entity_first(&e, "gender"), "male");
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_read),
		cmocka_unit_test(a_wrong_digit_names_its_field_and_the_rest_stands),
		cmocka_unit_test(what_is_no_zone_is_refused_with_its_place),
		cmocka_unit_test(fillers_read_as_k_are_fillers),
		cmocka_unit_test(the_check_digit_is_blind_to_52_exchanges),
		cmocka_unit_test(a_zone_becomes_a_query),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
