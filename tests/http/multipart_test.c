/* Forms with files, whole and broken. */
#include "http/multipart.h"

#include "lib/test.h"

#define TYPE "multipart/form-data; boundary=XX"
#define FIELD(name, value) "--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_OF(name, file, value) "--XX\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" file "\"\r\nContent-Type: image/png\r\n\r\n" value "\r\n"
#define END "--XX--\r\n"

static enum status take(const char *type, const char *body, size_t len, struct arena *arena, struct http_multipart *ret)
{
	return http_multipart(text_of(type), (struct bytes){(const uint8_t *)body, len}, arena, ret, NULL);
}

static void fields_and_files_come_apart(void **state)
{
	static const char body[] = FIELD("story", "two\r\nlines") FILE_OF("files", "a.png", "\x89PNG\r\n\0--X\r\n--XY") FILE_OF("files", "", "")
		FIELD("empty", "") "--XX\r\ncontent-disposition:form-data;name=bare\r\n\r\nx\r\n" END;
	struct http_multipart got;
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	assert_ok(take(TYPE, body, sizeof body - 1, &arena, &got));
	assert_int_equal(got.field_count, 3);
	assert_text(got.fields[0].name, "story");
	assert_text(got.fields[0].value, "two\r\nlines");
	assert_int_equal(got.fields[1].value.len, 0);
	assert_text(got.fields[2].name, "bare");
	assert_int_equal(got.file_count, 1); /* where nothing was chosen there is none */
	assert_text(got.files[0].name, "files");
	assert_int_equal(got.files[0].content.len, 16);
	assert_memory_equal(got.files[0].content.data, "\x89PNG\r\n\0--X\r\n--XY", 16);
	arena_release(&arena);
}

static void the_boundary_is_read_in_every_writing(void **state)
{
	static const char *const types[] = {TYPE, "Multipart/Form-Data; charset=utf-8; Boundary=\"XX\"", "multipart/form-data;boundary=XX ; x=y"};
	static const char body[] = FIELD("a", "b") "--XX--";
	struct http_multipart got;
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		assert_true(http_is_multipart(text_of(types[i])));
		assert_ok(take(types[i], body, sizeof body - 1, &arena, &got));
		assert_int_equal(got.field_count, 1);
	}
	assert_false(http_is_multipart(TEXT("application/x-www-form-urlencoded")));
	assert_false(http_is_multipart(TEXT("multipart")));
	assert_false(http_is_multipart(TEXT_NONE));
	arena_release(&arena);
}

static void what_is_broken_is_refused(void **state)
{
	static const struct {
		const char *type, *body;
	} rows[] = {
		{TYPE, ""},
		{TYPE, "--XX"},
		{TYPE, "--XX\r\n"},
		{TYPE, "--YY--\r\n"},
		{TYPE, FIELD("a", "b")},						/* no end */
		{TYPE, FIELD("a", "b") "--XX"},
		{TYPE, "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\nno gap\r\n" END},
		{TYPE, "--XX\r\nContent-Disposition: form-data\r\n\r\nno name\r\n" END},
		{TYPE, "--XX\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nx\r\n" END},
		{TYPE, "--XX\r\nX-Other: a\r\n\r\nx\r\n" END},
		{TYPE, FIELD("a", "\xff\xfe") END},					/* no UTF-8 */
		{TYPE, "--XX\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nx\r\n" END},
		{"multipart/form-data", FIELD("a", "b") END},
		{"multipart/form-data; boundary=", FIELD("a", "b") END},
		{"multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x", FIELD("a", "b") END},
	};
	struct http_multipart got;
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (take(rows[i].type, rows[i].body, strlen(rows[i].body), &arena, &got) != ST_MALFORMED)
			fail_msg("row %zu was taken", i);
	assert_ok(take(TYPE, END, sizeof END - 1, &arena, &got));
	assert_int_equal(got.field_count + got.file_count, 0);
	arena_release(&arena);
}

static void there_is_an_end_to_parts(void **state)
{
	struct http_multipart got;
	struct buffer body;
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	buffer_init(&body, 1 << 20);
	for (unsigned i = 0; i < MULTIPART_PARTS_MAX; i++)
		buffer_add_text(&body, TEXT(FIELD("a", "b")));
	buffer_add_text(&body, TEXT(END));
	assert_ok(take(TYPE, (const char *)body.data, body.len, &arena, &got));
	assert_int_equal(got.field_count, MULTIPART_PARTS_MAX);
	body.len -= sizeof END - 1;
	buffer_add_text(&body, TEXT(FIELD("a", "b") END));
	assert_int_equal(take(TYPE, (const char *)body.data, body.len, &arena, &got), ST_LIMIT);
	buffer_release(&body);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_and_files_come_apart),
		cmocka_unit_test(the_boundary_is_read_in_every_writing),
		cmocka_unit_test(what_is_broken_is_refused),
		cmocka_unit_test(there_is_an_end_to_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
