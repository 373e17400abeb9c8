/* The desk: what is taken in and what is set aside, acts and receipts, two officers, disputes by moved clock. */
#include "awareness/campaign.h"
#include "square.h"

/* ---- the inbox ---- */

static void an_item_is_taken_once(void **state)
{
	static const char json[] = "{\"language\":\"km\",\"receipt\":\"receipt|1234567812345678\",\"speed\":\"tip\",\"story\":\"a message\","
				   "\"time\":\"2027-01-15T08:00:00.000Z\",\"contact\":{\"way\":\"telegram\",\"value\":\"@me\"},\"place\":\"Bavet\"}";
	static const uint8_t id[16] = {1};
	struct square s;

	square_begin(&s, state);
	for (int i = 0; i < 3; i++) {
		square_put_as(&s, BULLETIN_REPORT, id, text_bytes(text_of(json)));
		square_run(&s);
	}
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_item WHERE state = 'taken' AND sealed IS NULL"), 1);
	/* how to reach him stands apart, and nowhere else */
	assert_int_equal(square_count(&s, "SELECT count(*) FROM reporter_contact WHERE value = '@me'"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report WHERE details = '{\"place\":\"Bavet\"}'"), 1);
	/* for a year */
	s.world.now_ms += 366 * DAY;
	square_clock(&s);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM reporter_contact"), 0);
	square_end(&s);
}

#define MEASURED(phase, after)                                                                                                          \
	"{\"after\":" after ",\"arm\":\"lesson\",\"before\":{\"alarms\":1,\"hits\":2},\"edition\":\"0123456789012345678901234567890123456789\"," \
	"\"language\":\"en\",\"phase\":\"" phase "\"}"

/* A measurement comes without a person and leaves none: one row counts, the item leaves its number. */
static void a_measurement_is_of_nobody(void **state)
{
	struct text edition = trial_edition(lesson_language(TEXT("en")));
	struct square s;
	char json[512];

	square_begin(&s, state);
	snprintf(json, sizeof json, "{\"after\":{\"alarms\":0,\"hits\":3},\"arm\":\"lesson\",\"before\":{\"alarms\":1,\"hits\":2},\"edition\":\"%.*s\","
		 "\"language\":\"en\",\"phase\":\"now\"}", TEXT_ARG(edition));
	square_put(&s, BULLETIN_TRIAL, json);
	square_put(&s, BULLETIN_TRIAL, json);
	assert_int_equal(square_run(&s), 2);
	assert_int_equal(square_count(&s, "SELECT people FROM trial_count WHERE hits = 3 AND alarms = 0 AND before_hits = 2 AND before_alarms = 1"), 2);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM trial_count"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_item WHERE state = 'taken' AND sealed IS NULL"), 2);
	assert_int_equal(square_count(&s, "SELECT (SELECT count(*) FROM receipt) + (SELECT count(*) FROM report)"), 0);
	square_end(&s);
}

/* Nothing is lost: what cannot be taken is kept with its reason. */
static void what_cannot_be_taken_is_set_aside(void **state)
{
	static const struct {
		enum bulletin_item_kind kind;
		const char *json, *reason;
	} items[] = {
		{BULLETIN_REPORT, "no JSON", "item-json"},
		{BULLETIN_REPORT, "[1]", "item-json"},
		{BULLETIN_REPORT, "{\"language\":\"km\",\"language\":\"ko\"}", "item-json"},
		{BULLETIN_REPORT, "{\"language\":\"km\",\"receipt\":\"receipt|123\",\"time\":\"2027-01-15T08:00:00Z\"}", "item-member"},
		{BULLETIN_REPORT, "{\"language\":\"xx\",\"receipt\":\"receipt|1234567812345678\",\"time\":\"2027-01-15T08:00:00Z\"}", "item-member"},
		{BULLETIN_REPORT, "{\"language\":\"km\",\"receipt\":\"receipt|1234567812345678\",\"speed\":\"tip\",\"time\":\"2027-01-15T08:00:00Z\"}", "item-empty"},
		{BULLETIN_REPORT, "{\"language\":\"km\",\"receipt\":\"receipt|1234567812345678\",\"speed\":\"tip\",\"story\":7,\"time\":\"2027-01-15T08:00:00Z\"}", "item-member"},
		{BULLETIN_FOLLOW_UP, "{\"act\":\"add\",\"language\":\"km\",\"receipt\":\"receipt|9999999999999999\",\"time\":\"2027-01-15T08:00:00Z\"}", "receipt-unknown"},
		{BULLETIN_DISPUTE, "{\"language\":\"km\",\"receipt\":\"receipt|1234567812345678\",\"time\":\"2027-01-15T08:00:00Z\"}", "item-member"},
		{BULLETIN_UPLOAD_PART, "too short", "item-member"},
		{BULLETIN_TRIAL, "[]", "item-json"},
		{BULLETIN_TRIAL, "{}", "item-member"},
		{BULLETIN_TRIAL, MEASURED("now", "{\"alarms\":0,\"hits\":4}"), "item-member"},
		{BULLETIN_TRIAL, MEASURED("now", "[0,3]"), "item-member"},
		{BULLETIN_TRIAL, MEASURED("later", "{\"alarms\":0,\"hits\":3}"), "item-member"}, /* before is there, and then it is not later */
		{BULLETIN_TRIAL, MEASURED("now", "{\"alarms\":0,\"hits\":3}"), "item-member"},   /* of other texts */
	};
	struct error error = {.code = ST_OK};
	struct square s;

	square_begin(&s, state);
	for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
		char reason[64];

		square_put(&s, items[i].kind, items[i].json);
		assert_int_equal(square_run(&s), 1);
		square_get(&s, "SELECT reason FROM inbox_item WHERE state = 'aside'", reason);
		assert_string_equal(reason, items[i].reason);
		assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_item WHERE state = 'aside' AND length(sealed) > 0"), 1);
		assert_ok(world_sql(&s.world, "DELETE FROM inbox_item", DB_NO_PARAMS));
	}
	/* what nobody takes yet waits */
	square_put(&s, BULLETIN_COMPLAINT, "{}");
	assert_int_equal(square_run(&s), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_item WHERE state = 'waiting'"), 1);
	/* what is no item at all is refused at the door */
	assert_int_equal(inbox_put(&s.hub, text_bytes(TEXT("GET / HTTP/1.1")), &error), ST_MALFORMED);
	square_end(&s);
}

static void a_number_that_nobody_can_read_is_kept(void **state)
{
	struct square s;

	square_begin(&s, state);
	square_report_by(&s, 1, "phone", "no digits at all", NULL);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report WHERE details LIKE '%no digits at all%'"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_identifier"), 0);
	square_end(&s);
}

/* ---- acts, and what receipts tell of them ---- */

static void receipts_follow_each_act(void **state)
{
	static const struct {
		const char *act, *reason, *note;
		int64_t authority, told;
	} acts[] = {{"read", "", "", 0, 2},	{"note", "", "rang the bank", 0, 2}, {"sent", "", "", 4, 4},
		    {"action", "", "number blocked", 4, 5}, {"close", "done", "", 0, 6},	 {"reopen", "", "", 0, 2}};
	struct error error;
	char id[64];
	struct square s;

	square_begin(&s, state);
	assert_ok(world_sql(&s.world, "INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES ('" LIAISON "', 'liaison', 'x', 1)", DB_NO_PARAMS));
	square_report_by(&s, 1, "phone", "091234567", ",\"consent\":[\"partner-police\"]");
	square_get(&s, "SELECT id FROM report", id);
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		const struct report_act act = {.id = text_of(id), .version = (int64_t)i + 1, .act = text_of(acts[i].act),
					       .reason = text_of(acts[i].reason), .note = text_of(acts[i].note), .authority = acts[i].authority};

		if (square_report_do(&s, REVIEWER, &act, NULL, &error) != ST_OK)
			fail_msg("%s: %s", acts[i].act, error.message);
		assert_int_equal(square_receipt(&s, 1), acts[i].told);
	}
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE kind = 'report'"), 7);
	{
		const struct report_act stale = {.id = text_of(id), .version = 1, .act = TEXT("read")};
		const struct report_act unknown = {.id = text_of(id), .version = 7, .act = TEXT("close"), .reason = TEXT("because")};

		assert_int_equal(square_report_do(&s, REVIEWER, &stale, NULL, &error), ST_CONFLICT);
		assert_string_equal(error.reason, "version");
		assert_int_equal(square_report_do(&s, REVIEWER, &unknown, NULL, &error), ST_MALFORMED);
		assert_string_equal(error.reason, "reason-unknown");
	}
	square_end(&s);
}

struct beginning {
	struct square *s;
	struct campaign_new new;
	char id[ID_SIZE];
};

static enum status begin_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct beginning *b = context;
	const struct actor actor = world_actor(REVIEWER);

	return campaign_begin(&b->s->hub, tx, &actor, &b->new, &b->s->world.arena, b->id, ret_error);
}

/* The machine proposes a cluster, an officer makes a campaign of it; receipts say so. */
static void a_cluster_becomes_a_campaign(void **state)
{
	struct beginning b = {.new = {.name = TEXT("Parcel fee")}};
	struct error error = {.code = ST_OK};
	char cluster[64];
	struct square s;

	square_begin(&s, state);
	for (unsigned i = 1; i <= 3; i++)
		square_report_by(&s, i, "phone", "091234567", NULL);
	square_report_by(&s, 4, "phone", "092222222", NULL);
	assert_int_equal(square_count(&s, "SELECT count(DISTINCT cluster_id) FROM report"), 2);
	square_get(&s, "SELECT cluster_id FROM identifier WHERE x = 'phone|85591234567'", cluster);
	b.s = &s;
	b.new.link.cluster = text_of(cluster);
	assert_ok(db_transact(s.world.db, DB_WRITE, begin_work, &b, &error));
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report WHERE campaign_id IS NOT NULL"), 3);
	assert_int_equal(square_receipt(&s, 1), 3);
	assert_int_equal(square_receipt(&s, 4), 1);
	/* linked once: there is nothing left */
	assert_int_equal(db_transact(s.world.db, DB_WRITE, begin_work, &b, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "campaign-nothing");
	square_end(&s);
}

/* G27. */
static void withdrawn_is_gone(void **state)
{
	char story[SQUARE_LONG_LETTERS * 3 + 32];
	struct square s;

	square_begin(&s, state);
	square_report_by(&s, 1, "phone", "091234567",
			 ",\"contact\":{\"way\":\"phone\",\"value\":\"012\"},\"evidence\":[{\"sha256\":"
			 "\"0000000000000000000000000000000000000000000000000000000000000000\",\"size\":100,\"upload\":\"00000000000000000000000000000001\"}]");
	square_part(&s, "00000000000000000000000000000001", 0, 100);
	square_follow(&s, 1, "add", ",\"story\":\"more of it\"");
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_part"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE note = 'more of it'"), 1);
	/* too long for a line: cut at a whole letter */
	square_long_story(story);
	square_follow(&s, 1, "add", story);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE length(note) = 3333"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_item WHERE state = 'aside'"), 0);
	square_follow(&s, 1, "withdraw", NULL);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_part"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_item WHERE sealed IS NOT NULL"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM evidence"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM reporter_contact"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report_identifier"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE note IS NOT NULL"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report WHERE story IS NULL AND details = '{}' AND token IS NULL"), 1);
	assert_int_equal(square_receipt(&s, 1), 7);
	square_end(&s);
}

/* ---- two officers ---- */

static void confirmed_needs_two(void **state)
{
	static const struct listing_new new = {.identifier = {.type = {"phone", 5}, .value = {"092 333 444", 11}, .country = {"kh", 2}}, .authority = 1,
					       .note = {"raid of 3 November", 18}};
	struct listing_act act = {.version = 1, .act = TEXT("confirm")};
	struct error error;
	char id[ID_SIZE];
	struct square s;

	square_begin(&s, state);
	assert_ok(square_listing_propose(&s, REVIEWER, &new, id, &error));
	act.id = text_of(id);
	assert_int_equal(square_listing_do(&s, REVIEWER, &act, NULL, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "listing-same-person");
	/* nor past the program */
	assert_int_equal(world_sql(&s.world, "UPDATE listing SET state = 'in-force', confirmed_by = proposed_by, confirmed_at = 1", DB_NO_PARAMS),
			 ST_CONFLICT);
	assert_ok(square_listing_do(&s, DECIDER, &act, NULL, &error));
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing WHERE state = 'in-force' AND verdict = 'confirmed'"), 1);
	assert_int_equal(square_listing_propose(&s, REVIEWER, &new, id, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "listing-there");
	square_end(&s);
}

/* An official contact ends what is listed of it, and cannot be listed from then on. */
static void a_contact_needs_two_and_clears(void **state)
{
	const struct contact_new new = {.shown = true, .kind = TEXT("bank"), .country = TEXT("kh"), .checked = TEXT("2027-01-02"),
					.source = TEXT("letter of the bank"), .name = {.en = TEXT("A bank")},
					.values = {{.type = TEXT("phone"), .value = TEXT("091234567")}}, .value_count = 1};
	const struct listing_new listed = {.identifier = new.values[0], .authority = 1, .note = TEXT("x")};
	struct contact_act act = {.version = 1, .act = TEXT("confirm")};
	struct error error;
	char id[ID_SIZE];
	struct square s;

	square_begin(&s, state);
	for (unsigned i = 1; i <= 3; i++)
		square_report_by(&s, i, "phone", "091234567", NULL);
	assert_ok(square_contact_propose(&s, REVIEWER, &new, id, &error));
	act.id = text_of(id);
	assert_int_equal(square_contact_do(&s, REVIEWER, &act, NULL, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "contact-same-person");
	assert_ok(square_contact_do(&s, DECIDER, &act, NULL, &error));
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing WHERE state = 'ended' AND end_reason = 'official'"), 1);
	assert_int_equal(square_listing_propose(&s, REVIEWER, &listed, NULL, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "listing-official");
	/* ended again: what was said meanwhile counts for nothing */
	for (unsigned i = 4; i <= 6; i++)
		square_report_by(&s, i, "phone", "091234567", NULL);
	act.version = 2;
	act.act = TEXT("end");
	act.reason = TEXT("number given up");
	s.world.now_ms += HOUR;
	assert_ok(square_contact_do(&s, DECIDER, &act, NULL, &error));
	square_report_by(&s, 7, "phone", "091234567", NULL);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing WHERE state = 'in-force'"), 0);
	square_end(&s);
}

/* ---- disputes ---- */

#define PROOF ",\"evidence\":[{\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"size\":100,\"upload\":\"00000000000000000000000000000001\"}]"
#define HIDDEN "SELECT count(*) FROM listing WHERE suppressed_until > 0"

/* G21: hidden for 72 hours once proof has come, and once only. */
static void proof_hides_what_is_reported_for_72_hours(void **state)
{
	uint64_t dispute;
	struct square s;

	square_begin(&s, state);
	for (unsigned i = 1; i <= 3; i++)
		square_report_by(&s, i, "phone", "091234567", NULL);
	dispute = square_dispute(&s, "phone", "091234567", PROOF);
	assert_int_equal(square_receipt(&s, dispute), 16);
	assert_int_equal(square_count(&s, HIDDEN), 0); /* it was only said that there is proof */
	square_part(&s, "00000000000000000000000000000001", 0, 60);
	assert_int_equal(square_count(&s, HIDDEN), 0);
	square_part(&s, "00000000000000000000000000000001", 60, 40);
	assert_int_equal(square_count(&s, HIDDEN), 1);
	assert_int_equal(square_receipt(&s, dispute), 17);
	s.world.now_ms += 72 * HOUR;
	square_clock(&s);
	assert_int_equal(square_count(&s, HIDDEN), 0);
	/* another one with the same proof hides it no second time */
	square_dispute(&s, "phone", "091234567", PROOF);
	assert_int_equal(square_count(&s, HIDDEN), 0);
	square_end(&s);
}

static void a_confirmed_listing_is_not_hidden(void **state)
{
	static const struct listing_new new = {.identifier = {.type = {"phone", 5}, .value = {"091234567", 9}, .country = {"kh", 2}}, .authority = 1,
					       .note = {"raid", 4}};
	struct listing_act act = {.version = 1, .act = TEXT("confirm")};
	struct error error;
	char id[ID_SIZE];
	struct square s;

	square_begin(&s, state);
	assert_ok(square_listing_propose(&s, REVIEWER, &new, id, &error));
	act.id = text_of(id);
	assert_ok(square_listing_do(&s, DECIDER, &act, NULL, &error));
	square_part(&s, "00000000000000000000000000000001", 0, 100);
	square_dispute(&s, "phone", "091234567", PROOF);
	assert_int_equal(square_count(&s, HIDDEN), 0);
	square_end(&s);
}

static struct dispute_act dispute_act(struct square *s, const char *act, const char *reason, char id[64])
{
	struct dispute_act a = {.act = text_of(act), .reason = text_of(reason)};

	square_get(s, "SELECT id FROM dispute", id);
	a.id = text_of(id);
	a.version = square_count(s, "SELECT version FROM dispute");
	return a;
}

/* Ten working days; nobody decides about his own listing; the other country decides the appeal. */
static void disputes_are_decided_and_appealed(void **state)
{
	struct dispute_act act;
	struct error error;
	uint64_t dispute;
	char id[64];
	struct square s;

	square_begin(&s, state);
	for (unsigned i = 1; i <= 3; i++)
		square_report_by(&s, i, "phone", "091234567", NULL);
	dispute = square_dispute(&s, "phone", "091234567", NULL);
	/* START is a Friday: ten working days are two weeks */
	assert_int_equal(square_count(&s, "SELECT due_at - received_at FROM dispute"), 14 * DAY);
	s.world.now_ms += 14 * DAY;
	square_clock(&s);
	assert_int_equal(square_count(&s, "SELECT late FROM dispute"), 1);
	act = dispute_act(&s, "dismiss", "no such reason", id);
	assert_int_equal(square_dispute_do(&s, REDRESS, &act, NULL, &error), ST_MALFORMED);
	act = dispute_act(&s, "dismiss", "no-proof", id);
	assert_ok(square_dispute_do(&s, REDRESS, &act, NULL, &error));
	assert_int_equal(square_receipt(&s, dispute), 19);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing WHERE state = 'in-force'"), 1);
	square_follow(&s, dispute, "appeal", ",\"story\":\"look again\"");
	assert_int_equal(square_receipt(&s, dispute), 20);
	act = dispute_act(&s, "appeal-uphold", "owner-proved", id);
	assert_int_equal(square_dispute_do(&s, SUPERVISOR, &act, NULL, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "dispute-same-country");
	assert_int_equal(world_sql(&s.world, "UPDATE dispute SET state = 'appeal-dismissed', appeal_by = '" SUPERVISOR "', appeal_country = 'kh',"
				   " appeal_at = 1, appeal_reason = 'x'", DB_NO_PARAMS), ST_CONFLICT);
	assert_ok(square_dispute_do(&s, LIAISON, &act, NULL, &error));
	assert_int_equal(square_receipt(&s, dispute), 21);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing WHERE state = 'in-force'"), 0);
	/* and the reports of before count no more */
	square_report_by(&s, 4, "phone", "091234567", NULL);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing WHERE state = 'in-force'"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM ledger_leaf WHERE body LIKE '%public-dispute.%'"), 4);
	square_end(&s);
}

static void nobody_decides_about_his_own_listing(void **state)
{
	static const struct listing_new new = {.identifier = {.type = {"phone", 5}, .value = {"091234567", 9}, .country = {"kh", 2}}, .authority = 1,
					       .note = {"raid", 4}};
	struct dispute_act act;
	struct error error;
	char id[64];
	struct square s;

	square_begin(&s, state);
	assert_ok(square_listing_propose(&s, REDRESS, &new, id, &error));
	square_dispute(&s, "phone", "091234567", NULL);
	act = dispute_act(&s, "uphold", "mistaken", id);
	assert_int_equal(square_dispute_do(&s, REDRESS, &act, NULL, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "decided-the-listing");
	assert_ok(square_dispute_do(&s, SUPERVISOR, &act, NULL, &error));
	assert_int_equal(square_count(&s, "SELECT count(*) FROM listing WHERE state <> 'ended'"), 0);
	square_end(&s);
}

static void an_appeal_has_its_time(void **state)
{
	struct dispute_act act;
	struct error error;
	uint64_t dispute;
	char id[64];
	struct square s;

	square_begin(&s, state);
	dispute = square_dispute(&s, "phone", "091234567", NULL);
	act = dispute_act(&s, "dismiss", "not-owner", id);
	assert_ok(square_dispute_do(&s, REDRESS, &act, NULL, &error));
	s.world.now_ms += 61 * DAY;
	square_follow(&s, dispute, "appeal", NULL);
	assert_int_equal(square_receipt(&s, dispute), 19);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE act = 'appeal-late'"), 1);
	square_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(an_item_is_taken_once),
		db_unit_test(a_measurement_is_of_nobody),
		db_unit_test(what_cannot_be_taken_is_set_aside),
		db_unit_test(a_number_that_nobody_can_read_is_kept),
		db_unit_test(receipts_follow_each_act),
		db_unit_test(a_cluster_becomes_a_campaign),
		db_unit_test(withdrawn_is_gone),
		db_unit_test(confirmed_needs_two),
		db_unit_test(a_contact_needs_two_and_clears),
		db_unit_test(proof_hides_what_is_reported_for_72_hours),
		db_unit_test(a_confirmed_listing_is_not_hidden),
		db_unit_test(disputes_are_decided_and_appealed),
		db_unit_test(nobody_decides_about_his_own_listing),
		db_unit_test(an_appeal_has_its_time),
	};

	return db_run_group_tests(tests);
}
