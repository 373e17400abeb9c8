/* The letters of a zone whose lines lie straight, read twice: by the shapes of OCR-B, and by Tesseract, field by field, with the letters
 * that may stand there. Nothing is put right here (ident/mrz_sight.h). */
#ifndef SIGHT_LETTERS_H
#define SIGHT_LETTERS_H

#include "ident/mrz_sight.h"
#include "sight/picture.h"

struct letters;

/* Loads the model. Fails: ST_UNAVAILABLE reason "reading-none". */
MUST_USE enum status letters_open(struct letters **ret, struct error *ret_error);
void letters_close(struct letters *letters);

/* Fails: ST_NO_MEMORY. */
MUST_USE enum status letters_read(struct letters *letters, const struct zone_picture *zone, struct mrz_sight *ret, struct error *ret_error);

#endif
