#include "ledger/help.h"

#include <pthread.h>
#include <time.h>

#include "ledger/runner.h"
#include "ledger/store.h"

#define THREADS 4u
#define EACH 60u

struct appender {
	pthread_t thread;
	struct db *db;
	unsigned first;
	struct ledger_runner *runner;
};

static void *append_some(void *context)
{
	struct appender *a = context;

	for (unsigned i = 0; i < EACH; i++) {
		(void)help_append(a->db, help_logs[i % 2], a->first + i);
		ledger_runner_wake(a->runner);
	}
	return NULL;
}

struct whole {
	const char *log;
	uint64_t size;
	bool good;
};

/* Tiles, head and newest checkpoint agree. */
static enum status whole_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct whole *w = context;
	struct ledger_store store;
	struct ledger_head head;
	struct merkle_hash root;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	ledger_store_init(&store, tx, text_of(w->log));
	w->good = ledger_head(tx, w->log, &arena, &head, ret_error) == ST_OK &&
		  tiles_root(&store.tiles, head.size, &root, ret_error) == ST_OK && merkle_hash_equal(&root, &head.root) &&
		  head.size == w->size;
	arena_release(&arena);
	return ST_OK;
}

static void expect_whole(struct db *db, const char *log, uint64_t size)
{
	struct whole w = {.log = log, .size = size};

	assert_ok(db_transact(db, DB_READ, whole_work, &w, NULL));
	assert_true(w.good);
}

static struct ledger_runner *start(struct db *db, const struct note_signer *list, const struct note_signer *audit)
{
	struct ledger_runner_options options = {.db = db, .env = &help_env, .log_count = 2,
						.logs = {{.log = LEDGER_LIST, .signer = list}, {.log = LEDGER_AUDIT, .signer = audit}}};
	struct ledger_runner *runner;

	assert_ok(ledger_runner_start(&options, &runner, NULL));
	return runner;
}

static void append_in_threads(struct db *db, struct ledger_runner *runner)
{
	struct appender appenders[THREADS];

	for (unsigned i = 0; i < THREADS; i++) {
		appenders[i] = (struct appender){.db = db, .first = i * EACH, .runner = runner};
		assert_int_equal(pthread_create(&appenders[i].thread, NULL, append_some, &appenders[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(appenders[i].thread, NULL);
}

/* Every leaf has one place, and the places have no hole. */
static void expect_placed_once(struct db *db)
{
	assert_int_equal(help_number(db, "SELECT count(*) FROM ledger_leaf WHERE place IS NULL"), 0);
	for (size_t i = 0; i < 2; i++) {
		char sql[200];

		snprintf(sql, sizeof sql, "SELECT count(DISTINCT place) FROM ledger_leaf WHERE log = '%s'", help_logs[i]);
		assert_int_equal(help_number(db, sql), THREADS * EACH / 2);
		snprintf(sql, sizeof sql, "SELECT max(place) FROM ledger_leaf WHERE log = '%s'", help_logs[i]);
		assert_int_equal(help_number(db, sql), THREADS * EACH / 2 - 1);
		expect_whole(db, help_logs[i], THREADS * EACH / 2);
	}
}

/* Two sequencers over one database, as two hubs are, while four threads append. */
static void two_sequencers_never_double(void **state)
{
	struct db *db = test_db(state);
	struct note_signer list = help_signer("cordon.kh/list", NOTE_ED25519), audit = help_signer("cordon.kh/audit", NOTE_ED25519);
	struct ledger_runner *one = start(db, &list, &audit), *two = start(db, &list, &audit);

	append_in_threads(db, one);
	ledger_runner_stop(one);
	ledger_runner_stop(two);
	expect_placed_once(db);
}

static void stopping_places_what_was_committed(void **state)
{
	struct db *db = test_db(state);
	struct note_signer list = help_signer("cordon.kh/list", NOTE_ED25519), audit = help_signer("cordon.kh/audit", NOTE_ED25519);
	struct ledger_runner *runner = start(db, &list, &audit);

	(void)help_append(db, LEDGER_LIST, 1);
	ledger_runner_stop(runner);
	expect_whole(db, LEDGER_LIST, 1);
}

/* Nobody wakes it: another process committed. */
static void it_looks_by_itself(void **state)
{
	struct db *db = test_db(state);
	struct note_signer list = help_signer("cordon.kh/list", NOTE_ED25519), audit = help_signer("cordon.kh/audit", NOTE_ED25519);
	struct ledger_runner *runner = start(db, &list, &audit);
	struct timespec pause = {0, 20000000};
	unsigned waited = 0;

	nanosleep(&pause, NULL);
	(void)help_append(db, LEDGER_LIST, 1);
	while (help_number(db, "SELECT count(*) FROM ledger_leaf WHERE place IS NULL") && waited++ < 250)
		nanosleep(&pause, NULL);
	assert_in_range(waited, 0, 249);
	ledger_runner_stop(runner);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(two_sequencers_never_double),
		db_unit_test(stopping_places_what_was_committed),
		db_unit_test(it_looks_by_itself),
	};

	return db_run_group_tests(tests);
}
