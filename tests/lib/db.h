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
 * Such a program stands in `db_tests` of its meson.build and not in `unit_tests`; it is then run once on each kind. On
 * PostgreSQL a fresh database is a schema of its own in the cluster that CORDON_TEST_PG names (tools/pg.sh with ...); a
 * program that finds no such variable starts a cluster for itself. */
#ifndef TESTS_LIB_DB_H
#define TESTS_LIB_DB_H

#include <fcntl.h>
#include <libpq-fe.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/db.h"
#include "lib/folder.h"
#include "lib/test.h"

struct test_database {
	struct db *db;
	char url[512];
	char folder[64]; /* of SQLite; its last part names the schema of PostgreSQL */
};

static inline bool test_db_is_postgres(void)
{
	const char *kind = getenv("CORDON_TEST_DB");

	return kind && strcmp(kind, "postgresql") == 0;
}

/* ---- a cluster ---- */

struct test_cluster {
	char folder[64];
	char url[160];
};

/* tools/pg.sh `verb` on the cluster's folder; gives 0 where it went well. */
static inline int test_cluster_do(const struct test_cluster *cluster, const char *verb)
{
	const char *source = getenv("CORDON_SOURCE");
	char script[512], word[16], folder[64];
	char *argv[] = {script, word, folder, NULL};
	posix_spawn_file_actions_t quiet;
	int status = -1;
	pid_t pid;

	snprintf(script, sizeof script, "%s/tools/pg.sh", source ? source : ".");
	snprintf(word, sizeof word, "%s", verb);
	snprintf(folder, sizeof folder, "%s", cluster->folder);
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&pid, script, &quiet, NULL, argv, environ) != 0 || waitpid(pid, &status, 0) != pid)
		status = -1;
	posix_spawn_file_actions_destroy(&quiet);
	return status;
}

static inline int test_cluster_start(struct test_cluster *cluster)
{
	snprintf(cluster->folder, sizeof cluster->folder, "/tmp/cordon-pg-XXXXXX");
	if (mkdtemp(cluster->folder) == NULL)
		return -1;
	snprintf(cluster->url, sizeof cluster->url, "postgresql:///postgres?host=%s&user=postgres", cluster->folder);
	return test_cluster_do(cluster, "start");
}

static inline int test_cluster_stop(const struct test_cluster *cluster)
{
	return test_cluster_do(cluster, "stop");
}

/* The program's own, where it was given none. */
static struct test_cluster test_own_cluster;

static inline int test_db_group_setup(void **state)
{
	(void)state;
	if (!test_db_is_postgres() || getenv("CORDON_TEST_PG"))
		return 0;
	return test_cluster_start(&test_own_cluster) != 0 || setenv("CORDON_TEST_PG", test_own_cluster.url, 1) != 0;
}

static inline int test_db_group_teardown(void **state)
{
	(void)state;
	return test_own_cluster.folder[0] ? test_cluster_stop(&test_own_cluster) : 0;
}

/* ---- a database ---- */

/* One statement past db/, as an administrator with psql would run it. */
static inline int test_pg_do(const char *url, const char *sql)
{
	PGconn *pg = PQconnectdb(url);
	PGresult *result = PQexec(pg, sql);
	ExecStatusType got = PQresultStatus(result);
	int rc = got != PGRES_COMMAND_OK && got != PGRES_TUPLES_OK;

	if (rc)
		print_error("%s", PQerrorMessage(pg));
	PQclear(result);
	PQfinish(pg);
	return rc;
}

/* Names a database that is not there yet (SQLite) or empty (PostgreSQL). */
static inline int test_db_name(struct test_database *t)
{
	const char *server = getenv("CORDON_TEST_PG");
	const char *name;
	char sql[128];

	snprintf(t->folder, sizeof t->folder, "/tmp/cordon_db_XXXXXX");
	if (mkdtemp(t->folder) == NULL)
		return -1;
	name = t->folder + sizeof "/tmp/" - 1;
	if (!test_db_is_postgres()) {
		snprintf(t->url, sizeof t->url, "sqlite:%s/cordon.db", t->folder);
		return 0;
	}
	snprintf(t->url, sizeof t->url, "%s&options=-csearch_path%%3D%%22%s%%22", server ? server : "", name);
	snprintf(sql, sizeof sql, "CREATE SCHEMA \"%s\"", name);
	return test_pg_do(t->url, sql);
}

static inline int test_db_drop(const struct test_database *t)
{
	char sql[128];
	int rc = 0;

	if (test_db_is_postgres()) {
		snprintf(sql, sizeof sql, "SET client_min_messages = error; DROP SCHEMA \"%s\" CASCADE", t->folder + sizeof "/tmp/" - 1);
		rc = test_pg_do(t->url, sql);
	}
	return folder_remove(t->folder) || rc;
}

static inline int test_db_setup(void **state)
{
	struct test_database *t = calloc(1, sizeof *t);
	struct error error = {.code = ST_OK};

	if (t == NULL || test_db_name(t) != 0)
		return -1;
	if (db_open(t->url, NULL, &t->db, &error) != ST_OK) {
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
	rc = test_db_drop(t);
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
#define db_run_group_tests(tests) cmocka_run_group_tests(tests, test_db_group_setup, test_db_group_teardown)

#endif
