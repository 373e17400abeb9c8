#include "registry/edition_hub.h"

static void editions_follow_the_ledger(void **state)
{
	struct hub hub;
	struct edition *chain = edition_fresh(), *jump = edition_fresh();

	hub_make(&hub, test_db(state));
	for (uint64_t number = 1; number <= 9; number++) {
		struct edition *whole = edition_fresh();
		struct fetch f;

		for (uint64_t more = 1 + draw(&hub, 30); more > 0; more--)
			act_any(&hub);
		act_do(&hub, "listing.put", 1), hub.listed[1] = true;
		help_sequence(hub.db, &hub.signing);
		assert_int_equal(build(&hub), 0); /* nobody has cosigned */
		cosign(&hub);
		if (number % 3 == 0)
			hub_release(&hub); /* as after a start */
		assert_int_equal(build(&hub), number);
		assert_int_equal(build(&hub), 0); /* once */
		take(&hub, chain, number, number - 1);
		take(&hub, whole, number, 0);
		assert_int_equal(edition_count(whole), listed_count(&hub));
		assert_true(edition_manifest(whole)->witnessed);
		bodies_equal(chain, whole);
		f = audit(&hub, whole);
		if (f.audited != ST_OK)
			fail_msg("%s", f.why.message);
		assert_int_equal(f.audit.records, listed_count(&hub));
		if (number == 5 || number == 9) {
			take(&hub, jump, number, number == 5 ? 0 : 5);
			bodies_equal(jump, whole);
		}
		edition_free(whole);
	}
	edition_free(chain), edition_free(jump);
	hub_release(&hub);
}

static void without_a_witness_after_the_grace(void **state)
{
	struct hub hub;
	struct edition *edition = edition_fresh();

	hub_make(&hub, test_db(state));
	act_do(&hub, "listing.put", 3);
	assert_int_equal(build(&hub), 0); /* no log yet */
	help_sequence(hub.db, &hub.signing);
	assert_int_equal(build(&hub), 0);
	atomic_fetch_add(&help_now_ms, GRACE_MS);
	assert_int_equal(build(&hub), 1);
	take(&hub, edition, 1, 0);
	assert_false(edition_manifest(edition)->witnessed);
	assert_int_equal(build(&hub), 0);
	/* The witness is back: the same list, now confirmed. */
	cosign(&hub);
	assert_int_equal(build(&hub), 2);
	take(&hub, edition, 2, 1);
	assert_true(edition_manifest(edition)->witnessed);
	assert_int_equal(edition_count(edition), 1);
	/* Nothing changes, but the edition must not grow old. */
	atomic_fetch_add(&help_now_ms, (int64_t)12 * 3600 * 1000);
	assert_int_equal(build(&hub), 3);
	take(&hub, edition, 3, 2);
	assert_int_equal(build(&hub), 0);
	/* Nor does it stand under keys that are not in force any more. */
	hub.builder.options.keys.epoch++;
	assert_int_equal(build(&hub), 4);
	take(&hub, edition, 4, 3);
	assert_int_equal(build(&hub), 0);
	edition_free(edition);
	hub_release(&hub);
}

/* Twelve editions; a post has the third, another one that was not heard for weeks the second. From the twelfth it is 1, 2, 4 and 8 to others. */
static void a_post_that_was_away_takes_one_step(void **state)
{
	struct hub hub;
	struct edition *away = edition_fresh(), *whole = edition_fresh();

	hub_make(&hub, test_db(state));
	for (unsigned number = 1; number <= 12; number++) {
		act_do(&hub, "listing.put", number);
		if (number == 7)
			act_do(&hub, "listing.drop", 1);
		help_sequence(hub.db, &hub.signing);
		cosign(&hub);
		assert_int_equal(build(&hub), number);
		if (number != 3)
			continue;
		take(&hub, away, 3, 0);
		help_sql(hub.db, "INSERT INTO post (id, version, name, kind, point, desk, state, public_key, enrolled_at, created_at, created_by, seen_at, edition) "
				 "SELECT 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 1, 'away', 'land', 'both', '1', 'enrolled', root, 1, 1, 'x', 9000000000000, 3 "
				 "FROM edition WHERE number = 1");
		help_sql(hub.db, "INSERT INTO post (id, version, name, kind, point, desk, state, public_key, enrolled_at, created_at, created_by, seen_at, edition) "
				 "SELECT 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 1, 'silent', 'land', 'both', '1', 'enrolled', state, 1, 1, 'x', 1, 2 "
				 "FROM edition WHERE number = 1");
	}
	take(&hub, whole, 12, 0);
	assert_int_equal(edition_manifest(whole)->delta_count, 5);
	take(&hub, away, 12, 3);
	bodies_equal(away, whole);
	edition_free(away), edition_free(whole);
	hub_release(&hub);
}

/* Leaves that are signed between the two looks of a builder, which asks for the time before the first and before the second. */
static struct hub *hasty;
static int hasty_at;

static int64_t now_and_sign_more(void *context)
{
	if (hasty && --hasty_at == 0) {
		act_do(hasty, "listing.put", 7);
		help_sequence(hasty->db, &hasty->signing);
		cosign(hasty);
		hasty = NULL;
	}
	return help_now(context);
}

static void leaves_signed_meanwhile_are_in_the_next_edition(void **state)
{
	static const struct env env = {now_and_sign_more, help_random, NULL};
	struct hub hub;
	struct edition *edition = edition_fresh();
	struct fetch f;
	uint64_t number, last = 0;

	hub_make(&hub, test_db(state));
	hub.builder.options.env = &env;
	for (int more = 0; more < 8; more++) {
		act_do(&hub, "listing.put", (unsigned)more + 10);
		help_sequence(hub.db, &hub.signing);
		cosign(&hub);
		hasty = more % 2 ? &hub : NULL;
		hasty_at = 2;
		if (more == 4)
			act_do(&hub, "listing.drop", 7);
		while ((number = build(&hub)) != 0)
			last = number;
	}
	take(&hub, edition, last, 0);
	assert_int_equal(edition_count(edition), 9);
	f = audit(&hub, edition);
	if (f.audited != ST_OK)
		fail_msg("%s", f.why.message);
	edition_free(edition);
	hub_release(&hub);
}

struct racer {
	struct edition_builder builder;
	pthread_t thread;
	uint64_t number;
	enum status st;
};

static void *race(void *context)
{
	struct racer *r = context;
	struct error error;

	r->st = edition_build(&r->builder, &r->number, &error);
	return NULL;
}

static void of_several_builders_one_wins(void **state)
{
	struct hub hub;
	struct racer racers[4];

	hub_make(&hub, test_db(state));
	for (size_t i = 0; i < 4; i++)
		edition_builder_init(&racers[i].builder, &hub.builder.options);
	for (uint64_t round = 1; round <= 5; round++) {
		size_t won = 0;

		for (unsigned i = 0; i < 20; i++)
			act_any(&hub);
		act_do(&hub, "listing.put", 1), hub.listed[1] = true;
		help_sequence(hub.db, &hub.signing);
		cosign(&hub);
		for (size_t i = 0; i < 4; i++) {
			racers[i].number = 0;
			assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
		}
		for (size_t i = 0; i < 4; i++) {
			assert_int_equal(pthread_join(racers[i].thread, NULL), 0);
			won += racers[i].st == ST_OK && racers[i].number == round;
			assert_true(racers[i].number == 0 || racers[i].number == round);
		}
		assert_int_equal(won, 1);
		assert_int_equal(build(&hub), 0);
	}
	for (size_t i = 0; i < 4; i++)
		edition_builder_release(&racers[i].builder);
	hub_release(&hub);
}

/* Decides and signs without a pause. */
struct writer {
	struct hub *hub;
	pthread_t thread;
	atomic_bool stop;
	enum status st;
};

static void *write_on(void *context)
{
	struct writer *w = context;
	size_t placed;

	for (unsigned number = 1000; w->st == ST_OK && !atomic_load(&w->stop); number++) {
		struct act act = {.kind = "listing.put", .number = number};

		w->st = db_transact(w->hub->db, DB_WRITE, act_work, &act, NULL);
		if (w->st == ST_OK)
			w->st = ledger_sequence(w->hub->db, &help_env, &w->hub->signing, &placed, NULL);
	}
	return NULL;
}

/* What was signed between reading the leaves and building belongs to the next edition, whole. */
static void decisions_while_an_edition_is_built(void **state)
{
	struct hub hub;
	struct writer writer = {.hub = &hub};
	uint64_t made = 0;

	hub_make(&hub, test_db(state));
	hub.builder.options.grace_ms = 0;
	act_do(&hub, "listing.put", 1);
	help_sequence(hub.db, &hub.signing);
	assert_int_equal(pthread_create(&writer.thread, NULL, write_on, &writer), 0);
	for (unsigned i = 0; i < 20000 && made < 12; i++) {
		uint64_t number = build(&hub);
		struct edition *edition;
		struct fetch f;

		if (number == 0)
			continue;
		made++;
		edition = edition_fresh();
		take(&hub, edition, number, 0);
		f = audit(&hub, edition);
		if (f.audited != ST_OK)
			fail_msg("edition %d: %s", (int)number, f.why.message);
		edition_free(edition);
	}
	atomic_store(&writer.stop, true);
	assert_int_equal(pthread_join(writer.thread, NULL), 0);
	assert_ok(writer.st);
	assert_int_equal(made, 12);
	hub_release(&hub);
}

static void what_differs_from_the_ledger_is_named(void **state)
{
	static const struct {
		const char *sql;
		const char *told;
	} rows[] = {
		{"UPDATE ledger_payload SET payload = payload || ' ' WHERE leaf = (SELECT id FROM ledger_leaf WHERE log = 'list' AND place = 2)",
		 "leaf 2 of the ledger: what is stored for it is not what it commits to"},
		{"DELETE FROM ledger_payload WHERE leaf = (SELECT id FROM ledger_leaf WHERE log = 'list' AND place = 1)",
		 "leaf 1 of the ledger: it is in force, but what it commits to is gone"},
		{"UPDATE ledger_leaf SET body = (SELECT body FROM ledger_leaf WHERE log = 'list' AND place = 0) WHERE log = 'list' AND place = 3",
		 NULL},
		{"UPDATE ledger_leaf SET place = NULL WHERE log = 'list' AND place = 3", "leaf 3 of the ledger: the ledger ends before the edition's"},
		{"UPDATE ledger_leaf SET place = NULL WHERE log = 'list' AND place = 1", "leaf 1 of the ledger: it is missing"},
	};
	struct hub hub;
	struct edition *edition = edition_fresh();

	hub_make(&hub, test_db(state));
	for (unsigned i = 0; i < 4; i++)
		act_do(&hub, "listing.put", i);
	help_sequence(hub.db, &hub.signing);
	cosign(&hub);
	assert_int_equal(build(&hub), 1);
	take(&hub, edition, 1, 0);
	assert_ok(audit(&hub, edition).audited);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fetch f;

		help_sql(hub.db, "CREATE TABLE kept_leaf AS SELECT * FROM ledger_leaf");
		help_sql(hub.db, "CREATE TABLE kept_payload AS SELECT * FROM ledger_payload");
		help_sql(hub.db, rows[i].sql);
		f = audit(&hub, edition);
		assert_int_equal(f.audited, ST_CORRUPT);
		assert_string_equal(f.why.reason, "edition-not-ledger");
		if (rows[i].told)
			assert_string_equal(f.why.message, rows[i].told);
		help_sql(hub.db, "DELETE FROM ledger_payload");
		help_sql(hub.db, "UPDATE ledger_leaf SET place = place + 1000");
		help_sql(hub.db, "UPDATE ledger_leaf SET body = (SELECT body FROM kept_leaf k WHERE k.id = ledger_leaf.id), "
				 "place = (SELECT place FROM kept_leaf k WHERE k.id = ledger_leaf.id)");
		help_sql(hub.db, "INSERT INTO ledger_payload SELECT * FROM kept_payload");
		help_sql(hub.db, "DROP TABLE kept_leaf");
		help_sql(hub.db, "DROP TABLE kept_payload");
		assert_ok(audit(&hub, edition).audited);
	}
	edition_free(edition);
	hub_release(&hub);
}

struct erasure {
	struct act act;
};

static enum status erase_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct erasure *e = context;
	char id[ID_SIZE];

	return ledger_erase(tx, &help_env, text_of(e->act.leaf), &(struct ledger_new){.payload = TEXT("{}")}, id, ret_error);
}

static void what_was_dropped_may_be_erased(void **state)
{
	struct hub hub;
	struct edition *edition = edition_fresh(), *whole = edition_fresh();
	struct erasure put = {0}, drop = {0}, in_force = {0};
	struct error error;
	uint64_t number;

	hub_make(&hub, test_db(state));
	put.act = act_do(&hub, "listing.put", 1);
	in_force.act = act_do(&hub, "listing.put", 2);
	help_sequence(hub.db, &hub.signing);
	cosign(&hub);
	assert_int_equal(build(&hub), 1);
	take(&hub, edition, 1, 0);
	drop.act = act_do(&hub, "listing.drop", 1);
	assert_ok(db_transact(hub.db, DB_WRITE, erase_work, &put, NULL));
	help_sequence(hub.db, &hub.signing);
	cosign(&hub);
	assert_int_equal(build(&hub), 2);
	take(&hub, edition, 2, 1);
	assert_int_equal(edition_count(edition), 1);
	assert_ok(audit(&hub, edition).audited);
	/* The drop's own payload gone too: no delta can show it any more, the whole list can be had. */
	act_do(&hub, "listing.put", 3);
	assert_ok(db_transact(hub.db, DB_WRITE, erase_work, &drop, NULL));
	help_sequence(hub.db, &hub.signing);
	cosign(&hub);
	assert_int_equal(build(&hub), 3);
	take(&hub, whole, 3, 0);
	take(&hub, edition, 3, 2);
	bodies_equal(edition, whole);
	assert_ok(audit(&hub, whole).audited);
	/* What is in force must not be erased: no edition is made that would leave it out. */
	act_do(&hub, "listing.put", 4);
	assert_ok(db_transact(hub.db, DB_WRITE, erase_work, &in_force, NULL));
	help_sequence(hub.db, &hub.signing);
	cosign(&hub);
	assert_int_equal(edition_build(&hub.builder, &number, &error), ST_CORRUPT);
	assert_string_equal(error.reason, "edition-leaf-erased");
	assert_int_equal(number, 0);
	edition_free(edition), edition_free(whole);
	hub_release(&hub);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(editions_follow_the_ledger),
		db_unit_test(a_post_that_was_away_takes_one_step),
		db_unit_test(without_a_witness_after_the_grace),
		db_unit_test(leaves_signed_meanwhile_are_in_the_next_edition),
		db_unit_test(of_several_builders_one_wins),
		db_unit_test(decisions_while_an_edition_is_built),
		db_unit_test(what_differs_from_the_ledger_is_named),
		db_unit_test(what_was_dropped_may_be_erased),
	};

	return db_run_group_tests(tests);
}
