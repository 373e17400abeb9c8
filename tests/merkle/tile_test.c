#include "lib/test.h"

#include "merkle/tile.h"

static void paths_are_written_and_read(void **state)
{
	static const struct {
		const char *path;
		struct tile tile;
	} rows[] = {
		{"0/000", {0, 0, 256}},
		{"0/x001/x234/067", {0, 1234067, 256}},
		{"0/x001/x234/067.p/1", {0, 1234067, 1}},
		{"1/017.p/255", {1, 17, 255}},
		{"7/x999/000", {7, 999000, 256}},
		{"entries/x273/112.p/112", {TILE_ENTRIES, 273112, 112}},
		{"entries/x001/000", {TILE_ENTRIES, 1000, 256}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tile tile;
		struct buffer out;

		buffer_init(&out, 256);
		tile_path(&rows[i].tile, &out);
		assert_text(buffer_text(&out), rows[i].path);
		assert_ok(tile_path_parse(text_of(rows[i].path), &tile, NULL));
		assert_int_equal(tile.level, rows[i].tile.level);
		assert_true(tile.n == rows[i].tile.n);
		assert_int_equal(tile.width, rows[i].tile.width);
		buffer_release(&out);
	}
}

static void other_paths_are_refused(void **state)
{
	static const char *const rows[] = {"", "0", "0/", "/000", "8/000", "64/000", "-1/000", "00/000", "01/000", "0/00", "0/0000",
					   "0/x001", "0/x001/", "0/x000/001", "0/001/002", "0/x1/001", "0/001.p", "0/001.p/",
					   "0/001.p/0", "0/001.p/256", "0/001.p/01", "0/001.p/1/2", "0/x001.p/1", "0/a01", "0/000/",
					   "entries/", "entries/x001", "Entries/000", "entries/000.p/300", "0/000.q/1", "0/ 00",
					   "0/x999/x999/x999/x999/x999/x999/x999/999"};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tile tile;

		if (tile_path_parse(text_of(rows[i]), &tile, NULL) != ST_MALFORMED)
			fail_msg("taken: %s", rows[i]);
	}
}

static void widths_follow_the_size(void **state)
{
	static const struct {
		unsigned level;
		uint64_t n, size;
		unsigned width;
	} rows[] = {
		{0, 0, 0, 0},         {0, 0, 1, 1},         {0, 0, 256, 256},     {0, 1, 256, 0},       {0, 1, 257, 1},
		{0, 272, 70000, 256}, {0, 273, 70000, 112}, {0, 274, 70000, 0},   {1, 0, 70000, 256},   {1, 1, 70000, 17},
		{2, 0, 70000, 1},     {3, 0, 70000, 0},     {1, 0, 255, 0},       {8, 0, UINT64_MAX, 0}, {0, UINT64_MAX, 70000, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(tile_width(rows[i].level, rows[i].n, rows[i].size), rows[i].width);
}

static void bundles_go_round(void **state)
{
	static uint8_t long_entry[TILE_ENTRY_MAX];
	struct bytes in[] = {{NULL, 0}, {(const uint8_t *)"abc", 3}, {long_entry, sizeof long_entry}}, rest, entry;
	struct buffer bundle;

	(void)state;
	buffer_init(&bundle, 1 << 20);
	for (size_t i = 0; i < 3; i++)
		tile_entry_add(&bundle, in[i]);
	rest = buffer_bytes(&bundle);
	for (size_t i = 0; i < 3; i++) {
		assert_ok(tile_entry_next(&rest, &entry, NULL));
		assert_int_equal(entry.len, in[i].len);
		if (entry.len)
			assert_memory_equal(entry.data, in[i].data, entry.len);
	}
	assert_int_equal(rest.len, 0);
	assert_int_equal(tile_entry_next(&rest, &entry, NULL), ST_MALFORMED);
	rest = (struct bytes){(const uint8_t *)"\0\4abc", 5};
	assert_int_equal(tile_entry_next(&rest, &entry, NULL), ST_MALFORMED);
	buffer_release(&bundle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_written_and_read),
		cmocka_unit_test(other_paths_are_refused),
		cmocka_unit_test(widths_follow_the_size),
		cmocka_unit_test(bundles_go_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
