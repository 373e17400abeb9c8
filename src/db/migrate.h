/* The schema, step by step: src/db/migrations/NNN_name.sql, put into the program by the build. Forward only. */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "db/driver.h"

struct migration {
	int64_t number;
	const char *name;
	const char *sha256; /* of the file's text, hexadecimal */
	const char *sql;
};

/* Runs the steps that the database lacks, each in a transaction of its own in which no other hub writes; steps are by number.
 * Fails: ST_CONFLICT, reason "schema-newer" (the database knows a step that `steps` lacks), "schema-differs" (a step was
 * applied with another text); as the driver. */
MUST_USE enum status migrate(const struct driver *driver, void *connection, const struct migration *steps, size_t count,
			     struct error *ret_error);

/* The same checks without running anything; steps that are missing are ST_CONFLICT, reason "schema-older". */
MUST_USE enum status migrate_check(const struct driver *driver, void *connection, const struct migration *steps, size_t count,
				   struct error *ret_error);

/* The steps of a hub (hub.c); none in a program without them (embedded.c), which names its own. */
const struct migration *migrations(size_t *ret_count);

#endif
