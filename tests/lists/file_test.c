#include "lists/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/folder.h"
#include "lib/test.h"

static const struct {
	const char *name;
	bool list, companion, main;
} names[] = {
	{"sdn.csv", true, false, true},
	{"SDN.CSV", true, false, true},
	{"sdn_2024-05-03.csv", true, false, true},
	{"alt.csv", true, true, false},
	{"ALT.CSV", true, true, false},
	{"alt_2025-02-27.csv", true, true, false},
	{"add2.csv", true, true, false},
	{"sdn_comments.csv", true, true, false},
	{"sdn_comments_2025.csv", true, true, false},
	{"alternatives.csv", true, false, false},
	{"additional persons.csv", true, false, false},
	{"sdn.xml", true, false, false},
	{"alt.xml", true, false, false},
	{"sdnx.csv", true, false, false},
	{".hidden.csv", false, false, false},
	{"list.XLSX", true, false, false},
	{"list.csv.part", false, false, false},
	{"readme.txt", false, false, false},
	{".csv", false, false, false},
};

static void names_say_what_files_are(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		bool companion = lists_is_file(names[i].name) && lists_is_companion(names[i].name);

		if (lists_is_file(names[i].name) != names[i].list || companion != names[i].companion ||
		    lists_has_companions(names[i].name) != names[i].main)
			fail_msg("%s", names[i].name);
	}
}

static void touch(const char *folder, const char *name, const char *text)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* STEM.csv before any other of its stem, else the last by name; each kind once. */
static void companions_are_chosen_by_name(void **state)
{
	char folder[] = "cordon-file-XXXXXX", path[256];
	struct file_source file;
	struct error e = {.code = ST_OK};
	uint8_t got[64];
	size_t n;

	(void)state;
	assert_non_null(mkdtemp(folder));
	touch(folder, "sdn.csv", "main");
	touch(folder, "alt_2023.csv", "old");
	touch(folder, "alt_2025.csv", "new");
	touch(folder, "alternatives.csv", "another list");
	touch(folder, "ADD.CSV", "plain");
	touch(folder, "add_9.csv", "other");
	snprintf(path, sizeof path, "%s/sdn.csv", folder);
	assert_ok(file_source_open(path, &file, &e));
	file_source_settle(&file);
	assert_int_equal(file.source.companion_count, 2);
	assert_text(file.source.companions[0].name, "alt");
	assert_ok(file.source.companions[0].read(file.source.companions[0].context, got, sizeof got, &n, &e));
	assert_text(((struct text){(char *)got, n}), "new");
	assert_text(file.source.companions[1].name, "add");
	assert_ok(file.source.companions[1].read(file.source.companions[1].context, got, sizeof got, &n, &e));
	assert_text(((struct text){(char *)got, n}), "plain");
	assert_false(file_source_moved(&file));
	touch(folder, "alt_2025.csv", "written to meanwhile");
	assert_true(file_source_moved(&file));
	file_source_close(&file);
	assert_int_equal(folder_remove(folder), 0);
}

static void what_cannot_be_opened_is_named(void **state)
{
	struct file_source file;
	struct error e = {.code = ST_OK};

	(void)state;
	assert_int_equal(file_source_open("no such folder/x.csv", &file, &e), ST_NOT_FOUND);
	assert_non_null(strstr(e.message, "no such folder/x.csv"));
	assert_int_equal(file_source_open(".", &file, &e), ST_UNAVAILABLE);
	assert_non_null(strstr(e.message, "is a directory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_say_what_files_are),
		cmocka_unit_test(companions_are_chosen_by_name),
		cmocka_unit_test(what_cannot_be_opened_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
