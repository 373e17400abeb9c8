/* A folder of lists through its bad days: replaced, cut, deleted, unreadable, and what stays in force. */
#include "lists/lists.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/folder.h"
#include "lib/test.h"
#include "screen/screen.h"

struct place {
	char folder[64];
	char said[4096]; /* what was told since the last load */
};

static void hear(void *context, const char *line)
{
	struct place *p = context;

	snprintf(p->said + strlen(p->said), sizeof p->said - strlen(p->said), "%s\n", line);
}

static int place_make(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	snprintf(p->folder, sizeof p->folder, "cordon-lists-XXXXXX");
	*state = p;
	return mkdtemp(p->folder) == NULL;
}

static int place_drop(void **state)
{
	struct place *p = *state;
	int failed = seteuid(getuid());

	failed |= folder_remove(p->folder);
	free(p);
	return failed;
}

static const char *path_of(const struct place *p, const char *name, char path[256])
{
	snprintf(path, 256, "%s/%s", p->folder, name);
	return path;
}

/* Written beside and moved into place, as careful programs do. */
static void put(const struct place *p, const char *name, const char *text)
{
	static const struct timespec times[2] = {{1700000000, 0}, {1700000000, 0}};
	char path[256], part[256];
	FILE *f;

	f = fopen(path_of(p, ".part", part), "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fflush(f), 0);
	assert_int_equal(futimens(fileno(f), times), 0);
	fclose(f);
	assert_int_equal(rename(part, path_of(p, name, path)), 0);
}

static struct lists_snapshot *load(struct place *p)
{
	const struct lists_told told = {hear, p};
	struct lists_snapshot *s;
	struct error e = {.code = ST_OK};

	p->said[0] = '\0';
	if (snapshot_load(p->folder, 1, &told, &s, &e) != ST_OK)
		fail_msg("%s", e.message);
	return s;
}

static bool has(const struct lists_snapshot *s, const char *id)
{
	return index_find(s->index, text_of(id)) != ENTITY_NONE;
}

static const struct lists_dataset *dataset(const struct lists_snapshot *s, const char *name)
{
	size_t at = snapshot_dataset(s, text_of(name));

	if (at == s->dataset_count)
		fail_msg("there is no dataset %s", name);
	return &s->datasets[at];
}

static void has_said(const struct place *p, const char *words)
{
	if (strstr(p->said, words) == NULL)
		fail_msg("\"%s\" was not said, but: %s", words, p->said);
}

#define GOOD_A "id,name\n1,KIM INVENTED\n2,PARK INVENTED\n"
#define GOOD_B "id,name\n1,SOK INVENTED\n"
#define NEW_A  "id,name\n1,KIM INVENTED\n3,LEE INVENTED\n"
#define BAD    "id,name\n9,\"an open quote\n"

static void good_files(void **state)
{
	struct place *p = *state;
	struct lists_snapshot *s;

	put(p, "a.csv", GOOD_A);
	put(p, "b.csv", GOOD_B);
	put(p, "notes.txt", "no list");
	put(p, ".hidden.csv", BAD);
	s = load(p);
	assert_true(has(s, "a-1") && has(s, "a-2") && has(s, "b-1"));
	assert_int_equal(s->dataset_count, 2);
	assert_int_equal(dataset(s, "a")->entity_count, 2);
	assert_int_equal(dataset(s, "a")->state, LISTS_CURRENT);
	assert_text(text_of(dataset(s, "a")->updated_at), "2023-11-14T22:13:20");
	assert_text(text_of(dataset(s, "a")->version), "20231114221320");
	assert_int_equal(s->troubled, 0);
	assert_string_equal(p->said, "");
	snapshot_release(s);
}

/* A bad file is left out, with its reason; the others are in force. */
static void never_good(void **state)
{
	struct place *p = *state;
	struct lists_snapshot *s;

	put(p, "a.csv", BAD);
	put(p, "b.csv", GOOD_B);
	put(p, "c.csv", "who knows what this is");
	s = load(p);
	assert_true(has(s, "b-1") && !has(s, "a-9"));
	assert_int_equal(index_entity_count(s->index), 1);
	assert_int_equal(s->troubled, 2);
	assert_int_equal(dataset(s, "a")->state, LISTS_FAILED);
	assert_int_equal(dataset(s, "a")->entity_count, 0);
	assert_true(text_has(dataset(s, "a")->trouble, TEXT("quote")));
	assert_int_equal(dataset(s, "b")->state, LISTS_CURRENT);
	has_said(p, "a.csv: a quote is still open at the end of the file; nothing of it is in force");
	has_said(p, "c.csv: this is no list format that is known here; nothing of it is in force");
	snapshot_release(s);
}

/* The ways in which a good file goes bad. What was good stays, also for a program that starts anew; the other list is
 * taken up new; and when the file is good again, it is current. */
static void good_then(struct place *p, const char *bad, mode_t mode, const char *words)
{
	struct lists_snapshot *s;
	char path[256];

	put(p, "a.csv", GOOD_A);
	put(p, "b.csv", GOOD_B);
	snapshot_release(load(p));
	put(p, "a.csv", bad);
	assert_int_equal(chmod(path_of(p, "a.csv", path), mode), 0);
	put(p, "b.csv", "id,name\n7,CHAN INVENTED\n");
	for (unsigned restarts = 0; restarts < 2; restarts++) {
		s = load(p);
		assert_true(has(s, "a-1") && has(s, "a-2") && !has(s, "a-9"));
		assert_true(has(s, "b-7") && !has(s, "b-1"));
		assert_int_equal(s->troubled, 1);
		assert_int_equal(dataset(s, "a")->state, LISTS_OLD);
		assert_int_equal(dataset(s, "a")->entity_count, 2);
		assert_text(text_of(dataset(s, "a")->updated_at), "2023-11-14T22:13:20");
		has_said(p, words);
		has_said(p, "its last good content, of 2023-11-14, stays in force");
		assert_null(strstr(p->said, p->folder));
		snapshot_release(s);
	}
	put(p, "a.csv", NEW_A);
	s = load(p);
	assert_true(has(s, "a-3") && !has(s, "a-2"));
	assert_int_equal(dataset(s, "a")->state, LISTS_CURRENT);
	assert_string_equal(p->said, "");
	snapshot_release(s);
	put(p, "a.csv", bad); /* of the new content now, though all these files bear the same time */
	assert_int_equal(chmod(path_of(p, "a.csv", path), mode), 0);
	s = load(p);
	assert_true(has(s, "a-3") && !has(s, "a-2"));
	snapshot_release(s);
}

static void damaged(void **state)
{
	good_then(*state, BAD, 0644, "a.csv: a quote is still open");
}

static void cut_half_way(void **state)
{
	good_then(*state, "id,name\n1,KIM INVENTED\n2", 0644, "a.csv: row 3: the file is cut off");
}

static void emptied(void **state)
{
	good_then(*state, "", 0644, "a.csv: this is no list format");
}

static void unreadable(void **state)
{
	const uid_t nobody = 65534;
	struct place *p = *state;
	bool root = geteuid() == 0; /* reads everything, so it becomes somebody else for a while */

	if (root) {
		assert_int_equal(chown(p->folder, nobody, (gid_t)-1), 0);
		assert_int_equal(seteuid(nobody), 0);
	}
	good_then(p, GOOD_A, 0, "a.csv: Permission denied");
	if (root)
		assert_int_equal(seteuid(0), 0);
}

/* Its disk is gone: no permission is asked, so that root sees it too. */
static void points_nowhere(void **state)
{
	struct place *p = *state;
	struct lists_snapshot *s;
	char path[256];

	put(p, "a.csv", GOOD_A);
	snapshot_release(load(p));
	assert_int_equal(unlink(path_of(p, "a.csv", path)), 0);
	assert_int_equal(symlink("/no such disk/a.csv", path), 0);
	s = load(p);
	assert_true(has(s, "a-1"));
	assert_int_equal(dataset(s, "a")->state, LISTS_OLD);
	assert_true(s->may_pass);
	has_said(p, "a.csv: No such file or directory; its last good content");
	snapshot_release(s);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0777), 0);
	s = load(p);
	assert_true(has(s, "a-1"));
	has_said(p, "a.csv: is a directory; its last good content");
	snapshot_release(s);
}

/* A list in whose middle it goes bad leaves nothing of its new half in force. */
static void half_of_it_new(void **state)
{
	struct place *p = *state;
	struct lists_snapshot *s;

	put(p, "a.csv", GOOD_A);
	snapshot_release(load(p));
	put(p, "a.csv", "id,name\n1,ANOTHER\n5,NEW\n9,\"open\n");
	s = load(p);
	assert_true(has(s, "a-2") && !has(s, "a-5"));
	assert_true(text_has(index_entity_json(s->index, index_find(s->index, TEXT("a-1"))), TEXT("KIM INVENTED")));
	snapshot_release(s);
}

/* Deleted on purpose: gone, and what was kept of it too. */
static void deleted(void **state)
{
	struct place *p = *state;
	struct lists_snapshot *s;
	char path[256];

	put(p, "a.csv", GOOD_A);
	put(p, "b.csv", GOOD_B);
	snapshot_release(load(p));
	assert_int_equal(access(path_of(p, ".last-good/a.csv.ftm.jsonl", path), F_OK), 0);
	assert_int_equal(unlink(path_of(p, "a.csv", path)), 0);
	s = load(p);
	assert_true(!has(s, "a-1") && has(s, "b-1"));
	assert_int_equal(s->dataset_count, 1);
	assert_int_equal(access(path_of(p, ".last-good/a.csv.ftm.jsonl", path), F_OK), -1);
	snapshot_release(s);
}

/* What is kept may itself be damaged, at any place: it is then not taken for good. */
static void kept_is_damaged(void **state)
{
	struct place *p = *state;
	char path[256];
	off_t size;

	put(p, "a.csv", GOOD_A);
	snapshot_release(load(p));
	put(p, "a.csv", BAD);
	path_of(p, ".last-good/a.csv.ftm.jsonl", path);
	{
		struct stat info;

		assert_int_equal(stat(path, &info), 0);
		size = info.st_size;
	}
	for (off_t at = 0; at <= size; at += 7) {
		struct lists_snapshot *s;
		uint8_t was = 0, is;
		int fd = open(path, O_RDWR);

		assert_true(fd >= 0);
		if (at < size) { /* one bit, else a byte too many */
			assert_int_equal(pread(fd, &was, 1, at), 1);
		}
		is = was ^ 1;
		assert_int_equal(pwrite(fd, &is, 1, at), 1);
		s = load(p);
		assert_int_equal(dataset(s, "a")->state, LISTS_FAILED);
		assert_int_equal(index_entity_count(s->index), 0);
		snapshot_release(s);
		assert_int_equal(pwrite(fd, &was, 1, at), 1);
		assert_int_equal(ftruncate(fd, size), 0);
		close(fd);
	}
	snapshot_release(load(p));
}

/* Where nothing can be kept, the list itself is taken all the same. */
static void nothing_can_be_kept(void **state)
{
	struct place *p = *state;
	struct lists_snapshot *s;

	put(p, ".last-good", "no folder");
	put(p, "a.csv", GOOD_A);
	s = load(p);
	assert_true(has(s, "a-1"));
	assert_int_equal(s->troubled, 0);
	has_said(p, "a.csv: cannot be kept for bad days");
	snapshot_release(s);
}

static void folder_is_missing(void **state)
{
	struct lists_snapshot *s = NULL;
	struct error e = {.code = ST_OK};

	(void)state;
	assert_int_equal(snapshot_load("no such folder", 1, NULL, &s, &e), ST_NOT_FOUND);
	assert_null(s);
	assert_non_null(strstr(e.message, "no such folder"));
}

/* ---- OFAC's several files ---- */

#define SDN "1,\"KIM, Invented\",individual,X,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 1990;\"\n"
#define ALT "1,11,\"aka\",\"KIM, Other\",-0- \n"

static void companions_are_read_with_their_list(void **state)
{
	struct place *p = *state;
	struct lists_snapshot *s;
	struct text json;

	put(p, "sdn.csv", SDN);
	put(p, "alt.csv", ALT);
	put(p, "add.csv", "1,21,\"1 Invented Street\",\"Phnom Penh\",\"Cambodia\",-0- \n");
	put(p, "sdn_comments.csv", "1,\" Passport M1234567 (Korea, South);\"\n");
	put(p, "alternatives.csv", GOOD_B);
	s = load(p);
	json = index_entity_json(s->index, index_find(s->index, TEXT("us_ofac_sdn-1")));
	assert_true(text_has(json, TEXT("\"alias\":[\"KIM, Other\"]")));
	assert_true(text_has(json, TEXT("\"address\":[\"1 Invented Street, Phnom Penh, Cambodia\"]")));
	assert_true(text_has(json, TEXT("M1234567")));
	assert_true(has(s, "alternatives-1"));
	assert_int_equal(snapshot_dataset(s, TEXT("alt")), s->dataset_count);
	assert_int_equal(snapshot_dataset(s, TEXT("add")), s->dataset_count);
	assert_int_equal(s->troubled, 0);
	assert_text(text_of(dataset(s, "us_ofac_sdn")->updated_at), "2023-11-14T22:13:20");
	snapshot_release(s);
	/* A companion's damage is the list's: without its aliases people would be missed. */
	put(p, "alt.csv", "1,11,\"aka\",\"KIM, Oth");
	s = load(p);
	assert_int_equal(dataset(s, "sdn")->state, LISTS_OLD);
	assert_int_equal(dataset(s, "us_ofac_sdn")->state, LISTS_OLD);
	has_said(p, "sdn.csv: alt.csv: row 1: a quote is still open");
	assert_true(text_has(index_entity_json(s->index, index_find(s->index, TEXT("us_ofac_sdn-1"))), TEXT("KIM, Other")));
	snapshot_release(s);
}

static void a_companion_alone(void **state)
{
	struct place *p = *state;
	struct lists_snapshot *s;

	put(p, "alt.csv", ALT);
	s = load(p);
	assert_int_equal(dataset(s, "alt")->state, LISTS_FAILED);
	has_said(p, "alt.csv: it belongs beside OFAC's sdn.csv, which is not here");
	snapshot_release(s);
}

/* ---- while a hub runs ---- */

static bool comes_true(struct lists *lists, const char *id, bool wanted)
{
	for (unsigned tenths = 0; tenths < 100; tenths++) {
		struct lists_snapshot *s = lists_hold(lists);
		bool is = s && has(s, id);

		snapshot_release(s);
		if (is == wanted)
			return true;
		nanosleep(&(struct timespec){0, 100000000}, NULL);
	}
	return false;
}

/* Readers always hold something whole; what one holds does not change under it. */
static void watched(void **state)
{
	struct place *p = *state;
	const struct lists_told told = {hear, p};
	struct lists_snapshot *held;
	struct lists_state now;
	struct lists *lists;
	struct error e = {.code = ST_OK};
	char path[256];

	put(p, "a.csv", GOOD_A);
	assert_ok(lists_open(p->folder, 1, &told, &lists, &e));
	held = lists_hold(lists);
	assert_true(has(held, "a-2"));
	put(p, "a.csv", NEW_A);
	assert_true(comes_true(lists, "a-3", true));
	assert_true(has(held, "a-2") && !has(held, "a-3"));
	snapshot_release(held);
	put(p, "a.csv", BAD);
	put(p, "b.csv", GOOD_B);
	assert_true(comes_true(lists, "b-1", true));
	assert_true(comes_true(lists, "a-3", true));
	lists_state(lists, &now);
	assert_int_equal(now.troubled, 1);
	assert_false(now.failing);
	assert_int_equal(unlink(path_of(p, "a.csv", path)), 0);
	assert_true(comes_true(lists, "a-3", false));
	lists_close(lists);
}

int main(void)
{
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(good_files),    IN_A_FOLDER(never_good),          IN_A_FOLDER(damaged),
		IN_A_FOLDER(cut_half_way),  IN_A_FOLDER(emptied),             IN_A_FOLDER(unreadable),
		IN_A_FOLDER(points_nowhere),
		IN_A_FOLDER(half_of_it_new), IN_A_FOLDER(deleted),            IN_A_FOLDER(kept_is_damaged),
		IN_A_FOLDER(nothing_can_be_kept), cmocka_unit_test(folder_is_missing),
		IN_A_FOLDER(companions_are_read_with_their_list), IN_A_FOLDER(a_companion_alone), IN_A_FOLDER(watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
