#include "db/migrate.h"

#include <time.h>


static const char schema_migration[] =
	"CREATE TABLE IF NOT EXISTS schema_migration (\n"
	"\tnumber INTEGER PRIMARY KEY,\n"
	"\tname TEXT NOT NULL,\n"
	"\tsha256 TEXT NOT NULL,\n"
	"\tapplied_at INTEGER NOT NULL\n"
	") STRICT;";

struct comparing {
	const struct migration *steps;
	size_t count;
	size_t applied; /* of the steps */
	const struct migration *missing; /* the first that is; steps and rows come by number */
};

static enum status compare_row(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct comparing *c = context;
	int64_t number = db_int(row, 0, 0);

	while (c->applied < c->count && c->steps[c->applied].number < number) {
		if (c->missing == NULL)
			c->missing = &c->steps[c->applied];
		c->applied++;
	}
	if (c->applied == c->count || c->steps[c->applied].number != number)
		return error_because(ret_error, ST_CONFLICT, "schema-newer", NULL,
				     "the database was made by a newer program: it has step %lld of the schema",
				     (long long)number);
	if (!text_equal(db_text(row, 0, 1), text_of(c->steps[c->applied].sha256)))
		return error_because(ret_error, ST_CONFLICT, "schema-differs", NULL,
				     "step %lld of the schema was applied with another text", (long long)number);
	c->applied++;
	return ST_OK;
}

/* Gives the first step that is missing, or NULL. In a transaction. */
static enum status compare(const struct driver *driver, void *connection, struct comparing *c, struct error *ret_error)
{
	struct statement all = {.sql = "SELECT number, sha256 FROM schema_migration ORDER BY number", .each = compare_row,
				.context = c};

	c->applied = 0;
	c->missing = NULL;
	TRY(driver->run(connection, &all, ret_error));
	if (c->missing == NULL && c->applied < c->count)
		c->missing = &c->steps[c->applied];
	return ST_OK;
}

static enum status apply(const struct driver *driver, void *connection, const struct migration *step, struct error *ret_error)
{
	struct timespec now;
	struct statement record = {
		.sql = "INSERT INTO schema_migration (number, name, sha256, applied_at) VALUES ($1, $2, $3, $4)"};

	clock_gettime(CLOCK_REALTIME, &now);
	TRY(driver->script(connection, step->sql, ret_error));
	record.params = DB_PARAMS(DB_V_INT(step->number), DB_V_TEXT(text_of(step->name)), DB_V_TEXT(text_of(step->sha256)),
				  DB_V_INT((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000));
	return driver->run(connection, &record, ret_error);
}

/* Whether a step was applied tells *ret_more. The transaction that looks is the one that applies: of two hubs that start at
 * once, the second waits and then finds it done. */
static enum status migrate_step(const struct driver *driver, void *connection, struct comparing *c, bool *ret_more,
				struct error *ret_error)
{
	enum status st;

	*ret_more = false;
	TRY(driver->begin(connection, BEGIN_ALONE, ret_error));
	st = compare(driver, connection, c, ret_error);
	if (st == ST_OK && c->missing) {
		*ret_more = true;
		st = apply(driver, connection, c->missing, ret_error);
		if (st != ST_OK && ret_error->field[0] == '\0')
			snprintf(ret_error->field, sizeof ret_error->field, "%s", c->missing->name);
	}
	if (st == ST_OK)
		return driver->commit(connection, ret_error);
	driver->rollback(connection);
	return st;
}

enum status migrate(const struct driver *driver, void *connection, const struct migration *steps, size_t count,
		    struct error *ret_error)
{
	struct comparing c = {steps, count, 0, NULL};
	enum status st = ST_CONFLICT;
	bool more = true;

	/* Of two hubs that make the table at once one may be told that it is there already, as an error. */
	for (int i = 0; i < 3 && st != ST_OK; i++)
		st = driver->script(connection, schema_migration, ret_error);
	TRY(st);
	while (more)
		TRY(migrate_step(driver, connection, &c, &more, ret_error));
	return ST_OK;
}

enum status migrate_check(const struct driver *driver, void *connection, const struct migration *steps, size_t count,
			  struct error *ret_error)
{
	struct comparing c = {steps, count, 0, NULL};
	enum status st;

	TRY(driver->begin(connection, BEGIN_READ, ret_error));
	st = compare(driver, connection, &c, ret_error);
	driver->rollback(connection);
	if (st == ST_OK && c.missing)
		return error_because(ret_error, ST_CONFLICT, "schema-older", NULL,
				     "the database lacks step %lld of the schema; start the hub first", (long long)c.missing->number);
	return st;
}
