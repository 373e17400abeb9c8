/* What the world can do to a database in a file. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/catalogue.h"
#include "db/work.h"

/* In the place of the C library's: SQLite's syncs come here. */
static atomic_int syncs_until_failure = -1;
static atomic_int syncs_after_failure;

static int sync_or_fail(int fd)
{
	int left = atomic_load(&syncs_until_failure);

	if (left > 0)
		atomic_fetch_sub(&syncs_until_failure, 1);
	if (left == 0) {
		atomic_fetch_add(&syncs_after_failure, 1);
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

__attribute__((visibility("default"))) int fdatasync(int fd)
{
	return sync_or_fail(fd);
}

__attribute__((visibility("default"))) int fsync(int fd)
{
	return sync_or_fail(fd);
}

static enum status add(struct db *db, int64_t number, size_t size, struct error *ret_error)
{
	uint8_t *data = calloc(1, size + 1);
	enum status st;

	assert_non_null(data);
	st = run_one(db, "INSERT INTO thing (id, data) VALUES ($1, $2)", DB_PARAMS(DB_V_INT(number), DB_V_BLOB(((struct bytes){data, size}))),
		     ret_error);
	free(data);
	return st;
}

static void make_thing(struct db *db)
{
	make_table(db, "CREATE TABLE thing (id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT");
}

static void settings_are_those_that_were_decided(void **state)
{
	static const struct {
		const char *sql;
		int64_t expected;
	} rows[] = {
		{"PRAGMA synchronous", 2}, {"PRAGMA foreign_keys", 1}, {"PRAGMA trusted_schema", 0}, {"PRAGMA secure_delete", 1},
		{"PRAGMA cell_size_check", 1}, {"PRAGMA mmap_size", 0}, {"PRAGMA temp_store", 2},
	};
	struct test_database *t = *state;
	struct stat info;
	struct arena arena;
	struct one one = {.arena = &arena};
	char path[128];

	arena_init(&arena, 1 << 16);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		one.sql = rows[i].sql;
		assert_ok(db_transact(t->db, DB_WRITE, one_work, &one, NULL));
		/* mmap_size says nothing where it is off. */
		if (one.rows.rows && db_int(&one.rows, 0, 0) != rows[i].expected)
			fail_msg("%s: %lld", rows[i].sql, (long long)db_int(&one.rows, 0, 0));
	}
	one.sql = "PRAGMA journal_mode";
	assert_ok(db_transact(t->db, DB_READ, one_work, &one, NULL));
	assert_text(db_text(&one.rows, 0, 0), "wal");
	arena_release(&arena);
	snprintf(path, sizeof path, "%s/cordon.db", t->folder);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	snprintf(path, sizeof path, "%s/cordon.db-wal", t->folder);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
}

static void one_program_writes(void **state)
{
	const struct db_options hasty = {.busy_ms = 100}, reading = {.busy_ms = 100, .read_only = true};
	struct test_database *t = *state;
	struct error error = {.code = ST_OK};
	struct db *other;

	assert_int_equal(db_open(t->url, &hasty, &other, &error), ST_UNAVAILABLE);
	assert_string_equal(error.reason, "busy");
	assert_ok(db_open(t->url, &reading, &other, &error));
	make_thing(t->db);
	assert_ok(add(t->db, 1, 10, NULL));
	assert_int_equal(must_count(other, "SELECT count(*) FROM thing"), 1);
	db_close(t->db);
	assert_int_equal(must_count(other, "SELECT count(*) FROM thing"), 1);
	assert_ok(db_open(t->url, &hasty, &t->db, &error));
	db_close(other);
	assert_ok(add(t->db, 2, 10, NULL));
}

static void a_failed_sync_is_the_end(void **state)
{
	struct test_database *t = *state;
	struct error error;
	int64_t found;

	make_thing(t->db);
	assert_ok(add(t->db, 1, 100, NULL));
	atomic_store(&syncs_until_failure, 0);
	assert_int_equal(add(t->db, 2, 100, &error), ST_UNAVAILABLE);
	assert_string_equal(error.reason, "outcome-unknown");
	assert_int_equal(atomic_load(&syncs_after_failure), 1);
	/* The disk is "well" again: it is not believed. */
	atomic_store(&syncs_until_failure, -1);
	assert_int_equal(add(t->db, 3, 100, &error), ST_UNAVAILABLE);
	assert_string_equal(error.reason, "storage-failed");
	assert_int_equal(db_transact(t->db, DB_READ, one_work, &(struct one){.sql = "SELECT 1"}, &error), ST_UNAVAILABLE);
	db_close(t->db);
	assert_ok(db_open(t->url, NULL, &t->db, NULL));
	found = must_count(t->db, "SELECT count(*) FROM thing");
	assert_true(found == 1 || found == 2);
	assert_int_equal(must_count(t->db, "SELECT count(*) FROM thing WHERE id = 3"), 0);
	assert_ok(add(t->db, 4, 100, NULL));
}

/* Every sync there is, each in its turn: what was acknowledged is there, what was refused for sure is not. */
static void any_sync_may_fail(void **state)
{
	struct test_database *t = *state;
	int64_t id = 0, acknowledged = 0, unknown = 0;

	make_thing(t->db);
	for (int n = 0; n < 12; n++) {
		struct error error;
		enum status st = ST_OK;
		int64_t count;

		atomic_store(&syncs_until_failure, n);
		for (int i = 0; i < 40 && st == ST_OK; i++) {
			st = add(t->db, ++id, 200000, &error);
			acknowledged += st == ST_OK;
		}
		assert_int_equal(st, ST_UNAVAILABLE);
		unknown += strcmp(error.reason, "outcome-unknown") == 0;
		atomic_store(&syncs_until_failure, -1);
		db_close(t->db);
		t->db = NULL;
		assert_ok(db_open(t->url, NULL, &t->db, NULL));
		count = must_count(t->db, "SELECT count(*) FROM thing");
		assert_in_range(count, acknowledged, acknowledged + unknown);
		acknowledged = count;
		unknown = 0;
		id = must_count(t->db, "SELECT coalesce(max(id), 0) FROM thing");
	}
	assert_true(acknowledged > 12);
}

/* ---- a disk that is full ---- */

/* Up to `blocks`, or as far as it goes. */
static void fill(const char *path, size_t blocks)
{
	static const uint8_t block[4096];
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	while (blocks-- > 0 && write(fd, block, sizeof block) > 0)
		;
	close(fd);
}

static bool write_file(const char *path, unsigned id)
{
	char line[32];
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool good;

	snprintf(line, sizeof line, strstr(path, "_map") ? "0 %u 1" : "deny", id);
	good = fd >= 0 && write(fd, line, strlen(line)) == (ssize_t)strlen(line);
	close(fd);
	return good;
}

/* A file system of our own, also without being root. Gives false where that is not allowed. */
static bool mount_small(const char *folder)
{
	unsigned uid = getuid(), gid = getgid();

	if (unshare(CLONE_NEWNS) != 0 &&
	    (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 || !write_file("/proc/self/setgroups", 0) ||
	     !write_file("/proc/self/uid_map", uid) || !write_file("/proc/self/gid_map", gid)))
		return false;
	return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && mount("none", folder, "tmpfs", 0, "size=8m,mode=1777") == 0;
}

static void a_full_disk_refuses_and_keeps(void **state)
{
	struct test_database *t = *state;
	struct error error = {.code = ST_OK};
	char url[96], path[96];
	struct db *db;
	int64_t id = 0;
	enum status st;

	if (!mount_small(t->folder))
		skip(); /* no right to mount; the limit on file size below does nearly the same */
	snprintf(url, sizeof url, "sqlite:%s/full.db", t->folder);
	snprintf(path, sizeof path, "%s/filler", t->folder);
	assert_ok(db_open(url, NULL, &db, &error));
	make_thing(db);
	fill(path, 700);
	do
		st = add(db, ++id, 50000, &error);
	while (st == ST_OK && id < 1000);
	assert_int_equal(st, ST_UNAVAILABLE);
	assert_string_equal(error.reason, "disk-full");
	fill(path, SIZE_MAX);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(add(db, id, 50000, &error), ST_UNAVAILABLE);
		assert_string_equal(error.reason, "disk-full");
	}
	assert_int_equal(must_count(db, "SELECT count(*) FROM thing"), id - 1);
	/* Room again: it goes on where it was. */
	assert_int_equal(unlink(path), 0);
	must_run(db, "DELETE FROM thing WHERE id = 3", DB_NO_PARAMS);
	assert_ok(add(db, id, 50, &error));
	db_close(db);
	assert_ok(db_open(url, NULL, &db, &error));
	assert_int_equal(must_count(db, "SELECT count(*) FROM thing"), id - 1);
	db_close(db);
	assert_int_equal(umount(t->folder), 0);
}

static void a_file_that_may_not_grow_is_a_failed_storage(void **state)
{
	struct test_database *t = *state;
	struct rlimit before, small;
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
	struct error error = {.code = ST_OK};
	int64_t id = 0;
	enum status st;

	make_thing(t->db);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){(rlim_t)4 << 20, before.rlim_max};
	sigaction(SIGXFSZ, &ignore, &old);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	do
		st = add(t->db, ++id, 50000, &error);
	while (st == ST_OK && id < 1000);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	sigaction(SIGXFSZ, &old, NULL);
	assert_int_equal(st, ST_UNAVAILABLE);
	assert_true(id > 3);
	assert_int_equal(add(t->db, id, 10, &error), ST_UNAVAILABLE);
	db_close(t->db);
	assert_ok(db_open(t->url, NULL, &t->db, &error));
	assert_int_equal(must_count(t->db, "SELECT count(*) FROM thing"), id - 1);
}

/* ---- files that are not what they should be ---- */

static void damage(const char *path, off_t from, size_t len)
{
	uint8_t junk[4096];
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	memset(junk, 0x5a, sizeof junk);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, junk, len, from), (ssize_t)len);
	close(fd);
}

static void what_is_no_database_is_said_to_be_none(void **state)
{
	struct test_database *t = *state;
	struct error error = {.code = ST_OK};
	struct db *db = NULL;
	char path[96], url[110];

	snprintf(path, sizeof path, "%s/letter.txt", t->folder);
	snprintf(url, sizeof url, "sqlite:%s", path);
	close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	damage(path, 0, 4096);
	assert_int_equal(db_open(url, NULL, &db, &error), ST_CORRUPT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(db_open(url, NULL, &db, &error), ST_UNAVAILABLE);
	assert_null(db);
}

static void damaged_pages_are_found_and_nothing_more_is_written(void **state)
{
	struct test_database *t = *state;
	struct error error = {.code = ST_OK};
	struct arena arena;
	struct one one = {.sql = "SELECT id, data FROM thing ORDER BY id", .arena = &arena};
	struct stat file;
	char path[96];

	make_thing(t->db);
	for (int64_t i = 0; i < 200; i++)
		assert_ok(add(t->db, i, 3000, NULL));
	db_close(t->db);
	t->db = NULL;
	snprintf(path, sizeof path, "%s/cordon.db", t->folder);
	/* The last pages are those of the rows; the schema stands before them. */
	assert_int_equal(stat(path, &file), 0);
	for (int i = 1; i < 50; i++)
		damage(path, file.st_size - (off_t)i * 4096, 64);
	assert_ok(db_open(t->url, NULL, &t->db, NULL));
	arena_init(&arena, 1 << 24);
	assert_int_equal(db_transact(t->db, DB_READ, one_work, &one, &error), ST_CORRUPT);
	arena_release(&arena);
	assert_int_equal(add(t->db, 999, 10, &error), ST_UNAVAILABLE);
	assert_string_equal(error.reason, "storage-failed");
}

static void a_folder_that_cannot_be_written(void **state)
{
	struct error error = {.code = ST_OK};
	struct db *db = NULL;

	(void)state;
	assert_int_equal(db_open("sqlite:/proc/cordon.db", NULL, &db, &error), ST_UNAVAILABLE);
	assert_non_null(strstr(error.message, "/proc/cordon.db"));
	assert_null(db);
}

/* The bytes of a value that was deleted: anywhere in the file or in its log of changes? */
static bool stored(void **state, const char *word)
{
	static const char *const ends[] = {"", "-wal"};
	bool found = false;

	for (size_t i = 0; i < 2; i++) {
		char path[600];
		size_t room = (size_t)16 << 20;
		uint8_t *bytes = malloc(room);
		ssize_t len;
		int fd;

		snprintf(path, sizeof path, "%s%s", test_db_url(state) + strlen("sqlite:"), ends[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		assert_true(fd >= 0);
		len = bytes ? read(fd, bytes, room) : -1;
		assert_true(len >= 0 && len < (ssize_t)room);
		found = found || memmem(bytes, (size_t)len, word, strlen(word)) != NULL;
		close(fd);
		free(bytes);
	}
	return found;
}

static enum status forget_while_reading(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct arena arena;
	struct db_rows rows;

	arena_init(&arena, 65536);
	assert_ok(db_query(tx, "SELECT count(*) FROM thing", DB_NO_PARAMS, &arena, &rows, ret_error));
	arena_release(&arena);
	assert_ok(run_one(context, "DELETE FROM thing", DB_NO_PARAMS, ret_error));
	assert_int_equal(db_forget(context, ret_error), ST_UNAVAILABLE);
	return ST_OK;
}

struct late {
	const char *sql;
	bool broken_seen; /* by the end of the deferring, not by the row */
};

static enum status late_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct late *l = context;

	TRY(db_defer_keys(tx, true, ret_error));
	assert_int_equal(db_exec(tx, l->sql, DB_NO_PARAMS, NULL, ret_error), ST_OK);
	l->broken_seen = db_defer_keys(tx, false, ret_error) == ST_CONFLICT && strcmp(ret_error->field, "foreign-key") == 0;
	return l->broken_seen ? ST_CONFLICT : ST_OK;
}

/* A restore fills a database whose keys are checked at the end: what refers to nothing is found then. */
static void keys_are_checked_at_the_end_of_a_restore(void **state)
{
	const struct test_database *database = *state;
	const struct db_options fresh = {.readers = 1, .fresh = true};
	struct late l = {"INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES ('00000000000000000000000000000001', 'auditor', 'x', 1)", false};
	char url[600];
	struct error error;
	struct db *db;

	snprintf(url, sizeof url, "sqlite:%s/restored.db", database->folder);
	assert_int_equal(db_open(url, &fresh, &db, &error), ST_OK);
	assert_int_equal(db_transact(db, DB_WRITE, late_work, &l, &error), ST_CONFLICT);
	assert_true(l.broken_seen);
	db_close(db);
}

static void what_was_deleted_is_forgotten(void **state)
{
	static const char word[] = "the-name-of-a-traveller";
	struct db *db = test_db(state);
	struct error error = {.code = ST_OK};

	make_thing(db);
	assert_ok(run_one(db, "INSERT INTO thing (id, data) VALUES (1, $1)",
			  DB_PARAMS(DB_V_BLOB(((struct bytes){(const uint8_t *)word, sizeof word - 1}))), &error));
	/* Somebody who still reads what was: later, then. */
	assert_ok(db_transact(db, DB_READ, forget_while_reading, db, &error));
	assert_true(stored(state, word));
	assert_ok(db_forget(db, &error));
	assert_false(stored(state, word));
	/* And it goes on. */
	assert_ok(add(db, 2, 10, &error));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(settings_are_those_that_were_decided),
		db_unit_test(one_program_writes),
		db_unit_test(keys_are_checked_at_the_end_of_a_restore),
		db_unit_test(what_was_deleted_is_forgotten),
		db_unit_test(a_failed_sync_is_the_end),
		db_unit_test(any_sync_may_fail),
		db_unit_test(a_file_that_may_not_grow_is_a_failed_storage),
		db_unit_test(what_is_no_database_is_said_to_be_none),
		db_unit_test(damaged_pages_are_found_and_nothing_more_is_written),
		db_unit_test(a_folder_that_cannot_be_written),
		db_unit_test(a_full_disk_refuses_and_keeps),
	};

	return db_run_group_tests(tests);
}
