/* One statement in a transaction of its own, and tables in the dialect of the database at hand. */
#ifndef TESTS_DB_WORK_H
#define TESTS_DB_WORK_H

#include "db/dialect.h"
#include "lib/db.h"

struct one {
	const char *sql;
	struct db_params params;
	struct arena *arena; /* NULL: no rows are wanted */
	struct db_rows rows;
	uint64_t changed;
};

static inline enum status one_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct one *one = context;

	if (one->arena)
		return db_query(tx, one->sql, one->params, one->arena, &one->rows, ret_error);
	return db_exec(tx, one->sql, one->params, &one->changed, ret_error);
}

/* What the statement gives; *ret_error (may be NULL) is empty before. */
static inline enum status run_one(struct db *db, const char *sql, struct db_params params, struct error *ret_error)
{
	struct one one = {.sql = sql, .params = params};

	if (ret_error)
		*ret_error = (struct error){.code = ST_OK, .position = -1};
	return db_transact(db, DB_WRITE, one_work, &one, ret_error);
}

static inline void must_run(struct db *db, const char *sql, struct db_params params)
{
	struct error error;

	if (run_one(db, sql, params, &error) != ST_OK)
		fail_msg("%s: %s (%s)", sql, error.message, error.reason);
}

static inline struct db_rows must_read(struct db *db, struct arena *arena, const char *sql, struct db_params params)
{
	struct one one = {.sql = sql, .params = params, .arena = arena};
	struct error error = {.code = ST_OK};

	if (db_transact(db, DB_READ, one_work, &one, &error) != ST_OK)
		fail_msg("%s: %s", sql, error.message);
	return one.rows;
}

static inline int64_t must_count(struct db *db, const char *sql)
{
	struct arena arena;
	struct db_rows rows;
	int64_t count;

	arena_init(&arena, 1 << 16);
	rows = must_read(db, &arena, sql, DB_NO_PARAMS);
	assert_int_equal(rows.rows, 1);
	count = db_int(&rows, 0, 0);
	arena_release(&arena);
	return count;
}

static inline void make_table(struct db *db, const char *sql)
{
	struct buffer translated;

	if (strcmp(db_kind(db), "sqlite") == 0) {
		must_run(db, sql, DB_NO_PARAMS);
		return;
	}
	buffer_init(&translated, 1 << 16);
	dialect_postgres(text_of(sql), &translated);
	buffer_add_char(&translated, '\0');
	assert_ok(buffer_status(&translated));
	must_run(db, (const char *)translated.data, DB_NO_PARAMS);
	buffer_release(&translated);
}

#endif
