/* Latin words: letters without their marks, and the spellings that passports make of them. */
#ifndef TEXT_LATIN_H
#define TEXT_LATIN_H

#include "text/name.h"

/* A word_reader (text/name.h). Source of the two-letter forms: ICAO Doc 9303-3, section 6. */
enum status latin_read(struct text word, const struct word_context *context, struct arena *arena,
		       struct name_part *out, size_t room, size_t *ret_part_count);

#endif
