/* Segments as carriers write them, each as a row: the input, and what is read of it or why it is not. */
#include "edifact/edifact.h"

#include <stdio.h>

#include "base/buffer.h"
#include "lib/test.h"

/* Everything on one line: "TAG+a:b+c;". */
static void dump(const struct edifact *e, struct buffer *out)
{
	for (size_t i = 0; i < e->count; i++) {
		const struct edifact_segment *s = &e->segments[i];

		buffer_add_text(out, s->tag);
		for (size_t k = 0; k < s->element_count; k++)
			for (size_t c = s->starts[k]; c == s->starts[k] || c < s->starts[k + 1]; c++) {
				buffer_add_char(out, c == s->starts[k] ? '+' : ':');
				if (c < s->starts[k + 1])
					buffer_add_text(out, s->values[c]);
			}
		buffer_add_char(out, ';');
	}
}

struct row {
	const char *in, *out; /* out: the dump, or NULL */
	const char *reason;
	int position;
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct error error = {.position = -2};
		struct edifact e;
		struct arena arena;
		struct buffer got;
		enum status st;

		arena_init(&arena, 1 << 22);
		buffer_init(&got, 1 << 20);
		st = edifact_read(text_bytes(text_of(rows[i].in)), &arena, &e, &error);
		if (rows[i].out == NULL) {
			if (st == ST_OK || strcmp(error.reason, rows[i].reason) != 0 || error.position != rows[i].position)
				fail_msg("row %zu (%s): status %d, %s at %d", i, rows[i].in, (int)st, error.reason, (int)error.position);
		} else {
			if (st != ST_OK)
				fail_msg("row %zu (%s): %s at %d", i, rows[i].in, error.message, (int)error.position);
			dump(&e, &got);
			assert_text(buffer_text(&got), rows[i].out);
		}
		buffer_release(&got);
		arena_release(&arena);
	}
}

static void segments_are_read(void **state)
{
	static const struct row rows[] = {
		{"BGM+745'", "BGM+745;", NULL, 0},
		{"DTM+189:2603010900:201'UNS'", "DTM+189:2603010900:201;UNS;", NULL, 0},
		{"NAD+FL+++HONG:GILDONG'", "NAD+FL+++HONG:GILDONG;", NULL, 0},
		{"ATT+2++'", "ATT+2++;", NULL, 0},
		{"ATT+:x:'", "ATT+:x:;", NULL, 0},
		{"LOC:1+91+KHM'", "LOC+91+KHM;", NULL, 0},
		{"FTX+AAP+++CALL ?+855 ?'PIU?' ?" "?'", "FTX+AAP+++CALL +855 'PIU' ?;", NULL, 0},
		{"FTX+A?:B:C'", "FTX+A:B:C;", NULL, 0},
		{"UNA:+.?*'BGM+745'", "BGM+745;", NULL, 0},
		{"UNA:+.? 'BGM+745'", "BGM+745;", NULL, 0},
		{"UNA:*.? $UNG *A:B$BGM*745$", "UNG+A:B;BGM+745;", NULL, 0},
		{"UNA|^.\\ ~BGM^745\\~|1~", "BGM+745~:1;", NULL, 0},
		{"UNA:+.  'FTX+WHAT?'", "FTX+WHAT?;", NULL, 0},
		{"UNA:+.?*\nBGM+745\nRFF+TN:1\n", "BGM+745;RFF+TN:1;", NULL, 0},
		{"UNA:+.?*'BGM+1'UNA:*.? $BGM*2$", "BGM+1;BGM+2;", NULL, 0},
		{"UNB\x1dUNOB\x1f""4\x1d""A+B\x1c""BGM\x1d""745\x1c", "UNB+UNOB:4+A+B;BGM+745;", NULL, 0},
		{"''BGM+745'''", "BGM+745;", NULL, 0},
	};

	(void)state;
	check(rows, sizeof rows / sizeof rows[0]);
}

static void line_ends_are_passed_over(void **state)
{
	static const struct row rows[] = {
		{"\xef\xbb\xbf\r\n BGM+745'\r\nRFF+TN:1'\r\n", "BGM+745;RFF+TN:1;", NULL, 0},
		{"UN\r\nA:+.?*'B\r\nGM+7\n45'", NULL, "edifact-syntax", 0},
		{"B\r\nGM+7\n45'", "BGM+745;", NULL, 0},
		{"FTX+A?\r\n+B'", "FTX+A+B;", NULL, 0},
		{"BGM+745'\\r\\nRFF+TN:1'\\n", "BGM+745;RFF+TN:1;", NULL, 0},
		{"FTX+A\\nB'", "FTX+AB;", NULL, 0},
		{"FTX+A?\\nB'", "FTX+A\\nB;", NULL, 0},
		{"FTX+A\\?nB'", "FTX+A\\nB;", NULL, 0},
		{"FTX+A\tB'", "FTX+A B;", NULL, 0},
		{"\001BGM+745'\003", "BGM+745;", NULL, 0},
	};

	(void)state;
	check(rows, sizeof rows / sizeof rows[0]);
}

static void quotes_end_a_segment_only_where_one_ends(void **state)
{
	static const struct row rows[] = {
		{"UNA:+.?*’BGM+745’\r\nNAD+FL+++O’BRIEN:A’RFF+TN:1’", "BGM+745;NAD+FL+++O’BRIEN:A;RFF+TN:1;", NULL, 0},
		{"BGM+745‘RFF+TN:1‘", "BGM+745;RFF+TN:1;", NULL, 0},
		{"BGM+745\"\nRFF+TN:1\"", "BGM+745;RFF+TN:1;", NULL, 0},
		{"ATT+2++U\"  ### !!! F'", "ATT+2++U\"  ### !!! F;", NULL, 0},
		{"BGM+745\\'RFF+TN:1\\'", "BGM+745;RFF+TN:1;", NULL, 0},
		{"NAD+FL+++O\\'BRIEN'", "NAD+FL+++O'BRIEN;", NULL, 0},
		{"NAD+FL+++O’BRIEN'", "NAD+FL+++O’BRIEN;", NULL, 0},
		{"UNA:*.? $FTX*a’$BGM*7’$", "FTX+a’;BGM+7’;", NULL, 0},
		{"NAD+FL+++O\x92" "BRIEN:REN\xc9\x92RFF+TN:1\x92", "NAD+FL+++O’BRIEN:RENÉ;RFF+TN:1;", NULL, 0},
	};

	(void)state;
	check(rows, sizeof rows / sizeof rows[0]);
}

static void text_is_utf_8_or_latin_1(void **state)
{
	static const struct row rows[] = {
		{"NAD+FL+++MÜLLER:JOSÉ'", "NAD+FL+++MÜLLER:JOSÉ;", NULL, 0},
		{"NAD+FL+++M\xdcLLER:JOS\xc9'", "NAD+FL+++MÜLLER:JOSÉ;", NULL, 0},
		{"NAD+FL+++?\xdc'", "NAD+FL+++Ü;", NULL, 0},
		{"NAD+FL+++A\x80'", NULL, "edifact-text", 10},
		{"NAD+FL+++A\x07'", NULL, "edifact-text", 10},
		{"NAD+FL+++A\x7f'", NULL, "edifact-text", 10},
		{"NAD+FL+++A\xc2\x85'", NULL, "edifact-text", 10},
	};
	struct error error;
	struct edifact e;
	struct arena arena;

	(void)state;
	check(rows, sizeof rows / sizeof rows[0]);
	arena_init(&arena, 1 << 20);
	assert_int_equal(edifact_read((struct bytes){(const uint8_t *)"BGM+7\0'", 7}, &arena, &e, &error), ST_MALFORMED);
	assert_string_equal(error.reason, "edifact-text");
	assert_int_equal(error.position, 5);
	arena_release(&arena);
}

static void what_is_none_is_refused_with_its_place(void **state)
{
	static const struct row rows[] = {
		{"", NULL, "edifact-truncated", 0},
		{"\r\n ", NULL, "edifact-truncated", 3},
		{"BGM+745", NULL, "edifact-truncated", 7},
		{"BGM+745'RF", NULL, "edifact-truncated", 10},
		{"BGM+745?'", NULL, "edifact-truncated", 9},
		{"BGM+745?", NULL, "edifact-truncated", 8},
		{"UNA:+.?", NULL, "edifact-truncated", 7},
		{"{\"name\":\"x\"}", NULL, "edifact-syntax", 0},
		{"Dear Sir,", NULL, "edifact-syntax", 0},
		{"BGM+745'bgm+1'", NULL, "edifact-syntax", 8},
		{"BGM+745'BG+1'", NULL, "edifact-syntax", 8},
		{"BGM+745'LONG+1'", NULL, "edifact-syntax", 8},
		{"UNA::.?*'BGM+745'", NULL, "edifact-syntax", 0},
		{"UNA:+.?*+BGM+745'", NULL, "edifact-syntax", 0},
		{"UNAx+.?*'BGM+745'", NULL, "edifact-syntax", 0},
		{"BGM+745'UNA:+.?" "?'", "BGM+745;", NULL, 0},
	};

	(void)state;
	check(rows, sizeof rows / sizeof rows[0]);
}

static void limits_hold(void **state)
{
	struct error error;
	struct edifact e;
	struct arena arena;
	struct buffer in;

	(void)state;
	arena_init(&arena, (size_t)64 << 20);
	buffer_init(&in, (size_t)8 << 20);
	for (size_t i = 0; i < EDIFACT_SEGMENTS_MAX; i++)
		buffer_add(&in, "BGM'", 4);
	assert_ok(edifact_read(buffer_bytes(&in), &arena, &e, &error));
	assert_int_equal(e.count, EDIFACT_SEGMENTS_MAX);
	buffer_add(&in, "BGM'", 4);
	assert_int_equal(edifact_read(buffer_bytes(&in), &arena, &e, &error), ST_LIMIT);
	assert_string_equal(error.reason, "edifact-size");
	while (in.len <= EDIFACT_SIZE_MAX)
		buffer_add_char(&in, '\n');
	assert_int_equal(edifact_read(buffer_bytes(&in), &arena, &e, &error), ST_LIMIT);
	buffer_clear(&in);
	buffer_add(&in, "FTX+", 4);
	for (size_t i = 1; i < EDIFACT_VALUES_MAX; i++)
		buffer_add_char(&in, ':');
	buffer_add_char(&in, '\'');
	assert_ok(edifact_read(buffer_bytes(&in), &arena, &e, &error));
	assert_int_equal(e.segments[0].starts[1], EDIFACT_VALUES_MAX);
	in.data[in.len - 1] = '+';
	buffer_add_char(&in, '\'');
	assert_int_equal(edifact_read(buffer_bytes(&in), &arena, &e, &error), ST_LIMIT);
	assert_string_equal(error.reason, "edifact-size");
	assert_int_equal(error.position, 0);
	for (size_t n = EDIFACT_VALUE_MAX; n <= EDIFACT_VALUE_MAX + 1; n++) {
		buffer_clear(&in);
		buffer_add(&in, "BGM'FTX+", 8);
		for (size_t i = 0; i < n; i++)
			buffer_add_char(&in, 'A');
		buffer_add_char(&in, '\'');
		assert_int_equal(edifact_read(buffer_bytes(&in), &arena, &e, &error), n > EDIFACT_VALUE_MAX ? ST_LIMIT : ST_OK);
	}
	assert_string_equal(error.reason, "edifact-size");
	assert_int_equal(error.position, 4);
	arena_release(&arena);
	arena_init(&arena, 64);
	assert_int_equal(edifact_read(buffer_bytes(&in), &arena, &e, &error), ST_LIMIT);
	buffer_release(&in);
	arena_release(&arena);
}

static void values_are_found_by_place(void **state)
{
	struct edifact e;
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 16);
	assert_ok(edifact_read(text_bytes(TEXT("  NAD+ FL +++HONG : GIL DONG'BGM'")), &arena, &e, NULL));
	assert_int_equal(e.segments[0].position, 2);
	assert_int_equal(e.segments[1].position, 29);
	assert_text(edifact_value(&e.segments[0], 0, 0), "FL");
	assert_text(edifact_value(&e.segments[0], 1, 0), "");
	assert_text(edifact_value(&e.segments[0], 3, 0), "HONG");
	assert_text(edifact_value(&e.segments[0], 3, 1), "GIL DONG");
	assert_null(edifact_value(&e.segments[0], 3, 2).data);
	assert_null(edifact_value(&e.segments[0], 4, 0).data);
	assert_null(edifact_value(&e.segments[1], 0, 0).data);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_are_read),
		cmocka_unit_test(line_ends_are_passed_over),
		cmocka_unit_test(quotes_end_a_segment_only_where_one_ends),
		cmocka_unit_test(text_is_utf_8_or_latin_1),
		cmocka_unit_test(what_is_none_is_refused_with_its_place),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(values_are_found_by_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
