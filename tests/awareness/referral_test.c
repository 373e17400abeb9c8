/* Reports that were given to a partner: only with the reporter's consent and to somebody who could be told; taken back, told, acknowledged within
 * a day by a clock that the test moves. */
#include "awareness/referral.h"
#include "square.h"

#define KOREA 4 /* rows of data/awareness/authorities.tsv */
#define KOREA_BANKS 5
#define THAILAND 7
#define HOST_BANK 3
#define AGREES ",\"consent\":[\"host-police\",\"partner-police\"]"

struct acknowledging {
	const char *id, *note;
};

static enum status acknowledge(struct square_doing *d, struct db_tx *tx, const struct actor *actor, struct error *ret_error)
{
	const struct acknowledging *a = d->what;

	return referral_acknowledge(&d->s->hub, tx, actor, text_of(a->id), text_of(a->note), &d->s->world.arena, ret_error);
}
SQUARE_WORK(acknowledge, acknowledge(d, tx, &actor, ret_error))

static void begin(struct square *s, void **state)
{
	square_begin(s, state);
	assert_ok(world_sql(&s->world, "INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES ('" LIAISON "', 'liaison', 'x', 1)", DB_NO_PARAMS));
}

static enum status send_to(struct square *s, int64_t authority, struct error *ret_error)
{
	char id[64];

	square_get(s, "SELECT id FROM report WHERE state <> 'withdrawn'", id);
	return square_report_do(s, REVIEWER,
				&(struct report_act){.id = text_of(id), .version = square_count(s, "SELECT version FROM report WHERE state <> 'withdrawn'"),
						     .act = TEXT("sent"), .authority = authority},
				NULL, ret_error);
}

static void given_only_with_consent(void **state)
{
	static const struct {
		const char *more;
		int64_t authority;
		const char *reason; /* "": it is sent */
		int64_t referrals;
	} rows[] = {
		{NULL, KOREA, "referral-consent", 0},
		{",\"consent\":[\"host-police\",\"bank\"]", KOREA, "referral-consent", 0},
		{",\"consent\":[\"statistics\"]", KOREA, "referral-consent", 0},
		{AGREES, THAILAND, "referral-no-desk", 0},
		{AGREES, 99, "value-invalid", 0},
		{AGREES, KOREA, "", 1},
		/* the hub's own authorities are no partner */
		{NULL, HOST_BANK, "", 0},
	};

	struct square s;

	begin(&s, state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint64_t receipt = square_report_by(&s, 1, "phone", "091234567", rows[i].more);
		struct error error;
		enum status st = send_to(&s, rows[i].authority, &error);

		if ((st == ST_OK) != (rows[i].reason[0] == 0) || strcmp(error.reason, rows[i].reason) != 0)
			fail_msg("row %zu: %s (%s)", i, error.message, error.reason);
		assert_int_equal(square_count(&s, "SELECT count(*) FROM referral WHERE withdrawn_at IS NULL"), rows[i].referrals);
		assert_int_equal(square_count(&s, "SELECT count(*) FROM report WHERE state = 'sent'"), rows[i].reason[0] == 0);
		square_follow(&s, receipt, "withdraw", NULL);
	}
	square_end(&s);
}

static void a_machine_can_be_told_too(void **state)
{
	struct error error;
	struct square s;

	begin(&s, state);
	square_report_by(&s, 1, "phone", "091234567", AGREES);
	assert_int_equal(send_to(&s, THAILAND, &error), ST_CONFLICT);
	assert_ok(world_sql(&s.world, "INSERT INTO machine (id, country, name, kind, secret, roles, created_ms, created_by, ends_ms) VALUES"
			    " ('000000000000000000000000000000aa', 'th', 'desk', 'bearer', $1, 'machine', 1, 'x', $2)",
			    DB_PARAMS(DB_V_BLOB(((struct bytes){s.rings[AWARENESS_INBOX].keys[0].public_key, 32})), DB_V_INT(START + DAY))));
	assert_ok(send_to(&s, THAILAND, &error));
	square_end(&s);
}

/* G27: the partner hears of it at once, and has a day to say so. */
static void taken_back_and_acknowledged(void **state)
{
	struct acknowledging a;
	struct error error;
	char id[64], other[64];
	struct square s;

	begin(&s, state);
	square_report_by(&s, 1, "phone", "091234567", AGREES);
	assert_ok(send_to(&s, KOREA, &error));
	assert_ok(send_to(&s, KOREA, &error)); /* it has it already */
	assert_ok(send_to(&s, KOREA_BANKS, &error));
	assert_int_equal(square_count(&s, "SELECT count(*) FROM referral WHERE country = 'kr'"), 2);
	square_get(&s, "SELECT id FROM referral WHERE number = 1", id);
	square_get(&s, "SELECT id FROM referral WHERE number = 2", other);
	a = (struct acknowledging){id, "copies destroyed"};
	assert_int_equal(square_acknowledge(&s, LIAISON, &a, NULL, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "not-in-this-state");
	/* no clock runs while nobody has taken anything back */
	s.world.now_ms += 3 * DAY;
	square_clock(&s);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM referral WHERE due_at IS NOT NULL OR late_at IS NOT NULL"), 0);
	square_follow(&s, 1, "withdraw", NULL);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM referral WHERE withdrawn_at IS NOT NULL AND due_at = withdrawn_at + 86400000"), 2);
	assert_int_equal(square_count(&s, "SELECT count(DISTINCT subject) FROM outbox WHERE kind = 'referral'"), 2);
	square_follow(&s, 1, "withdraw", NULL); /* once more: the clock does not begin again */
	s.world.now_ms += DAY - 1;
	square_clock(&s);
	assert_ok(square_acknowledge(&s, LIAISON, &a, NULL, &error));
	assert_int_equal(square_count(&s, "SELECT count(*) FROM referral WHERE late_at IS NOT NULL"), 0);
	/* the other one nobody acknowledges: it is late from the moment on, once, and can still be acknowledged */
	s.world.now_ms += 2;
	for (int i = 0; i < 3; i++)
		square_clock(&s);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM referral WHERE late_at >= due_at AND number = 2"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE act = 'late'"), 1);
	a.id = other;
	assert_ok(square_acknowledge(&s, LIAISON, &a, NULL, &error));
	/* said again, by whomever: nothing changes */
	a = (struct acknowledging){other, "and again"};
	assert_ok(square_acknowledge(&s, DUTY, &a, NULL, &error));
	assert_int_equal(square_count(&s, "SELECT count(*) FROM referral WHERE acknowledged_by = '" LIAISON "'"), 2);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE act = 'acknowledge' AND note = 'copies destroyed'"), 2);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE act = 'acknowledge'"), 2);
	a.id = "0123456789abcdef0123456789abcdef";
	assert_int_equal(square_acknowledge(&s, LIAISON, &a, NULL, &error), ST_NOT_FOUND);
	square_end(&s);
}

/* Whoever writes past the program: no acknowledgement of what was not withdrawn, nor by nobody. */
static void the_schema_holds_it(void **state)
{
	static const char *const refused[] = {
		"UPDATE referral SET acknowledged_by = 'x', acknowledged_at = 1900000000000",
		"UPDATE referral SET withdrawn_at = 1900000000000",
		"UPDATE referral SET withdrawn_at = 1900000000000, due_at = 1900000000001, acknowledged_at = 1900000000001",
		"UPDATE referral SET withdrawn_at = 1900000000000, due_at = 1900000000001, late_at = 1900000000000",
	};
	struct error error;
	struct square s;

	begin(&s, state);
	square_report_by(&s, 1, "phone", "091234567", AGREES);
	assert_ok(send_to(&s, KOREA, &error));
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (world_sql(&s.world, refused[i], DB_NO_PARAMS) == ST_OK)
			fail_msg("%s", refused[i]);
	assert_ok(world_sql(&s.world, "UPDATE referral SET withdrawn_at = 1900000000000, due_at = 1900000000001, late_at = 1900000000001", DB_NO_PARAMS));
	square_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(given_only_with_consent),
		db_unit_test(a_machine_can_be_told_too),
		db_unit_test(taken_back_and_acknowledged),
		db_unit_test(the_schema_holds_it),
	};

	return db_run_group_tests(tests);
}
