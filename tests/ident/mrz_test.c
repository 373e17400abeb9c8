#include "ident/mrz.h"

#include <stdio.h>

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
		{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO74X8122F1204159ZE184226B<<<<<10", 60},
		{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO74O8132F1204159ZE184226B<<<<<10", 60},
		{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7402302F1204159ZE184226B<<<<<10", 62},
		{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<10", 88},
		{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", 44},
		{"<<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", 0},
		{"P<UTO<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", 5},
		{"a\nb\nc\nd\ne", 6},
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
	static const struct {
		const char *name, *family, *given;
		bool truncated;
	} rows[] = {
		{"SOK<<DARA<<<<<<<<<<<<<<<<<<<<<<<<<<KKKK", "SOK", "DARA", false},
		{"SOK<<DARA<<<<<<<KK<<<<<<<<KKKK<<<<<<<<<", "SOK", "DARA", false},
		{"SOK<<DARAKKKKKKKKKKKKKKKKKKKKKKKKKKKKKK", "SOK", "DARA", false},
		{"SOK<<MALIK<<<<<<<<<<<<<<<<<<<<<<<<<<<KK", "SOK", "MALIK", false},
		{"SOK<<K<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "SOK", "K", false},
		{"SOK<<K<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<KK", "SOK", "K", false},
		{"SOK<<DARA<K<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "SOK", "DARA K", false},
		{"SOK<<DARA<K<K<<<<<<<<<<<<<<<<<<<<<<<<<<", "SOK", "DARA K K", false},
		{"KIM<<KUK<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "KIM", "KUK", false},
		{"AHMADI<<<<<<<<<<<<<<<<<<<<<<<<<<<KKKKKK", "AHMADI", "", false},
		{"AHMADIKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKK", "AHMADI", "", false},
		{"NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K", "NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG K", true},
		{"VERYLONGFAMILYNAMEWITHOUTGIVENNAMESATAL", "VERYLONGFAMILYNAMEWITHOUTGIVENNAMESATAL", "", true},
		/* No digit stands in a name. */
		{"5OK<<DARA<M1NA<<<<<<<<<<<<<<<<<<<<<<<<<", "SOK", "DARA MINA", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char zone[100];
		struct mrz m;

		snprintf(zone, sizeof zone, "P<KHM%s\nN000123454KHM9001011M3012316<<<<<<<<<<<<<<<0", rows[i].name);
		parse(zone, &m);
		assert_string_equal(m.family, rows[i].family);
		assert_string_equal(m.given, rows[i].given);
		assert_int_equal(m.truncated, rows[i].truncated);
	}
}

static void slips_are_put_right_where_the_place_decides(void **state)
{
	static const char *const zones[] = {
		"P<UT0ERIK55ON<<ANNA<MAR1A<<<<<<<<<<<<<<<<<<<\nL898902C36UT074O8122F12041S9ZE184226B<<<<<1O",
		"p<utoeriksson<<anna<maria<<<<<<<<<<<<<<<<<<<l898902c36uto74o8122f1204159ze184226b<<<<<10",
		/* S for 8 is no likely slip, but the one that the digit after the date fits. */
		"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO740S122F1204159ZE184226B<<<<<10",
		" P<UTO ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<< \r\n\r\nL898902C3 6 UTO 740BI2 2F1204159ZE184226B<<<<<10\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
		struct mrz m;

		parse(zones[i], &m);
		assert_null(mrz_bad_field(&m));
		assert_true(m.repaired);
		assert_string_equal(m.family, "ERIKSSON");
		assert_string_equal(m.given, "ANNA MARIA");
		assert_string_equal(m.issuer, "UTO");
		assert_string_equal(m.nationality, "UTO");
		assert_string_equal(m.birth, "1974-08-12");
		assert_string_equal(m.expiry, "2012-04-15");
	}
}

static void unknown_parts_of_a_birth_stay_unknown(void **state)
{
	static const struct {
		const char *birth, *read;
		int now;
	} rows[] = {
		{"91<<<<6", "1991", 2026},   {"9102<<8", "1991-02", 2026}, {"<<<<<<0", "", 2026},     {"910000X", "1991", 2026},
		{"91KKKK6", "1991", 2026},   {"260101X", "2026-01-01", 2026}, {"270101X", "1927-01-01", 2026},
		{"270101X", "2027-01-01", 2027}, {"99<<<<X", "1999", 1999},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char zone[100];
		struct mrz m;

		snprintf(zone, sizeof zone, "P<UTOLEE<<JIHOON<<<<<<<<<<<<<<<<<<<<<<<<<<<<X123456741KOR%sM3107070<<<<<<<<<<<<<<<2",
			 rows[i].birth);
		assert_ok(mrz_parse(text_of(zone), rows[i].now, &m, NULL));
		assert_string_equal(m.birth, rows[i].read);
	}
}

static void each_field_is_checked_by_itself(void **state)
{
	struct mrz m;

	(void)state;
	/* Digit 43 may be '<' or 0 where nothing is optional, not where something is. */
	parse("P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01X0006H1D<<6408125F1710319<<<<<<<<<<<<<<<0", &m);
	assert_null(mrz_bad_field(&m));
	assert_int_equal(m.optional_check, MRZ_CHECK_NONE);
	parse("P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01X0006H1D<<6408125F1710319<<<<<<<<<<<<<<00", &m);
	assert_null(mrz_bad_field(&m));
	assert_int_equal(m.optional_check, MRZ_CHECK_GOOD);
	assert_string_equal(m.issuer, "D");
	parse("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<<0", &m);
	assert_string_equal(mrz_bad_field(&m), "optional");
	parse("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408123F1204159ZE184226B<<<<<10", &m);
	assert_string_equal(mrz_bad_field(&m), "birth");
	assert_int_equal(m.number_check, MRZ_CHECK_GOOD);
	parse("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204158ZE184226B<<<<<10", &m);
	assert_string_equal(mrz_bad_field(&m), "expiry");
	parse("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<11", &m);
	assert_string_equal(mrz_bad_field(&m), "composite");
	/* Two optional fields. */
	parse("IDSRB95555554612902968000000<<\n6802295F1307245SRB123<<<<<<<<X\nTEST<<MILICA<<<<<<<<<<<<<<<<<<", &m);
	assert_string_equal(m.optional, "2902968000000");
	assert_string_equal(m.optional2, "123");
}

/* A card printed by nobody, with digits computed by the rule. */
static void french_cards_of_old_are_read(void **state)
{
	char zone[] = "IDFRAMARTIN<DURAND<<<<<<<<<<<<750001\n120475100042?JEAN<<MARIE<<<850714?M?", whole[71];
	struct mrz m;

	(void)state;
	zone[37 + 12] = mrz_check_digit((struct text){zone + 37, 12});
	zone[37 + 33] = mrz_check_digit((struct text){zone + 37 + 27, 6});
	memcpy(whole, zone, 36);
	memcpy(whole + 36, zone + 37, 35);
	zone[37 + 35] = mrz_check_digit((struct text){whole, 71});
	parse(zone, &m);
	assert_int_equal(m.kind, MRZ_FRENCH_ID);
	assert_string_equal(m.family, "MARTIN DURAND");
	assert_string_equal(m.given, "JEAN MARIE");
	assert_string_equal(m.number, "120475100042");
	assert_string_equal(m.nationality, "FRA");
	assert_string_equal(m.birth, "1985-07-14");
	assert_int_equal(m.sex, 'M');
	assert_int_equal(m.number_check, MRZ_CHECK_GOOD);
	assert_int_equal(m.composite_check, MRZ_CHECK_GOOD);
	zone[37 + 2] = '5';
	parse(zone, &m);
	assert_string_equal(mrz_bad_field(&m), "number");
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
		cmocka_unit_test(slips_are_put_right_where_the_place_decides),
		cmocka_unit_test(unknown_parts_of_a_birth_stay_unknown),
		cmocka_unit_test(each_field_is_checked_by_itself),
		cmocka_unit_test(french_cards_of_old_are_read),
		cmocka_unit_test(the_check_digit_is_blind_to_52_exchanges),
		cmocka_unit_test(a_zone_becomes_a_query),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
