#include "sight/clean.h"

#include <leptonica/allheaders.h>

#define QUALITY 88
#define SMALL_PIXELS 4000000 /* up to here a PNG is packed well, beyond quickly */

enum form { FORM_JPEG, FORM_PNG, FORM_WEBP, FORM_NONE };

static bool starts(struct bytes in, size_t at, const char *mark, size_t len)
{
	return in.len >= at + len && memcmp(in.data + at, mark, len) == 0;
}

static enum form form_of(struct bytes in)
{
	if (starts(in, 0, "\xff\xd8\xff", 3))
		return FORM_JPEG;
	if (starts(in, 0, "\x89PNG\r\n\x1a\n", 8))
		return FORM_PNG;
	return starts(in, 0, "RIFF", 4) && starts(in, 8, "WEBP", 4) ? FORM_WEBP : FORM_NONE;
}

static enum status unreadable(struct error *ret_error)
{
	return error_because(ret_error, ST_MALFORMED, "evidence-unreadable", NULL, "no JPEG, PNG or WebP that can be read");
}

/* ---- how it is to be turned ---- */

static unsigned number_at(struct bytes b, size_t at, unsigned size, bool big)
{
	unsigned v = 0;

	for (unsigned i = 0; i < size && at + size <= b.len; i++)
		v |= (unsigned)b.data[at + i] << 8 * (big ? size - 1 - i : i);
	return v;
}

/* Source: Exif 2.32, 4.6.4: tag 0x0112, SHORT, in the first directory. */
static unsigned tiff_orientation(struct bytes tiff)
{
	bool big = starts(tiff, 0, "MM", 2);
	size_t at = number_at(tiff, 4, 4, big), count;

	if (at > tiff.len || tiff.len - at < 2)
		return 1;
	count = number_at(tiff, at, 2, big);
	for (at += 2; count && at <= tiff.len && tiff.len - at >= 12; count--, at += 12)
		if (number_at(tiff, at, 2, big) == 0x0112) {
			unsigned v = number_at(tiff, at + 8, 2, big);

			return v >= 1 && v <= 8 ? v : 1;
		}
	return 1;
}

unsigned clean_orientation(struct bytes jpeg)
{
	size_t at = 2;

	while (at + 4 <= jpeg.len && jpeg.data[at] == 0xff && jpeg.data[at + 1] != 0xda) {
		size_t size = number_at(jpeg, at + 2, 2, true);

		if (size < 2 || size > jpeg.len - at - 2)
			break;
		if (jpeg.data[at + 1] == 0xe1 && size >= 16 && starts(jpeg, at + 4, "Exif\0\0", 6))
			return tiff_orientation((struct bytes){jpeg.data + at + 10, size - 8});
		at += size + 2;
	}
	return 1;
}

/* Gives the turned one and takes the other; NULL: out of memory. */
static PIX *turned(PIX *pix, unsigned orientation)
{
	static const struct { int quarters; bool mirrored; } turns[9] = {{0, false}, {0, false}, {0, true}, {2, false}, {2, true},
									 {1, true},  {1, false}, {3, true}, {3, false}};
	PIX *out = turns[orientation].quarters ? pixRotateOrth(pix, turns[orientation].quarters) : pixClone(pix), *mirror;

	pixDestroy(&pix);
	if (out == NULL || !turns[orientation].mirrored)
		return out;
	mirror = pixFlipLR(NULL, out);
	pixDestroy(&out);
	return mirror;
}

/* ---- apart ---- */

static bool size_read(struct bytes in, enum form form, int64_t *ret_wide, int64_t *ret_high)
{
	l_int32 wide = 0, high = 0, a, b, c;
	bool good = form == FORM_JPEG  ? readHeaderMemJpeg(in.data, in.len, &wide, &high, &a, &b, &c) == 0
		    : form == FORM_PNG ? readHeaderMemPng(in.data, in.len, &wide, &high, &a, &b, &c) == 0
				       : readHeaderMemWebP(in.data, in.len, &wide, &high, &a) == 0;

	*ret_wide = wide;
	*ret_high = high;
	return good && wide > 0 && high > 0;
}

static enum status apart(struct bytes in, enum form form, PIX **ret, struct error *ret_error)
{
	int64_t wide, high, smaller = 1;

	if (!size_read(in, form, &wide, &high))
		return unreadable(ret_error);
	while (form == FORM_JPEG && smaller < 8 && wide * high / (smaller * smaller) > CLEAN_PIXELS_MAX)
		smaller *= 2;
	if (wide > CLEAN_SIDE_MAX || high > CLEAN_SIDE_MAX || wide * high / (smaller * smaller) > CLEAN_PIXELS_MAX)
		return error_because(ret_error, ST_LIMIT, "evidence-large", NULL, "%lld by %lld pixels", (long long)wide, (long long)high);
	*ret = form == FORM_JPEG  ? pixReadMemJpeg(in.data, in.len, 0, (l_int32)smaller, NULL, 0)
	       : form == FORM_PNG ? pixReadMemPng(in.data, in.len)
				  : pixReadMemWebP(in.data, in.len);
	return *ret ? ST_OK : unreadable(ret_error);
}

/* ---- together ---- */

static enum status together(PIX *pix, bool png, struct clean_picture *ret, struct error *ret_error)
{
	bool good = pixSetText(pix, NULL) == 0;

	pixSetResolution(pix, 0, 0);
	ret->media = png ? "image/png" : "image/jpeg";
	ret->data = NULL;
	if (png)
		pixSetSpecial(pix, (int64_t)pixGetWidth(pix) * pixGetHeight(pix) > SMALL_PIXELS ? 10 + 2 : 0); /* 10 + zlib's level */
	good = good && (png ? pixWriteMemPng(&ret->data, &ret->len, pix, 0) : pixWriteMemJpeg(&ret->data, &ret->len, pix, QUALITY, 0)) == 0;
	if (good && ret->data)
		return ST_OK;
	return unreadable(ret_error);
}

enum status clean_picture(struct bytes in, struct clean_picture *ret, struct error *ret_error)
{
	enum form form = form_of(in);
	PIX *pix = NULL, *plain;
	enum status st;

	if (form == FORM_NONE)
		return unreadable(ret_error);
	TRY(apart(in, form, &pix, ret_error));
	if (form == FORM_JPEG)
		pix = turned(pix, clean_orientation(in));
	/* What is hidden under transparency would be there still. */
	plain = pix && pixGetSpp(pix) == 4 ? pixRemoveAlpha(pix) : pixClone(pix);
	pixDestroy(&pix);
	if (plain == NULL)
		return unreadable(ret_error);
	st = together(plain, form == FORM_PNG, ret, ret_error);
	pixDestroy(&plain);
	return st;
}
