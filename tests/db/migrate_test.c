#include "db/migrate.h"

#include <pthread.h>

#include "db/work.h"

static const struct migration one = {1, "one", "aa", "CREATE TABLE one (id INTEGER PRIMARY KEY) STRICT;"};
static const struct migration two = {2, "two", "bb", "CREATE TABLE two (id INTEGER PRIMARY KEY, word TEXT) STRICT; INSERT INTO two (id) VALUES (7);"};
static const struct migration two_differs = {2, "two", "cc", "CREATE TABLE two (id INTEGER PRIMARY KEY) STRICT;"};
static const struct migration three = {3, "three", "dd", "CREATE TABLE three (id INTEGER PRIMARY KEY) STRICT;"};
static const struct migration broken = {4, "broken", "ee", "CREATE TABLE four (id INTEGER PRIMARY KEY) STRICT; INSERT INTO two (id) VALUES (7);"};

/* A connection of the driver's to a database that is empty. */
struct empty {
	struct test_database database;
	const struct driver *driver;
	void *state, *connection;
};

static int empty_setup(void **state)
{
	static const struct db_options options = {.readers = 1, .busy_ms = 10000};
	struct empty *e = calloc(1, sizeof *e);
	struct error error;

	e->driver = test_db_is_postgres() ? &driver_postgres : &driver_sqlite;
	*state = e;
	return test_db_name(&e->database) != 0 || e->driver->open(e->database.url, &options, &e->state, &error) != ST_OK ||
	       e->driver->connect(e->state, DB_WRITE, &e->connection, &error) != ST_OK;
}

static int empty_teardown(void **state)
{
	struct empty *e = *state;
	int rc;

	e->driver->disconnect(e->connection);
	e->driver->close(e->state);
	rc = test_db_drop(&e->database);
	free(e);
	return rc;
}

static void expect(struct empty *e, const struct migration *steps, size_t count, const char *reason)
{
	struct error error = {.code = ST_OK};
	enum status st = migrate(e->driver, e->connection, steps, count, &error);

	if (st != (reason[0] ? ST_CONFLICT : ST_OK) || strcmp(error.reason, reason) != 0)
		fail_msg("%d %s (%s), not \"%s\"", st, error.message, error.reason, reason);
}

static int64_t rows_in(struct empty *e, const char *table)
{
	struct error error;
	struct statement s = {.sql = table};
	enum status st;

	assert_ok(e->driver->begin(e->connection, BEGIN_READ, &error));
	st = e->driver->run(e->connection, &s, &error);
	e->driver->rollback(e->connection);
	return st == ST_OK;
}

static void steps_run_once_and_only_forward(void **state)
{
	struct empty *e = *state;
	const struct migration first[] = {one, three}, late[] = {one, two, three}, other[] = {one, two_differs, three};
	struct error error;

	expect(e, first, 2, "");
	assert_int_equal(migrate_check(e->driver, e->connection, late, 3, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "schema-older");
	expect(e, late, 3, "");
	expect(e, late, 3, "");
	assert_ok(migrate_check(e->driver, e->connection, late, 3, &error));
	assert_true(rows_in(e, "SELECT id FROM two"));
	expect(e, first, 2, "schema-newer");
	expect(e, late, 2, "schema-newer");
	expect(e, NULL, 0, "schema-newer");
	expect(e, other, 3, "schema-differs");
	assert_int_equal(migrate_check(e->driver, e->connection, other, 3, &error), ST_CONFLICT);
}

static void a_step_that_fails_leaves_nothing_of_itself(void **state)
{
	struct empty *e = *state;
	const struct migration steps[] = {one, two, broken}, mended[] = {one, two, three};
	struct error error = {.code = ST_OK};

	assert_int_equal(migrate(e->driver, e->connection, steps, 3, &error), ST_CONFLICT);
	assert_string_equal(error.field, "two");
	assert_true(rows_in(e, "SELECT id FROM two"));
	assert_false(rows_in(e, "SELECT id FROM four"));
	expect(e, mended, 3, "");
}

static void a_database_that_does_not_fit_is_not_opened(void **state)
{
	struct test_database *t = *state;
	const struct db_options reading = {.read_only = true};
	struct error error = {.code = ST_OK};
	struct db *db = NULL;

	must_run(t->db, "INSERT INTO schema_migration (number, name, sha256, applied_at) VALUES (999, 'x', 'y', 0)", DB_NO_PARAMS);
	db_close(t->db);
	t->db = NULL;
	assert_int_equal(db_open(t->url, NULL, &db, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "schema-newer");
	assert_int_equal(db_open(t->url, &reading, &db, &error), ST_CONFLICT);
	assert_null(db);
}

static void numbers_of_the_outbox_go_on_after_a_restore(void **state)
{
	struct test_database *t = *state;

	must_run(t->db, "INSERT INTO outbox (number, kind, subject, at) VALUES (5000, 'a', 'b', 1)", DB_NO_PARAMS);
	db_close(t->db);
	assert_ok(db_open(t->url, NULL, &t->db, NULL));
	must_run(t->db, "INSERT INTO outbox (kind, subject, at) VALUES ('a', 'b', 1)", DB_NO_PARAMS);
	must_run(t->db, "DELETE FROM outbox", DB_NO_PARAMS);
	db_close(t->db);
	assert_ok(db_open(t->url, NULL, &t->db, NULL));
	must_run(t->db, "INSERT INTO outbox (kind, subject, at) VALUES ('a', 'b', 1)", DB_NO_PARAMS);
	assert_int_equal(must_count(t->db, "SELECT number FROM outbox"), 5002);
}

/* ---- several hubs that start at once ---- */

static void *open_and_close(void *context)
{
	struct error error = {.code = ST_OK};
	struct db *db;

	if (db_open(context, NULL, &db, &error) != ST_OK) {
		print_error("%s (%s)\n", error.message, error.reason);
		return context;
	}
	db_close(db);
	return NULL;
}

static void hubs_that_start_at_once_do_not_collide(void **state)
{
	struct empty *e = *state;
	pthread_t threads[6];
	struct db *db;
	size_t count;

	migrations(&count);
	e->driver->disconnect(e->connection);
	e->driver->close(e->state);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, open_and_close, e->database.url), 0);
	for (size_t i = 0; i < 6; i++) {
		void *failed;

		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	assert_ok(db_open(e->database.url, NULL, &db, NULL));
	assert_int_equal(must_count(db, "SELECT count(*) FROM schema_migration"), (int64_t)count);
	db_close(db);
	assert_ok(e->driver->open(e->database.url, &(struct db_options){.busy_ms = 1000}, &e->state, NULL));
	assert_ok(e->driver->connect(e->state, DB_WRITE, &e->connection, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(steps_run_once_and_only_forward, empty_setup, empty_teardown),
		cmocka_unit_test_setup_teardown(a_step_that_fails_leaves_nothing_of_itself, empty_setup, empty_teardown),
		db_unit_test(a_database_that_does_not_fit_is_not_opened),
		db_unit_test(numbers_of_the_outbox_go_on_after_a_restore),
		cmocka_unit_test_setup_teardown(hubs_that_start_at_once_do_not_collide, empty_setup, empty_teardown),
	};

	return db_run_group_tests(tests);
}
