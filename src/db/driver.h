/* What a driver (sqlite.c, postgres.c) gives db.c. Nobody outside db/ includes this.
 *
 * A driver never tries again by itself: it says what happened, db_transact decides. `ret_error` is never NULL here. */
#ifndef DB_DRIVER_H
#define DB_DRIVER_H

#include "db/catalogue.h"

/* Reasons that db.c acts on; rows of data/problems.tsv too. */
#define DB_RETRY "retry"                     /* nothing was committed; the same work may succeed when run again */
#define DB_CONNECTION_LOST "connection-lost" /* before the commit: nothing was committed, the connection is of no more use */
#define DB_OUTCOME_UNKNOWN "outcome-unknown" /* the commit may stand or not */
#define DB_BUSY "busy"
#define DB_DISK_FULL "disk-full"
#define DB_STORAGE_FAILED "storage-failed"

#define DB_COLUMNS_MAX 64
#define DB_PARAMS_MAX 64

struct statement {
	const char *sql;
	struct db_params params;
	db_each_row *each;     /* NULL: rows are not wanted */
	void *context;
	uint64_t *ret_changed; /* may be NULL */
	bool nests;            /* `each` may run other statements */
};

/* Rows of one table, as INSERTs of them would put them in. */
struct put_rows {
	const struct db_table *table;
	const struct db_value *values; /* row by row */
	size_t rows;
};

/* How a transaction begins. DB_ALONE is a write that waits until no other writes and lets none begin: the last resort against
 * serialization failures, and how migrations run. */
enum begin { BEGIN_READ, BEGIN_WRITE, BEGIN_ALONE };

struct driver {
	const char *kind;
	unsigned writers_max; /* connections that write at once; 0: as many as readers */

	/* What all connections of one database share. */
	enum status (*open)(const char *url, const struct db_options *options, void **ret_state, struct error *ret_error);
	void (*close)(void *state);

	enum status (*connect)(void *state, enum db_mode mode, void **ret_connection, struct error *ret_error);
	void (*disconnect)(void *connection);
	bool (*usable)(const void *connection);

	enum status (*begin)(void *connection, enum begin how, struct error *ret_error);
	enum status (*commit)(void *connection, struct error *ret_error);
	void (*rollback)(void *connection);

	enum status (*run)(void *connection, const struct statement *statement, struct error *ret_error);

	/* All of them or none: a failure of one leaves the transaction as it was before. NULL where statements are as quick. */
	enum status (*put_rows)(void *connection, const struct put_rows *rows, struct error *ret_error);

	/* Several statements without parameters, in the dialect of the migrations. */
	enum status (*script)(void *connection, const char *sql, struct error *ret_error);

	/* Before what db_tell gathered is written, at the end of the transaction: from here to the commit the order of
	 * numbers is the order of commits. */
	enum status (*order)(void *connection, struct error *ret_error);

	/* Names of tables and of their columns, in the order of bytes and of the table. */
	const char *columns_sql;

	/* Until the commit, or until called with false, foreign keys may point nowhere. */
	enum status (*defer_keys)(void *connection, bool defer, struct error *ret_error);

	/* After migrations: what a restored database needs so that numbers go on growing. */
	enum status (*settle)(void *connection, struct error *ret_error);

	/* As db_forget, on a connection that writes and is in no transaction. */
	enum status (*forget)(void *connection, struct error *ret_error);
};

extern const struct driver driver_sqlite;
extern const struct driver driver_postgres;

/* Those of this program; NULL ends them. A hub has both (hub.c), a checkpoint SQLite alone (embedded.c). */
extern const struct driver *const db_drivers[];

/* Place of a statement's text in a cache of `size` (a power of two). */
static inline size_t statement_slot(const char *sql, size_t size)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	for (; *sql; sql++)
		h = (h ^ (uint8_t)*sql) * UINT64_C(0x100000001b3);
	return (size_t)(h >> 32) & (size - 1);
}

#endif
