#include "feed/holding.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/test.h"

struct place {
	char path[64];
	int fd;
};

static void place_make(struct place *place)
{
	snprintf(place->path, sizeof place->path, "/tmp/holding-XXXXXX");
	assert_non_null(mkdtemp(place->path));
	place->fd = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(place->fd >= 0);
}

static void place_remove(const struct place *place)
{
	unlinkat(place->fd, HOLDING_FILE, 0);
	close(place->fd);
	assert_int_equal(rmdir(place->path), 0);
}

static void two_lists(struct holding *holding)
{
	struct held_list *list;

	*holding = (struct holding){NULL, 0};
	assert_ok(holding_add(holding, "un-sc", &list, NULL));
	list->modified_s = 1772100000;
	list->fetched_ms = 1772100000123;
	list->checked_ms = list->tried_ms = 1772100000999;
	list->listed = 1002;
	list->entities = 1500;
	list->skipped = 3;
	list->file_count = 2;
	snprintf(list->format, sizeof list->format, "un-xml");
	snprintf(list->files[0].name, sizeof list->files[0].name, "un-sc.xml");
	snprintf(list->files[0].etag, FETCH_TAG_SIZE, "W/\"a\\b\"");
	snprintf(list->files[1].digests.sha256, 65, "%064d", 7);
	list->files[1].bytes = UINT64_C(5000000000);
	assert_ok(holding_add(holding, "ftm:a", &list, NULL));
	snprintf(list->trouble, sizeof list->trouble, "row 3: \"quoted\"\tand tabbed");
	/* Adding what is there gives what is there. */
	assert_ok(holding_add(holding, "un-sc", &list, NULL));
	assert_int_equal(list->listed, 1002);
	assert_int_equal(holding->count, 2);
}

static void what_is_written_is_read_again(void **state)
{
	struct holding out, in;
	struct place place;

	(void)state;
	place_make(&place);
	assert_ok(holding_read(place.fd, &in, NULL));
	assert_int_equal(in.count, 0);
	two_lists(&out);
	assert_ok(holding_write(place.fd, &out, NULL));
	assert_ok(holding_read(place.fd, &in, NULL));
	assert_int_equal(in.count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_memory_equal(&in.lists[i], &out.lists[i], sizeof in.lists[i]);
	assert_string_equal(in.lists[0].name, "ftm:a");
	holding_release(&in);
	holding_release(&out);
	place_remove(&place);
}

static void a_record_that_is_cut_or_altered_is_refused_or_read_but_never_more(void **state)
{
	struct holding out, in;
	struct place place;
	struct stat info;
	char path[128], *bytes;
	size_t size;
	FILE *f;

	(void)state;
	place_make(&place);
	two_lists(&out);
	assert_ok(holding_write(place.fd, &out, NULL));
	holding_release(&out);
	snprintf(path, sizeof path, "%s/" HOLDING_FILE, place.path);
	assert_int_equal(stat(path, &info), 0);
	size = (size_t)info.st_size;
	bytes = malloc(size);
	f = fopen(path, "r");
	assert_int_equal(fread(bytes, 1, size, f), size);
	fclose(f);
	for (size_t cut = 0; cut < size; cut++) {
		struct error e = {.code = ST_OK};

		assert_int_equal(truncate(path, (off_t)(size - 1 - cut)), 0);
		assert_int_equal(holding_read(place.fd, &in, &e), ST_CORRUPT);
		assert_true(e.message[0] != '\0');
	}
	for (size_t at = 0; at < size; at += 3) {
		char was = bytes[at];

		bytes[at] = (char)(was ^ 0x10);
		f = fopen(path, "w");
		assert_int_equal(fwrite(bytes, 1, size, f), size);
		fclose(f);
		bytes[at] = was;
		if (holding_read(place.fd, &in, NULL) == ST_OK)
			holding_release(&in);
	}
	free(bytes);
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(a_record_that_is_cut_or_altered_is_refused_or_read_but_never_more)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
