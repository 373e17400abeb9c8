/* The audit: what its rows commit to, and that whoever changes one with SQL is found out. On both databases. */
#include "account/audit.h"
#include "account/audit_check.h"
#include "account/help.h"

static void a_row_is_written_in_one_way(void **state)
{
	const struct actor actor = {.id = TEXT("p1"), .country = TEXT("kh"), .session = TEXT("s1"), .address = TEXT("::1"),
				    .strength = ACTOR_TOTP, .purpose = TEXT("\"\\\n\x01សុខ")};
	struct audit_event event = {.actor = &actor, .action = "entry.read", .thing_kind = "entry", .thing = TEXT("e1"), .outcome = "shown"};
	struct buffer out;

	(void)state;
	buffer_init(&out, 4096);
	audit_payload(&event, 7, &out);
	assert_text(buffer_text(&out), "{\"action\":\"entry.read\",\"actor\":\"p1\",\"address\":\"::1\",\"at\":7,\"country\":\"kh\",\"detail\":\"\","
				       "\"outcome\":\"shown\",\"purpose\":\"\\\"\\\\\\n\\u0001សុខ\",\"session\":\"s1\",\"strength\":3,"
				       "\"thing\":\"e1\",\"thingKind\":\"entry\"}");
	buffer_release(&out);
}

struct found {
	unsigned count, of_kind;
	const char *kind; /* counted apart */
};

static void note_finding(void *context, const struct ledger_finding *finding)
{
	struct found *found = context;

	if (strncmp(finding->what, "record-", 7) != 0)
		return;
	found->count++;
	found->of_kind += strcmp(finding->what, found->kind) == 0;
}

static struct found check(struct db *db, const char *kind)
{
	const struct ledger_record *record = &audit_record;
	struct found found = {.kind = kind};
	struct ledger_verify_options options = {.records = &record, .record_count = 1, .found = note_finding, .context = &found};
	struct ledger_verified verified;
	struct error error = {.code = ST_OK};

	if (ledger_verify(db, &options, &verified, &error) != ST_OK)
		fail_msg("%s", error.message);
	return found;
}

static enum status sql_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	return db_exec(tx, context, DB_NO_PARAMS, NULL, ret_error);
}

static void whoever_changes_a_row_is_found_out(void **state)
{
/* Any row, but each another one. */
#define ROW(n) "(SELECT id FROM audit ORDER BY id DESC LIMIT 1 OFFSET " #n ")"
	static const struct {
		char sql[300];
		const char *what;
	} rows[] = {
		{"UPDATE audit SET actor = 'nobody' WHERE id = " ROW(0), "record-edited"},
		{"UPDATE audit SET outcome = 'flagged' WHERE id = " ROW(1), "record-edited"},
		{"UPDATE audit SET at_ms = at_ms + 1 WHERE id = " ROW(2), "record-edited"},
		{"UPDATE audit SET address = '' WHERE id = " ROW(3), "record-edited"},
		{"UPDATE audit SET purpose = 'duty' WHERE id = " ROW(4), "record-edited"},
		{"UPDATE audit SET strength = 4 WHERE id = " ROW(5), "record-edited"},
		{"UPDATE audit SET detail = '' WHERE id = " ROW(6), "record-edited"},
		{"UPDATE audit SET thing = 'x' WHERE id = " ROW(7), "record-edited"},
		{"DELETE FROM audit WHERE id = " ROW(8), "record-deleted"},
		{"INSERT INTO audit SELECT '00000000000000000000000000000000', at_ms, actor, country, session, address, strength,"
		 " purpose, action, thing_kind, thing, outcome, detail FROM audit WHERE id = " ROW(9), "record-inserted"},
	};
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person dara;
	struct arena arena;

	help_later(86400);
	arena_init(&arena, 1u << 20);
	help_person(db, "kh", "dara", "reviewer", &dara);
	for (int i = 0; i < 6; i++)
		(void)help_sign_in(accounts, &dara, &arena);
	assert_int_equal(check(db, "").count, 0);
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char sql[300];

		memcpy(sql, rows[i].sql, sizeof sql);
		assert_ok(db_transact(db, DB_WRITE, sql_work, sql, NULL));
		struct found found = check(db, rows[i].what);
		if (found.count != i + 1 || found.of_kind != (i < 8 ? i + 1 : 1))
			fail_msg("%s: %u findings, %u %s", rows[i].sql, found.count, found.of_kind, rows[i].what);
	}
	arena_release(&arena);
	accounts_close(accounts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_written_in_one_way),
		db_unit_test(whoever_changes_a_row_is_found_out),
	};

	return db_run_group_tests(tests);
}
