/* What a hub has: both drivers, and its schema. */
#include "db/migrate.h"

#include "db/migrations.inc"

const struct driver *const db_drivers[] = {&driver_sqlite, &driver_postgres, NULL};

const struct migration *migrations(size_t *ret_count)
{
	*ret_count = sizeof embedded / sizeof embedded[0];
	return embedded;
}
