/* The contract of db.h, which is the same on every kind of database. */
#include "db/db.h"

#include "db/work.h"

#define MANY "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT i FROM n"

static void make_tables(struct db *db)
{
	make_table(db, "CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT");
	make_table(db, "CREATE TABLE thing (id INTEGER PRIMARY KEY, amount INTEGER, word TEXT, data BLOB, place INTEGER REFERENCES place (id),"
		       " CONSTRAINT thing_amount CHECK (amount <> 13)) STRICT");
}

static void assert_value(const struct db_value *got, const struct db_value *expected)
{
	assert_int_equal(got->type, expected->type);
	assert_true(got->type != DB_INT || got->integer == expected->integer);
	assert_true(got->type != DB_TEXT || text_equal(got->text, expected->text));
	if (got->type == DB_BLOB) {
		assert_int_equal(got->blob.len, expected->blob.len);
		assert_true(got->blob.len == 0 || memcmp(got->blob.data, expected->blob.data, got->blob.len) == 0);
	}
}

static void values_come_back_as_they_went(void **state)
{
	static const uint8_t zeros[] = {0, 0, 'a', 0, 0xff};
	const struct db_value rows[][3] = {
		{DB_V_INT(0), DB_V_TEXT(TEXT_NONE), DB_V_BLOB(((struct bytes){NULL, 0}))},
		{DB_V_INT(INT64_MAX), DB_V_TEXT(TEXT("김민수 សុខ 王 \xf0\x9f\x98\x80")), DB_V_BLOB(((struct bytes){zeros, 5}))},
		{DB_V_INT(INT64_MIN), DB_V_TEXT(TEXT("'; DROP TABLE thing; -- \\ \" $1")), DB_V_BLOB(((struct bytes){zeros, 1}))},
		{DB_V_INT(-1), DB_V_NULL, DB_V_NULL},
		{DB_V_NULL, DB_V_TEXT(TEXT("\n\t ")), DB_V_BLOB(((struct bytes){zeros, 2}))},
	};
	struct db *db = test_db(state);
	struct arena arena;
	struct db_rows got;

	make_tables(db);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		must_run(db, "INSERT INTO thing (id, amount, word, data) VALUES ($1, $2, $3, $4)",
			 DB_PARAMS(DB_V_INT((int64_t)i), rows[i][0], rows[i][1], rows[i][2]));
	arena_init(&arena, 1 << 20);
	got = must_read(db, &arena, "SELECT amount, word, data FROM thing ORDER BY id", DB_NO_PARAMS);
	assert_int_equal(got.rows, 5);
	assert_int_equal(got.columns, 3);
	for (size_t i = 0; i < 5; i++)
		for (size_t k = 0; k < 3; k++)
			assert_value(db_at(&got, i, k), &rows[i][k]);
	arena_release(&arena);
}

static void functions_give_the_same_on_both(void **state)
{
	static const struct {
		const char *sql;
		int64_t expected;
	} rows[] = {
		{"SELECT count(*) FROM thing", 4},
		{"SELECT sum(amount) FROM thing", 4611686018427387904 + 20 - 3},
		{"SELECT sum(amount) FROM thing WHERE amount < 0", -3},
		{"SELECT sum(amount) FROM thing WHERE id IN (1, 2)", 20000 - 19980 - 3},
		{"SELECT sum(amount * 10000) FROM thing WHERE id = 1", 200000},
		{"SELECT sum(amount) FROM thing WHERE id > 99 OR id = 4", 0},
		{"SELECT coalesce(sum(amount), 7) FROM thing WHERE id > 99", 7},
		{"SELECT min(amount) FROM thing", -3},
		{"SELECT max(length(word)) FROM thing", 3},
		{"SELECT max(length(data)) FROM thing", 2},
		{"SELECT count(*) FROM thing WHERE lower(word) = 'abc'", 1},
		{"SELECT count(*) FROM thing WHERE word LIKE 'A%'", 1},
		{"SELECT amount = 20 FROM thing WHERE id = 1", 1},
		{"SELECT amount IS NULL FROM thing WHERE id = 1", 0},
		{"SELECT 7 / 2", 3},
		{"SELECT -7 / 2", -3},
		{"SELECT CAST('12' AS BIGINT)", 12},
		{"SELECT length(CAST(120 AS TEXT))", 3},
		{"SELECT count(*) FROM thing WHERE word < 'a'", 2},
	};
	struct db *db = test_db(state);

	make_tables(db);
	must_run(db, "INSERT INTO thing (id, amount, word, data) VALUES (1, 20, 'Abc', $1), (2, -3, 'abd', NULL), (3, $2, 'Z', NULL),"
		     " (4, 0, NULL, NULL)",
		 DB_PARAMS(DB_V_BLOB(((struct bytes){(const uint8_t *)"\0\0", 2})), DB_V_INT(4611686018427387904)));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (must_count(db, rows[i].sql) != rows[i].expected)
			fail_msg("%s: %lld", rows[i].sql, (long long)must_count(db, rows[i].sql));
}

static void text_is_ordered_by_its_bytes(void **state)
{
	static const char *const words[] = {"B", "Z", "a", "a b", "ab", "z", "é", "王", "김"};
	struct db *db = test_db(state);
	struct arena arena;
	struct db_rows got;

	make_tables(db);
	for (size_t i = 0; i < 9; i++)
		must_run(db, "INSERT INTO place (id, name) VALUES ($1, $2)",
			 DB_PARAMS(DB_V_INT(100 - (int64_t)i * 7 % 9), DB_V_TEXT(text_of(words[i]))));
	arena_init(&arena, 1 << 20);
	got = must_read(db, &arena, "SELECT name FROM place ORDER BY name", DB_NO_PARAMS);
	for (size_t i = 0; i < 9; i++)
		assert_text(db_text(&got, i, 0), words[i]);
	arena_release(&arena);
}

static void what_the_schema_forbids_is_a_conflict_that_names_it(void **state)
{
	static const struct {
		const char *sql, *field;
		enum status status;
	} rows[] = {
		{"INSERT INTO place (id, name) VALUES (1, 'b')", "place", ST_CONFLICT},
		{"INSERT INTO place (id, name) VALUES (2, 'a')", "place", ST_CONFLICT},
		{"INSERT INTO place (id, name) VALUES (2, NULL)", "place", ST_CONFLICT},
		{"INSERT INTO thing (id, amount) VALUES (1, 13)", "thing_amount", ST_CONFLICT},
		{"INSERT INTO thing (id, place) VALUES (1, 99)", "foreign-key", ST_CONFLICT},
		{"DELETE FROM place WHERE id = 1", "foreign-key", ST_CONFLICT},
		{"INSERT INTO thing (id, amount) VALUES (1, 'x')", "", ST_MALFORMED},
		{"INSERT INTO nothing (id) VALUES (1)", "", ST_MALFORMED},
		{"SELEKT 1", "", ST_MALFORMED},
		{"INSERT INTO place (id, name) VALUES (3, 'c'); INSERT INTO place (id, name) VALUES (4, 'd')", "", ST_MALFORMED},
		{"INSERT INTO place (id, name) VALUES ($1, 'c')", "", ST_MALFORMED},
	};
	struct db *db = test_db(state);
	struct error error;

	make_tables(db);
	must_run(db, "INSERT INTO place (id, name) VALUES (1, 'a')", DB_NO_PARAMS);
	must_run(db, "INSERT INTO thing (id, place) VALUES (7, 1)", DB_NO_PARAMS);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (run_one(db, rows[i].sql, DB_NO_PARAMS, &error) != rows[i].status || error.code != rows[i].status ||
		    strcmp(error.field, rows[i].field) != 0 || error.message[0] == '\0')
			fail_msg("%s: %d %s (%s)", rows[i].sql, error.code, error.message, error.field);
	assert_int_equal(must_count(db, "SELECT count(*) FROM place"), 1);
	assert_int_equal(must_count(db, "SELECT count(*) FROM thing"), 1);
}

static void wrong_values_are_refused(void **state)
{
	struct db *db = test_db(state);
	struct error error;

	make_tables(db);
	assert_int_equal(run_one(db, "INSERT INTO place (id, name) VALUES (1, $1)", DB_PARAMS(DB_V_TEXT(TEXT("a\0b"))), &error), ST_MALFORMED);
	assert_int_equal(run_one(db, "INSERT INTO place (id, name) VALUES (1, $1)", DB_PARAMS(DB_V_TEXT(TEXT("\xff"))), &error), ST_MALFORMED);
	assert_int_equal(run_one(db, "INSERT INTO place (id, name) VALUES ($1, $2)", DB_PARAMS(DB_V_INT(1)), &error), ST_MALFORMED);
	assert_int_equal(must_count(db, "SELECT count(*) FROM place"), 0);
}

static enum status goes_on_after_a_failure(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct error ignored;

	(void)context, (void)ret_error;
	assert_ok(db_exec(tx, "INSERT INTO place (id, name) VALUES (1, 'a')", DB_NO_PARAMS, NULL, NULL));
	assert_int_equal(db_exec(tx, "INSERT INTO place (id, name) VALUES (1, 'b')", DB_NO_PARAMS, NULL, &ignored), ST_CONFLICT);
	assert_int_equal(db_exec(tx, "INSERT INTO place (id, name) VALUES (2, 'b')", DB_NO_PARAMS, NULL, NULL), ST_CONFLICT);
	return ST_OK;
}

static enum status gives_up(struct db_tx *tx, void *context, struct error *ret_error)
{
	const enum status *st = context;

	assert_ok(db_exec(tx, "INSERT INTO place (id, name) VALUES (1, 'a')", DB_NO_PARAMS, NULL, ret_error));
	assert_ok(db_tell(tx, "kind", TEXT("subject"), 1, ret_error));
	return error_because(ret_error, *st, "a-reason", NULL, "on purpose");
}

static void what_failed_leaves_nothing(void **state)
{
	struct db *db = test_db(state);
	struct error error = {.code = ST_OK};

	make_tables(db);
	assert_int_equal(db_transact(db, DB_WRITE, goes_on_after_a_failure, NULL, &error), ST_CONFLICT);
	assert_string_equal(error.field, "place");
	for (enum status st = ST_MALFORMED; st <= ST_CORRUPT; st++) {
		assert_int_equal(db_transact(db, DB_WRITE, gives_up, &st, &error), st);
		assert_string_equal(error.reason, "a-reason");
	}
	assert_int_equal(must_count(db, "SELECT count(*) FROM place"), 0);
	assert_int_equal(must_count(db, "SELECT count(*) FROM outbox"), 0);
}

static enum status counts_changes(struct db_tx *tx, void *context, struct error *ret_error)
{
	uint64_t changed = 99;
	struct arena *arena = context;
	struct db_rows rows;

	TRY(db_exec(tx, "INSERT INTO place (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')", DB_NO_PARAMS, &changed, ret_error));
	assert_int_equal(changed, 3);
	TRY(db_exec(tx, "UPDATE place SET name = name || $1 WHERE id > $2 AND id > $2", DB_PARAMS(DB_V_TEXT(TEXT("x")), DB_V_INT(1)),
		    &changed, ret_error));
	assert_int_equal(changed, 2);
	TRY(db_exec(tx, "UPDATE place SET name = 'z' WHERE id = $2 AND name = $1", DB_PARAMS(DB_V_TEXT(TEXT("b")), DB_V_INT(2)), &changed,
		    ret_error));
	assert_int_equal(changed, 0);
	TRY(db_exec(tx, "INSERT INTO place (id, name) VALUES (1, 'q') ON CONFLICT DO NOTHING", DB_NO_PARAMS, &changed, ret_error));
	assert_int_equal(changed, 0);
	TRY(db_query_one(tx, "INSERT INTO place (id, name) VALUES (1, 'q') ON CONFLICT (id) DO UPDATE SET name = excluded.name || place.name"
			     " RETURNING name, id", DB_NO_PARAMS, arena, &rows, ret_error));
	assert_text(db_text(&rows, 0, 0), "qa");
	assert_int_equal(db_int(&rows, 0, 1), 1);
	return db_exec(tx, "DELETE FROM place WHERE id = $1", DB_PARAMS(DB_V_INT(3)), &changed, ret_error);
}

static void changes_are_counted(void **state)
{
	struct db *db = test_db(state);
	struct arena arena;

	make_tables(db);
	arena_init(&arena, 1 << 16);
	assert_ok(db_transact(db, DB_WRITE, counts_changes, &arena, NULL));
	arena_release(&arena);
	assert_int_equal(must_count(db, "SELECT count(*) FROM place"), 2);
}

static enum status writes_while_reading(struct db_tx *tx, void *context, struct error *ret_error)
{
	(void)context;
	return db_exec(tx, "INSERT INTO place (id, name) VALUES (1, 'a')", DB_NO_PARAMS, NULL, ret_error);
}

static void a_transaction_that_reads_cannot_write(void **state)
{
	struct db *db = test_db(state);

	make_tables(db);
	assert_int_equal(db_transact(db, DB_READ, writes_while_reading, NULL, NULL), ST_DENIED);
	assert_ok(db_transact(db, DB_WRITE, writes_while_reading, NULL, NULL));
}

static enum status wants_one(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct arena *arena = context;
	struct db_rows rows;
	struct error untouched = {.code = ST_DENIED, .message = "before"};

	assert_int_equal(db_query_one(tx, "SELECT id FROM place WHERE id = 9", DB_NO_PARAMS, arena, &rows, &untouched), ST_NOT_FOUND);
	assert_int_equal(untouched.code, ST_DENIED);
	assert_string_equal(untouched.message, "before");
	assert_int_equal(db_query_one(tx, "SELECT id FROM place", DB_NO_PARAMS, arena, &rows, ret_error), ST_CORRUPT);
	return db_query_one(tx, "SELECT id, name FROM place WHERE id = $1", DB_PARAMS(DB_V_INT(2)), arena, &rows, ret_error);
}

static void one_row_is_one_row(void **state)
{
	struct db *db = test_db(state);
	struct arena arena;

	make_tables(db);
	must_run(db, "INSERT INTO place (id, name) VALUES (1, 'a'), (2, 'b')", DB_NO_PARAMS);
	arena_init(&arena, 1 << 16);
	assert_ok(db_transact(db, DB_READ, wants_one, &arena, NULL));
	arena_release(&arena);
}

static enum status wants_too_much(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct arena arena;
	struct db_rows rows;
	enum status st;

	(void)context;
	arena_init(&arena, 1 << 20);
	st = db_query(tx, MANY, DB_PARAMS(DB_V_INT(2000000)), &arena, &rows, ret_error);
	arena_release(&arena);
	assert_int_equal(st, ST_LIMIT);
	/* It was the caller who stopped: the transaction is as good as before. */
	return db_exec(tx, "INSERT INTO place (id, name) VALUES (1, 'a')", DB_NO_PARAMS, NULL, ret_error);
}

static void a_ceiling_ends_a_query(void **state)
{
	struct db *db = test_db(state);

	make_tables(db);
	assert_ok(db_transact(db, DB_WRITE, wants_too_much, NULL, NULL));
	assert_int_equal(must_count(db, "SELECT count(*) FROM place"), 1);
}

struct adding {
	struct db_tx *tx;
	int64_t rows, sum, stop_at;
};

static enum status add_row(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct adding *a = context;

	assert_int_equal(row->rows, 1);
	if (++a->rows == a->stop_at)
		return error_because(ret_error, ST_DENIED, "enough", NULL, "stopped");
	a->sum += db_int(row, 0, 0);
	if (a->tx && a->rows % 1000 == 0)
		return db_exec(a->tx, "INSERT INTO place (id, name) VALUES ($1, 'p' || CAST($1 AS TEXT))",
			       DB_PARAMS(DB_V_INT(a->rows / 1000 * a->rows / 1000)), NULL, ret_error);
	return ST_OK;
}

static enum status adds_up(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct adding a = {.tx = NULL}, stopped = {.stop_at = 700}, nested = {.tx = tx}, clash = {.tx = tx};

	(void)context;
	TRY(db_each(tx, MANY, DB_PARAMS(DB_V_INT(300000)), add_row, &a, ret_error));
	assert_int_equal(a.rows, 300000);
	assert_int_equal(a.sum, INT64_C(300000) * 300001 / 2);
	assert_int_equal(db_each(tx, MANY, DB_PARAMS(DB_V_INT(300000)), add_row, &stopped, ret_error), ST_DENIED);
	assert_string_equal(ret_error->reason, "enough");
	assert_int_equal(stopped.rows, 700);
	TRY(db_each(tx, MANY, DB_PARAMS(DB_V_INT(5000)), add_row, &nested, ret_error));
	assert_int_equal(nested.sum, INT64_C(5000) * 5001 / 2);
	/* The same again meets the rows of before: that is a failure of the transaction. */
	assert_int_equal(db_each(tx, MANY, DB_PARAMS(DB_V_INT(5000)), add_row, &clash, ret_error), ST_CONFLICT);
	assert_int_equal(clash.rows, 1000);
	return ST_OK;
}

static void rows_come_one_by_one(void **state)
{
	struct db *db = test_db(state);
	struct error error = {.code = ST_OK};

	make_tables(db);
	assert_int_equal(db_transact(db, DB_WRITE, adds_up, NULL, &error), ST_CONFLICT);
	assert_string_equal(error.field, "place");
	assert_int_equal(must_count(db, "SELECT count(*) FROM place"), 0);
}

static enum status many_statements(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct arena *arena = context;

	for (int64_t i = 0; i < 3000; i++) {
		struct db_rows rows;
		char sql[64];

		/* More than any cache holds, each of them twice in a row and again later, with other types for $1. */
		snprintf(sql, sizeof sql, "SELECT %lld + $1", (long long)(i / 2 % 700));
		arena_clear(arena);
		TRY(db_query_one(tx, sql, DB_PARAMS(DB_V_INT(i)), arena, &rows, ret_error));
		assert_int_equal(db_int(&rows, 0, 0), i / 2 % 700 + i);
	}
	return ST_OK;
}

static void more_statements_than_are_kept(void **state)
{
	struct db *db = test_db(state);
	struct arena arena;

	arena_init(&arena, 1 << 16);
	for (int i = 0; i < 2; i++)
		assert_ok(db_transact(db, DB_READ, many_statements, &arena, NULL));
	arena_release(&arena);
}

static void big_values_pass(void **state)
{
	size_t size = (size_t)12 << 20;
	uint8_t *data = malloc(size);
	struct db *db = test_db(state);
	struct arena arena;
	struct db_rows rows;

	assert_non_null(data);
	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)(i * 7 + i / 251);
	make_tables(db);
	must_run(db, "INSERT INTO thing (id, data) VALUES (1, $1)", DB_PARAMS(DB_V_BLOB(((struct bytes){data, size}))));
	arena_init(&arena, (size_t)16 << 20);
	rows = must_read(db, &arena, "SELECT data FROM thing", DB_NO_PARAMS);
	assert_int_equal(db_blob(&rows, 0, 0).len, size);
	assert_memory_equal(db_blob(&rows, 0, 0).data, data, size);
	arena_release(&arena);
	free(data);
}

static void addresses_that_name_no_database(void **state)
{
	static const char *const urls[] = {"", "sqlite", "sqlite:", "mysql://x", "/tmp/x.db", "postgresql"};
	struct error error;
	struct db *db;

	(void)state;
	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
		assert_int_equal(db_open(urls[i], NULL, &db, &error), ST_MALFORMED);
	assert_int_equal(db_open("postgresql://127.0.0.1:1/x?connect_timeout=2", NULL, &db, &error), ST_UNAVAILABLE);
	assert_int_equal(db_open("sqlite:/nowhere/at/all.db", NULL, &db, &error), ST_UNAVAILABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(values_come_back_as_they_went),
		db_unit_test(functions_give_the_same_on_both),
		db_unit_test(text_is_ordered_by_its_bytes),
		db_unit_test(what_the_schema_forbids_is_a_conflict_that_names_it),
		db_unit_test(wrong_values_are_refused),
		db_unit_test(what_failed_leaves_nothing),
		db_unit_test(changes_are_counted),
		db_unit_test(a_transaction_that_reads_cannot_write),
		db_unit_test(one_row_is_one_row),
		db_unit_test(a_ceiling_ends_a_query),
		db_unit_test(rows_come_one_by_one),
		db_unit_test(more_statements_than_are_kept),
		db_unit_test(big_values_pass),
		cmocka_unit_test(addresses_that_name_no_database),
	};

	return db_run_group_tests(tests);
}
