/* What may be sent, told by first bytes; parts of it, written and read. */
#include "bulletin/upload.h"

#include "lib/test.h"

static void kinds_are_told_by_first_bytes(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *media;
	} rows[] = {
		{"\xff\xd8\xff\xe0", 4, "image/jpeg"},
		{"\x89PNG\r\n\x1a\n....", 12, "image/png"},
		{"RIFF\0\0\0\0WEBPVP8 ", 16, "image/webp"},
		{"%PDF-1.7", 8, "application/pdf"},
		{"\0\0\0\x18" "ftypmp42", 12, "video/mp4"},
		{"OggS\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x13OpusHead", 36, "audio/ogg"},
		{"OggS\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x13vorbis..", 36, NULL},
		{"\0\0\0\x18" "ftypheic", 12, NULL}, /* a picture that no reader here knows */
		{"RIFF\0\0\0\0WAVE", 12, NULL},
		{"<svg xmlns=", 11, NULL},
		{"<html>", 6, NULL},
		{"PK\3\4", 4, NULL},
		{"X5O!P%@AP[4\\PZX54(P^)7CC)7}", 27, NULL},
		{"GIF89a", 6, NULL},
		{"MZ", 2, NULL},
		{"\xff\xd8", 2, NULL},
		{"", 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *media = upload_media((struct bytes){(const uint8_t *)rows[i].bytes, rows[i].len});

		if (rows[i].media)
			assert_string_equal(media, rows[i].media);
		else
			assert_null(media);
	}
	assert_true(upload_is_picture("image/webp"));
	assert_false(upload_is_picture("application/pdf"));
}

static void a_part_is_read_as_it_was_written(void **state)
{
	static const uint8_t upload[UPLOAD_ID_SIZE] = {1, 2, 3, 255};
	static const uint64_t places[] = {0, 1, UPLOAD_PART_MAX, UPLOAD_SIZE_MAX - 3};
	const struct bytes content = {(const uint8_t *)"abc", 3};
	struct upload_part part;
	struct buffer out;

	(void)state;
	buffer_init(&out, 1024);
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		buffer_clear(&out);
		assert_ok(upload_part_write(upload, places[i], content, &out));
		assert_int_equal(out.len, UPLOAD_PART_HEAD + 3);
		assert_ok(upload_part_read(buffer_bytes(&out), &part, NULL));
		assert_memory_equal(part.upload, upload, sizeof upload);
		assert_int_equal(part.place, places[i]);
		assert_int_equal(part.content.len, 3);
		assert_memory_equal(part.content.data, "abc", 3);
	}
	buffer_release(&out);
}

static void what_is_no_part_is_refused(void **state)
{
	static const uint64_t places[] = {UPLOAD_SIZE_MAX - 2, UPLOAD_SIZE_MAX, UPLOAD_SIZE_MAX + 1, (uint64_t)1 << 63, UINT64_MAX};
	static const uint8_t upload[UPLOAD_ID_SIZE] = {1};
	struct error error = {.code = ST_OK};
	struct upload_part part;
	struct buffer out;

	(void)state;
	buffer_init(&out, 1024);
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		buffer_clear(&out);
		assert_ok(upload_part_write(upload, places[i], (struct bytes){(const uint8_t *)"abc", 3}, &out));
		assert_int_equal(upload_part_read(buffer_bytes(&out), &part, &error), ST_MALFORMED);
		assert_string_equal(error.reason, "item-member");
	}
	for (size_t len = 0; len <= UPLOAD_PART_HEAD; len++)
		assert_int_equal(upload_part_read((struct bytes){out.data, len}, &part, &error), ST_MALFORMED);
	buffer_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_are_told_by_first_bytes),
		cmocka_unit_test(a_part_is_read_as_it_was_written),
		cmocka_unit_test(what_is_no_part_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
