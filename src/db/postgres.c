/* PostgreSQL through libpq.
 *
 * Writes are SERIALIZABLE; reads see one snapshot (REPEATABLE READ, READ ONLY), which cannot be refused. Every write takes a
 * lock on the table schema_migration before its snapshot, and so do two others:
 *
 *	ROW SHARE               one that writes; hinders none of its kind
 *	SHARE UPDATE EXCLUSIVE  one that is about to commit numbers of the outbox: until it has committed no other gets numbers,
 *	                        so that their order is the order in which readers come to see them. The numbers come from an
 *	                        identity column; a counter row would be refused (40001) to all but one of those that write.
 *	EXCLUSIVE               one that writes alone: a step of the schema, or the last try of a transaction that was refused
 *
 * Locks of this kind end with the transaction and its connection, and nobody else locks that table. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buffer.h"
#include "db/dialect.h"
#include "db/postgres_copy.h"
#include "db/postgres_value.h"

#define CACHE_SIZE 256u
#define FETCH_ROWS "256"
#define SERVER_VERSION_MIN 130000
#define SCRIPT_BYTES_MAX ((size_t)1 << 20)

struct postgres {
	char *url;
	int64_t busy_ms;
};

struct cached {
	char *key;       /* a letter for each parameter, then the SQL */
	unsigned number; /* of its name */
};

struct connection {
	struct postgres *shared;
	PGconn *pg;
	bool reads_only; /* the transaction */
	bool lost;
	bool warned;     /* since the COMMIT was sent */
	unsigned cursors, numbers;
	struct cached cache[CACHE_SIZE];
};

/* ---- errors ---- */

static bool state_is(const char *state, const char *start)
{
	return strncmp(state, start, strlen(start)) == 0;
}

/* PQfinish is left to the pool, by usable(). */
static enum status lost(struct connection *c, struct error *ret_error)
{
	c->lost = true;
	return error_because(ret_error, ST_UNAVAILABLE, DB_CONNECTION_LOST, NULL, "the connection to the database was lost");
}

static enum status conflict(const PGresult *result, const char *state, struct error *ret_error)
{
	const char *name = PQresultErrorField(result, strcmp(state, "23514") == 0 ? PG_DIAG_CONSTRAINT_NAME : PG_DIAG_TABLE_NAME);

	if (name == NULL || strcmp(state, "23503") == 0)
		name = "foreign-key";
	error_set(ret_error, ST_CONFLICT, "the database refuses this: %s", name);
	snprintf(ret_error->field, sizeof ret_error->field, "%s", name);
	return ST_CONFLICT;
}

static const struct {
	const char *state; /* SQLSTATE or its class */
	enum status status;
	const char *reason, *message;
} states[] = {
	{"40001", ST_UNAVAILABLE, DB_RETRY, "the transaction met another one"},
	{"40P01", ST_UNAVAILABLE, DB_RETRY, "the transaction met another one"},
	{"55P03", ST_UNAVAILABLE, DB_BUSY, "the database is busy"},
	{"57014", ST_UNAVAILABLE, DB_BUSY, "the statement took too long"},
	{"53100", ST_UNAVAILABLE, DB_DISK_FULL, "the disk of the database is full"},
	{"53200", ST_NO_MEMORY, "", "the database is out of memory"},
	{"53", ST_UNAVAILABLE, DB_BUSY, "the database is busy"},
	{"58", ST_UNAVAILABLE, DB_STORAGE_FAILED, "the storage of the database failed"},
	{"54", ST_LIMIT, "", "too big for the database"},
	{"XX001", ST_CORRUPT, "", "the database is damaged"},
	{"XX002", ST_CORRUPT, "", "the database is damaged"},
	{"42501", ST_DENIED, "", "the database does not let this user do that"},
};

/* What PostgreSQL says in its details can hold names of persons; it is never passed on. */
static enum status failure(struct connection *c, const PGresult *result, struct error *ret_error)
{
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *message = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	if (state == NULL || PQstatus(c->pg) == CONNECTION_BAD || state_is(state, "57P"))
		return lost(c, ret_error);
	if (state_is(state, "23"))
		return conflict(result, state, ret_error);
	if (strcmp(state, "25006") == 0)
		return c->reads_only ? error_set(ret_error, ST_DENIED, "a write in a transaction that only reads")
				     : error_set(ret_error, ST_UNAVAILABLE, "the database only reads");
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
		if (state_is(state, states[i].state))
			return error_because(ret_error, states[i].status, states[i].reason, NULL, "%s (%s)", states[i].message,
					     state);
	return error_set(ret_error, ST_MALFORMED, "SQL: %s (%s)", state_is(state, "42") && message ? message : "refused", state);
}

/* Takes `result` over. */
static enum status done(struct connection *c, PGresult *result, struct error *ret_error)
{
	ExecStatusType got = PQresultStatus(result);
	enum status st = ST_OK;

	if (got != PGRES_COMMAND_OK && got != PGRES_TUPLES_OK)
		st = failure(c, result, ret_error);
	PQclear(result);
	return st;
}

static enum status simple(struct connection *c, const char *sql, struct error *ret_error)
{
	return done(c, PQexec(c->pg, sql), ret_error);
}

/* ---- open and close ---- */

static void close_shared(void *state)
{
	struct postgres *p = state;

	free(p->url);
	free(p);
}

static enum status open_shared(const char *url, const struct db_options *options, void **ret_state, struct error *ret_error)
{
	struct postgres *p = calloc(1, sizeof *p);

	if (p)
		p->url = strdup(url);
	if (p == NULL || p->url == NULL) {
		free(p);
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	}
	p->busy_ms = options->busy_ms;
	*ret_state = p;
	return ST_OK;
}

static void disconnect(void *connection)
{
	struct connection *c = connection;

	for (size_t i = 0; i < CACHE_SIZE; i++)
		free(c->cache[i].key);
	PQfinish(c->pg);
	free(c);
}

static bool usable(const void *connection)
{
	return !((const struct connection *)connection)->lost;
}

/* While a COMMIT is awaited any warning means that it waits for a standby no longer: it stands here, and may not stand there. */
static void notice(void *context, const PGresult *result)
{
	struct connection *c = context;
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

	if (severity && strcmp(severity, "WARNING") == 0)
		c->warned = true;
}

/* What PQerrorMessage says of a failed connection, in one line. */
static enum status not_connected(const PGconn *pg, struct error *ret_error)
{
	const char *message = pg ? PQerrorMessage(pg) : "out of memory";

	return error_set(ret_error, ST_UNAVAILABLE, "%.*s", (int)strcspn(message, "\n"), message);
}

static enum status configure(struct connection *c, struct error *ret_error)
{
	const char *encoding = PQparameterStatus(c->pg, "server_encoding");
	char sql[512];

	if (PQserverVersion(c->pg) < SERVER_VERSION_MIN)
		return error_set(ret_error, ST_MALFORMED, "PostgreSQL 13 or newer is needed");
	if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
		return error_set(ret_error, ST_MALFORMED, "the database's encoding must be UTF8");
	snprintf(sql, sizeof sql,
		 "SET lock_timeout = %lld; SET idle_in_transaction_session_timeout = 60000; SET client_min_messages = warning;"
		 "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
		 (long long)c->shared->busy_ms);
	return simple(c, sql, ret_error);
}

static enum status connect_one(void *state, enum db_mode mode, void **ret_connection, struct error *ret_error)
{
	struct postgres *p = state;
	struct connection *c = calloc(1, sizeof *c);
	char timeout[24];
	/* The address may say otherwise of what stands before it, not of what comes after. */
	const char *const keys[] = {"connect_timeout", "target_session_attrs", "keepalives_idle", "keepalives_interval",
				    "keepalives_count", "tcp_user_timeout", "application_name", "dbname", "client_encoding", NULL};
	const char *const values[] = {timeout, "read-write", "10", "5", "3", "30000", "cordon", p->url, "UTF8", NULL};
	enum status st;

	(void)mode;
	if (c == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	snprintf(timeout, sizeof timeout, "%lld", (long long)(p->busy_ms / 1000 + 2));
	c->shared = p;
	c->pg = PQconnectdbParams(keys, values, 1);
	if (PQstatus(c->pg) != CONNECTION_OK) {
		st = not_connected(c->pg, ret_error);
		disconnect(c);
		return st;
	}
	PQsetNoticeReceiver(c->pg, notice, c);
	st = configure(c, ret_error);
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
	/* LOCK TABLE takes no snapshot: that comes with the first statement after it. */
	static const char *const sql[] = {
		[BEGIN_READ] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		[BEGIN_WRITE] = "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE schema_migration IN ROW SHARE MODE",
		[BEGIN_ALONE] = "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE schema_migration IN EXCLUSIVE MODE",
	};
	struct connection *c = connection;
	enum status st;

	c->reads_only = how == BEGIN_READ;
	c->cursors = 0;
	st = simple(c, sql[how], ret_error);
	if (st != ST_OK && !c->lost)
		PQclear(PQexec(c->pg, "ROLLBACK"));
	return st;
}

static void rollback(void *connection)
{
	struct connection *c = connection;
	struct error ignored;

	if (!c->lost && simple(c, "ROLLBACK", &ignored) != ST_OK)
		c->lost = true;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Until a result can be taken without waiting. Gives false when the time is over or the connection broken. */
static bool await(struct connection *c, int64_t deadline)
{
	for (;;) {
		struct pollfd fd = {PQsocket(c->pg), POLLIN, 0};
		int64_t left = deadline - now_ms();

		if (PQconsumeInput(c->pg) == 0)
			return false;
		if (!PQisBusy(c->pg))
			return true;
		if (left <= 0 || poll(&fd, 1, (int)left) < 0)
			return false;
	}
}

/* With a standby that must agree, a COMMIT can wait for ever. It is never cancelled: it would stand here and be told as done.
 * After the time that callers are ready to wait the connection is left, and the outcome is not known. */
static enum status commit(void *connection, struct error *ret_error)
{
	struct connection *c = connection;
	PGresult *result = NULL;
	bool definite = false, committed = false;
	enum status st = ST_OK;

	c->warned = false;
	if (PQsendQuery(c->pg, "COMMIT") && await(c, now_ms() + c->shared->busy_ms))
		result = PQgetResult(c->pg);
	if (PQresultStatus(result) == PGRES_COMMAND_OK) {
		definite = !c->warned;
		committed = strcmp(PQcmdStatus(result), "COMMIT") == 0;
	} else if (result) {
		st = failure(c, result, ret_error);
		definite = !c->lost;
	}
	PQclear(result);
	if (!definite) {
		c->lost = true;
		if (c->reads_only)
			return lost(c, ret_error);
		return error_because(ret_error, ST_UNAVAILABLE, DB_OUTCOME_UNKNOWN, NULL,
				     "the database did not say whether the commit stands");
	}
	while ((result = PQgetResult(c->pg)) != NULL)
		PQclear(result);
	if (st == ST_OK && !committed)
		return error_because(ret_error, ST_UNAVAILABLE, DB_RETRY, NULL, "the transaction was rolled back");
	return st;
}

static enum status order(void *connection, struct error *ret_error)
{
	return simple(connection, "LOCK TABLE schema_migration IN SHARE UPDATE EXCLUSIVE MODE", ret_error);
}

static enum status defer_keys(void *connection, bool defer, struct error *ret_error)
{
	static const char change[] =
		"DO $$ DECLARE c record; BEGIN"
		" FOR c IN SELECT conrelid::regclass AS t, conname AS n FROM pg_constraint"
		"  WHERE contype = 'f' AND connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
		" LOOP EXECUTE format('ALTER TABLE %%s ALTER CONSTRAINT %%I %s', c.t, c.n); END LOOP; END $$";
	char sql[512];

	if (!defer)
		TRY(simple(connection, "SET CONSTRAINTS ALL IMMEDIATE", ret_error));
	snprintf(sql, sizeof sql, change, defer ? "DEFERRABLE INITIALLY DEFERRED" : "NOT DEFERRABLE");
	return simple(connection, sql, ret_error);
}

/* Rows that were put in with their numbers (a restore) did not move the identity column's counter. */
static enum status settle(void *connection, struct error *ret_error)
{
	return simple(connection,
		      "SELECT setval(s, n) FROM (SELECT pg_get_serial_sequence('outbox', 'number')::regclass AS s,"
		      " (SELECT max(number) FROM outbox) AS n) AS x"
		      " WHERE n > coalesce(pg_sequence_last_value(s), 0)",
		      ret_error);
}

/* The server's own vacuum gives the place to other rows. */
static enum status forget(void *connection, struct error *ret_error)
{
	(void)connection, (void)ret_error;
	return ST_OK;
}

static enum status script(void *connection, const char *sql, struct error *ret_error)
{
	struct connection *c = connection;
	struct buffer translated;
	enum status st;

	buffer_init(&translated, SCRIPT_BYTES_MAX);
	dialect_postgres(text_of(sql), &translated);
	buffer_add_char(&translated, '\0');
	st = buffer_status(&translated);
	if (st == ST_OK)
		st = simple(c, (const char *)translated.data, ret_error);
	else
		error_set(ret_error, st, "the step of the schema is too long");
	buffer_release(&translated);
	return st;
}

/* ---- statements ---- */

static void name_of(const struct connection *c, const struct cached *slot, char out[32])
{
	snprintf(out, 32, "s%zu_%u", (size_t)(slot - c->cache), slot->number);
}

static char *key_of(const char *letters, const char *sql)
{
	size_t size = strlen(letters) + 1 + strlen(sql) + 1;
	char *key = malloc(size);

	if (key)
		snprintf(key, size, "%s:%s", letters, sql);
	return key;
}

/* A statement that the server knows by name: from the cache, or a new one in the place of another. */
static enum status prepare(struct connection *c, const char *sql, const struct pg_params *params, char name[32],
			   struct error *ret_error)
{
	struct cached *slot;
	char *key = key_of(params->letters, sql);
	char deallocate[64];
	enum status st;

	if (key == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	slot = &c->cache[statement_slot(key, CACHE_SIZE)];
	name_of(c, slot, name);
	if (slot->key && strcmp(slot->key, key) == 0) {
		free(key);
		return ST_OK;
	}
	st = ST_OK;
	if (slot->key) {
		snprintf(deallocate, sizeof deallocate, "DEALLOCATE %s", name);
		free(slot->key);
		slot->key = NULL;
		st = simple(c, deallocate, ret_error);
	}
	if (st == ST_OK) {
		slot->number = ++c->numbers;
		name_of(c, slot, name);
		st = done(c, PQprepare(c->pg, name, sql, params->count, params->types), ret_error);
	}
	if (st == ST_OK)
		slot->key = key;
	else
		free(key);
	return st;
}

static enum status rows_of(const PGresult *result, const struct statement *s, struct error *ret_error)
{
	struct db_value values[DB_COLUMNS_MAX];
	struct db_rows row = {values, 1, (size_t)PQnfields(result)};

	if (row.columns > DB_COLUMNS_MAX)
		return error_set(ret_error, ST_LIMIT, "SQL: more than %d columns", DB_COLUMNS_MAX);
	for (int i = 0; i < PQntuples(result); i++) {
		TRY(pg_row(result, i, values, ret_error));
		TRY(s->each(s->context, &row, ret_error));
	}
	return ST_OK;
}

/* Row by row as they come, so that no result is held whole before a ceiling stops it. What comes after a failure is read and
 * dropped. */
static enum status run_streaming(struct connection *c, const struct statement *s, const struct pg_params *p, struct error *ret_error)
{
	PGresult *result;
	enum status st = ST_OK;
	char name[32];

	TRY(prepare(c, s->sql, p, name, ret_error));
	if (!PQsendQueryPrepared(c->pg, name, p->count, p->values, p->lengths, p->formats, 1) || !PQsetSingleRowMode(c->pg))
		return lost(c, ret_error);
	while ((result = PQgetResult(c->pg)) != NULL) {
		ExecStatusType got = PQresultStatus(result);

		if (st == ST_OK && got == PGRES_SINGLE_TUPLE)
			st = rows_of(result, s, ret_error);
		else if (got != PGRES_SINGLE_TUPLE && got != PGRES_TUPLES_OK && got != PGRES_COMMAND_OK)
			st = failure(c, result, ret_error);
		PQclear(result);
	}
	return st == ST_OK && PQstatus(c->pg) == CONNECTION_BAD ? lost(c, ret_error) : st;
}

/* In portions, between which other statements of the transaction can run. */
static enum status run_cursor(struct connection *c, const struct statement *s, const struct pg_params *p, struct error *ret_error)
{
	unsigned cursor = ++c->cursors;
	char head[64], fetch[64], closing[64];
	struct buffer sql;
	PGresult *result;
	enum status st;
	int rows = 1;

	snprintf(head, sizeof head, "DECLARE c%u NO SCROLL CURSOR FOR ", cursor);
	snprintf(fetch, sizeof fetch, "FETCH " FETCH_ROWS " FROM c%u", cursor);
	snprintf(closing, sizeof closing, "CLOSE c%u", cursor);
	buffer_init(&sql, SCRIPT_BYTES_MAX);
	buffer_add_text(&sql, text_of(head));
	buffer_add_text(&sql, text_of(s->sql));
	buffer_add_char(&sql, '\0');
	st = buffer_status(&sql);
	if (st == ST_OK)
		st = done(c, PQexecParams(c->pg, (const char *)sql.data, p->count, p->types, p->values, p->lengths, p->formats, 1),
			  ret_error);
	buffer_release(&sql);
	while (st == ST_OK && rows > 0) {
		result = PQexecParams(c->pg, fetch, 0, NULL, NULL, NULL, NULL, 1);
		rows = PQntuples(result);
		st = PQresultStatus(result) == PGRES_TUPLES_OK ? rows_of(result, s, ret_error) : failure(c, result, ret_error);
		PQclear(result);
	}
	if (!c->lost && PQtransactionStatus(c->pg) == PQTRANS_INTRANS)
		PQclear(PQexec(c->pg, closing));
	return st;
}

static enum status run_plain(struct connection *c, const struct statement *s, const struct pg_params *p, struct error *ret_error)
{
	PGresult *result;
	uint64_t changed = 0;
	char name[32];

	TRY(prepare(c, s->sql, p, name, ret_error));
	result = PQexecPrepared(c->pg, name, p->count, p->values, p->lengths, p->formats, 1);
	(void)(text_to_uint(text_of(PQcmdTuples(result)), UINT64_MAX, &changed) == ST_OK); /* empty: nothing that counts */
	TRY(done(c, result, ret_error));
	if (s->ret_changed)
		*s->ret_changed = changed;
	return ST_OK;
}

static enum status run(void *connection, const struct statement *statement, struct error *ret_error)
{
	struct connection *c = connection;
	struct pg_params params;

	TRY(pg_params(statement->params, &params, ret_error));
	if (statement->each == NULL)
		return run_plain(c, statement, &params, ret_error);
	return statement->nests ? run_cursor(c, statement, &params, ret_error) : run_streaming(c, statement, &params, ret_error);
}

/* ---- many rows ---- */

static enum status put_rows(void *connection, const struct put_rows *rows, struct error *ret_error)
{
	struct connection *c = connection;
	PGresult *result = NULL;
	struct error ignored;
	enum status st;

	TRY(simple(c, "SAVEPOINT put_rows", ret_error));
	st = pg_copy(c->pg, rows, &result, ret_error);
	if (st == ST_UNAVAILABLE)
		return lost(c, ret_error);
	if (st == ST_OK)
		st = done(c, result, ret_error);
	if (st == ST_OK)
		return simple(c, "RELEASE SAVEPOINT put_rows", ret_error);
	if (!c->lost && simple(c, "ROLLBACK TO SAVEPOINT put_rows; RELEASE SAVEPOINT put_rows", &ignored) != ST_OK)
		c->lost = true;
	return st;
}

const struct driver driver_postgres = {
	.kind = "postgresql",
	.writers_max = 0,
	.open = open_shared,
	.close = close_shared,
	.connect = connect_one,
	.disconnect = disconnect,
	.usable = usable,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.run = run,
	.put_rows = put_rows,
	.script = script,
	.order = order,
	.columns_sql = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns AS c"
		       " JOIN information_schema.tables AS t USING (table_schema, table_name)"
		       " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
		       " ORDER BY table_name COLLATE \"C\", ordinal_position",
	.defer_keys = defer_keys,
	.settle = settle,
	.forget = forget,
};
