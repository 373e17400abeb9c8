/* Han: Chinese names in every habit of writing them, Sino-Korean, Sino-Vietnamese, and Japanese names. */
#ifndef TEXT_HAN_H
#define TEXT_HAN_H

#include "text/name.h"

/* The simplified form of a character, itself if there is none. Source: Unihan kSimplifiedVariant. */
uint32_t han_fold(uint32_t c);

/* A word_reader (text/name.h): cuts after a Chinese or Korean family name of one or two characters. */
enum status han_read(struct text word, const struct word_context *context, struct arena *arena,
		     struct name_part *out, size_t room, size_t *ret_part_count);

/* A word_reader: the Japanese cut and readings; no parts where the word is no plausible Japanese name. */
enum status han_read_japanese(struct text word, const struct word_context *context, struct arena *arena,
			      struct name_part *out, size_t room, size_t *ret_part_count);

#endif
