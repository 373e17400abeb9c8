/* A fresh database for each test, of the kind that CORDON_TEST_DB names ("sqlite" where it is not set).
 *
 *	static void a_thing_is_kept(void **state)
 *	{
 *		struct db *db = test_db(state);
 *	...
 *	const struct CMUnitTest tests[] = {db_unit_test(a_thing_is_kept)};
 *
 *	return db_run_group_tests(tests);
 *
 * Such a program stands in `db_tests` of its meson.build and not in `unit_tests`; it is then run once on each kind. */
#ifndef TESTS_LIB_DB_H
#define TESTS_LIB_DB_H

#include <stdlib.h>
#include <unistd.h>

#include "db/db.h"
#include "lib/folder.h"
#include "lib/test.h"

struct test_database {
	struct db *db;
	char url[512];
	char folder[64];
};

static inline const char *test_db_kind(void)
{
	const char *kind = getenv("CORDON_TEST_DB");

	return kind ? kind : "sqlite";
}

static inline int test_db_setup(void **state)
{
	static const struct db_options options = {.readers = 4, .busy_ms = 10000};
	struct test_database *t = calloc(1, sizeof *t);
	struct error error = {.code = ST_OK};

	snprintf(t->folder, sizeof t->folder, "/tmp/cordon-db-XXXXXX");
	if (mkdtemp(t->folder) == NULL)
		return -1;
	snprintf(t->url, sizeof t->url, "sqlite:%s/cordon.db", t->folder);
	if (db_open(t->url, &options, &t->db, &error) != ST_OK) {
		print_error("%s: %s\n", t->url, error.message);
		return -1;
	}
	*state = t;
	return 0;
}

static inline int test_db_teardown(void **state)
{
	struct test_database *t = *state;
	int rc;

	db_close(t->db);
	rc = folder_remove(t->folder);
	free(t);
	return rc;
}

static inline struct db *test_db(void **state)
{
	return ((struct test_database *)*state)->db;
}

static inline const char *test_db_url(void **state)
{
	return ((struct test_database *)*state)->url;
}

#define db_unit_test(function) cmocka_unit_test_setup_teardown(function, test_db_setup, test_db_teardown)
#define db_run_group_tests(tests) cmocka_run_group_tests(tests, NULL, NULL)

#endif
