/* Looks a database over for `cordon doctor`: versions, settings, damage, room on the disk. */
#ifndef DB_EXAMINE_H
#define DB_EXAMINE_H

#include "db/db.h"

enum db_health { DB_FINE, DB_NOTE, DB_BAD };

/* Told once for each finding, in a sentence. */
typedef void db_finding(void *context, enum db_health health, const char *sentence);

/* `url` is the one that `db` was opened with. Reads every page of SQLite; of PostgreSQL it asks for settings.
 * Fails: as the database, where it cannot even be asked. */
MUST_USE enum status db_examine(struct db *db, const char *url, db_finding *told, void *context, struct error *ret_error);

#endif
