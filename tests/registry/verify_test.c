/* An administrator with SQL against the tables of the blacklist and the audit: whatever he changes is named. */
#include "registry/world.h"

#include "ledger/ledger.h"
#include "ledger/sequence.h"
#include "registry/verify.h"

struct hub {
	struct world w;
	struct note_signer signers[2];
	struct ledger_log_key keys[2];
	char entry[ID_SIZE], erased[ID_SIZE];
};

static void sequence(struct hub *hub)
{
	for (size_t i = 0; i < 2; i++) {
		struct ledger_signing signing = {.log = hub->keys[i].log, .signer = &hub->signers[i]};
		struct error error = {.code = ST_OK};
		size_t placed;

		if (ledger_sequence(hub->w.db, &hub->w.env, &signing, &placed, &error) != ST_OK)
			fail_msg("%s", error.message);
	}
}

/* One published entry and one that was erased. */
static void hub_open(struct hub *hub, void **state)
{
	static const char *const logs[] = {LEDGER_LIST, LEDGER_AUDIT};
	static const uint8_t seed[32] = {9};

	for (size_t i = 0; i < 2; i++) {
		char name[64];

		snprintf(name, sizeof name, "cordon.kh/%s", logs[i]);
		assert_ok(note_signer_make(text_of(name), NOTE_ED25519, seed, &hub->signers[i], NULL));
		hub->keys[i] = (struct ledger_log_key){.key = hub->signers[i].key, .to_size = MERKLE_SIZE_MAX};
		snprintf(hub->keys[i].log, sizeof hub->keys[i].log, "%s", logs[i]);
	}
	world_begin(&hub->w, state);
	world_stage(&hub->w, STAGE_PUBLISHED, "KR-1", hub->entry);
	sequence(hub);
	hub->w.now_ms += HOUR;
	world_stage(&hub->w, STAGE_TAKEN, "KR-2", hub->erased);
	ASSERT_ACT(&hub->w, REVIEWER, .entry = text_of(hub->erased), .act = TEXT("refuse"), .reason = TEXT("political"), .note = TEXT("no"));
	ASSERT_ACT(&hub->w, SUPERVISOR, .entry = text_of(hub->erased), .act = TEXT("erase"), .note = TEXT("asked for"));
	ASSERT_ACT(&hub->w, DECIDER, .entry = text_of(hub->erased), .act = TEXT("erase-confirm"));
	sequence(hub);
}

struct findings {
	char text[8192];
	size_t len;
};

static void found(void *context, const struct ledger_finding *finding)
{
	struct findings *f = context;

	if (f->len + 400 < sizeof f->text)
		f->len += (size_t)snprintf(f->text + f->len, sizeof f->text - f->len, "%s %s: %s\n", finding->log, finding->what,
					   finding->detail);
}

struct attempt {
	struct hub *hub;
	const char *sql; /* NULL: nothing */
	struct findings *findings;
	struct ledger_verified told;
	struct registry_verifying entries;
};

/* Changes, looks, and takes the change back. */
static enum status attempt_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct attempt *a = context;
	struct ledger_verify_options options = {.trust = {a->hub->keys, 2, NULL, 0}, .found = found, .context = a->findings};

	*a->findings = (struct findings){.len = 0};
	a->entries = (struct registry_verifying){.found = found, .context = a->findings};
	options.records = registry_ledger_records(&options.record_count);
	if (a->sql)
		TRY(db_exec(tx, a->sql, DB_NO_PARAMS, NULL, ret_error));
	TRY(ledger_verify_tx(tx, &options, &a->told, ret_error));
	TRY(registry_verify_entries_tx(tx, &a->entries, ret_error));
	return ST_DENIED;
}

static struct attempt attempt(struct hub *hub, const char *sql, struct findings *findings)
{
	struct attempt a = {.hub = hub, .sql = sql, .findings = findings};
	struct error error = {.code = ST_OK};

	if (db_transact(hub->w.db, DB_WRITE, attempt_work, &a, &error) != ST_DENIED)
		fail_msg("%s: %s", sql ? sql : "", error.message);
	return a;
}

static void an_honest_registry_is_found_good(void **state)
{
	struct hub hub;
	struct findings f;
	struct attempt a;

	hub_open(&hub, state);
	a = attempt(&hub, NULL, &f);
	assert_string_equal(f.text, "");
	assert_int_equal(a.entries.entries, 2);
	assert_true(a.told.records >= 9 && a.told.erased > 0 && a.told.waiting == 0);
	world_end(&hub.w);
}

#define PUBLISHED "(SELECT id FROM entry WHERE state = 'published')"

static const struct {
	const char *sql, *says;
} tamperings[] = {
	/* audit: edit each column, delete, put in, backdate, swap */
	{"UPDATE audit SET at_ms = at_ms - 86400000 WHERE action = 'entry.approve'", "of table audit is not what its leaf"},
	{"UPDATE audit SET actor = '" DECIDER_2 "' WHERE action = 'entry.approve'", "of table audit is not what its leaf"},
	{"UPDATE audit SET country = 'kr' WHERE action = 'entry.approve'", "of table audit is not what its leaf"},
	{"UPDATE audit SET session = 'x' WHERE action = 'entry.approve'", "of table audit is not what its leaf"},
	{"UPDATE audit SET address = 'x' WHERE action = 'entry.approve'", "of table audit is not what its leaf"},
	{"UPDATE audit SET strength = 1 WHERE action = 'entry.approve'", "of table audit is not what its leaf"},
	{"UPDATE audit SET purpose = 'x' WHERE action = 'entry.approve'", "of table audit is not what its leaf"},
	{"UPDATE audit SET action = 'entry.read' WHERE action = 'entry.approve'", "of table audit is not what its leaf"},
	{"UPDATE audit SET thing_kind = 'x' WHERE action = 'entry.approve'", "of table audit is not what its leaf"},
	{"UPDATE audit SET thing = 'x' WHERE action = 'entry.approve'", "of table audit is not what its leaf"},
	{"UPDATE audit SET outcome = 'denied' WHERE action = 'entry.approve'", "of table audit is not what its leaf"},
	{"UPDATE audit SET detail = '{}' WHERE action = 'entry.approve'", "of table audit is not what its leaf"},
	{"DELETE FROM audit WHERE action = 'entry.approve'", "has no row in table audit"},
	{"UPDATE audit SET id = '00000000000000000000000000000000' WHERE action = 'entry.approve'",
	 "row 00000000000000000000000000000000 of table audit has no leaf"},
	{"INSERT INTO audit SELECT '00000000000000000000000000000000', at_ms, actor, country, session, address, strength, purpose, action, "
	 "thing_kind, thing, outcome, detail FROM audit WHERE action = 'entry.approve'",
	 "row 00000000000000000000000000000000 of table audit has no leaf"},
	/* timeline */
	{"UPDATE entry_event SET at = at - 86400000 WHERE act = 'approve'", "of table entry_event is not what its leaf"},
	{"UPDATE entry_event SET actor = '" DECIDER_2 "' WHERE act = 'approve'", "of table entry_event is not what its leaf"},
	{"UPDATE entry_event SET country = 'kr' WHERE act = 'approve'", "of table entry_event is not what its leaf"},
	{"UPDATE entry_event SET act = 'confirm' WHERE act = 'approve'", "of table entry_event is not what its leaf"},
	{"UPDATE entry_event SET from_state = 'submitted' WHERE act = 'approve'", "of table entry_event is not what its leaf"},
	{"UPDATE entry_event SET to_state = 'refused' WHERE act = 'approve'", "of table entry_event is not what its leaf"},
	{"UPDATE entry_event SET reason = 'x' WHERE act = 'approve'", "of table entry_event is not what its leaf"},
	{"UPDATE entry_event SET note = 'x' WHERE act = 'approve'", "of table entry_event is not what its leaf"},
	{"UPDATE entry_event SET note = NULL WHERE act = 'approve'", "of table entry_event is not what its leaf"},
	{"UPDATE entry_event SET seq = seq + 100 WHERE act = 'approve'", "of table entry_event is not what its leaf"},
	{"UPDATE entry_event SET leaf_id = (SELECT id FROM ledger_leaf WHERE log = 'list' AND place = 0) WHERE act = 'approve'",
	 "of table entry_event is not what its leaf"},
	{"DELETE FROM entry_event WHERE act = 'approve'", "has no row in table entry_event"},
	{"DELETE FROM entry_event WHERE act = 'confirm'", "has another version than the last step"},
	/* entries as they stand */
	{"UPDATE entry SET decision_number = 'KH-2026-2' WHERE state = 'published'", "is not what its last act committed to"},
	{"UPDATE entry SET caption = 'x' WHERE state = 'published'", "is not what its last act committed to"},
	{"UPDATE entry SET second_decider = '" DUTY "' WHERE state = 'published'", "is not what its last act committed to"},
	{"UPDATE entry SET expires_at = expires_at + 1000, published_at = published_at + 1000 WHERE state = 'published'",
	 "is not what its last act committed to"},
	{"UPDATE entry SET state = 'suspended', listing_leaf = NULL WHERE state = 'published'", "is not what its last act committed to"},
	{"UPDATE entry SET version = version + 1 WHERE state = 'published'", "has another version than the last step"},
	{"UPDATE entry_name SET name = 'KIM MINSU' WHERE position = 0 AND entry_id IN " PUBLISHED, "has other names in table entry_name"},
	{"DELETE FROM entry_name WHERE position = 0 AND entry_id IN " PUBLISHED, "has other names in table entry_name"},
	{"UPDATE entry_document SET number = 'M00000000' WHERE entry_id IN " PUBLISHED, "is not what its last act committed to"},
	{"DELETE FROM measure WHERE entry_id IN " PUBLISHED, "is not what its last act committed to"},
	{"UPDATE measure SET expires_at = expires_at + 1000 WHERE entry_id IN " PUBLISHED, "is not what its last act committed to"},
};

static void every_tampering_is_named(void **state)
{
	struct hub hub;
	struct findings f;

	hub_open(&hub, state);
	for (size_t i = 0; i < sizeof tamperings / sizeof tamperings[0]; i++) {
		(void)attempt(&hub, tamperings[i].sql, &f);
		if (strstr(f.text, tamperings[i].says) == NULL)
			print_error("%s\nis to be told as: %s\nbut: %s\n", tamperings[i].sql, tamperings[i].says, f.text);
		assert_non_null(strstr(f.text, tamperings[i].says));
	}
	(void)attempt(&hub, NULL, &f);
	assert_string_equal(f.text, "");
	world_end(&hub.w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(an_honest_registry_is_found_good),
		db_unit_test(every_tampering_is_named),
	};

	return db_run_group_tests(tests);
}
