/* Values on their way to and from PostgreSQL: numbers and blobs in binary, results all in binary. */
#ifndef DB_POSTGRES_VALUE_H
#define DB_POSTGRES_VALUE_H

#include <libpq-fe.h>

#include "db/driver.h"

/* The arrays that PQexecPrepared takes; they point into this struct and into the parameters, which must outlive it. */
struct pg_params {
	int count;
	Oid types[DB_PARAMS_MAX];
	const char *values[DB_PARAMS_MAX];
	int lengths[DB_PARAMS_MAX];
	int formats[DB_PARAMS_MAX];
	uint8_t integers[DB_PARAMS_MAX][8];
	char letters[DB_PARAMS_MAX + 1]; /* a letter for each type: part of a prepared statement's key */
};

/* Fails: ST_LIMIT (more than 1 GiB in one value). */
MUST_USE enum status pg_params(struct db_params params, struct pg_params *ret_params, struct error *ret_error);

/* One row; text and blobs point into `result`. Fails: ST_MALFORMED (a type that db.h has not). */
MUST_USE enum status pg_row(const PGresult *result, int row, struct db_value *ret_values, struct error *ret_error);

/* Whether a column of this type takes the value as it is. */
bool pg_type_takes(Oid type, const struct db_value *value);

#endif
