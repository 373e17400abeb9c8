/* A picture of a page, and the lines of the machine-readable zone on it made straight and of one size. Runs in the process that is
 * thrown away after each picture (src/sight/main.c): what it is given may be anything. */
#ifndef SIGHT_PICTURE_H
#define SIGHT_PICTURE_H

#include <leptonica/allheaders.h>

#include "base/slice.h"
#include "base/status.h"

#define PICTURE_SIDE_MAX 12000
#define PICTURE_PIXELS_MAX 40000000

/* A line: `width` places of PLACE_PX, half a place of ground at each end; the letters' middle in the middle. */
#define PLACE_PX 32
#define LINE_HIGH_PX 64
#define LINE_EDGE_PX 16
#define ZONE_LINES_MAX 3u
#define ZONE_WIDTH_MAX 44u

struct zone_picture {
	unsigned lines, width;
	PIX *line[ZONE_LINES_MAX]; /* grey, dark on light */
};

/* JPEG or PNG, grey afterwards, at most 2,000 pixels wide. Fails: ST_MALFORMED reason "picture-unreadable" (neither, or damaged),
 * ST_LIMIT reason "picture-large" (by what its head says, before anything is unpacked). */
MUST_USE enum status picture_read(struct bytes in, PIX **ret_grey, struct error *ret_error);

/* Finds the lowest two or three lines of 44, 36 or 30 letters at one pitch. Fails: ST_NOT_FOUND reason "zone-none". */
MUST_USE enum status picture_zone(PIX *grey, struct zone_picture *ret, struct error *ret_error);
void zone_picture_release(struct zone_picture *zone);

#endif
