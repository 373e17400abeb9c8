#include "db/db.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

#include "db/catalogue.h"
#include "db/group.h"
#include "db/migrate.h"
#include "db/pool.h"

#define ATTEMPTS_MAX 10u
#define ATTEMPTS_TOGETHER 6u /* from then on a write runs alone, so that it cannot be refused again */
#define TELL_BYTES_MAX ((size_t)1 << 20)

struct db {
	const struct driver *driver;
	void *state;
	struct db_options options;
	struct pool readers, writers;
	struct group group; /* of a driver with one writer */
};

struct tell {
	const char *kind;
	struct text subject;
	int64_t at;
	struct tell *next;
};

struct db_tx {
	const struct driver *driver;
	void *connection;
	/* A statement failed: PostgreSQL then takes no more in this transaction, so neither does SQLite here. */
	enum status failed;
	struct error failure;
	struct arena tells; /* of db_tell, written just before the commit */
	struct tell *first, **last;
};

/* ---- open and close ---- */

static enum status driver_of(const char *url, const struct driver **ret_driver, struct error *ret_error)
{
	struct text t = text_of(url);
	const char *kind = text_starts(t, TEXT("sqlite:"))                                              ? "sqlite"
			   : text_starts(t, TEXT("postgresql:")) || text_starts(t, TEXT("postgres:")) ? "postgresql"
														: "";

	for (size_t i = 0; db_drivers[i]; i++)
		if (strcmp(db_drivers[i]->kind, kind) == 0) {
			*ret_driver = db_drivers[i];
			return ST_OK;
		}
	return error_set(ret_error, ST_MALFORMED, "a database is sqlite:PATH%s", db_drivers[1] ? " or postgresql://..." : "");
}

static enum status not_empty(void *context, const struct db_rows *row, struct error *ret_error)
{
	(void)context, (void)row;
	return error_because(ret_error, ST_CONFLICT, "database-not-empty", NULL, "the database is not empty");
}

static enum status check_empty(struct db *db, void *connection, struct error *ret_error)
{
	struct statement tables = {.sql = db->driver->columns_sql, .each = not_empty};
	enum status st;

	TRY(db->driver->begin(connection, BEGIN_READ, ret_error));
	st = db->driver->run(connection, &tables, ret_error);
	db->driver->rollback(connection);
	return st;
}

static enum status db_ready(struct db *db, struct error *ret_error)
{
	struct pool *pool = db->options.read_only ? &db->readers : &db->writers;
	const struct migration *steps;
	size_t count;
	void *connection;
	enum status st;

	steps = db->options.steps;
	count = db->options.step_count;
	if (steps == NULL)
		steps = migrations(&count);
	while (db->options.schema_max > 0 && count > 0 && steps[count - 1].number > db->options.schema_max)
		count--;
	TRY(pool_take(pool, &connection, ret_error));
	st = db->options.fresh ? check_empty(db, connection, ret_error) : ST_OK;
	if (st == ST_OK)
		st = db->options.read_only ? migrate_check(db->driver, connection, steps, count, ret_error)
					   : migrate(db->driver, connection, steps, count, ret_error);
	if (st == ST_OK && !db->options.read_only)
		st = db->driver->settle(connection, ret_error);
	pool_give(pool, connection);
	return st;
}

enum status db_open(const char *url, const struct db_options *options, struct db **ret_db, struct error *ret_error)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct db *db = calloc(1, sizeof *db);
	enum status st;

	if (db == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	db->options = options ? *options : (struct db_options){0};
	if (db->options.readers == 0)
		db->options.readers = 4;
	if (db->options.busy_ms <= 0)
		db->options.busy_ms = 10000;
	TRY_OUT(driver_of(url, &db->driver, &error));
	TRY_OUT(db->driver->open(url, &db->options, &db->state, &error));
	db->readers = (struct pool){.driver = db->driver, .state = db->state, .mode = DB_READ, .busy_ms = db->options.busy_ms};
	db->writers = db->readers;
	db->writers.mode = DB_WRITE;
	TRY_OUT(pool_init(&db->readers, db->options.readers, &error));
	TRY_OUT(pool_init(&db->writers, db->driver->writers_max ? db->driver->writers_max : db->options.readers, &error));
	TRY_OUT(group_init(&db->group, &db->writers, &error));
	TRY_OUT(db_ready(db, &error));
	*ret_db = db;
	return ST_OK;
out:
	if (ret_error)
		*ret_error = error;
	db_close(db);
	return st;
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	group_release(&db->group);
	pool_release(&db->readers);
	pool_release(&db->writers);
	if (db->state)
		db->driver->close(db->state);
	free(db);
}

const char *db_kind(const struct db *db)
{
	return db->driver->kind;
}

/* ---- statements ---- */

static enum status params_check(struct db_params params, struct error *ret_error)
{
	struct text checked;

	if (params.count > DB_PARAMS_MAX)
		return error_set(ret_error, ST_LIMIT, "more than %u parameters", DB_PARAMS_MAX);
	for (size_t i = 0; i < params.count; i++)
		if (params.values[i].type == DB_TEXT)
			TRY(text_check(text_bytes(params.values[i].text), &checked, ret_error));
	return ST_OK;
}

/* A caller's function that rows go to. What it gives is the caller's business and no failure of the transaction. */
struct each {
	db_each_row *row;
	void *context;
	enum status st;
};

static enum status each_row(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct each *each = context;

	each->st = each->row(each->context, row, ret_error);
	return each->st;
}

static enum status tx_run(struct db_tx *tx, const struct statement *statement, const struct each *each, struct error *ret_error)
{
	struct error error = tx->failure;
	enum status st = tx->failed;

	if (st == ST_OK) {
		st = params_check(statement->params, &error);
		if (st == ST_OK)
			st = tx->driver->run(tx->connection, statement, &error);
		/* A statement that `each` ran may have failed already. */
		if (st != ST_OK && tx->failed == ST_OK && (each == NULL || each->st == ST_OK)) {
			tx->failed = st;
			tx->failure = error;
		}
	}
	if (st != ST_OK && ret_error)
		*ret_error = error;
	return st;
}

enum status db_exec(struct db_tx *tx, const char *sql, struct db_params params, uint64_t *ret_changed, struct error *ret_error)
{
	return tx_run(tx, &(struct statement){.sql = sql, .params = params, .ret_changed = ret_changed}, NULL, ret_error);
}

static enum status rows_to(struct db_tx *tx, struct statement *statement, struct each each, struct error *ret_error)
{
	statement->each = each_row;
	statement->context = &each;
	return tx_run(tx, statement, &each, ret_error);
}

enum status db_each(struct db_tx *tx, const char *sql, struct db_params params, db_each_row *each, void *context,
		    struct error *ret_error)
{
	struct statement statement = {.sql = sql, .params = params, .nests = true};

	return rows_to(tx, &statement, (struct each){each, context, ST_OK}, ret_error);
}

struct gathering {
	struct arena *arena;
	struct db_value *values;
	size_t rows, columns, capacity;
};

static enum status value_copy(struct arena *arena, const struct db_value *from, struct db_value *ret_to)
{
	struct bytes in = from->type == DB_TEXT ? text_bytes(from->text) : from->blob;
	uint8_t *copy;

	*ret_to = *from;
	if (from->type != DB_TEXT && from->type != DB_BLOB)
		return ST_OK;
	copy = arena_alloc(arena, in.len, 1);
	if (copy == NULL)
		return ST_NO_MEMORY;
	if (in.len)
		memcpy(copy, in.data, in.len);
	if (from->type == DB_TEXT)
		ret_to->text = (struct text){(const char *)copy, in.len};
	else
		ret_to->blob = (struct bytes){copy, in.len};
	return ST_OK;
}

static enum status gather_row(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct gathering *g = context;

	if (g->rows == DB_ROWS_MAX)
		return error_set(ret_error, ST_LIMIT, "more than %u rows", DB_ROWS_MAX);
	g->columns = row->columns;
	if (g->rows == g->capacity) {
		size_t capacity = g->capacity ? g->capacity * 2 : 8;
		struct db_value *values = ARENA_NEW(g->arena, struct db_value, capacity * g->columns);

		if (values == NULL)
			return arena_failure(g->arena, ret_error);
		if (g->rows)
			memcpy(values, g->values, g->rows * g->columns * sizeof *values);
		g->values = values;
		g->capacity = capacity;
	}
	for (size_t i = 0; i < g->columns; i++)
		if (value_copy(g->arena, &row->values[i], &g->values[g->rows * g->columns + i]) != ST_OK)
			return arena_failure(g->arena, ret_error);
	g->rows++;
	return ST_OK;
}

enum status db_query(struct db_tx *tx, const char *sql, struct db_params params, struct arena *arena, struct db_rows *ret_rows,
		     struct error *ret_error)
{
	struct statement statement = {.sql = sql, .params = params};
	struct gathering g = {.arena = arena};

	TRY(rows_to(tx, &statement, (struct each){gather_row, &g, ST_OK}, ret_error));
	*ret_rows = (struct db_rows){g.values, g.rows, g.columns};
	return ST_OK;
}

enum status db_query_one(struct db_tx *tx, const char *sql, struct db_params params, struct arena *arena,
			 struct db_rows *ret_rows, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, sql, params, arena, &rows, ret_error));
	if (rows.rows == 0)
		return ST_NOT_FOUND;
	if (rows.rows > 1)
		return error_set(ret_error, ST_CORRUPT, "%zu rows where there is to be one", rows.rows);
	*ret_rows = rows;
	return ST_OK;
}

/* ---- catalogue ---- */

const char *db_tx_kind(const struct db_tx *tx)
{
	return tx->driver->kind;
}

enum status db_tables(struct db_tx *tx, struct arena *arena, const struct db_table **ret_tables, size_t *ret_count,
		      struct error *ret_error)
{
	struct db_table *tables;
	struct text *columns;
	struct db_rows rows;
	size_t count = 0;

	TRY(db_query(tx, tx->driver->columns_sql, DB_NO_PARAMS, arena, &rows, ret_error));
	tables = ARENA_NEW(arena, struct db_table, rows.rows);
	columns = ARENA_NEW(arena, struct text, rows.rows);
	if (tables == NULL || columns == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++) {
		struct text name = db_text(&rows, i, 0);

		columns[i] = db_text(&rows, i, 1);
		if (text_equal(name, TEXT("schema_migration")))
			continue;
		if (count == 0 || !text_equal(tables[count - 1].name, name))
			tables[count++] = (struct db_table){name, &columns[i], 0};
		tables[count - 1].column_count++;
	}
	*ret_tables = tables;
	*ret_count = count;
	return ST_OK;
}

enum status db_put_rows(struct db_tx *tx, const struct db_table *table, const struct db_value *values, size_t rows, bool *ret_done,
			struct error *ret_error)
{
	const struct put_rows put = {table, values, rows};
	struct error error = {.code = ST_OK, .position = -1};
	enum status st;

	*ret_done = false;
	if (tx->driver->put_rows == NULL || tx->failed != ST_OK)
		return ST_OK;
	st = tx->driver->put_rows(tx->connection, &put, &error);
	*ret_done = st == ST_OK;
	if (st == ST_OK || st == ST_CONFLICT || st == ST_MALFORMED || st == ST_LIMIT)
		return ST_OK;
	tx->failed = st;
	tx->failure = error;
	if (ret_error)
		*ret_error = error;
	return st;
}

enum status db_defer_keys(struct db_tx *tx, bool defer, struct error *ret_error)
{
	struct error error = {.code = ST_OK, .position = -1};

	if (tx->failed == ST_OK) {
		tx->failed = tx->driver->defer_keys(tx->connection, defer, &error);
		tx->failure = error;
	}
	if (tx->failed != ST_OK && ret_error)
		*ret_error = tx->failure;
	return tx->failed;
}

/* ---- outbox ---- */

enum status db_tell(struct db_tx *tx, const char *kind, struct text subject, int64_t now_ms, struct error *ret_error)
{
	struct tell *tell = ARENA_NEW(&tx->tells, struct tell, 1);

	if (tell == NULL)
		return arena_failure(&tx->tells, ret_error);
	TRY(arena_text(&tx->tells, subject, &tell->subject));
	tell->kind = kind;
	tell->at = now_ms;
	*tx->last = tell;
	tx->last = &tell->next;
	return ST_OK;
}

static enum status tells_write(struct db_tx *tx, struct error *ret_error)
{
	if (tx->first == NULL)
		return ST_OK;
	TRY(tx->driver->order(tx->connection, ret_error));
	for (const struct tell *t = tx->first; t; t = t->next)
		TRY(db_exec(tx, "INSERT INTO outbox (kind, subject, at) VALUES ($1, $2, $3)",
			    DB_PARAMS(DB_V_TEXT(text_of(t->kind)), DB_V_TEXT(t->subject), DB_V_INT(t->at)), NULL, ret_error));
	return ST_OK;
}

/* ---- transactions ---- */

static bool reason_is(const struct error *error, const char *reason)
{
	return strcmp(error->reason, reason) == 0;
}

/* The work and what it told; nothing is committed yet. */
static enum status tx_work(struct db_tx *tx, db_work *work, void *context, struct error *ret_error)
{
	enum status st = work(tx, context, ret_error);

	/* Work that goes on after a failed statement has nothing to commit. */
	if (st == ST_OK && tx->failed != ST_OK) {
		*ret_error = tx->failure;
		st = tx->failed;
	}
	if (st == ST_OK)
		st = tells_write(tx, ret_error);
	/* What was refused for the sake of another transaction is to be tried again, whatever `work` made of it. */
	if (tx->failed != ST_OK && (reason_is(&tx->failure, DB_RETRY) || reason_is(&tx->failure, DB_CONNECTION_LOST))) {
		*ret_error = tx->failure;
		st = tx->failed;
	}
	return st;
}

struct attempt {
	struct db_tx *tx;
	db_work *work;
	void *context;
};

static enum status attempt_part(void *context, void *connection, struct error *ret_error)
{
	const struct attempt *a = context;

	a->tx->connection = connection;
	return tx_work(a->tx, a->work, a->context, ret_error);
}

static enum status attempt_alone(struct pool *pool, enum begin how, const struct attempt *a, struct error *ret_error)
{
	struct db_tx *tx = a->tx;
	enum status st;

	TRY(pool_take(pool, &tx->connection, ret_error));
	st = tx->driver->begin(tx->connection, how, ret_error);
	if (st == ST_OK) {
		st = tx_work(tx, a->work, a->context, ret_error);
		if (st == ST_OK)
			st = tx->driver->commit(tx->connection, ret_error);
		else
			tx->driver->rollback(tx->connection);
	}
	pool_give(pool, tx->connection);
	return st;
}

/* Longer with each attempt, and not the same for two threads that met. */
static void pause_before(unsigned attempt)
{
	struct timespec now, pause = {0, 0};
	long step_ns = 1000000L << (attempt < 6 ? attempt : 6);

	clock_gettime(CLOCK_MONOTONIC, &now);
	pause.tv_nsec = step_ns / 2 + now.tv_nsec % step_ns;
	nanosleep(&pause, NULL);
}

enum status db_transact(struct db *db, enum db_mode mode, db_work *work, void *context, struct error *ret_error)
{
	struct pool *pool = mode == DB_READ ? &db->readers : &db->writers;
	struct error error = {.code = ST_OK};
	enum status st = ST_OK;
	bool again = true;

	assert(mode == DB_READ || !db->options.read_only);
	for (unsigned attempt = 0; again && attempt < ATTEMPTS_MAX; attempt++) {
		struct db_tx tx = {.driver = db->driver, .failure = {.position = -1}};
		enum begin how = mode == DB_READ ? BEGIN_READ : attempt < ATTEMPTS_TOGETHER ? BEGIN_WRITE : BEGIN_ALONE;

		if (attempt > 0)
			pause_before(attempt);
		error = (struct error){.code = ST_OK, .position = -1};
		arena_init(&tx.tells, TELL_BYTES_MAX);
		tx.last = &tx.first;
		if (mode == DB_WRITE && db->driver->writers_max == 1)
			st = group_run(&db->group, attempt_part, &(struct attempt){&tx, work, context}, &error);
		else
			st = attempt_alone(pool, how, &(struct attempt){&tx, work, context}, &error);
		arena_release(&tx.tells);
		if (st != ST_OK && reason_is(&error, DB_CONNECTION_LOST)) {
			pool_drop_idle(&db->readers);
			pool_drop_idle(&db->writers);
		}
		again = st == ST_UNAVAILABLE && (reason_is(&error, DB_RETRY) || reason_is(&error, DB_CONNECTION_LOST));
	}
	if (st != ST_OK && ret_error)
		*ret_error = error;
	return st;
}

enum status db_forget(struct db *db, struct error *ret_error)
{
	struct error error = {.code = ST_OK, .position = -1};
	void *connection;
	enum status st;

	assert(!db->options.read_only);
	st = pool_take(&db->writers, &connection, &error);
	if (st == ST_OK) {
		st = db->driver->forget(connection, &error);
		pool_give(&db->writers, connection);
	}
	if (st != ST_OK && ret_error)
		*ret_error = error;
	return st;
}
