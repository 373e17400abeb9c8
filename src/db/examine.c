#include "db/examine.h"

#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#define ROOM_MIN ((uint64_t)1 << 30)

struct examining {
	const char *path; /* of SQLite */
	db_finding *told;
	void *context;
	struct arena arena;
};

PRINTF_LIKE(3, 4) static void tell(const struct examining *e, enum db_health health, const char *format, ...)
{
	char sentence[400];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	e->told(e->context, health, sentence);
}

static enum status ask(struct examining *e, struct db_tx *tx, const char *sql, struct db_rows *ret_rows, struct error *ret_error)
{
	return db_query(tx, sql, DB_NO_PARAMS, &e->arena, ret_rows, ret_error);
}

static enum status look_at_schema(struct examining *e, struct db_tx *tx, struct error *ret_error)
{
	struct db_rows rows;

	TRY(ask(e, tx, "SELECT count(*), max(number) FROM schema_migration", &rows, ret_error));
	tell(e, DB_FINE, "schema: %lld steps, the last is %lld, as this program has them", (long long)db_int(&rows, 0, 0),
	     (long long)db_int(&rows, 0, 1));
	return ST_OK;
}

/* ---- SQLite ---- */

/* Source: sqlite.org, release notes of 3.51.3; also in 3.44.6 and 3.50.7. */
static bool has_wal_fault(int version)
{
	return version >= 3007000 && version < 3051003 && !(version >= 3044006 && version < 3045000) &&
	       !(version >= 3050007 && version < 3051000);
}

static void look_at_version(const struct examining *e)
{
	if (has_wal_fault(sqlite3_libversion_number()))
		tell(e, DB_NOTE, "SQLite %s has the fault by which two connections that write or checkpoint at once can damage the file"
				 " (mended in 3.51.3); here only one does", sqlite3_libversion());
	else
		tell(e, DB_FINE, "SQLite %s", sqlite3_libversion());
}

static enum status look_for_damage(struct examining *e, struct db_tx *tx, struct error *ret_error)
{
	struct db_rows rows;
	enum status st = ask(e, tx, "PRAGMA integrity_check(20)", &rows, ret_error);

	if (st == ST_CORRUPT) {
		tell(e, DB_BAD, "the file is damaged: restore the last backup");
		return ST_OK;
	}
	if (st != ST_OK)
		return st;
	if (rows.rows == 1 && text_equal(db_text(&rows, 0, 0), TEXT("ok")))
		tell(e, DB_FINE, "every page and index is sound");
	for (size_t i = 0; i < rows.rows && !text_equal(db_text(&rows, 0, 0), TEXT("ok")); i++)
		tell(e, DB_BAD, "damage: %.*s", TEXT_ARG(db_text(&rows, i, 0)));
	TRY(ask(e, tx, "PRAGMA foreign_key_check", &rows, ret_error));
	if (rows.rows == 0)
		tell(e, DB_FINE, "every reference points to something");
	for (size_t i = 0; i < rows.rows && i < 20; i++)
		tell(e, DB_BAD, "a row of %.*s refers to none of %.*s", TEXT_ARG(db_text(&rows, i, 0)), TEXT_ARG(db_text(&rows, i, 2)));
	return ST_OK;
}

static enum status look_at_mode(struct examining *e, struct db_tx *tx, struct error *ret_error)
{
	struct db_rows rows;

	TRY(ask(e, tx, "PRAGMA journal_mode", &rows, ret_error));
	tell(e, text_equal(db_text(&rows, 0, 0), TEXT("wal")) ? DB_FINE : DB_BAD, "journal: %.*s", TEXT_ARG(db_text(&rows, 0, 0)));
	return ST_OK;
}

static void look_at_files(const struct examining *e)
{
	/* Source: linux/magic.h; file systems over a network, on which SQLite's locks and shared memory are not to be relied on. */
	static const unsigned long remote[] = {0x6969 /* nfs */, 0x517b /* smb */, 0xff534d42 /* cifs */, 0xfe534d42 /* smb2 */,
					       0x01021997 /* 9p */, 0x65735546 /* fuse */, 0x00c36400 /* ceph */};
	char wal_path[4200];
	struct stat file, wal;
	struct statvfs room;
	struct statfs kind;
	uint64_t room_bytes;

	snprintf(wal_path, sizeof wal_path, "%s-wal", e->path);
	if (stat(e->path, &file) != 0 || statvfs(e->path, &room) != 0 || statfs(e->path, &kind) != 0) {
		tell(e, DB_BAD, "%s cannot be looked at", e->path);
		return;
	}
	if (stat(wal_path, &wal) != 0)
		wal.st_size = 0;
	tell(e, DB_FINE, "%s: %lld bytes, and %lld in the log of changes", e->path, (long long)file.st_size, (long long)wal.st_size);
	tell(e, file.st_mode & 077 ? DB_BAD : DB_FINE, "its mode is %04o%s", (unsigned)(file.st_mode & 07777),
	     file.st_mode & 077 ? ": others can read it (chmod 0600)" : "");
	for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++)
		if ((unsigned long)kind.f_type == remote[i])
			tell(e, DB_BAD, "it is on a file system over a network, or in user space: it must be on a local disk");
	room_bytes = (uint64_t)room.f_bavail * room.f_frsize;
	tell(e, room_bytes < ROOM_MIN || room_bytes < (uint64_t)file.st_size ? DB_BAD : DB_FINE, "%llu MB free on its disk",
	     (unsigned long long)(room_bytes >> 20));
}

static enum status examine_sqlite(struct examining *e, struct db_tx *tx, struct error *ret_error)
{
	look_at_version(e);
	look_at_files(e);
	TRY(look_at_mode(e, tx, ret_error));
	return look_for_damage(e, tx, ret_error);
}

/* ---- PostgreSQL ---- */

static const struct {
	const char *name, *good, *why;
} settings[] = {
	{"fsync", "on", "what was acknowledged can be lost"},
	{"full_page_writes", "on", "a torn page cannot be mended"},
	{"data_sync_retry", "off", "a failed write can be taken for done"},
	{"data_checksums", "on", "damage on the disk is not noticed (initdb -k)"},
	{"synchronous_commit", NULL, "acknowledged before it is safe"},
	{"server_encoding", "UTF8", "letters are lost"},
};

static enum status look_at_settings(struct examining *e, struct db_tx *tx, struct error *ret_error)
{
	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
		struct db_rows rows;
		bool good;

		TRY(db_query(tx, "SELECT current_setting($1)", DB_PARAMS(DB_V_TEXT(text_of(settings[i].name))), &e->arena, &rows, ret_error));
		good = settings[i].good ? text_equal(db_text(&rows, 0, 0), text_of(settings[i].good))
					: !text_equal(db_text(&rows, 0, 0), TEXT("off"));
		tell(e, good ? DB_FINE : DB_BAD, "%s = %.*s%s%s", settings[i].name, TEXT_ARG(db_text(&rows, 0, 0)), good ? "" : ": ",
		     good ? "" : settings[i].why);
	}
	return ST_OK;
}

static enum status examine_postgres(struct examining *e, struct db_tx *tx, struct error *ret_error)
{
	struct db_rows rows;

	TRY(ask(e, tx, "SELECT current_setting('server_version'), pg_database_size(current_database())", &rows, ret_error));
	tell(e, DB_FINE, "PostgreSQL %.*s, %lld bytes", TEXT_ARG(db_text(&rows, 0, 0)), (long long)db_int(&rows, 0, 1));
	TRY(look_at_settings(e, tx, ret_error));
	TRY(ask(e, tx, "SELECT current_setting('synchronous_standby_names')", &rows, ret_error));
	if (db_text(&rows, 0, 0).len)
		tell(e, DB_FINE, "a commit waits for: %.*s", TEXT_ARG(db_text(&rows, 0, 0)));
	else
		tell(e, DB_NOTE, "a commit waits for no standby: what stands on this server alone is lost with it");
	tell(e, DB_NOTE, "the room on the server's disk and its backups are to be looked at there");
	return ST_OK;
}

static enum status examine(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct examining *e = context;

	TRY(look_at_schema(e, tx, ret_error));
	return e->path ? examine_sqlite(e, tx, ret_error) : examine_postgres(e, tx, ret_error);
}

enum status db_examine(struct db *db, const char *url, db_finding *told, void *context, struct error *ret_error)
{
	struct examining e = {.told = told, .context = context};
	enum status st;

	if (strcmp(db_kind(db), "sqlite") == 0)
		e.path = url + sizeof "sqlite:" - 1;
	arena_init(&e.arena, 1 << 20);
	st = db_transact(db, DB_READ, examine, &e, ret_error);
	arena_release(&e.arena);
	return st;
}
