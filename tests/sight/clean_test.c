/* Pictures made anew: what is seen stays, all else goes. */
#include "sight/clean.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "lib/test.h"
#include "red_blue.h"

static const struct bytes plain = {red_blue, sizeof red_blue};

/* The picture with a segment behind its beginning. */
static void with_segment(struct buffer *out, uint8_t marker, const void *data, size_t len)
{
	const uint8_t head[] = {0xff, 0xd8, 0xff, marker, (uint8_t)((len + 2) >> 8), (uint8_t)(len + 2)};

	buffer_clear(out);
	buffer_add(out, head, sizeof head);
	buffer_add(out, data, len);
	buffer_add(out, red_blue + 2, sizeof red_blue - 2);
	assert_ok(buffer_status(out));
}

static void with_exif(struct buffer *out, bool big, unsigned orientation)
{
	uint8_t exif[] = "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0GPS 11.5564 N";
	static const uint8_t big_head[] = "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0";

	if (big)
		memcpy(exif + 6, big_head, sizeof big_head);
	exif[big ? 25 : 24] = (uint8_t)orientation;
	with_segment(out, 0xe1, exif, sizeof exif);
}

static bool holds(struct bytes in, const char *word)
{
	return memmem(in.data, in.len, word, strlen(word)) != NULL;
}

static PIX *made(struct bytes in, const char *media)
{
	struct error error = {.code = ST_OK};
	struct clean_picture copy = {.media = NULL};
	PIX *pix;

	if (clean_picture(in, &copy, &error) != ST_OK)
		fail_msg("%s: %s", error.reason, error.message);
	assert_string_equal(copy.media, media);
	assert_false(holds((struct bytes){copy.data, copy.len}, "GPS"));
	assert_false(holds((struct bytes){copy.data, copy.len}, "script"));
	assert_false(holds((struct bytes){copy.data, copy.len}, "Exif"));
	pix = pixReadMem(copy.data, copy.len);
	assert_non_null(pix);
	free(copy.data);
	return pix;
}

static bool is_red(PIX *pix, int x, int y)
{
	l_int32 r = 0, g = 0, b = 0;

	assert_int_equal(pixGetRGBPixel(pix, x, y, &r, &g, &b), 0);
	return r > 150 && b < 100;
}

/* Where red comes to lie when the picture is turned as told. */
static void exif_turns_the_picture_and_goes(void **state)
{
	static const struct { int wide; int x, y; } red[9] = {{0, 0, 0}, {32, 3, 8}, {32, 28, 8}, {32, 28, 8}, {32, 3, 8}, {16, 8, 3}, {16, 8, 3}, {16, 8, 28}, {16, 8, 28}};
	struct buffer in;

	(void)state;
	buffer_init(&in, 1 << 20);
	for (unsigned orientation = 1; orientation <= 8; orientation++)
		for (unsigned big = 0; big < 2; big++) {
			PIX *pix;

			with_exif(&in, big, orientation);
			assert_int_equal(clean_orientation(buffer_bytes(&in)), orientation);
			pix = made(buffer_bytes(&in), "image/jpeg");
			assert_int_equal(pixGetWidth(pix), red[orientation].wide);
			if (!is_red(pix, red[orientation].x, red[orientation].y))
				fail_msg("turned wrongly: %u", orientation);
			pixDestroy(&pix);
		}
	for (unsigned orientation = 0; orientation <= 255; orientation += 9) {
		with_exif(&in, false, orientation);
		assert_in_range(clean_orientation(buffer_bytes(&in)), 1, 8);
	}
	buffer_release(&in);
}

static void what_is_hidden_in_it_goes(void **state)
{
	struct buffer in;
	PIX *pix;

	(void)state;
	buffer_init(&in, 1 << 20);
	with_segment(&in, 0xfe, "<script>alert(1)</script>", 25);
	pix = made(buffer_bytes(&in), "image/jpeg");
	pixDestroy(&pix);
	buffer_clear(&in);
	buffer_add(&in, plain.data, plain.len);
	buffer_add_text(&in, TEXT("<html><script>alert(1)</script></html>"));
	pix = made(buffer_bytes(&in), "image/jpeg");
	assert_int_equal(pixGetWidth(pix), 32);
	pixDestroy(&pix);
	buffer_release(&in);
}

/* Under what is transparent there may be more. */
static void a_png_has_no_words_and_no_transparency(void **state)
{
	PIX *pix = pixCreate(8, 8, 32), *again;
	l_uint8 *data = NULL;
	size_t len = 0;

	(void)state;
	pixSetSpp(pix, 4);
	pixSetText(pix, "GPS script");
	assert_int_equal(pixWriteMemPng(&data, &len, pix, 0), 0);
	again = made((struct bytes){data, len}, "image/png");
	assert_int_equal(pixGetSpp(again), 3);
	assert_null(pixGetText(again));
	pixDestroy(&again);
	pixDestroy(&pix);
	lept_free(data);
}

static void what_is_no_picture_or_too_large_is_refused(void **state)
{
	static const uint8_t huge[] = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xc3\x50\0\0\xc3\x50\x08\x02\0\0\0\0\0\0\0\0\0\0\0IDAT\0\0\0\0\0\0\0\0\0\0";
	static const struct {
		struct bytes in;
		const char *reason;
	} rows[] = {
		{{(const uint8_t *)"", 0}, "evidence-unreadable"},
		{{(const uint8_t *)"<svg><script/></svg>", 20}, "evidence-unreadable"},
		{{(const uint8_t *)"\xff\xd8\xff<html>", 9}, "evidence-unreadable"},
		{{(const uint8_t *)"\x89PNG\r\n\x1a\n", 8}, "evidence-unreadable"},
		{{(const uint8_t *)"RIFF\0\0\0\0WEBPVP8 ", 16}, "evidence-unreadable"},
		{{red_blue, 300}, "evidence-unreadable"},
		{{huge, sizeof huge - 1}, "evidence-large"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct error error = {.code = ST_OK};
		struct clean_picture copy;

		if (clean_picture(rows[i].in, &copy, &error) == ST_OK || strcmp(error.reason, rows[i].reason) != 0)
			fail_msg("row %zu: %s", i, error.reason);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exif_turns_the_picture_and_goes),
		cmocka_unit_test(what_is_hidden_in_it_goes),
		cmocka_unit_test(a_png_has_no_words_and_no_transparency),
		cmocka_unit_test(what_is_no_picture_or_too_large_is_refused),
	};

	setMsgSeverity(L_SEVERITY_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
