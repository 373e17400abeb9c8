/* Many threads that write at once: each one's work stands or falls alone, and "done" means that others see it. */
#include "lib/db.h"

#include <pthread.h>
#include <stdatomic.h>

#define THREADS 12u
#define EACH 60u

struct writer {
	pthread_t thread;
	struct db *db;
	unsigned number;
	unsigned wrong;
};

struct piece {
	int64_t id;
	bool fails, breaks; /* by its own will; by a statement that the schema refuses */
	bool seen;
};

static enum status piece_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct piece *p = context;

	TRY(db_exec(tx, "INSERT INTO piece (id) VALUES ($1)", DB_PARAMS(DB_V_INT(p->id)), NULL, ret_error));
	TRY(db_tell(tx, "piece", TEXT("x"), 1, ret_error));
	if (p->breaks)
		TRY(db_exec(tx, "INSERT INTO piece (id) VALUES ($1)", DB_PARAMS(DB_V_INT(p->id)), NULL, ret_error));
	return p->fails ? error_set(ret_error, ST_DENIED, "no") : ST_OK;
}

static enum status look_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct piece *p = context;
	struct arena arena;
	struct db_rows rows;
	enum status st;

	arena_init(&arena, 4096);
	st = db_query(tx, "SELECT id FROM piece WHERE id = $1", DB_PARAMS(DB_V_INT(p->id)), &arena, &rows, ret_error);
	p->seen = st == ST_OK && rows.rows == 1;
	arena_release(&arena);
	return st;
}

static void *write_some(void *context)
{
	struct writer *w = context;

	for (unsigned i = 0; i < EACH; i++) {
		struct piece p = {.id = (int64_t)w->number * EACH + i, .fails = i % 3 == 1, .breaks = i % 3 == 2};
		enum status wanted = p.fails ? ST_DENIED : p.breaks ? ST_CONFLICT : ST_OK;
		struct error error = {.code = ST_OK};

		w->wrong += db_transact(w->db, DB_WRITE, piece_work, &p, &error) != wanted;
		w->wrong += db_transact(w->db, DB_READ, look_work, &p, &error) != ST_OK || p.seen != (wanted == ST_OK);
	}
	return NULL;
}

static enum status table_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	(void)context;
	return db_exec(tx, "CREATE TABLE piece (id BIGINT PRIMARY KEY)", DB_NO_PARAMS, NULL, ret_error);
}

static enum status count_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	int64_t *counts = context;
	struct arena arena;
	struct db_rows rows;
	enum status st;

	arena_init(&arena, 4096);
	st = db_query(tx, "SELECT (SELECT count(*) FROM piece), (SELECT count(*) FROM outbox WHERE kind = 'piece')", DB_NO_PARAMS, &arena,
		      &rows, ret_error);
	for (size_t i = 0; st == ST_OK && i < 2; i++)
		counts[i] = db_int(&rows, 0, i);
	arena_release(&arena);
	return st;
}

static void each_stands_or_falls_alone(void **state)
{
	struct db *db = test_db(state);
	struct writer writers[THREADS];
	int64_t counts[2] = {0, 0};

	assert_ok(db_transact(db, DB_WRITE, table_work, NULL, NULL));
	for (unsigned i = 0; i < THREADS; i++) {
		writers[i] = (struct writer){.db = db, .number = i};
		assert_int_equal(pthread_create(&writers[i].thread, NULL, write_some, &writers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(writers[i].thread, NULL);
		assert_int_equal(writers[i].wrong, 0);
	}
	assert_ok(db_transact(db, DB_READ, count_work, counts, NULL));
	assert_int_equal(counts[0], THREADS * EACH / 3);
	assert_int_equal(counts[1], THREADS * EACH / 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {db_unit_test(each_stands_or_falls_alone)};

	return db_run_group_tests(tests);
}
