/* What a server on the other side of a connection can do. The tests have a cluster of their own, which they kill. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "db/work.h"

static int cluster_setup(void **state)
{
	struct test_cluster *cluster = calloc(1, sizeof *cluster);

	*state = cluster;
	return setenv("CORDON_TEST_DB", "postgresql", 1) || cluster == NULL || test_cluster_start(cluster) != 0 ||
	       setenv("CORDON_TEST_PG", cluster->url, 1) || setenv("CORDON_TEST_PG_FOLDER", cluster->folder, 1);
}

static int cluster_teardown(void **state)
{
	struct test_cluster *cluster = *state;
	int rc = test_cluster_stop(cluster);

	free(cluster);
	return rc;
}

static struct test_cluster the_cluster(void)
{
	struct test_cluster cluster;

	snprintf(cluster.folder, sizeof cluster.folder, "%s", getenv("CORDON_TEST_PG_FOLDER"));
	return cluster;
}

static void do_cluster(const char *verb)
{
	struct test_cluster cluster = the_cluster();

	assert_int_equal(test_cluster_do(&cluster, verb), 0);
}

static void make_thing(struct db *db)
{
	make_table(db, "CREATE TABLE thing (id INTEGER PRIMARY KEY, value INTEGER NOT NULL) STRICT");
	must_run(db, "INSERT INTO thing (id, value) VALUES (1, 0), (2, 0)", DB_NO_PARAMS);
}

static void pause_ms(long ms)
{
	struct timespec pause = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&pause, NULL);
}

/* ---- a server that dies ---- */

static enum status kill_amid(struct db_tx *tx, void *context, struct error *ret_error)
{
	int *runs = context;

	++*runs;
	TRY(db_exec(tx, "INSERT INTO thing (id, value) VALUES (3, 0)", DB_NO_PARAMS, NULL, ret_error));
	do_cluster("kill");
	return db_exec(tx, "INSERT INTO thing (id, value) VALUES (4, 0)", DB_NO_PARAMS, NULL, ret_error);
}

static void a_server_that_dies_is_unavailable_until_it_is_back(void **state)
{
	struct db *db = test_db(state);
	struct error error = {.code = ST_OK};
	int runs = 0;

	make_thing(db);
	assert_int_equal(db_transact(db, DB_WRITE, kill_amid, &runs, &error), ST_UNAVAILABLE);
	assert_int_equal(runs, 1);
	assert_int_equal(run_one(db, "INSERT INTO thing (id, value) VALUES (5, 0)", DB_NO_PARAMS, &error), ST_UNAVAILABLE);
	assert_int_equal(db_transact(db, DB_READ, one_work, &(struct one){.sql = "SELECT 1"}, &error), ST_UNAVAILABLE);
	do_cluster("start");
	assert_int_equal(must_count(db, "SELECT count(*) FROM thing"), 2);
	must_run(db, "INSERT INTO thing (id, value) VALUES (5, 0)", DB_NO_PARAMS);
	assert_int_equal(must_count(db, "SELECT count(*) FROM thing"), 3);
}

static void connections_that_died_in_the_pool_hinder_nobody(void **state)
{
	struct db *db = test_db(state);

	make_thing(db);
	assert_int_equal(must_count(db, "SELECT count(*) FROM thing"), 2);
	do_cluster("kill");
	do_cluster("start");
	must_run(db, "INSERT INTO thing (id, value) VALUES (3, 0)", DB_NO_PARAMS);
	assert_int_equal(must_count(db, "SELECT count(*) FROM thing"), 3);
}

static enum status kill_before_commit(struct db_tx *tx, void *context, struct error *ret_error)
{
	int *runs = context;

	++*runs;
	TRY(db_exec(tx, "INSERT INTO thing (id, value) VALUES (3, 0)", DB_NO_PARAMS, NULL, ret_error));
	do_cluster("kill");
	return ST_OK;
}

static void a_commit_that_was_not_answered_is_not_tried_again(void **state)
{
	struct db *db = test_db(state);
	struct error error = {.code = ST_OK};
	int runs = 0;

	make_thing(db);
	assert_int_equal(db_transact(db, DB_WRITE, kill_before_commit, &runs, &error), ST_UNAVAILABLE);
	assert_string_equal(error.reason, "outcome-unknown");
	assert_int_equal(runs, 1);
	do_cluster("start");
	assert_int_equal(must_count(db, "SELECT count(*) FROM thing"), 2);
}

/* ---- a standby that does not answer ---- */

static void set_standby(const char *name)
{
	char sql[128];

	snprintf(sql, sizeof sql, "ALTER SYSTEM SET synchronous_standby_names = '%s'", name);
	assert_int_equal(test_pg_do(getenv("CORDON_TEST_PG"), sql), 0);
	assert_int_equal(test_pg_do(getenv("CORDON_TEST_PG"), "SELECT pg_reload_conf()"), 0);
	pause_ms(300);
}

/* ALTER SYSTEM and reload wait for no standby. */
static void a_commit_that_waits_for_ever_is_left_and_unknown(void **state)
{
	const struct db_options options = {.busy_ms = 500};
	struct test_database *t = *state;
	struct error error = {.code = ST_OK};

	make_thing(t->db);
	db_close(t->db);
	assert_ok(db_open(t->url, &options, &t->db, NULL));
	set_standby("nobody");
	assert_int_equal(run_one(t->db, "INSERT INTO thing (id, value) VALUES (3, 0)", DB_NO_PARAMS, &error), ST_UNAVAILABLE);
	assert_string_equal(error.reason, "outcome-unknown");
	set_standby("");
	pause_ms(300);
	assert_int_equal(must_count(t->db, "SELECT count(*) FROM thing"), 3);
	must_run(t->db, "INSERT INTO thing (id, value) VALUES (4, 0)", DB_NO_PARAMS);
}

static void *cancel_soon(void *context)
{
	(void)context;
	pause_ms(700);
	test_pg_do(getenv("CORDON_TEST_PG"), "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
	return NULL;
}

static void a_wait_for_a_standby_that_was_cancelled_is_unknown(void **state)
{
	struct db *db = test_db(state);
	struct error error = {.code = ST_OK};
	pthread_t canceller;

	make_thing(db);
	set_standby("nobody");
	assert_int_equal(pthread_create(&canceller, NULL, cancel_soon, NULL), 0);
	assert_int_equal(run_one(db, "INSERT INTO thing (id, value) VALUES (3, 0)", DB_NO_PARAMS, &error), ST_UNAVAILABLE);
	assert_string_equal(error.reason, "outcome-unknown");
	pthread_join(canceller, NULL);
	set_standby("");
	assert_int_equal(must_count(db, "SELECT count(*) FROM thing"), 3);
}

/* ---- transactions that meet ---- */

struct crossing {
	struct db *db;
	pthread_barrier_t barrier;
	atomic_int runs;
	atomic_int turn;
};

/* Each reads one row and writes the other: in one order or the other one of them sees what the other wrote. */
static enum status cross(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct crossing *c = ((void **)context)[0];
	int64_t mine = *(int *)((void **)context)[1];
	bool *met = ((void **)context)[2];
	struct arena arena;
	struct db_rows rows;
	int64_t seen;

	atomic_fetch_add(&c->runs, 1);
	arena_init(&arena, 1 << 16);
	assert_ok(db_query_one(tx, "SELECT value FROM thing WHERE id = $1", DB_PARAMS(DB_V_INT(3 - mine)), &arena, &rows, ret_error));
	seen = db_int(&rows, 0, 0);
	arena_release(&arena);
	if (!*met)
		pthread_barrier_wait(&c->barrier);
	*met = true;
	return db_exec(tx, "UPDATE thing SET value = $1 + 1 WHERE id = $2", DB_PARAMS(DB_V_INT(seen), DB_V_INT(mine)), NULL, ret_error);
}

static void *cross_once(void *context)
{
	struct crossing *c = context;
	int mine = atomic_fetch_add(&c->turn, 1);
	bool met = false;
	void *both[3] = {c, &mine, &met};
	struct error error = {.code = ST_OK};

	if (db_transact(c->db, DB_WRITE, cross, both, &error) == ST_OK)
		return NULL;
	print_error("%s (%s)\n", error.message, error.reason);
	return c;
}

static void what_met_is_run_again(void **state)
{
	struct crossing c = {.db = test_db(state), .turn = 1};
	pthread_t threads[2];
	void *failed;

	make_thing(c.db);
	pthread_barrier_init(&c.barrier, NULL, 2);
	for (size_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, cross_once, &c);
	for (size_t i = 0; i < 2; i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	pthread_barrier_destroy(&c.barrier);
	assert_true(c.runs >= 3); /* one of the two at least, and again where they meet again */
	assert_int_equal(must_count(c.db, "SELECT sum(value) FROM thing"), 3);
}

/* Deadlock: each locks one row, then wants the other's. */
static enum status lock_both(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct crossing *c = ((void **)context)[0];
	int64_t mine = *(int *)((void **)context)[1];
	bool *met = ((void **)context)[2];

	atomic_fetch_add(&c->runs, 1);
	TRY(db_exec(tx, "UPDATE thing SET value = value + 1 WHERE id = $1", DB_PARAMS(DB_V_INT(mine)), NULL, ret_error));
	if (!*met)
		pthread_barrier_wait(&c->barrier);
	*met = true;
	return db_exec(tx, "UPDATE thing SET value = value + 1 WHERE id = $1", DB_PARAMS(DB_V_INT(3 - mine)), NULL, ret_error);
}

static void *lock_both_once(void *context)
{
	struct crossing *c = context;
	int mine = atomic_fetch_add(&c->turn, 1);
	bool met = false;
	void *both[3] = {c, &mine, &met};

	return db_transact(c->db, DB_WRITE, lock_both, both, NULL) == ST_OK ? NULL : c;
}

static void what_locked_each_other_is_run_again(void **state)
{
	struct crossing c = {.db = test_db(state), .turn = 1};
	pthread_t threads[2];
	void *failed;

	make_thing(c.db);
	pthread_barrier_init(&c.barrier, NULL, 2);
	for (size_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, lock_both_once, &c);
	for (size_t i = 0; i < 2; i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	pthread_barrier_destroy(&c.barrier);
	assert_true(c.runs >= 3);
	assert_int_equal(must_count(c.db, "SELECT sum(value) FROM thing"), 4);
}

/* Two dozen that all read and write the same: each is done in the end, by running alone if need be. */
static enum status sum_up(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct arena arena;
	struct db_rows rows;
	enum status st;

	(void)context;
	arena_init(&arena, 1 << 16);
	st = db_query_one(tx, "SELECT sum(value) FROM thing", DB_NO_PARAMS, &arena, &rows, ret_error);
	if (st == ST_OK) {
		pause_ms(2);
		st = db_exec(tx, "UPDATE thing SET value = $1 + 1 WHERE id = $2",
			     DB_PARAMS(DB_V_INT(db_int(&rows, 0, 0)), DB_V_INT(1 + db_int(&rows, 0, 0) % 2)), NULL, ret_error);
	}
	arena_release(&arena);
	return st;
}

static void *sum_up_often(void *context)
{
	struct error error = {.code = ST_OK};

	for (int i = 0; i < 10; i++)
		if (db_transact(context, DB_WRITE, sum_up, NULL, &error) != ST_OK) {
			print_error("%s (%s)\n", error.message, error.reason);
			return context;
		}
	return NULL;
}

static void nobody_starves_among_many(void **state)
{
	const struct db_options options = {.readers = 24};
	struct test_database *t = *state;
	pthread_t threads[24];
	void *failed;
	bool good = true;

	make_thing(t->db);
	db_close(t->db);
	assert_ok(db_open(t->url, &options, &t->db, NULL));
	for (size_t i = 0; i < 24; i++)
		pthread_create(&threads[i], NULL, sum_up_often, t->db);
	for (size_t i = 0; i < 24; i++) {
		pthread_join(threads[i], &failed);
		good = good && failed == NULL;
	}
	assert_true(good);
}

/* ---- settings ---- */

static void commits_are_durable_whatever_the_server_was_told(void **state)
{
	struct test_database *t = *state;
	struct arena arena;
	struct db_rows rows;

	db_close(t->db);
	assert_int_equal(test_pg_do(t->url, "ALTER DATABASE postgres SET synchronous_commit = off"), 0);
	assert_ok(db_open(t->url, NULL, &t->db, NULL));
	arena_init(&arena, 1 << 16);
	rows = must_read(t->db, &arena, "SELECT current_setting('synchronous_commit')", DB_NO_PARAMS);
	assert_text(db_text(&rows, 0, 0), "on");
	arena_release(&arena);
	assert_int_equal(test_pg_do(t->url, "ALTER DATABASE postgres RESET synchronous_commit"), 0);
}

static void an_encoding_that_loses_letters_is_refused(void **state)
{
	struct test_cluster cluster = the_cluster();
	struct error error = {.code = ST_OK};
	struct db *db = NULL;
	char url[160];

	(void)state;
	assert_int_equal(test_pg_do(getenv("CORDON_TEST_PG"), "CREATE DATABASE old ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0"), 0);
	snprintf(url, sizeof url, "postgresql:///old?host=%s&user=postgres", cluster.folder);
	assert_int_equal(db_open(url, NULL, &db, &error), ST_MALFORMED);
	assert_null(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(a_server_that_dies_is_unavailable_until_it_is_back),
		db_unit_test(connections_that_died_in_the_pool_hinder_nobody),
		db_unit_test(a_commit_that_was_not_answered_is_not_tried_again),
		db_unit_test(a_commit_that_waits_for_ever_is_left_and_unknown),
		db_unit_test(a_wait_for_a_standby_that_was_cancelled_is_unknown),
		db_unit_test(what_met_is_run_again),
		db_unit_test(what_locked_each_other_is_run_again),
		db_unit_test(nobody_starves_among_many),
		db_unit_test(commits_are_durable_whatever_the_server_was_told),
		cmocka_unit_test(an_encoding_that_loses_letters_is_refused),
	};

	return cmocka_run_group_tests(tests, cluster_setup, cluster_teardown);
}
