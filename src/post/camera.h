/* Pictures are looked at by another program, cordon-read-zone, that lives as long as one of them: what a picture does to its decoder
 * costs this process nothing. */
#ifndef POST_CAMERA_H
#define POST_CAMERA_H

#include <stdatomic.h>

#include "helper/helper.h"
#include "ident/mrz.h"

/* What it made out; `marks` has '?' below a letter that is doubtful, '.' below others. */
struct camera_zone {
	unsigned lines;
	char line[3][MRZ_LINE_MAX + 1], marks[3][MRZ_LINE_MAX + 1];
};

/* The program's place: beside this one's own. False: it is not there, or cannot read (no model, no font). Blocks for its start. */
bool camera_find(char ret_program[HELPER_PATH]);

/* Blocks for a second or so, at most 20; `stop` ends it sooner. Its answer is believed no further than that it has the shape of a zone.
 * Fails: as the program says (reasons "picture-unreadable", "picture-large", "zone-none", "reading-none"); ST_UNAVAILABLE reason
 * "reading-failed" where it crashed, hung or was stopped. */
MUST_USE enum status camera_read(const char *program, struct bytes picture, const atomic_bool *stop, struct camera_zone *ret,
				 struct error *ret_error);

#endif
