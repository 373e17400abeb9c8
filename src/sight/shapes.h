/* The letters of OCR-B as the font of Debian's fonts-ocr-b draws them, laid over each place of a line: which covers it best, and by how
 * much better than the next. What Tesseract's model of English print misreads in OCR-B (Z, 4, I) is told by this, and the other way. */
#ifndef SIGHT_SHAPES_H
#define SIGHT_SHAPES_H

#include "ident/mrz_sight.h"
#include "sight/picture.h"

struct shapes;

/* What a place looks like; `sure` per cent: how far the next letter is behind. `c` 0: like none. */
struct shape_seen {
	char c;
	unsigned sure;
};

/* Draws the letters. Fails: ST_UNAVAILABLE reason "reading-none" (no font), ST_NO_MEMORY. */
MUST_USE enum status shapes_open(struct shapes **ret, struct error *ret_error);
void shapes_close(struct shapes *shapes);

/* The places of a run, of `line` (picture.h) at half its size. */
void shapes_see(const struct shapes *shapes, PIX *half, const struct mrz_run *run, struct shape_seen *out);

#endif
