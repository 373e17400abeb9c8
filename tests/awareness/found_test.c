/* What is found in the words of a report: proposed, nothing until an analyst has decided, and then as if the reporter had named it. */
#include "square.h"

/* ---- what is proposed ---- */

static const char *const words[] = {"red", "green", "blue", "white", "black", "yellow"};

/* By the n-th who has nothing in common with the others, each in his own words. */
static uint64_t tip(struct square *s, unsigned sender, const char *language, const char *story)
{
	char json[16384];

	s->sent++;
	snprintf(json, sizeof json,
		 "{\"client\":{\"device\":\"d%u\",\"network\":\"n%u\",\"token\":\"t%u\"},\"language\":\"%s\",\"receipt\":\"receipt|%016llu\",\"speed\":\"tip\","
		 "\"story\":\"%s %s\",\"time\":\"2027-01-15T08:00:00.000Z\"}",
		 sender, sender, sender, language, (unsigned long long)s->sent, words[sender % 6], story);
	square_put(s, BULLETIN_REPORT, json);
	square_run(s);
	return s->sent;
}

static int64_t count_of(struct square *s, const char *sql, const char *value)
{
	return world_count(&s->world, sql, DB_PARAMS(DB_V_TEXT(text_of(value))));
}

/* Messages as they are pasted; `found`: what is proposed of each, with blanks between. */
static void messages_are_read(void **state)
{
	static const struct {
		const char *language, *story, *found;
	} messages[] = {
		{"km", "call 091 234 567 now", "phone|85591234567"},
		{"km", "ផ្ញើលុយទៅ ABA 000 123 456 ហើយទូរសព្ទ ០៩១ ២៣៤ ៥៦៧", "bank|kh:ABA:000123456 phone|85591234567"},
		/* a Korean writes a number as at home, or as it is dialled here */
		{"ko", "\xec\xa0\x84\xed\x99\x94 010-1234-5678", "phone|821012345678"},
		{"ko", "\xec\xa0\x84\xed\x99\x94 012 700 001", "phone|85512700001"},
		{"ko", "010-1234-5678 / 012 700 001", "phone|821012345678 phone|85512700001"},
		{"zh", "\xe7\x94\xb5\xe8\xaf\x9d 138 0013 8000", "phone|8613800138000"},
		{"en", "telegram @hr_recruiter_kh or https://jobs.example.com/apply", "handle|telegram:hr_recruiter_kh url|example.com"},
		{"en", "send it to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "wallet|tron:TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"},
		/* what could be anything is left */
		{"km", "room 4, 1200 USD on 2026-11-26", ""},
	};
	struct square s;

	square_begin(&s, state);
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
		struct text rest = text_of(messages[i].found), one;
		int64_t expected = 0;

		tip(&s, 0, messages[i].language, messages[i].story);
		while (rest.len && text_split(&rest, ' ', &one)) {
			if (world_count(&s.world, "SELECT count(*) FROM report_found WHERE state = 'proposed' AND x = $1", DB_PARAMS(DB_V_TEXT(one))) != 1)
				fail_msg("message %zu: %.*s is not found", i, TEXT_ARG(one));
			expected++;
		}
		if (square_count(&s, "SELECT count(*) FROM report_found") != expected)
			fail_msg("message %zu: %lld found", i, (long long)square_count(&s, "SELECT count(*) FROM report_found"));
		assert_ok(world_sql(&s.world, "DELETE FROM report_found", DB_NO_PARAMS));
	}
	square_end(&s);
}

/* Not for a listing, not for a cluster, and nobody has heard of it. */
static void what_is_proposed_counts_for_nothing(void **state)
{
	struct square s;

	square_begin(&s, state);
	for (unsigned i = 0; i < 5; i++)
		tip(&s, i, "km", "rang me from 091 234 567");
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_found WHERE x = 'phone|85591234567' AND state = 'proposed'"), 5);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_identifier"), 0);
	assert_int_equal(count_of(&s, "SELECT count(*) FROM identifier WHERE x = $1", "phone|85591234567"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing"), 0);
	assert_int_equal(square_count(&s, "SELECT count(DISTINCT cluster_id) FROM report"), 5);
	square_end(&s);
}

static void no_more_than_so_many(void **state)
{
	char story[4096] = "", more[4200];
	size_t len = 0;
	struct square s;

	square_begin(&s, state);
	for (unsigned i = 0; i < 30; i++)
		len += (size_t)snprintf(story + len, sizeof story - len, "012 700 %03u, ", 100 + i);
	tip(&s, 0, "km", story);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_found"), 20);
	snprintf(more, sizeof more, ",\"story\":\"092 222 222\"");
	square_follow(&s, 1, "add", more);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_found"), 20);
	square_end(&s);
}

/* What he named himself is his word; what he wrote where a number was asked for and nothing can read is looked through, too. */
static void what_was_named_is_not_proposed(void **state)
{
	struct square s;

	square_begin(&s, state);
	square_report_by(&s, 1, "phone", "091 234 567", NULL);
	square_follow(&s, 1, "add", ",\"story\":\"it is 091 234 567, he pays to 012 700 001\"");
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_found"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_found WHERE x = 'phone|85512700001' AND typed = '012 700 001'"), 1);
	square_follow(&s, 1, "add", ",\"identifiers\":[{\"country\":\"kh\",\"type\":\"phone\",\"value\":\"012 700 001\"}]");
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_found"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_identifier"), 2);
	square_report_by(&s, 2, "any", "they call from 093 333 333 mostly", NULL);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_found WHERE x = 'phone|85593333333'"), 1);
	square_end(&s);
}

/* ---- decided ---- */

/* The report of a receipt, by its next version. */
static enum status decide(struct square *s, uint64_t receipt, bool confirm, int64_t number, struct error *ret_error)
{
	char id[64], sql[128];
	struct report_act act = {.act = confirm ? TEXT("found-confirm") : TEXT("found-reject"), .found = number};

	snprintf(sql, sizeof sql, "SELECT subject_id FROM receipt WHERE digits = '%016llu'", (unsigned long long)receipt);
	square_get(s, sql, id);
	act.id = text_of(id);
	act.version = count_of(s, "SELECT version FROM report WHERE id = $1", id);
	return square_report_do(s, REVIEWER, &act, NULL, ret_error);
}

static void decide_well(struct square *s, uint64_t receipt, bool confirm)
{
	struct error error;

	if (decide(s, receipt, confirm, 1, &error) != ST_OK)
		fail_msg("%s (%s)", error.message, error.reason);
}

static int64_t listed(struct square *s)
{
	return square_count(s, "SELECT count(*) FROM listing WHERE x = 'phone|85591234567' AND state = 'in-force' AND verdict = 'reported'");
}

/* Three that nobody else sent; the first thing that ties them is the number. What was confirmed can be taken back, and its listing goes. */
static void confirmed_it_counts_as_what_was_named(void **state)
{
	struct square s;

	square_begin(&s, state);
	for (unsigned i = 0; i < 3; i++)
		tip(&s, i, "km", "rang me from 091 234 567");
	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(listed(&s), 0);
		decide_well(&s, i, true);
	}
	assert_int_equal(listed(&s), 1);
	assert_int_equal(square_count(&s, "SELECT reports FROM listing"), 3);
	assert_int_equal(square_count(&s, "SELECT count(DISTINCT cluster_id) FROM report"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_found WHERE decided_by IS NOT NULL AND decided_at IS NOT NULL"), 3);
	assert_int_equal(square_receipt(&s, 1), 2);
	decide_well(&s, 2, false);
	assert_int_equal(listed(&s), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_identifier"), 2);
	decide_well(&s, 2, true);
	assert_int_equal(listed(&s), 1);
	square_end(&s);
}

/* An analyst cannot make three of one: whoever sent them, and when, is as it was. */
static void independence_and_time_are_the_reports(void **state)
{
	struct square s;

	square_begin(&s, state);
	for (unsigned i = 0; i < 3; i++) {
		tip(&s, 1, "km", words[i]);
		square_follow(&s, i + 1, "add", ",\"story\":\"091 234 567\"");
		decide_well(&s, i + 1, true);
	}
	assert_int_equal(listed(&s), 0);
	tip(&s, 2, "km", "him 091 234 567");
	tip(&s, 3, "km", "her 091 234 567");
	/* decided a hundred days later they are a hundred days old */
	s.world.now_ms += 100 * DAY;
	decide_well(&s, 4, true);
	decide_well(&s, 5, true);
	assert_int_equal(listed(&s), 0);
	square_end(&s);
}

static void what_is_refused(void **state)
{
	struct error error;
	struct square s;

	square_begin(&s, state);
	assert_ok(contacts_ship(&s.hub, &error));
	tip(&s, 0, "km", "the police have +82 2-3210-0404, he has 091 234 567");
	assert_int_equal(decide(&s, 1, true, 1, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "listing-official");
	assert_int_equal(decide(&s, 1, true, 3, &error), ST_MALFORMED);
	assert_string_equal(error.reason, "value-invalid");
	assert_string_equal(error.field, "found");
	assert_int_equal(decide(&s, 1, true, 2, &error), ST_OK);
	assert_int_equal(decide(&s, 1, true, 2, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "not-in-this-state");
	assert_int_equal(decide(&s, 1, false, 1, &error), ST_OK);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_identifier"), 1);
	square_end(&s);
}

static void what_is_withdrawn_is_gone(void **state)
{
	struct square s;

	square_begin(&s, state);
	for (unsigned i = 0; i < 3; i++)
		tip(&s, i, "km", "rang me from 091 234 567, my own is 012 700 001");
	for (unsigned i = 1; i <= 3; i++)
		decide_well(&s, i, true);
	assert_int_equal(listed(&s), 1);
	square_follow(&s, 1, "withdraw", NULL);
	assert_int_equal(listed(&s), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_found"), 4);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_found f JOIN report r ON r.id = f.report_id WHERE r.state = 'withdrawn'"), 0);
	square_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(messages_are_read),
		db_unit_test(what_is_proposed_counts_for_nothing),
		db_unit_test(no_more_than_so_many),
		db_unit_test(what_was_named_is_not_proposed),
		db_unit_test(confirmed_it_counts_as_what_was_named),
		db_unit_test(independence_and_time_are_the_reports),
		db_unit_test(what_is_refused),
		db_unit_test(what_is_withdrawn_is_gone),
	};

	return db_run_group_tests(tests);
}
