/* A picture from the public is looked at by another program, cordon-clean-picture, that lives as long as one of them and is shut in: what it
 * does to its decoder costs this process nothing. */
#ifndef AWARENESS_PICTURE_H
#define AWARENESS_PICTURE_H

#include "helper/helper.h"

#define PICTURE_COPY_MAX ((size_t)48 << 20)

/* The program's place: beside this one's own. False: it is not there. */
bool picture_find(char ret_program[HELPER_PATH]);

/* Appends the copy; *ret_media is "image/png" or "image/jpeg". Blocks for a second or so, 20 at most. The answer is believed no further than
 * that it is of one of these kinds. Fails: ST_MALFORMED with the program's reason, or "evidence-unreadable" where it crashed or took too long;
 * ST_UNAVAILABLE: it could not be started. `out` is as before then. */
MUST_USE enum status picture_clean(const char *program, struct bytes picture, const char **ret_media, struct buffer *out, struct error *ret_error);

#endif
