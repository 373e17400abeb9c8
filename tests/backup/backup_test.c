/* Out of a database of either kind and into one of either kind; and what is damaged is refused whole. */
#include "backup/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/work.h"
#include "ledger/help.h"

static const char *const kinds[] = {"sqlite", "postgresql"};

struct place {
	struct test_database database;
	const char *kind;
};

static void place_make(struct place *place, const char *kind)
{
	place->kind = kind;
	place->database.db = NULL;
	assert_int_equal(setenv("CORDON_TEST_DB", kind, 1), 0);
	assert_int_equal(test_db_name(&place->database), 0);
}

static struct db *place_open(struct place *place)
{
	struct error error = {.code = ST_OK};

	if (db_open(place->database.url, NULL, &place->database.db, &error) != ST_OK)
		fail_msg("%s: %s", place->database.url, error.message);
	return place->database.db;
}

static void place_drop(struct place *place)
{
	db_close(place->database.db);
	assert_int_equal(setenv("CORDON_TEST_DB", place->kind, 1), 0);
	assert_int_equal(test_db_drop(&place->database), 0);
}

/* A file or folder of the test's. */
struct out {
	char folder[64];
	char path[96];
};

static struct out out_make(void)
{
	struct out out;

	snprintf(out.folder, sizeof out.folder, "/tmp/cordon_out_XXXXXX");
	assert_non_null(mkdtemp(out.folder));
	snprintf(out.path, sizeof out.path, "%s/b", out.folder);
	return out;
}

static struct backup_summary must_write(struct db *db, const char *path, bool folder)
{
	const struct backup_what what = {path, folder, "0.1.0", 1795655000000};
	struct error error = {.code = ST_OK};
	struct backup_summary summary;

	if (backup_write(db, &what, &summary, &error) != ST_OK)
		fail_msg("%s", error.message);
	return summary;
}

static void must_restore(const char *path, const char *url)
{
	const struct restore_what what = {path, url, NULL};
	struct error error = {.code = ST_OK};
	struct backup_summary summary;

	if (backup_restore(&what, &summary, &error) != ST_OK)
		fail_msg("%s: %s", path, error.message);
}

static enum status restore(const char *path, const char *url, struct error *ret_error)
{
	struct backup_summary summary;

	*ret_error = (struct error){.code = ST_OK};
	return backup_restore(&(struct restore_what){path, url, NULL}, &summary, ret_error);
}

/* Every type, and what is hard about it; references that point to what comes later by name; a ledger. */
static void fill(struct db *db)
{
	static const uint8_t bytes[32] = {0, 1, 0xff, '\n', '"', '\\', 0x80};
	struct note_signer signer = help_signer("cordon.kh/list", NOTE_ED25519);
	struct ledger_signing signing = {.log = LEDGER_LIST, .signer = &signer};

	must_run(db, "INSERT INTO country (code, name, host, created_ms) VALUES ('kh', $1, 1, 1), ('kr', $2, 0, 9223372036854775807)",
		 DB_PARAMS(DB_V_TEXT(TEXT("កម្ពុជា")), DB_V_TEXT(TEXT("대한민국"))));
	must_run(db, "INSERT INTO agency (id, country, name, created_ms) VALUES ('00000000000000000000000000000001', 'kh', $1, 5)",
		 DB_PARAMS(DB_V_TEXT(TEXT("a \"b\" \\ \n\t\x01 / \xf0\x9f\x98\x80 </script>"))));
	must_run(db, "INSERT INTO person (id, country, agency, login, name, name_key, state, version, created_ms, created_by, seen_ms)"
		     " VALUES ('00000000000000000000000000000002', 'kh', '00000000000000000000000000000001', 'sok', 'Sok', '', 'active',"
		     " 1, 1, 'setup', NULL)", DB_NO_PARAMS);
	must_run(db, "INSERT INTO session (id, token, person, strength, opened_ms, used_ms, proved_ms)"
		     " VALUES ('00000000000000000000000000000003', $1, '00000000000000000000000000000002', 3, 1, 2, 3)",
		 DB_PARAMS(DB_V_BLOB(((struct bytes){bytes, sizeof bytes}))));
	must_run(db, "INSERT INTO outbox (number, kind, subject, at) VALUES (40, '', $1, $2), (7, 'b', 'c', 0)",
		 DB_PARAMS(DB_V_TEXT(TEXT_NONE), DB_V_INT(INT64_MIN)));
	for (unsigned i = 0; i < 20; i++)
		help_append(db, LEDGER_LIST, i);
	assert_int_equal(help_sequence(db, &signing), 20);
	help_append(db, LEDGER_LIST, 20);
}

static void what_goes_out_of_any_kind_comes_into_any(void **state)
{
	(void)state;
	for (size_t i = 0; i < 8; i++) {
		bool folder = i & 4;
		struct place from, to;
		struct out first = out_make(), second = out_make();
		struct backup_summary written, again, checked;
		struct db *db;

		place_make(&from, kinds[i & 1]);
		fill(place_open(&from));
		written = must_write(from.database.db, first.path, folder);
		assert_true(written.rows > 50);
		assert_ok(backup_check(first.path, &checked, NULL));
		assert_string_equal(checked.manifest, written.manifest);
		assert_int_equal(checked.rows, written.rows);
		place_make(&to, kinds[i >> 1 & 1]);
		must_restore(first.path, to.database.url);
		db = place_open(&to);
		/* The same rows, and nothing but them, to the byte. */
		again = must_write(db, second.path, !folder);
		assert_string_equal(again.manifest, written.manifest);
		/* It goes on from there. */
		must_run(db, "INSERT INTO outbox (kind, subject, at) VALUES ('n', 'm', 1)", DB_NO_PARAMS);
		assert_int_equal(must_count(db, "SELECT max(number) FROM outbox"), 41);
		place_drop(&to);
		place_drop(&from);
		assert_int_equal(folder_remove(first.folder), 0);
		assert_int_equal(folder_remove(second.folder), 0);
	}
}

/* ---- beside a hub that writes ---- */

struct load {
	struct db *db;
	atomic_bool stop;
	atomic_int done;
};

static enum status write_pair(struct db_tx *tx, void *context, struct error *ret_error)
{
	int64_t n = *(int64_t *)context;

	TRY(db_exec(tx, "INSERT INTO outbox (number, kind, subject, at) VALUES ($1, 'left', 'x', $2)",
		    DB_PARAMS(DB_V_INT(n), DB_V_INT(n)), NULL, ret_error));
	return db_exec(tx, "INSERT INTO ledger_head (log, size, root) VALUES ($1, $2, $3)",
		       DB_PARAMS(DB_V_TEXT(TEXT("x")), DB_V_INT(n), DB_V_BLOB(((struct bytes){(const uint8_t *)"0123456789012345678901234567890", 32}))),
		       NULL, ret_error);
}

static enum status change_pair(struct db_tx *tx, void *context, struct error *ret_error)
{
	int64_t n = *(int64_t *)context;

	TRY(db_exec(tx, "INSERT INTO outbox (number, kind, subject, at) VALUES ($1, 'left', 'x', $2)",
		    DB_PARAMS(DB_V_INT(n), DB_V_INT(n)), NULL, ret_error));
	return db_exec(tx, "UPDATE ledger_head SET size = $1 WHERE log = 'x'", DB_PARAMS(DB_V_INT(n)), NULL, ret_error);
}

static void *write_on(void *context)
{
	struct load *load = context;

	for (int64_t n = 2; !atomic_load(&load->stop); n++) {
		if (db_transact(load->db, DB_WRITE, change_pair, &n, NULL) != ST_OK)
			return context;
		atomic_fetch_add(&load->done, 1);
	}
	return NULL;
}

static void a_backup_is_of_one_moment_while_others_write(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct db_options reading = {.read_only = true};
		struct place from, to;
		struct out out = out_make();
		struct load load = {.stop = false};
		struct db *beside;
		pthread_t writer;
		void *failed;
		int64_t one = 1;

		place_make(&from, kinds[i]);
		load.db = place_open(&from);
		assert_ok(db_transact(load.db, DB_WRITE, write_pair, &one, NULL));
		assert_int_equal(pthread_create(&writer, NULL, write_on, &load), 0);
		while (atomic_load(&load.done) < 50)
			usleep(1000);
		assert_ok(db_open(from.database.url, &reading, &beside, NULL));
		must_write(beside, out.path, false);
		db_close(beside);
		atomic_store(&load.stop, true);
		pthread_join(writer, &failed);
		assert_null(failed);
		place_make(&to, kinds[1 - i]);
		must_restore(out.path, to.database.url);
		place_open(&to);
		assert_true(must_count(to.database.db, "SELECT count(*) FROM outbox") >= 50);
		assert_int_equal(must_count(to.database.db, "SELECT max(at) FROM outbox"),
				 must_count(to.database.db, "SELECT size FROM ledger_head WHERE log = 'x'"));
		assert_int_equal(must_count(to.database.db, "SELECT max(at) FROM outbox"),
				 must_count(to.database.db, "SELECT count(*) FROM outbox"));
		place_drop(&to);
		place_drop(&from);
		assert_int_equal(folder_remove(out.folder), 0);
	}
}

/* ---- what is damaged ---- */

static size_t read_whole(const char *path, uint8_t **ret_data)
{
	struct stat info;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0 && fstat(fd, &info) == 0);
	*ret_data = malloc((size_t)info.st_size + 1);
	assert_int_equal(read(fd, *ret_data, (size_t)info.st_size), info.st_size);
	close(fd);
	return (size_t)info.st_size;
}

static void write_whole(const char *path, const uint8_t *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	close(fd);
}

/* Refused with a word about it, and the database takes a good one afterwards. */
static void must_be_refused(const char *path, const char *url, const char *reason)
{
	struct error error;
	enum status st = restore(path, url, &error);

	if (st == ST_OK || strcmp(error.reason, reason) != 0 || error.message[0] == '\0')
		fail_msg("%s: %d %s (%s), not %s", path, st, error.message, error.reason, reason);
}

static void a_file_cut_off_or_altered_is_refused(void **state)
{
	struct out out = out_make();
	struct place from, to;
	struct backup_summary written, found;
	uint8_t *data;
	size_t len;

	(void)state;
	place_make(&from, "sqlite");
	fill(place_open(&from));
	written = must_write(from.database.db, out.path, false);
	len = read_whole(out.path, &data);
	place_make(&to, "sqlite");
	for (size_t i = 0; i < 60; i++) {
		write_whole(out.path, data, len * i / 60);
		must_be_refused(out.path, to.database.url, "backup-damaged");
	}
	for (size_t i = 0; i < 400; i++) {
		size_t at = i * len / 400;
		enum status st;

		data[at] ^= (uint8_t)(1u << i % 8);
		write_whole(out.path, data, len);
		st = backup_check(out.path, &found, NULL);
		/* Some bits of gzip's and tar's own headers mean nothing: then what comes out is what went in. */
		if (st == ST_OK)
			assert_string_equal(found.manifest, written.manifest);
		else
			assert_true(st == ST_CORRUPT || st == ST_LIMIT);
		data[at] ^= (uint8_t)(1u << i % 8);
	}
	write_whole(out.path, data, len);
	must_restore(out.path, to.database.url);
	free(data);
	place_drop(&to);
	place_drop(&from);
	assert_int_equal(folder_remove(out.folder), 0);
}

static void a_folder_altered_is_refused(void **state)
{
	struct out out = out_make();
	char tables[128], path[400];
	struct place from, to;
	struct dirent *entry;
	uint8_t *data;
	size_t len, files = 0;
	DIR *dir;

	(void)state;
	place_make(&from, "sqlite");
	fill(place_open(&from));
	must_write(from.database.db, out.path, true);
	place_make(&to, "sqlite");
	snprintf(tables, sizeof tables, "%s/tables", out.path);
	dir = opendir(tables);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		files++;
		snprintf(path, sizeof path, "%s/%s", tables, entry->d_name);
		len = read_whole(path, &data);
		data[len] = '\n';
		write_whole(path, data, len + 1); /* a line more */
		must_be_refused(out.path, to.database.url, "backup-damaged");
		if (len > 0) {
			data[len / 2] ^= 1;
			write_whole(path, data, len);
			must_be_refused(out.path, to.database.url, "backup-damaged");
			data[len / 2] ^= 1;
		}
		assert_int_equal(unlink(path), 0);
		must_be_refused(out.path, to.database.url, "backup-damaged");
		write_whole(path, data, len);
		free(data);
	}
	closedir(dir);
	assert_true(files > 10);
	snprintf(path, sizeof path, "%s/tables/more.0001.jsonl", out.path);
	write_whole(path, (const uint8_t *)"{}\n", 3);
	must_be_refused(out.path, to.database.url, "backup-damaged");
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof path, "%s/manifest.json", out.path);
	assert_int_equal(rename(path, tables), -1);
	len = read_whole(path, &data);
	write_whole(path, data, len - 3);
	must_be_refused(out.path, to.database.url, "backup-damaged");
	assert_int_equal(unlink(path), 0);
	must_be_refused(out.path, to.database.url, "backup-damaged");
	write_whole(path, data, len);
	must_restore(out.path, to.database.url);
	free(data);
	place_drop(&to);
	place_drop(&from);
	assert_int_equal(folder_remove(out.folder), 0);
}

/* Someone writes a row anew, with the manifest to it: then the schema is what refuses. */
static void alter(const char *folder, const char *member, const char *from, const char *to)
{
	char path[256], before[SHA256_HEX_SIZE], after[SHA256_HEX_SIZE], *at;
	uint8_t *data;
	size_t len;

	assert_int_equal(strlen(from), strlen(to));
	snprintf(path, sizeof path, "%s/tables/%s", folder, member);
	len = read_whole(path, &data);
	data[len] = '\0';
	sha256_hex((struct bytes){data, len}, before);
	at = strstr((char *)data, from);
	assert_non_null(at);
	memcpy(at, to, strlen(to));
	sha256_hex((struct bytes){data, len}, after);
	write_whole(path, data, len);
	free(data);
	snprintf(path, sizeof path, "%s/manifest.json", folder);
	len = read_whole(path, &data);
	data[len] = '\0';
	at = strstr((char *)data, before);
	assert_non_null(at);
	memcpy(at, after, strlen(after));
	write_whole(path, data, len);
	sha256_hex((struct bytes){data, len}, after);
	free(data);
	snprintf(path, sizeof path, "%s/manifest.sha256", folder);
	len = read_whole(path, &data);
	memcpy(data, after, strlen(after));
	write_whole(path, data, len);
	free(data);
}

static void what_the_schema_forbids_is_not_restored(void **state)
{
	static const struct {
		const char *member, *from, *to;
	} rows[] = {
		{"person.0001.jsonl", "\"agency\":\"00000000000000000000000000000001\"", "\"agency\":\"00000000000000000000000000000009\""},
		{"person.0001.jsonl", "\"state\":\"active\"", "\"state\":\"acting\""},
		{"country.0001.jsonl", "\"created_ms\":9223372036854775807", "\"created_ms\":\"a2337203685477580\""},
		{"outbox.0001.jsonl", "\"number\":40", "\"number\": 7"},
		{"session.0001.jsonl", "{\"base64\":\"AA", "{\"base64\":\"!A"},
		{"session.0001.jsonl", "\"used_ms\"", "\"usedxms\""},
		{"session.0001.jsonl", "\"used_ms\":2", "\"used_ms\":x"},
		{"ledger_checkpoint.0001.jsonl", "\"size\":20", "\"size\":21"},
	};

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct out out = out_make(), good = out_make();
		struct place from, to;

		place_make(&from, kinds[k]);
		fill(place_open(&from));
		must_write(from.database.db, good.path, false);
		place_make(&to, kinds[k]);
		for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
			must_write(from.database.db, out.path, true);
			alter(out.path, rows[i].member, rows[i].from, rows[i].to);
			must_be_refused(out.path, to.database.url, "backup-damaged");
			assert_int_equal(folder_remove(out.folder), 0);
			out = out_make();
		}
		must_restore(good.path, to.database.url);
		must_be_refused(good.path, to.database.url, "database-not-empty");
		assert_int_equal(must_count(place_open(&to), "SELECT count(*) FROM country"), 2);
		place_drop(&to);
		place_drop(&from);
		assert_int_equal(folder_remove(out.folder), 0);
		assert_int_equal(folder_remove(good.folder), 0);
	}
}

/* Rows are put in many at a time, and still it is said which of them is refused: the first, wherever in its portion it stands. */
static void the_row_that_is_refused_is_named(void **state)
{
	static const struct {
		int row, later; /* what is wrong in both; 0: in one alone */
		const char *field, *becomes;
	} faults[] = {
		{1, 0, "at", "\"text\""},          {2000, 0, "at", "null  "},      {2001, 0, "at", "broken"},        {4321, 0, "number", "100001"},
		{4321, 4322, "at", "\"text\""}, {3999, 4100, "at", "null  "}, {4999, 5000, "number", "100002"}, {5000, 0, "at", "broken"},
	};

	(void)state;
	for (size_t k = 0; k < 4; k++) {
		struct place from, to;

		place_make(&from, kinds[k & 1]);
		must_run(place_open(&from), "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
			 " INSERT INTO outbox (number, kind, subject, at) SELECT 100000 + i, 'k', 's', 200000 + i FROM n", DB_NO_PARAMS);
		place_make(&to, kinds[k >> 1]);
		for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
			struct out out = out_make();
			struct error error;

			must_write(from.database.db, out.path, true);
			for (int each = 0; each < 2; each++) {
				int row = each ? faults[i].row : faults[i].later;
				char is[64], becomes[64];

				if (row == 0)
					continue;
				snprintf(is, sizeof is, "\"%s\":%d", faults[i].field, (strcmp(faults[i].field, "at") == 0 ? 200000 : 100000) + row);
				snprintf(becomes, sizeof becomes, "\"%s\":%s", faults[i].field, faults[i].becomes);
				alter(out.path, "outbox.0001.jsonl", is, becomes);
			}
			if (restore(out.path, to.database.url, &error) != ST_CORRUPT || error.row != faults[i].row)
				fail_msg("%s to %s, fault %zu: row %d: %s", from.kind, to.kind, i, (int)error.row, error.message);
			assert_int_equal(folder_remove(out.folder), 0);
		}
		place_drop(&to);
		place_drop(&from);
	}
}

/* ---- other versions ---- */

static void an_older_schema_is_restored_and_then_brought_forward(void **state)
{
	(void)state;
	for (size_t k = 0; k < 2; k++) {
		const struct db_options old = {.schema_max = 1};
		struct out out = out_make();
		struct place from, to;
		struct db *db;

		place_make(&from, kinds[k]);
		assert_ok(db_open(from.database.url, &old, &db, NULL));
		must_run(db, "INSERT INTO outbox (number, kind, subject, at) VALUES (3, 'a', 'b', 1)", DB_NO_PARAMS);
		must_write(db, out.path, false);
		db_close(db);
		place_make(&to, kinds[1 - k]);
		must_restore(out.path, to.database.url);
		place_open(&to);
		assert_int_equal(must_count(to.database.db, "SELECT number FROM outbox"), 3);
		assert_int_equal(must_count(to.database.db, "SELECT count(*) FROM person"), 0);
		place_drop(&to);
		place_drop(&from);
		assert_int_equal(folder_remove(out.folder), 0);
	}
}

static void a_newer_schema_another_backup_and_a_full_folder_are_refused(void **state)
{
	struct out out = out_make(), other = out_make();
	struct place from, to;
	struct backup_summary summary;
	struct error error = {.code = ST_OK};
	struct restore_what what = {other.path, NULL, "00"};

	(void)state;
	place_make(&from, "sqlite");
	place_make(&to, "sqlite");
	fill(place_open(&from));
	must_write(from.database.db, other.path, true);
	what.url = to.database.url;
	assert_int_equal(backup_restore(&what, &summary, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "backup-other");
	assert_int_equal(backup_write(from.database.db, &(struct backup_what){other.path, true, "0", 1}, &summary, &error), ST_CONFLICT);
	assert_ok(backup_check(other.path, &summary, NULL));
	must_run(from.database.db, "INSERT INTO schema_migration (number, name, sha256, applied_at) VALUES (999, 'x', 'y', 0)", DB_NO_PARAMS);
	must_write(from.database.db, out.path, false);
	must_be_refused(out.path, to.database.url, "schema-newer");
	must_run(from.database.db, "UPDATE schema_migration SET sha256 = 'z' WHERE number = 1", DB_NO_PARAMS);
	must_write(from.database.db, out.path, false);
	must_be_refused(out.path, to.database.url, "schema-differs");
	assert_int_equal(backup_check("/nowhere/at/all", &summary, &error), ST_NOT_FOUND);
	assert_int_equal(backup_write(from.database.db, &(struct backup_what){"/nowhere/at/all", false, "0", 1}, &summary, &error), ST_UNAVAILABLE);
	what.manifest = NULL;
	assert_ok(backup_restore(&what, &summary, &error));
	place_drop(&to);
	place_drop(&from);
	assert_int_equal(folder_remove(out.folder), 0);
	assert_int_equal(folder_remove(other.folder), 0);
}

static int both_setup(void **state)
{
	return setenv("CORDON_TEST_DB", "postgresql", 1) || test_db_group_setup(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_out_of_any_kind_comes_into_any),
		cmocka_unit_test(a_backup_is_of_one_moment_while_others_write),
		cmocka_unit_test(a_file_cut_off_or_altered_is_refused),
		cmocka_unit_test(a_folder_altered_is_refused),
		cmocka_unit_test(what_the_schema_forbids_is_not_restored),
		cmocka_unit_test(the_row_that_is_refused_is_named),
		cmocka_unit_test(an_older_schema_is_restored_and_then_brought_forward),
		cmocka_unit_test(a_newer_schema_another_backup_and_a_full_folder_are_refused),
	};

	return cmocka_run_group_tests(tests, both_setup, test_db_group_teardown);
}
