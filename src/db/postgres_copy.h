/* Rows into a table by COPY, in its binary form. */
#ifndef DB_POSTGRES_COPY_H
#define DB_POSTGRES_COPY_H

#include <libpq-fe.h>

#include "db/driver.h"

/* Gives what the server answered to all of it, to be cleared: PGRES_COMMAND_OK, or what it refuses; the transaction has failed then.
 * Fails: ST_MALFORMED (a value of another type than its column; the transaction has failed too), ST_LIMIT, ST_NO_MEMORY, ST_UNAVAILABLE (the
 * connection is lost). */
MUST_USE enum status pg_copy(PGconn *pg, const struct put_rows *rows, PGresult **ret_result, struct error *ret_error);

#endif
