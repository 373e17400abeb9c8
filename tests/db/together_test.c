/* Many threads at once: nothing is lost, nobody reads what is half done, numbers of the outbox come in order. */
#include <pthread.h>
#include <stdatomic.h>

#include "db/work.h"

#define THREADS 8
#define ROUNDS 40

static void run_threads(void *(*body)(void *), void *context)
{
	pthread_t threads[THREADS];

	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, body, context), 0);
	for (size_t i = 0; i < THREADS; i++) {
		void *failed;

		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
}

/* ---- read, then write ---- */

static enum status count_up(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct arena arena;
	struct db_rows rows;
	int64_t value = 0;
	enum status st;

	(void)context;
	arena_init(&arena, 1 << 16);
	st = db_query_one(tx, "SELECT value FROM counter WHERE id = 1", DB_NO_PARAMS, &arena, &rows, ret_error);
	if (st == ST_OK)
		value = db_int(&rows, 0, 0);
	arena_release(&arena);
	if (st != ST_OK)
		return st;
	return db_exec(tx, "UPDATE counter SET value = $1 WHERE id = 1", DB_PARAMS(DB_V_INT(value + 1)), NULL, ret_error);
}

static void *count_up_often(void *context)
{
	struct error error;

	for (int i = 0; i < ROUNDS; i++)
		if (db_transact(context, DB_WRITE, count_up, NULL, &error) != ST_OK) {
			print_error("%s (%s)\n", error.message, error.reason);
			return context;
		}
	return NULL;
}

static void no_update_is_lost(void **state)
{
	struct db *db = test_db(state);

	make_table(db, "CREATE TABLE counter (id INTEGER PRIMARY KEY, value INTEGER NOT NULL) STRICT");
	must_run(db, "INSERT INTO counter (id, value) VALUES (1, 0)", DB_NO_PARAMS);
	run_threads(count_up_often, db);
	assert_int_equal(must_count(db, "SELECT value FROM counter"), THREADS * ROUNDS);
}

/* Each looks at all rows and adds one that says how many it saw: one after the other, in whatever order, gives every number
 * once. Snapshots alone (without SERIALIZABLE) would give some of them twice. */
static enum status add_seen(struct db_tx *tx, void *context, struct error *ret_error)
{
	atomic_llong *ids = context;
	struct arena arena;
	struct db_rows rows;
	enum status st;

	arena_init(&arena, 1 << 16);
	st = db_query_one(tx, "SELECT count(*) FROM seen", DB_NO_PARAMS, &arena, &rows, ret_error);
	if (st == ST_OK)
		st = db_exec(tx, "INSERT INTO seen (id, count) VALUES ($1, $2)",
			     DB_PARAMS(DB_V_INT(atomic_fetch_add(ids, 1)), DB_V_INT(db_int(&rows, 0, 0))), NULL, ret_error);
	arena_release(&arena);
	return st;
}

struct seeing {
	struct db *db;
	atomic_llong ids;
};

static void *add_seen_often(void *context)
{
	struct seeing *s = context;
	struct error error;

	for (int i = 0; i < ROUNDS; i++)
		if (db_transact(s->db, DB_WRITE, add_seen, &s->ids, &error) != ST_OK) {
			print_error("%s (%s)\n", error.message, error.reason);
			return context;
		}
	return NULL;
}

static void transactions_are_as_if_one_after_the_other(void **state)
{
	struct seeing s = {.db = test_db(state)};

	make_table(s.db, "CREATE TABLE seen (id INTEGER PRIMARY KEY, count INTEGER NOT NULL) STRICT");
	run_threads(add_seen_often, &s);
	assert_int_equal(must_count(s.db, "SELECT count(*) FROM (SELECT DISTINCT count FROM seen) AS x"), THREADS * ROUNDS);
	assert_int_equal(must_count(s.db, "SELECT max(count) FROM seen"), THREADS * ROUNDS - 1);
}

/* ---- readers beside a writer ---- */

static enum status read_count(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct arena arena;
	struct db_rows rows;
	enum status st;

	arena_init(&arena, 1 << 16);
	st = db_query_one(tx, "SELECT count(*) FROM outbox", DB_NO_PARAMS, &arena, &rows, ret_error);
	if (st == ST_OK)
		*(int64_t *)context = db_int(&rows, 0, 0);
	arena_release(&arena);
	return st;
}

static enum status write_and_read_beside(struct db_tx *tx, void *context, struct error *ret_error)
{
	int64_t count = -1;

	TRY(db_exec(tx, "INSERT INTO outbox (kind, subject, at) VALUES ('a', 'b', 1)", DB_NO_PARAMS, NULL, ret_error));
	TRY(db_transact(context, DB_READ, read_count, &count, ret_error));
	assert_int_equal(count, 0);
	TRY(read_count(tx, &count, ret_error));
	assert_int_equal(count, 1);
	return ST_OK;
}

static enum status read_and_write_beside(struct db_tx *tx, void *context, struct error *ret_error)
{
	int64_t before = -1, after = -1;

	TRY(read_count(tx, &before, ret_error));
	TRY(run_one(context, "INSERT INTO outbox (kind, subject, at) VALUES ('a', 'c', 1)", DB_NO_PARAMS, ret_error));
	TRY(read_count(tx, &after, ret_error));
	assert_int_equal(before, 1);
	assert_int_equal(after, 1);
	return ST_OK;
}

static void readers_and_the_writer_do_not_hinder_each_other(void **state)
{
	struct db *db = test_db(state);

	assert_ok(db_transact(db, DB_WRITE, write_and_read_beside, db, NULL));
	assert_ok(db_transact(db, DB_READ, read_and_write_beside, db, NULL));
	assert_int_equal(must_count(db, "SELECT count(*) FROM outbox"), 2);
}

static enum status write_within_a_write(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct error error = {.code = ST_OK};

	TRY(db_exec(tx, "UPDATE counter SET value = 5", DB_NO_PARAMS, NULL, ret_error));
	assert_int_equal(run_one(context, "UPDATE counter SET value = 6", DB_NO_PARAMS, &error), ST_UNAVAILABLE);
	assert_string_equal(error.reason, "busy");
	return ST_OK;
}

static void waiting_has_an_end(void **state)
{
	const struct db_options options = {.busy_ms = 150};
	struct test_database *t = *state;
	struct db *db;

	db_close(t->db);
	t->db = NULL;
	assert_ok(db_open(t->url, &options, &db, NULL));
	make_table(db, "CREATE TABLE counter (id INTEGER PRIMARY KEY, value INTEGER NOT NULL) STRICT");
	must_run(db, "INSERT INTO counter (id, value) VALUES (1, 0)", DB_NO_PARAMS);
	assert_ok(db_transact(db, DB_WRITE, write_within_a_write, db, NULL));
	assert_int_equal(must_count(db, "SELECT value FROM counter"), 5);
	db_close(db);
}

/* ---- outbox ---- */

struct telling {
	struct db *db;
	atomic_int left; /* writers that are still at it */
	atomic_int turn;
	atomic_int told;
};

/* Some have much to tell, others little: those would overtake between numbers and commit. */
static enum status tell_some(struct db_tx *tx, void *context, struct error *ret_error)
{
	const int *count = context;

	for (int i = 0; i < *count; i++)
		TRY(db_tell(tx, "kind", TEXT("x"), 1, ret_error));
	return ST_OK;
}

static void *tell_often(void *context)
{
	struct telling *t = context;
	int count = atomic_fetch_add(&t->turn, 1) % 2 ? 100 : 1;
	void *failed = NULL;

	for (int i = 0; i < ROUNDS && failed == NULL; i++) {
		if (db_transact(t->db, DB_WRITE, tell_some, &count, NULL) != ST_OK)
			failed = context;
		atomic_fetch_add(&t->told, count);
	}
	atomic_fetch_sub(&t->left, 1);
	return failed;
}

struct listening {
	int64_t last, heard;
};

static enum status hear(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct listening *l = context;
	struct arena arena;
	struct db_rows rows = {NULL, 0, 0};
	enum status st;

	arena_init(&arena, 1 << 22);
	st = db_query(tx, "SELECT number FROM outbox WHERE number > $1 ORDER BY number", DB_PARAMS(DB_V_INT(l->last)), &arena, &rows,
		      ret_error);
	if (rows.rows) {
		l->last = db_int(&rows, rows.rows - 1, 0);
		l->heard += (int64_t)rows.rows;
	}
	arena_release(&arena);
	return st;
}

static void who_polls_by_number_hears_everything_in_order(void **state)
{
	struct telling t = {.db = test_db(state), .left = THREADS};
	struct listening l = {0, 0};
	pthread_t threads[THREADS];
	void *failed;
	bool last = false;

	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, tell_often, &t), 0);
	while (!last) {
		last = atomic_load(&t.left) == 0;
		assert_ok(db_transact(t.db, DB_READ, hear, &l, NULL));
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	assert_int_equal(l.heard, t.told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(no_update_is_lost),
		db_unit_test(transactions_are_as_if_one_after_the_other),
		db_unit_test(readers_and_the_writer_do_not_hinder_each_other),
		db_unit_test(waiting_has_an_end),
		db_unit_test(who_polls_by_number_hears_everything_in_order),
	};

	return db_run_group_tests(tests);
}
