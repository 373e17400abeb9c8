/* Cyrillic: Russian, Ukrainian and the other languages that use it, by every usual transliteration. */
#ifndef TEXT_CYRILLIC_H
#define TEXT_CYRILLIC_H

#include "text/name.h"

/* A word_reader (text/name.h). */
enum status cyrillic_read(struct text word, const struct word_context *context, struct arena *arena,
			 struct name_part *out, size_t room, size_t *ret_part_count);

#endif
