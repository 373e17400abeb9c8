/* Kana: Japanese names by sound, and foreign names in katakana. */
#ifndef TEXT_KANA_H
#define TEXT_KANA_H

#include "text/name.h"

/* A word_reader (text/name.h). Source: Hepburn as Japanese passports use it (MOFA), long vowels left out. */
enum status kana_read(struct text word, const struct word_context *context, struct arena *arena,
		      struct name_part *out, size_t room, size_t *ret_part_count);

#endif
