/* Blocks of text that fit where they are put. */
#ifndef POSTER_WORDS_H
#define POSTER_WORDS_H

#include "alert/alert.h"

struct _cairo; /* cairo_t */

struct words_block {
	struct text text;
	enum alert_language language;
	double x, y, width, height; /* where it may stand */
	double size, size_min;      /* of letters: as large as fits, the end left out below the least */
	bool bold;
	double red, green, blue;
};

/* Draws it and gives the height that it took. Fails: ST_UNAVAILABLE (letters are missing), ST_NO_MEMORY. */
MUST_USE enum status words_draw(struct _cairo *cairo, const struct words_block *block, double *ret_height, struct error *ret_error);

/* Khmer has no blanks between words: where a line may end, a zero width space is put. Korean has them, and is not broken elsewhere: letters of a
 * word are joined. Appends. Fails: as buffer_status; ST_UNAVAILABLE. */
MUST_USE enum status words_break(struct text text, enum alert_language language, struct buffer *out, struct error *ret_error);

#endif
