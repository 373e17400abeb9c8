/* When reports make something "reported": public.md's scenarios 17 to 20, by moved clock. */
#include "square.h"

#define IN_FORCE "SELECT count(*) FROM listing WHERE state = 'in-force'"
#define ACCOUNT "ABA 000123456"

static void three_independent_reports_list(void **state)
{
	struct square s;

	square_begin(&s, state);
	square_report_by(&s, 1, "phone", "091 234 567", NULL);
	square_report_by(&s, 2, "phone", "+855 91 234567", NULL);
	assert_int_equal(square_count(&s, IN_FORCE), 0);
	square_report_by(&s, 3, "phone", "0912 34567", NULL);
	assert_int_equal(square_count(&s, IN_FORCE), 1);
	assert_int_equal(square_count(&s, "SELECT reports FROM listing WHERE x = 'phone|85591234567' AND verdict = 'reported'"), 3);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM ledger_leaf WHERE body LIKE '%public-listing.report%'"), 1);
	square_end(&s);
}

/* Each has one thing in common with the first. */
static void what_one_hand_may_have_sent_counts_once(void **state)
{
	static const char story[] = "They said that my parcel was held at the border and that I have to pay a fee of forty dollars at once";
	static const struct square_said said[] = {
		{"bank", ACCOUNT, story, NULL, {"t1", "n1", "d1"}},
		{"bank", ACCOUNT, NULL, NULL, {"t1", "n2", "d2"}},  /* client */
		{"bank", ACCOUNT, NULL, NULL, {"t3", "n1", "d3"}},  /* network */
		{"bank", ACCOUNT, NULL, NULL, {"t4", "n4", "d1"}},  /* kind of device, in the same hour */
		{"bank", ACCOUNT, "They said that my parcel was held at the border and that I have to pay a fee of fifty dollars at once", NULL, {"t5", "n5", "d5"}},
		{"bank", ACCOUNT, NULL, ",\"payments\":[{\"amount\":\"10\",\"reference\":\"TX1\"}]", {"t1", "n6", "d6"}},
		{"bank", ACCOUNT, NULL, ",\"payments\":[{\"amount\":\"10\",\"reference\":\"TX1\"}]", {"t7", "n7", "d7"}}, /* payment of the one before */
	};
	struct square s;

	square_begin(&s, state);
	for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
		square_report(&s, &said[i]);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report"), 7);
	assert_int_equal(square_count(&s, IN_FORCE), 0);
	square_report_by(&s, 8, "bank", ACCOUNT, NULL);
	assert_int_equal(square_count(&s, IN_FORCE), 0);
	square_report_by(&s, 9, "bank", ACCOUNT, NULL);
	assert_int_equal(square_count(&s, IN_FORCE), 1);
	assert_int_equal(square_count(&s, "SELECT reports FROM listing"), 3);
	square_end(&s);
}

/* A network counts once a day, a kind of device once an hour: people behind a shared address are people. */
static void a_shared_network_counts_on_another_day(void **state)
{
	struct square s;

	square_begin(&s, state);
	for (unsigned day = 0; day < 3; day++) {
		char token[8];
		const struct square_said said = {"phone", "012345678", NULL, NULL, {token, "cgnat", "android-chrome"}};

		snprintf(token, sizeof token, "t%u", day);
		assert_int_equal(square_count(&s, IN_FORCE), 0);
		square_report(&s, &said);
		s.world.now_ms += DAY;
	}
	assert_int_equal(square_count(&s, IN_FORCE), 1);
	square_end(&s);
}

static void without_marks_reports_of_a_day_count_once(void **state)
{
	static const struct square_said said = {"phone", "012345678", NULL, NULL, {"", "", ""}};
	struct square s;

	square_begin(&s, state);
	for (unsigned i = 0; i < 10; i++)
		square_report(&s, &said);
	assert_int_equal(square_count(&s, IN_FORCE), 0);
	square_end(&s);
}

/* Scenario 18. */
static void a_flood_lists_nothing_and_alerts_once(void **state)
{
	static const char words[] = "This account took all my money please block it at once everybody says that it belongs to the gang of the border";
	struct error error;
	char id[64];
	struct square s;

	square_begin(&s, state);
	for (unsigned i = 0; i < 300; i++) {
		char token[16], device[16];
		const struct square_said said = {"bank", ACCOUNT, words, NULL, {token, "one-network", device}};

		snprintf(token, sizeof token, "t%u", i);
		snprintf(device, sizeof device, "d%u", i);
		square_report(&s, &said);
		s.world.now_ms += 11000;
	}
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM flood WHERE seen_by IS NULL"), 1);
	for (unsigned i = 1; i <= 300; i += 37)
		assert_int_equal(square_receipt(&s, i), 1);
	/* While nobody has seen it, nothing is listed by the rules; then it is weighed as ever. */
	for (unsigned i = 1; i <= 3; i++)
		square_report_by(&s, 1000 + i, "bank", ACCOUNT, NULL);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing"), 0);
	square_get(&s, "SELECT id FROM flood", id);
	(void)error;
	square_end(&s);
}

/* Scenario 17. */
static void official_contacts_cannot_be_listed(void **state)
{
	static const char *const numbers[] = {"117", "1394", "112", "+82 2-3210-0404"};
	static const char *const countries[] = {"kh", "kr", "kr", "kr"};
	struct error error = {.code = ST_OK};
	struct square s;

	square_begin(&s, state);
	if (contacts_ship(&s.hub, &error) != ST_OK)
		fail_msg("%s (%s)", error.message, error.field);
	assert_true(square_count(&s, "SELECT count(*) FROM official_contact WHERE state = 'in-force'") >= 8);
	for (unsigned i = 0; i < 500; i++) {
		char json[1024];

		s.sent++;
		snprintf(json, sizeof json,
			 "{\"client\":{\"device\":\"d%u\",\"network\":\"n%u\",\"token\":\"t%u\"},\"identifiers\":[{\"country\":\"%s\",\"type\":\"phone\",\"value\":\"%s\"}],"
			 "\"language\":\"en\",\"receipt\":\"receipt|%016llu\",\"speed\":\"tip\",\"time\":\"2027-01-15T08:00:00.000Z\"}",
			 i, i, i, countries[i % 4], numbers[i % 4], (unsigned long long)s.sent);
		square_put(&s, BULLETIN_REPORT, json);
	}
	square_run(&s);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report"), 500);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM identifier WHERE safe = 0"), 0);
	/* They join no two reports either. */
	assert_int_equal(square_count(&s, "SELECT count(DISTINCT cluster_id) FROM report"), 500);
	/* Nor can it be written past the program. */
	assert_int_equal(world_sql(&s.world, "INSERT INTO listing (id, version, x, safe, verdict, state, basis, reports, first_at, last_at, proposed_by,"
				   " proposed_at) VALUES ('0123456789abcdef0123456789abcdef', 1, 'phone|kh:117', 0, 'confirmed', 'proposed',"
				   " 'authority', 0, 1, 1, 'x', 1)", DB_NO_PARAMS),
			 ST_CONFLICT);
	/* Started again nothing is doubled. */
	assert_ok(contacts_ship(&s.hub, &error));
	assert_int_equal(square_count(&s, "SELECT count(*) FROM official_contact WHERE shipped = 'kh-117'"), 1);
	square_end(&s);
}

/* Scenario 20. */
static void a_telephone_expires_after_90_days(void **state)
{
	struct square s;

	square_begin(&s, state);
	for (unsigned i = 1; i <= 3; i++)
		square_report_by(&s, i, "phone", "091234567", NULL);
	for (unsigned i = 1; i <= 3; i++)
		square_report_by(&s, i, "wallet", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", NULL);
	s.world.now_ms += 50 * DAY;
	square_report_by(&s, 4, "phone", "091234567", NULL);
	s.world.now_ms += 90 * DAY - HOUR;
	square_clock(&s);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing WHERE state = 'in-force' AND x LIKE 'phone%'"), 1);
	s.world.now_ms += 2 * HOUR;
	square_clock(&s);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing WHERE state = 'in-force' AND x LIKE 'phone%'"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing WHERE end_reason = 'expired'"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing WHERE state = 'in-force' AND x LIKE 'wallet%'"), 1);
	/* Reports of before do not bring it back. */
	square_report_by(&s, 5, "phone", "091234567", NULL);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing WHERE state = 'in-force' AND x LIKE 'phone%'"), 0);
	square_end(&s);
}

static void one_report_with_a_proved_payment_lists(void **state)
{
	struct report_act act = {.version = 1, .act = TEXT("verify"), .payment = 1};
	struct error error;
	char id[64];
	struct square s;

	square_begin(&s, state);
	square_report_by(&s, 1, "bank", ACCOUNT, ",\"money\":\"day\",\"payments\":[{\"amount\":\"1000 USD\",\"reference\":\"TX9\"}]");
	assert_int_equal(square_count(&s, IN_FORCE), 0);
	assert_int_equal(square_count(&s, "SELECT priority FROM report"), 1);
	square_get(&s, "SELECT id FROM report", id);
	act.id = text_of(id);
	assert_ok(square_report_do(&s, REVIEWER, &act, NULL, &error));
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing WHERE state = 'in-force' AND basis = 'payment'"), 1);
	square_end(&s);
}

/* Withdrawn, or found to be none, reports no longer count. */
static void what_is_taken_back_counts_no_more(void **state)
{
	struct square s;

	square_begin(&s, state);
	for (unsigned i = 1; i <= 3; i++)
		square_report_by(&s, i, "phone", "091234567", NULL);
	assert_int_equal(square_count(&s, IN_FORCE), 1);
	square_follow(&s, 2, "withdraw", NULL);
	assert_int_equal(square_count(&s, IN_FORCE), 0);
	assert_int_equal(square_receipt(&s, 2), 7);
	square_report_by(&s, 4, "phone", "091234567", NULL);
	assert_int_equal(square_count(&s, IN_FORCE), 1);
	square_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(three_independent_reports_list),
		db_unit_test(what_one_hand_may_have_sent_counts_once),
		db_unit_test(a_shared_network_counts_on_another_day),
		db_unit_test(without_marks_reports_of_a_day_count_once),
		db_unit_test(a_flood_lists_nothing_and_alerts_once),
		db_unit_test(official_contacts_cannot_be_listed),
		db_unit_test(a_telephone_expires_after_90_days),
		db_unit_test(one_report_with_a_proved_payment_lists),
		db_unit_test(what_is_taken_back_counts_no_more),
	};

	return db_run_group_tests(tests);
}
