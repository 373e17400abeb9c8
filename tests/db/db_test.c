#include "db/db.h"

#include "lib/db.h"

#define TEXT_WITH(s) DB_V_TEXT(TEXT(s))

static enum status make_tables(struct db_tx *tx, void *context, struct error *ret_error)
{
	(void)context;
	return db_exec(tx, "INSERT INTO outbox (kind, subject, at) VALUES ($3, $1, $2)",
		       DB_PARAMS(TEXT_WITH("a"), DB_V_INT(5), TEXT_WITH("k")), NULL, ret_error);
}

static enum status read_one(struct db_tx *tx, void *context, struct error *ret_error)
{
	return db_query(tx, "SELECT subject, at, kind FROM outbox ORDER BY number", DB_NO_PARAMS, ((void **)context)[0],
			((void **)context)[1], ret_error);
}

static void what_was_committed_is_read(void **state)
{
	struct db *db = test_db(state);
	struct error error = {.code = ST_OK};
	struct arena arena;
	struct db_rows rows;
	void *context[2] = {&arena, &rows};

	arena_init(&arena, 1 << 20);
	assert_ok(db_transact(db, DB_WRITE, make_tables, NULL, &error));
	assert_ok(db_transact(db, DB_READ, read_one, context, &error));
	assert_int_equal(rows.rows, 1);
	assert_text(db_text(&rows, 0, 0), "a");
	assert_int_equal(db_int(&rows, 0, 1), 5);
	assert_text(db_text(&rows, 0, 2), "k");
	arena_release(&arena);
}

static enum status tell_three(struct db_tx *tx, void *context, struct error *ret_error)
{
	(void)context;
	TRY(db_tell(tx, "one", TEXT("x"), 1, ret_error));
	TRY(db_tell(tx, "two", TEXT("y"), 2, ret_error));
	return db_tell(tx, "three", TEXT_NONE, 3, ret_error);
}

static void what_is_told_stands_in_order(void **state)
{
	struct db *db = test_db(state);
	struct arena arena;
	struct db_rows rows;
	void *context[2] = {&arena, &rows};

	arena_init(&arena, 1 << 20);
	assert_ok(db_transact(db, DB_WRITE, tell_three, NULL, NULL));
	assert_ok(db_transact(db, DB_READ, read_one, context, NULL));
	assert_int_equal(rows.rows, 3);
	assert_text(db_text(&rows, 1, 2), "two");
	assert_text(db_text(&rows, 2, 0), "");
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(what_was_committed_is_read),
		db_unit_test(what_is_told_stands_in_order),
	};

	return db_run_group_tests(tests);
}
