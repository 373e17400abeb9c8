/* The whole database in an open form, and back from it: docs/formats/export.md. The form is the same for both kinds of database,
 * so that it is also the way from one kind to the other. */
#ifndef BACKUP_BACKUP_H
#define BACKUP_BACKUP_H

#include "backup/manifest.h"
#include "db/db.h"

struct backup_what {
	const char *path;
	bool folder;            /* a folder of files, or one file */
	const char *program;    /* version of the program */
	int64_t now_ms;
};

struct backup_summary {
	int64_t tables, rows, bytes;
	char made[32];                    /* RFC 3339 */
	char manifest[SHA256_HEX_SIZE];   /* whoever keeps this elsewhere can prove later what was exported */
};

/* All rows of one moment, beside whoever writes. Whole, or not at all. Fails: as the database; ST_UNAVAILABLE (disk). */
MUST_USE enum status backup_write(struct db *db, const struct backup_what *what, struct backup_summary *ret_summary,
				  struct error *ret_error);

/* Reads all of it and compares with its manifest. Fails: ST_NOT_FOUND, ST_UNAVAILABLE; ST_CORRUPT, reason "backup-damaged" (cut
 * off, altered, no backup at all); ST_CONFLICT, reason "schema-newer". */
MUST_USE enum status backup_check(const char *path, struct backup_summary *ret_summary, struct error *ret_error);

struct restore_what {
	const char *path;
	const char *url;       /* of a database that is not there yet (SQLite) or empty (PostgreSQL) */
	const char *manifest;  /* SHA-256 that the manifest must have; NULL: any */
};

/* Checks first, then puts in; whatever fails leaves the database as empty as it was. Fails: as backup_check; ST_CONFLICT, reasons
 * "database-not-empty", "schema-differs", "backup-other" (not the manifest that was asked for). */
MUST_USE enum status backup_restore(const struct restore_what *what, struct backup_summary *ret_summary, struct error *ret_error);

#endif
