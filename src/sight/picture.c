#include "sight/picture.h"

#include <math.h>
#include <stdlib.h>

#include "sight/rows.h"

#define WIDE_PX 2000
#define LETTER_HIGH_MIN 7
#define LETTER_HIGH_MAX 110
#define SKEW_DEGREES 9.0f
#define RADIANS 0.0174532925f

static enum status unreadable(struct error *ret_error)
{
	return error_because(ret_error, ST_MALFORMED, "picture-unreadable", NULL, "this is no JPEG or PNG that can be read");
}

static bool is_jpeg(struct bytes in)
{
	return in.len > 3 && in.data[0] == 0xff && in.data[1] == 0xd8 && in.data[2] == 0xff;
}

static bool is_png(struct bytes in)
{
	return in.len > 8 && memcmp(in.data, "\x89PNG\r\n\x1a\n", 8) == 0;
}

enum status picture_read(struct bytes in, PIX **ret_grey, struct error *ret_error)
{
	l_int32 wide = 0, high = 0, a, b, c;
	PIX *pix, *grey;

	if (!is_jpeg(in) && !is_png(in))
		return unreadable(ret_error);
	if (is_jpeg(in) ? readHeaderMemJpeg(in.data, in.len, &wide, &high, &a, &b, &c) != 0
			: readHeaderMemPng(in.data, in.len, &wide, &high, &a, &b, &c) != 0)
		return unreadable(ret_error);
	if (wide <= 0 || high <= 0)
		return unreadable(ret_error);
	if (wide > PICTURE_SIDE_MAX || high > PICTURE_SIDE_MAX || (int64_t)wide * high > PICTURE_PIXELS_MAX)
		return error_because(ret_error, ST_LIMIT, "picture-large", NULL, "%d by %d pixels", wide, high);
	pix = is_jpeg(in) ? pixReadMemJpeg(in.data, in.len, 0, 1, NULL, 0) : pixReadMemPng(in.data, in.len);
	if (pix == NULL)
		return unreadable(ret_error);
	grey = pixConvertTo8(pix, 0);
	pixDestroy(&pix);
	if (grey && wide > WIDE_PX) {
		pix = pixScaleToSize(grey, WIDE_PX, 0);
		pixDestroy(&grey);
		grey = pix;
	}
	if (grey == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	*ret_grey = grey;
	return ST_OK;
}

/* Ink by its surroundings, so that a shadow on the page is none. */
static PIX *ink(PIX *grey)
{
	PIX *smooth = pixBlockconvGray(grey, NULL, 1, 1), *out = NULL;

	if (smooth && pixSauvolaBinarize(smooth, 20, 0.25f, 1, NULL, NULL, NULL, &out) != 0)
		out = NULL;
	pixDestroy(&smooth);
	return out;
}

static bool rows_of(PIX *bits, struct zone_rows *ret)
{
	BOXA *boxes = pixConnCompBB(bits, 8);
	int count = boxes ? boxaGetCount(boxes) : 0;
	struct spot *spots = calloc(SPOTS_MAX, sizeof *spots);
	size_t n = 0;
	bool found;

	for (int i = 0; spots && i < count && n < SPOTS_MAX; i++) {
		l_int32 x, y, w, h;

		if (boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h) != 0 || h < LETTER_HIGH_MIN || h > LETTER_HIGH_MAX || w > 3 * h || w * 8 < h)
			continue;
		spots[n++] = (struct spot){x + w / 2.0, y + h / 2.0, w, h};
	}
	found = spots && rows_find(spots, n, ret);
	free(spots);
	boxaDestroy(&boxes);
	return found;
}

static PIX *turned(PIX *grey, double radians)
{
	return fabs(radians) < 0.0005 ? pixClone(grey) : pixRotateAMGray(grey, (l_float32)radians, 200);
}

/* Cut at the row's places and brought to one size. */
static PIX *line_cut(PIX *grey, const struct zone_rows *rows, unsigned i)
{
	double x = rows->x[i] - rows->pitch, y = rows->y[i] - rows->pitch;
	BOX *box = boxCreate((l_int32)lround(x), (l_int32)lround(y), (l_int32)lround((rows->width + 1) * rows->pitch), (l_int32)lround(2 * rows->pitch));
	PIX *cut = box ? pixClipRectangle(grey, box, NULL) : NULL, *out = NULL;

	/* A row that leaves the picture is half a row. */
	if (cut && x >= 0 && y >= 0 && x + (rows->width + 1) * rows->pitch < pixGetWidth(grey) && y + 2 * rows->pitch < pixGetHeight(grey))
		out = pixScaleGrayLI(cut, (l_float32)((rows->width + 1) * PLACE_PX) / (l_float32)pixGetWidth(cut),
				     (l_float32)LINE_HIGH_PX / (l_float32)pixGetHeight(cut));
	pixDestroy(&cut);
	boxDestroy(&box);
	return out;
}

/* Turns the page by its print, then by the rows themselves, until they lie. */
static PIX *straighten(PIX *grey, struct zone_rows *rows)
{
	PIX *bits = ink(grey), *straight = NULL;
	l_float32 angle = 0, sure = 0;
	double radians;

	if (bits && pixFindSkewSweepAndSearch(bits, &angle, &sure, 4, 2, SKEW_DEGREES, 1.0f, 0.02f) != 0)
		angle = 0;
	radians = (double)(angle * RADIANS);
	for (int i = 0; i < 3 && bits; i++) {
		pixDestroy(&bits);
		pixDestroy(&straight);
		straight = turned(grey, radians);
		bits = straight ? ink(straight) : NULL;
		if (bits == NULL || !rows_of(bits, rows)) {
			pixDestroy(&straight);
			break;
		}
		if (fabs(rows->slope) < 0.002)
			break;
		radians -= rows->slope;
	}
	pixDestroy(&bits);
	return straight;
}

enum status picture_zone(PIX *grey, struct zone_picture *ret, struct error *ret_error)
{
	struct zone_rows rows;
	PIX *straight = straighten(grey, &rows);
	struct zone_picture zone = {.lines = 0};
	bool whole = straight != NULL;

	if (whole) {
		zone = (struct zone_picture){.lines = rows.lines, .width = rows.width};
		for (unsigned i = 0; i < rows.lines; i++) {
			zone.line[i] = line_cut(straight, &rows, i);
			whole = whole && zone.line[i];
		}
	}
	pixDestroy(&straight);
	if (!whole) {
		zone_picture_release(&zone);
		return error_because(ret_error, ST_NOT_FOUND, "zone-none", NULL, "no machine-readable zone is on this picture");
	}
	*ret = zone;
	return ST_OK;
}

void zone_picture_release(struct zone_picture *zone)
{
	for (unsigned i = 0; i < ZONE_LINES_MAX; i++)
		pixDestroy(&zone->line[i]);
}
