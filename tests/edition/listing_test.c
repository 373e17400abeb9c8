#include "lib/test.h"

#include "edition/listing.h"

#define SUBJECT "00112233445566778899aabbccddeeff"
#define DAY ((int64_t)86400000)
#define NOW ((int64_t)1795656225678) /* 2026-11-26T01:23:45.678Z */

static struct edition_record record_of(enum edition_kind kind, const char *payload)
{
	return (struct edition_record){.subject = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff},
				       .kind = kind, .put = true, .payload = text_of(payload)};
}

static const char good[] =
	"{\"documents\":[{\"country\":\"kr\",\"kind\":\"passport\",\"number\":\"M12345678\"}],\"expires\":\"2027-11-26T00:00:00.000Z\","
	"\"handling\":1,\"id\":\"" SUBJECT "\",\"inflow\":\"nominated\",\"legal\":{},\"measures\":[{\"basis\":\"warrant\",\"expires\":"
	"\"2026-11-27T00:00:00.000Z\",\"from\":\"2026-11-26T00:00:00.000Z\",\"id\":\"m1\",\"issuer\":\"court\",\"kind\":\"detain\",\"number\":"
	"\"W1\"},{\"basis\":\"decision\",\"expires\":\"2027-11-26T00:00:00.000Z\",\"from\":\"2026-11-26T01:00:00.000Z\",\"id\":\"m2\",\"kind\":"
	"\"refuse-entry\"}],\"owner\":\"kr\",\"person\":{\"properties\":{\"birthDate\":[\"1990-03-07\"],\"name\":[\"김민수\"],\"nationality\":["
	"\"kr\"]},\"schema\":\"Person\"},\"reference\":\"KR-1\",\"urgent\":false}";

static void a_listing_is_read(void **state)
{
	struct edition_record record = record_of(EDITION_LISTING, good);
	struct listing listing;
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	assert_ok(listing_read(&record, &arena, &listing, NULL));
	assert_text(listing.id, SUBJECT);
	assert_text(listing.person.id, SUBJECT);
	assert_text(entity_first(&listing.person, "name"), "김민수");
	assert_text(entity_first(&listing.person, "passportNumber"), "M12345678");
	assert_int_equal(listing.measure_count, 2);
	assert_text(listing.measures[0].issuer, "court");
	/* Before, while, after; the warrant ends at midnight and the ban stays. */
	assert_false(listing_in_force(&listing, NOW - 2 * DAY));
	assert_true(listing_measure_in_force(&listing.measures[0], NOW));
	assert_true(listing_measure_in_force(&listing.measures[1], NOW));
	assert_false(listing_measure_in_force(&listing.measures[0], NOW + DAY));
	assert_true(listing_in_force(&listing, NOW + DAY));
	assert_false(listing_in_force(&listing, NOW + 365 * DAY));
	arena_release(&arena);
}

/* The engine hears of which country a document is: as told, or the person's own. */
static void a_document_has_a_country(void **state)
{
	static const struct {
		const char *from, *to, *said;
	} rows[] = {
		{"\"country\":\"kr\",\"kind\"", "\"country\":\"kh\",\"kind\"", "kh M12345678"},
		{"\"country\":\"kr\",\"kind\"", "\"kind\"", "kr M12345678"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char json[2000];
		const char *at = strstr(good, rows[i].from);
		struct edition_record record;
		struct listing listing;
		struct arena arena;

		assert_non_null(at);
		snprintf(json, sizeof json, "%.*s%s%s", (int)(at - good), good, rows[i].to, at + strlen(rows[i].from));
		record = record_of(EDITION_LISTING, json);
		arena_init(&arena, 1 << 20);
		assert_ok(listing_read(&record, &arena, &listing, NULL));
		assert_text(entity_first(&listing.person, "x-document"), rows[i].said);
		arena_release(&arena);
	}
}

static void what_is_no_listing_is_refused(void **state)
{
	static const struct {
		const char *from, *to; /* in the good one */
	} rows[] = {
		{"\"id\":\"0011", "\"id\":\"1011"},
		{"\"handling\":1", "\"handling\":4"},
		{"\"handling\":1", "\"handling\":\"1\""},
		{"\"expires\":\"2027-11-26T00:00:00.000Z\",\"handling\"", "\"expires\":\"soon\",\"handling\""},
		{"\"measures\":[", "\"measurez\":["},
		{"\"person\":{\"pro", "\"persoN\":{\"pro"},
		{"\"name\":[\"김민수\"]", "\"name\":[]"},
		{"\"from\":\"2026-11-26T00", "\"fron\":\"2026-11-26T00"},
		{"\"owner\":\"kr\"", "\"owner\":\"\""},
		{"\"urgent\":false}", "\"urgent\":false,\"urgent\":true}"},
		{"\"urgent\":false}", "\"urgent\":false"},
	};
	char payload[2048];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *at = strstr(good, rows[i].from);
		struct edition_record record;
		struct listing listing;
		struct arena arena;

		assert_non_null(at);
		snprintf(payload, sizeof payload, "%.*s%s%s", (int)(at - good), good, rows[i].to, at + strlen(rows[i].from));
		record = record_of(EDITION_LISTING, payload);
		arena_init(&arena, 1 << 20);
		if (listing_read(&record, &arena, &listing, NULL) != ST_MALFORMED)
			fail_msg("row %zu was taken", i);
		arena_release(&arena);
	}
}

/* ---- clearances ---- */

static const char cleared[] =
	"{\"confirmed\":true,\"entry\":\"" SUBJECT "\",\"expires\":\"2027-01-01T00:00:00.000Z\",\"id\":\"" SUBJECT "\",\"person\":{\"properties\":{"
	"\"birthDate\":[\"1990-08-21\"],\"name\":[\"KIM MINSU\"],\"nationality\":[\"kr\"],\"passportNumber\":[\"M-2222 2222\"]},\"schema\":"
	"\"Person\"},\"version\":1}";

static void who_was_cleared_and_who_was_not(void **state)
{
	static const struct {
		const char *passport, *birth, *country;
		int64_t after_ms;
		bool cleared;
	} rows[] = {
		{"M22222222", "1990-08-21", "kr", 0, true},
		{"m22222222", NULL, "kr", 0, true},          /* what the machine-readable zone does not contradict */
		{"M22222222", "1990", NULL, 0, true},
		{"M22222222", "1990-08-22", "kr", 0, false}, /* another date of birth */
		{"M22222222", "1990-08-21", "cn", 0, false}, /* another country's passport of that number */
		{"M22222223", "1990-08-21", "kr", 0, false},
		{NULL, "1990-08-21", "kr", 0, false},        /* a name and a date clear nobody */
		{"M12345678", "1990-08-21", "kr", 0, false}, /* the listed person's own */
		{"M22222222", "1990-08-21", "kr", 365 * DAY, false},
	};
	struct edition_record listed = record_of(EDITION_LISTING, good), record = record_of(EDITION_CLEARANCE, cleared);
	struct clearance clearance;
	struct listing listing;
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	assert_ok(listing_read(&listed, &arena, &listing, NULL));
	assert_ok(clearance_read(&record, &arena, &clearance, NULL));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct entity traveller;

		assert_ok(entity_begin(&traveller, &arena, TEXT("q"), "Person", TEXT_NONE));
		assert_ok(entity_add(&traveller, "name", TEXT("KIM MINSU")));
		assert_ok(entity_add(&traveller, "passportNumber", text_of(rows[i].passport)));
		assert_ok(entity_add(&traveller, "birthDate", text_of(rows[i].birth)));
		assert_ok(entity_add(&traveller, "nationality", text_of(rows[i].country)));
		if (clearance_holds(&clearance, &traveller, &listing.person, NOW + rows[i].after_ms) != rows[i].cleared)
			fail_msg("row %zu", i);
	}
	/* Both documents shown: the listed person's decides. */
	{
		struct entity traveller;

		assert_ok(entity_begin(&traveller, &arena, TEXT("q"), "Person", TEXT_NONE));
		assert_ok(entity_add(&traveller, "passportNumber", TEXT("M22222222")));
		assert_ok(entity_add(&traveller, "idNumber", TEXT("M12345678")));
		assert_false(clearance_holds(&clearance, &traveller, &listing.person, NOW));
	}
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_listing_is_read),
		cmocka_unit_test(a_document_has_a_country),
		cmocka_unit_test(what_is_no_listing_is_refused),
		cmocka_unit_test(who_was_cleared_and_who_was_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
