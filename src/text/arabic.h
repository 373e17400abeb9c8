/* Arabic script: Arabic, Persian, Urdu, Pashto. Short vowels are not written, so readings guess them. */
#ifndef TEXT_ARABIC_H
#define TEXT_ARABIC_H

#include "text/name.h"

/* A word_reader (text/name.h). */
enum status arabic_read(struct text word, const struct word_context *context, struct arena *arena,
			 struct name_part *out, size_t room, size_t *ret_part_count);

#endif
