/* One SQL port, two drivers: SQLite and PostgreSQL.
 *
 * SQL is written once in the subset both share: $1 placeholders, types INTEGER, TEXT and BLOB, no triggers, no advisory
 * locks, no sequences (identifiers are made by the program), no functions but count, min, max, sum, coalesce, length, lower.
 * Times are INTEGER milliseconds; truth is INTEGER 0 or 1. `INSERT ... ON CONFLICT DO NOTHING / DO UPDATE` and `RETURNING`
 * are in both.
 *
 * SQLite: WAL, synchronous=FULL, one connection that writes and is the only one that checkpoints, others that read;
 * writes of several threads share a wait for the disk (group.h), each stands or falls alone.
 * PostgreSQL: a pool; write transactions are SERIALIZABLE. Safe for many threads.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/arena.h"

struct migration; /* db/migrate.h */
struct db;    /* a database and its connections */
struct db_tx; /* one open transaction; belongs to one thread */

struct db_options {
	unsigned readers;        /* connections that read at once; 0: 4 */
	int64_t busy_ms;         /* waiting for a connection or a lock before ST_UNAVAILABLE; 0: 10,000 */
	bool read_only;          /* only DB_READ, beside a hub that writes; no migration is run, an older schema is refused */
	bool fresh;              /* for a restore: anything else than an empty database is ST_CONFLICT, "database-not-empty" */
	const struct migration *steps; /* of the schema, by number; NULL: the hub's */
	size_t step_count;
	int64_t schema_max;      /* for a restore: migrations with greater numbers wait for the next db_open; 0: all run */
};

/* `url`: "sqlite:PATH" (made if missing) or "postgresql://...". Runs the migrations that are missing, forward only.
 * Fails: ST_UNAVAILABLE (cannot be reached, disk), ST_CORRUPT (not a database), ST_CONFLICT (its schema is newer than this
 * program), ST_MALFORMED (url). */
MUST_USE enum status db_open(const char *url, const struct db_options *options, struct db **ret_db, struct error *ret_error);
void db_close(struct db *db); /* NULL is fine */

/* "sqlite" or "postgresql". */
const char *db_kind(const struct db *db);

enum db_mode { DB_READ, DB_WRITE };

/* Runs `work` in a transaction and commits it; on any other status than ST_OK it is rolled back and that status is given.
 * `work` may run several times (serialization failures, at most 10): it must keep all it does in the transaction and in
 * what it can overwrite. A commit whose outcome is not known (connection lost, synchronous wait cancelled) gives
 * ST_UNAVAILABLE with error reason "outcome-unknown": whoever retries must carry an idempotency key.
 * Fails: what `work` gives; ST_UNAVAILABLE; ST_CONFLICT (a unique key or check of the schema, when `work` passes it on). */
typedef enum status db_work(struct db_tx *tx, void *context, struct error *ret_error);
MUST_USE enum status db_transact(struct db *db, enum db_mode mode, db_work *work, void *context, struct error *ret_error);

/* After rows with personal data were deleted: SQLite's files then hold no byte of them. PostgreSQL's do until its vacuum has given their
 * place to others. Waits half a second for those who read. Fails: ST_UNAVAILABLE (reason "busy": somebody
 * reads for longer; try later). */
MUST_USE enum status db_forget(struct db *db, struct error *ret_error);

/* ---- values ---- */

enum db_type { DB_NULL, DB_INT, DB_TEXT, DB_BLOB };

struct db_value {
	enum db_type type;
	int64_t integer;
	struct text text;   /* of DB_TEXT */
	struct bytes blob;  /* of DB_BLOB */
};

#define DB_V_NULL ((struct db_value){.type = DB_NULL})
#define DB_V_INT(i) ((struct db_value){.type = DB_INT, .integer = (i)})
#define DB_V_TEXT(t) ((struct db_value){.type = DB_TEXT, .text = (t)})
#define DB_V_BLOB(b) ((struct db_value){.type = DB_BLOB, .blob = (b)})
/* Empty text as NULL. */
#define DB_V_TEXT_OR_NULL(t) ((t).len ? DB_V_TEXT(t) : DB_V_NULL)

struct db_params {
	const struct db_value *values;
	size_t count;
};
/* DB_PARAMS(DB_V_TEXT(id), DB_V_INT(now)) */
#define DB_PARAMS(...)                                                    \
	((struct db_params){(const struct db_value[]){__VA_ARGS__},         \
			    sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value)})
#define DB_NO_PARAMS ((struct db_params){NULL, 0})

/* ---- statements ---- */

/* One statement without rows. `ret_changed` may be NULL. Fails: ST_CONFLICT (unique, check or foreign key of the schema; the
 * error's field is the constraint's or table's name), ST_UNAVAILABLE, ST_CORRUPT. A statement in a transaction that must be
 * tried again gives ST_UNAVAILABLE with reason "retry": pass it on, db_transact does the rest. */
MUST_USE enum status db_exec(struct db_tx *tx, const char *sql, struct db_params params, uint64_t *ret_changed,
			     struct error *ret_error);

#define DB_ROWS_MAX 1000000u

struct db_rows {
	const struct db_value *values; /* row by row */
	size_t rows, columns;
};

static inline const struct db_value *db_at(const struct db_rows *rows, size_t row, size_t column)
{
	return &rows->values[row * rows->columns + column];
}
/* NULL as empty text, as 0. */
static inline struct text db_text(const struct db_rows *rows, size_t row, size_t column)
{
	return db_at(rows, row, column)->type == DB_TEXT ? db_at(rows, row, column)->text : TEXT_NONE;
}
static inline int64_t db_int(const struct db_rows *rows, size_t row, size_t column)
{
	return db_at(rows, row, column)->type == DB_INT ? db_at(rows, row, column)->integer : 0;
}
static inline struct bytes db_blob(const struct db_rows *rows, size_t row, size_t column)
{
	return db_at(rows, row, column)->type == DB_BLOB ? db_at(rows, row, column)->blob : (struct bytes){NULL, 0};
}
static inline bool db_is_null(const struct db_rows *rows, size_t row, size_t column)
{
	return db_at(rows, row, column)->type == DB_NULL;
}

/* All rows, in the arena. Fails as db_exec, and with ST_LIMIT beyond DB_ROWS_MAX or the arena's ceiling. */
MUST_USE enum status db_query(struct db_tx *tx, const char *sql, struct db_params params, struct arena *arena,
			      struct db_rows *ret_rows, struct error *ret_error);

/* Exactly one row. Fails as db_query; ST_NOT_FOUND without a row, without touching *ret_error. */
MUST_USE enum status db_query_one(struct db_tx *tx, const char *sql, struct db_params params, struct arena *arena,
				  struct db_rows *ret_rows, struct error *ret_error);

/* Row by row, without holding them all: for exports and builds. `sql` is a SELECT. `row` has one row; stops at the first status
 * that is not ST_OK and gives it. Text and blobs live until `each` returns, which may run other statements in `tx`, but not
 * change the rows that are read. */
typedef enum status db_each_row(void *context, const struct db_rows *row, struct error *ret_error);
MUST_USE enum status db_each(struct db_tx *tx, const char *sql, struct db_params params, db_each_row *each, void *context,
			     struct error *ret_error);

/* ---- outbox: what others are to be told of, committed with the change ---- */

/* Adds {kind, subject} with a number that grows; told after the commit to whoever waits (SSE, feed, edition builder). */
MUST_USE enum status db_tell(struct db_tx *tx, const char *kind, struct text subject, int64_t now_ms, struct error *ret_error);

#endif
