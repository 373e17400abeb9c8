#include "feed/sources.h"

#include "lib/test.h"

static void the_table_built_in_is_good(void **state)
{
	struct list_sources sources;
	const struct list_source *set;

	(void)state;
	assert_ok(list_sources_standard(&sources, NULL));
	for (size_t i = 1; i < sources.count; i++)
		assert_true(strcmp(sources.rows[i - 1].name, sources.rows[i].name) < 0);
	set = list_sources_find(&sources, "ofac-sdn-csv");
	assert_non_null(set);
	assert_int_equal(set->file_count, 4);
	assert_string_equal(set->files[0], "sdn.csv");
	assert_false(set->standard);
	assert_string_equal(list_sources_catalogue(&sources)->name, "ftm-catalogue");
	assert_null(list_sources_find(&sources, "ofac"));
	list_sources_release(&sources);
	assert_text(list_sources_title(TEXT("un-sc")), "United Nations Security Council Consolidated List");
	assert_text(list_sources_title(TEXT("demo")), "demo");
}

#define HEAD "source\tname\ttitle\tpublisher\tformat\tstandard\tfiles\taddresses\tterms\n"
#define ROW(name, file) "s\t" name "\tt\tp\tun-xml\ty\t" file "\thttps://example.org/a\tfree\n"

static void a_table_is_read_or_refused_with_its_row(void **state)
{
	static const struct {
		const char *table;
		enum status st;
		int row;
	} rows[] = {
		{"# a comment\n\n" HEAD ROW("a", "a.xml") "\r\n" ROW("b", "b.xml"), ST_OK, 0},
		{HEAD "s\ta\tt\tp\tun-xml\tn\ta.xml\thttps://example.org/a\t", ST_OK, 0},
		{"", ST_MALFORMED, 0},
		{HEAD, ST_MALFORMED, 0},
		{"name\ttitle\n", ST_MALFORMED, 1},
		{HEAD ROW("a", "a.xml") ROW("a", "b.xml"), ST_CONFLICT, 3},
		{HEAD ROW("a", "a.xml") ROW("b", "a.xml"), ST_CONFLICT, 3},
		{HEAD ROW("a", ".."), ST_MALFORMED, 2},
		{HEAD ROW("a", ".hidden.xml"), ST_MALFORMED, 2},
		{HEAD ROW("a", "x/y.xml"), ST_MALFORMED, 2},
		{HEAD ROW("a", ""), ST_MALFORMED, 2},
		{HEAD ROW("a", "1 2 3 4 5"), ST_LIMIT, 2},
		{HEAD ROW("", "a.xml"), ST_MALFORMED, 2},
		{HEAD ROW("ftm:a", "a.xml"), ST_MALFORMED, 2},
		{HEAD "s\ta\tt\tp\tun-xml\ty\ta.xml\thttp://example.org/a\tfree\n", ST_DENIED, 2},
		{HEAD "s\ta\tt\tp\tun-xml\ty\ta.xml\thttps://example.org/a\tfree\tmore\n", ST_MALFORMED, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct list_sources sources = {.count = 0};
		struct error e = {.code = ST_OK};
		enum status st = list_sources_parse(text_of(rows[i].table), &sources, &e);

		if (st != rows[i].st || (st != ST_OK && (e.message[0] == '\0' || (rows[i].row && e.row != rows[i].row))))
			fail_msg("table %zu: %d, row %d: %s", i, st, (int)e.row, e.message);
		list_sources_release(&sources);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_table_built_in_is_good),
					   cmocka_unit_test(a_table_is_read_or_refused_with_its_row)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
