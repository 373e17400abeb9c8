/* A picture that anybody may have made, taken apart and put together again: of what it was nothing is left but what is seen on it. Runs in the
 * process that is thrown away after each picture (src/sight/clean_main.c). */
#ifndef SIGHT_CLEAN_H
#define SIGHT_CLEAN_H

#include "base/slice.h"
#include "base/status.h"

#define CLEAN_SIDE_MAX 65000
#define CLEAN_PIXELS_MAX ((int64_t)12000000) /* that are unpacked: of a larger JPEG a smaller copy is made, down to an eighth of each side */

struct clean_picture {
	const char *media; /* "image/png" of a PNG, "image/jpeg" of the others */
	uint8_t *data;     /* the caller's to free */
	size_t len;
};

/* JPEG (turned as its EXIF says), PNG or WebP. The copy has no EXIF, comment, profile or anything behind its end. Fails: ST_MALFORMED reason
 * "evidence-unreadable" (none of them, or damaged), ST_LIMIT reason "evidence-large" (by what its head says, before anything is unpacked). */
MUST_USE enum status clean_picture(struct bytes in, struct clean_picture *ret, struct error *ret_error);

/* How an EXIF says that the picture is to be turned: 1 to 8; 1 where it says nothing that can be read. */
unsigned clean_orientation(struct bytes jpeg);

#endif
