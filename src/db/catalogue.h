/* What a database holds, for those who copy it whole: backup, export, restore. */
#ifndef DB_CATALOGUE_H
#define DB_CATALOGUE_H

#include "db/db.h"

struct db_table {
	struct text name;
	const struct text *columns;
	size_t column_count;
};

/* All tables but schema_migration, by name. In the arena. */
MUST_USE enum status db_tables(struct db_tx *tx, struct arena *arena, const struct db_table **ret_tables, size_t *ret_count,
			       struct error *ret_error);

/* Rows of a table, each as wide as the table; `values` row by row. Where the database has a quicker way than a statement for each, and refused none,
 * all stand and *ret_done is true. Otherwise none does: put in one by one they say which it was. Fails: as db_exec, but never for what a row is. */
MUST_USE enum status db_put_rows(struct db_tx *tx, const struct db_table *table, const struct db_value *values, size_t rows, bool *ret_done,
				 struct error *ret_error);

/* As db_kind. */
const char *db_tx_kind(const struct db_tx *tx);

/* In a write: with true, rows may be put in in any order; with false, at the end, the foreign keys are as before. A key that then
 * points nowhere is ST_CONFLICT, field "foreign-key", of this or of the commit. */
MUST_USE enum status db_defer_keys(struct db_tx *tx, bool defer, struct error *ret_error);

#endif
