/* SQLite: one connection that writes and is the only one that checkpoints, others that read.
 *
 * SQLite 3.40 (Debian 12) can damage a database when two connections write or checkpoint at once in WAL mode, so a lock on
 * PATH.lock keeps every other process from writing, and connections that read never checkpoint. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "db/driver.h"

#define FORGET_WAIT_MS 500
#define CACHE_SIZE 256u
#define PATH_SIZE 4096

struct sqlite {
	char path[PATH_SIZE];
	int64_t busy_ms;
	bool keys_late;   /* foreign keys are checked at the end of a restore alone */
	int lock;         /* PATH.lock, held; -1 where nothing is written */
	atomic_bool dead; /* a write of the storage failed: what stands in it is known only after it was opened anew */
};

struct cached {
	char *sql;
	sqlite3_stmt *stmt;
	bool busy;
};

struct connection {
	struct sqlite *shared;
	sqlite3 *db;
	bool writes;
	struct cached cache[CACHE_SIZE];
};

/* ---- errors ---- */

static enum status conflict(const char *message, struct error *ret_error)
{
	/* "UNIQUE constraint failed: entry.number, entry.version", "CHECK constraint failed: entry_state" */
	const char *colon = strchr(message, ':');
	const char *name = colon ? colon + 2 : "foreign-key";
	int len = (int)strcspn(name, ".");

	error_set(ret_error, ST_CONFLICT, "the database refuses this: %.*s", len, name);
	snprintf(ret_error->field, sizeof ret_error->field, "%.*s", len, name);
	return ST_CONFLICT;
}

static enum status failure(struct connection *c, int rc, struct error *ret_error)
{
	const char *message = sqlite3_errmsg(c->db);

	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:
		if (rc == SQLITE_CONSTRAINT_DATATYPE)
			return error_set(ret_error, ST_MALFORMED, "a value of the wrong type for its column");
		return conflict(message, ret_error);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return error_because(ret_error, ST_UNAVAILABLE, DB_BUSY, NULL, "the database is busy");
	case SQLITE_FULL:
		return error_because(ret_error, ST_UNAVAILABLE, DB_DISK_FULL, NULL, "the disk of the database is full");
	case SQLITE_NOMEM:
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	case SQLITE_TOOBIG:
		return error_set(ret_error, ST_LIMIT, "too big for the database");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		atomic_store(&c->shared->dead, true);
		return error_set(ret_error, ST_CORRUPT, "%s is damaged or no database (%s)", c->shared->path, sqlite3_errstr(rc));
	case SQLITE_READONLY:
		if (!c->writes)
			return error_set(ret_error, ST_DENIED, "a write in a transaction that only reads");
		return error_set(ret_error, ST_UNAVAILABLE, "%s cannot be written", c->shared->path);
	case SQLITE_IOERR:
		/* Linux forgets what it could not write after it said so once; a second try would be told "done". */
		if (c->writes)
			atomic_store(&c->shared->dead, true);
		return error_because(ret_error, ST_UNAVAILABLE, DB_STORAGE_FAILED, NULL, "the storage of %s failed (%d)",
				     c->shared->path, rc);
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return error_set(ret_error, ST_UNAVAILABLE, "%s cannot be opened", c->shared->path);
	default:
		return error_set(ret_error, ST_MALFORMED, "SQL: %s", message);
	}
}

static enum status alive(const struct sqlite *s, struct error *ret_error)
{
	if (!atomic_load(&s->dead))
		return ST_OK;
	return error_because(ret_error, ST_UNAVAILABLE, DB_STORAGE_FAILED, NULL,
			     "the storage of %s failed before; look at the disk, then start again", s->path);
}

static enum status script(void *connection, const char *sql, struct error *ret_error)
{
	struct connection *c = connection;
	int rc = sqlite3_exec(c->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? ST_OK : failure(c, sqlite3_extended_errcode(c->db), ret_error);
}

/* ---- open and close ---- */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum status lock_take(struct sqlite *s, struct error *ret_error)
{
	struct timespec pause = {0, 20000000};
	int64_t deadline = now_ms() + s->busy_ms;
	char path[PATH_SIZE + 8];

	snprintf(path, sizeof path, "%s.lock", s->path);
	s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock < 0)
		return error_set(ret_error, ST_UNAVAILABLE, "%s cannot be written: %s", path, strerrordesc_np(errno));
	while (flock(s->lock, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return error_set(ret_error, ST_UNAVAILABLE, "%s cannot be locked: %s", path, strerrordesc_np(errno));
		if (now_ms() >= deadline)
			return error_because(ret_error, ST_UNAVAILABLE, DB_BUSY, NULL, "%s is in use by another program", s->path);
		nanosleep(&pause, NULL);
	}
	return ST_OK;
}

static void close_shared(void *state)
{
	struct sqlite *s = state;

	if (s->lock >= 0)
		close(s->lock);
	free(s);
}

static enum status open_shared(const char *url, const struct db_options *options, void **ret_state, struct error *ret_error)
{
	const char *path = url + sizeof "sqlite:" - 1;
	struct sqlite *s;
	enum status st = ST_OK;
	int fd;

	if (*path == '\0' || strlen(path) >= PATH_SIZE)
		return error_set(ret_error, ST_MALFORMED, "a database is sqlite:PATH");
	s = calloc(1, sizeof *s);
	if (s == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	snprintf(s->path, sizeof s->path, "%s", path);
	s->busy_ms = options->busy_ms;
	s->keys_late = options->fresh;
	s->lock = -1;
	if (!options->read_only) {
		TRY_OUT(lock_take(s, ret_error));
		/* Nobody else's eyes; SQLite gives the files beside it the same mode. Only a file that was not there is opened
		 * here, for closing one that SQLite holds would give up its locks. */
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0)
			close(fd);
	}
	*ret_state = s;
	return ST_OK;
out:
	close_shared(s);
	return st;
}

static void disconnect(void *connection)
{
	struct connection *c = connection;

	for (size_t i = 0; i < CACHE_SIZE; i++) {
		sqlite3_finalize(c->cache[i].stmt);
		free(c->cache[i].sql);
	}
	/* What failed to sync is not checkpointed: the next start reads from the file what is really there. */
	if (c->db && atomic_load(&c->shared->dead))
		sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(c->db);
	free(c);
}

static bool usable(const void *connection)
{
	const struct connection *c = connection;

	return !atomic_load(&c->shared->dead);
}

static enum status configure(struct connection *c, struct error *ret_error)
{
	const struct {
		int option, value;
	} switches[] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1}, {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
		{SQLITE_DBCONFIG_DQS_DML, 0}, {SQLITE_DBCONFIG_DQS_DDL, 0}, {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_FKEY, !c->shared->keys_late},
	};
	int rc;

	for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
		rc = sqlite3_db_config(c->db, switches[i].option, switches[i].value, NULL);
		if (rc != SQLITE_OK)
			return failure(c, rc, ret_error);
	}
	sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !c->writes, NULL);
	sqlite3_limit(c->db, SQLITE_LIMIT_COLUMN, DB_COLUMNS_MAX);
	sqlite3_limit(c->db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_busy_timeout(c->db, (int)c->shared->busy_ms);
	TRY(script(c, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;"
		      "PRAGMA case_sensitive_like=ON", ret_error));
	if (!c->writes)
		return script(c, "PRAGMA query_only=ON; PRAGMA wal_autocheckpoint=0", ret_error);
	return script(c, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000;"
			 "PRAGMA journal_size_limit=67108864", ret_error);
}

static enum status connect_one(void *state, enum db_mode mode, void **ret_connection, struct error *ret_error)
{
	struct sqlite *s = state;
	struct connection *c;
	enum status st;
	int rc;

	TRY(alive(s, ret_error));
	c = calloc(1, sizeof *c);
	if (c == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	c->shared = s;
	c->writes = mode == DB_WRITE;
	rc = sqlite3_open_v2(s->path, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	st = rc == SQLITE_OK ? configure(c, ret_error) : failure(c, rc, ret_error);
	if (st != ST_OK) {
		disconnect(c);
		return st;
	}
	*ret_connection = c;
	return ST_OK;
}

/* ---- transactions ---- */

static enum status begin(void *connection, enum begin how, struct error *ret_error)
{
	struct connection *c = connection;

	TRY(alive(c->shared, ret_error));
	return script(c, how == BEGIN_READ ? "BEGIN" : "BEGIN IMMEDIATE", ret_error);
}

static void rollback(void *connection)
{
	struct connection *c = connection;

	if (!sqlite3_get_autocommit(c->db))
		sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

/* When the sync after the last page failed, that page may be found whole after a restart: then the commit stands. */
static enum status commit(void *connection, struct error *ret_error)
{
	enum status st = script(connection, "COMMIT", ret_error);

	if (st == ST_OK)
		return ST_OK;
	rollback(connection);
	if (strcmp(ret_error->reason, DB_STORAGE_FAILED) == 0)
		return error_because(ret_error, ST_UNAVAILABLE, DB_OUTCOME_UNKNOWN, NULL,
				     "the storage failed during a commit; whether it stands is known after a restart");
	return st;
}

static enum status order(void *connection, struct error *ret_error)
{
	(void)connection, (void)ret_error; /* one writer: the order of inserts is the order of commits */
	return ST_OK;
}

static int key_broken(void *context, int count, char **values, char **names)
{
	(void)count, (void)names;
	snprintf(context, 128, "%s", values[0] ? values[0] : "");
	return 1; /* one is enough */
}

/* Deferred by SQLite, each row that comes after one which refers to it is looked for in all that refer: hours for a registry of some size. So
 * a database that is filled anew checks no key as rows come, and all of them once at the end. Otherwise the commit checks. */
static enum status defer_keys(void *connection, bool defer, struct error *ret_error)
{
	struct connection *c = connection;
	char table[128] = "";

	if (!c->shared->keys_late)
		return defer ? script(connection, "PRAGMA defer_foreign_keys=ON", ret_error) : ST_OK;
	if (defer || sqlite3_exec(c->db, "PRAGMA foreign_key_check", key_broken, table, NULL) == SQLITE_OK)
		return ST_OK;
	if (table[0] == '\0')
		return failure(c, sqlite3_extended_errcode(c->db), ret_error);
	return error_because(ret_error, ST_CONFLICT, "", "foreign-key", "a row of %s refers to one that there is not", table);
}

static enum status settle(void *connection, struct error *ret_error)
{
	(void)connection, (void)ret_error; /* AUTOINCREMENT goes on from the highest number there ever was */
	return ST_OK;
}

/* Deleted rows are overwritten in their pages (secure_delete); older pages stand in the log of changes until it is emptied. */
static enum status forget(void *connection, struct error *ret_error)
{
	struct connection *c = connection;
	int rc;

	/* Writers wait meanwhile: whoever reads for long is not waited for. */
	sqlite3_busy_timeout(c->db, FORGET_WAIT_MS);
	rc = sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(c->db, (int)c->shared->busy_ms);
	return rc == SQLITE_OK ? ST_OK : failure(c, rc, ret_error);
}

/* ---- statements ---- */

static enum status compile(struct connection *c, const char *sql, sqlite3_stmt **ret_stmt, struct error *ret_error)
{
	const char *tail;
	int rc = sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret_stmt, &tail);

	if (rc != SQLITE_OK)
		return failure(c, rc, ret_error);
	if (*ret_stmt == NULL || tail[strspn(tail, " \t\n;")] != '\0') {
		sqlite3_finalize(*ret_stmt);
		return error_set(ret_error, ST_MALFORMED, "SQL: one statement is wanted");
	}
	return ST_OK;
}

/* A statement from the cache, or a new one that takes the place of another. A slot in use (a statement that runs while its
 * rows are read) is left: *ret_slot is NULL then, and the statement is the caller's to finalize. */
static enum status prepare(struct connection *c, const char *sql, sqlite3_stmt **ret_stmt, struct cached **ret_slot,
			   struct error *ret_error)
{
	struct cached *slot = &c->cache[statement_slot(sql, CACHE_SIZE)];
	char *copy;

	*ret_slot = NULL;
	if (slot->busy)
		return compile(c, sql, ret_stmt, ret_error);
	if (slot->sql == NULL || strcmp(slot->sql, sql) != 0) {
		TRY(compile(c, sql, ret_stmt, ret_error));
		copy = strdup(sql);
		if (copy == NULL) {
			sqlite3_finalize(*ret_stmt);
			return error_set(ret_error, ST_NO_MEMORY, "out of memory");
		}
		sqlite3_finalize(slot->stmt);
		free(slot->sql);
		slot->sql = copy;
		slot->stmt = *ret_stmt;
	}
	*ret_stmt = slot->stmt;
	*ret_slot = slot;
	slot->busy = true;
	return ST_OK;
}

static int bind_one(sqlite3_stmt *stmt, int i, const struct db_value *v)
{
	switch (v->type) {
	case DB_INT:
		return sqlite3_bind_int64(stmt, i, v->integer);
	case DB_TEXT:
		return sqlite3_bind_text64(stmt, i, v->text.data ? v->text.data : "", v->text.len, SQLITE_STATIC, SQLITE_UTF8);
	case DB_BLOB:
		return sqlite3_bind_blob64(stmt, i, v->blob.data ? (const void *)v->blob.data : "", v->blob.len, SQLITE_STATIC);
	case DB_NULL:
	default:
		return sqlite3_bind_null(stmt, i);
	}
}

/* To SQLite "$2" is a name, and gets its place when it is first met. */
static enum status bind(struct connection *c, sqlite3_stmt *stmt, struct db_params params, struct error *ret_error)
{
	int places = sqlite3_bind_parameter_count(stmt), rc;
	uint64_t number;

	if ((size_t)places != params.count)
		return error_set(ret_error, ST_MALFORMED, "SQL: %d parameters are wanted, %zu were given", places, params.count);
	for (int i = 1; i <= places; i++) {
		const char *name = sqlite3_bind_parameter_name(stmt, i);

		if (name == NULL || name[0] != '$' || text_to_uint(text_of(name + 1), params.count, &number) != ST_OK || number == 0)
			return error_set(ret_error, ST_MALFORMED, "SQL: parameters are $1 to $%zu", params.count);
		rc = bind_one(stmt, i, &params.values[number - 1]);
		if (rc != SQLITE_OK)
			return failure(c, rc, ret_error);
	}
	return ST_OK;
}

static enum status column(struct connection *c, sqlite3_stmt *stmt, int i, struct db_value *ret_value, struct error *ret_error)
{
	const void *data;
	size_t len;

	switch (sqlite3_column_type(stmt, i)) {
	case SQLITE_INTEGER:
		*ret_value = DB_V_INT(sqlite3_column_int64(stmt, i));
		return ST_OK;
	case SQLITE_NULL:
		*ret_value = DB_V_NULL;
		return ST_OK;
	case SQLITE_TEXT:
		data = sqlite3_column_text(stmt, i);
		len = (size_t)sqlite3_column_bytes(stmt, i);
		*ret_value = DB_V_TEXT(((struct text){data, len}));
		break;
	case SQLITE_BLOB:
		data = sqlite3_column_blob(stmt, i);
		len = (size_t)sqlite3_column_bytes(stmt, i);
		*ret_value = DB_V_BLOB(((struct bytes){data, len}));
		break;
	default:
		return error_set(ret_error, ST_MALFORMED, "SQL: a result with a floating point");
	}
	if (data == NULL && len > 0)
		return failure(c, SQLITE_NOMEM, ret_error);
	return ST_OK;
}

static enum status step_all(struct connection *c, sqlite3_stmt *stmt, const struct statement *s, struct error *ret_error)
{
	struct db_value values[DB_COLUMNS_MAX];
	struct db_rows row = {values, 1, (size_t)sqlite3_column_count(stmt)};
	int rc;

	if (row.columns > DB_COLUMNS_MAX)
		return error_set(ret_error, ST_LIMIT, "SQL: more than %d columns", DB_COLUMNS_MAX);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (s->each == NULL)
			continue;
		for (size_t i = 0; i < row.columns; i++)
			TRY(column(c, stmt, (int)i, &values[i], ret_error));
		TRY(s->each(s->context, &row, ret_error));
	}
	if (rc != SQLITE_DONE)
		return failure(c, rc, ret_error);
	if (s->ret_changed)
		*s->ret_changed = (uint64_t)sqlite3_changes64(c->db);
	return ST_OK;
}

static enum status run(void *connection, const struct statement *statement, struct error *ret_error)
{
	struct connection *c = connection;
	struct cached *slot;
	sqlite3_stmt *stmt;
	enum status st;

	/* A full disk may have ended the transaction; what follows must not commit by itself. */
	if (sqlite3_get_autocommit(c->db))
		return error_because(ret_error, ST_UNAVAILABLE, DB_STORAGE_FAILED, NULL, "the transaction was ended by a failure");
	TRY(prepare(c, statement->sql, &stmt, &slot, ret_error));
	st = bind(c, stmt, statement->params, ret_error);
	if (st == ST_OK)
		st = step_all(c, stmt, statement, ret_error);
	if (slot == NULL) {
		sqlite3_finalize(stmt);
		return st;
	}
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	slot->busy = false;
	return st;
}

const struct driver driver_sqlite = {
	.kind = "sqlite",
	.writers_max = 1,
	.open = open_shared,
	.close = close_shared,
	.connect = connect_one,
	.disconnect = disconnect,
	.usable = usable,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.run = run,
	.script = script,
	.order = order,
	.columns_sql = "SELECT m.name, c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c"
		       " WHERE m.type = 'table' AND substr(m.name, 1, 7) <> 'sqlite_' ORDER BY m.name, c.cid",
	.defer_keys = defer_keys,
	.settle = settle,
	.forget = forget,
};
