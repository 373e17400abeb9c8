/* Thai: Latin readings of names, by the Royal Institute's system and as people spell themselves. */
#ifndef TEXT_THAI_H
#define TEXT_THAI_H

#include "text/name.h"

/* Puts the marks of each Thai letter into one order, in place: vowel, nikhahit, tone, silencer; doubled marks once; two
 * sara e as sara ae, and lakkhangyao as sara aa, which are drawn alike. No vowel, tone or mark is lost otherwise. Doing it
 * again changes nothing. Takes text after NFKC, where sara am is nikhahit and sara aa. Returns the new length. */
MUST_USE size_t thai_order(uint32_t *points, size_t len);

/* A word_reader (text/name.h). */
enum status thai_read(struct text word, const struct word_context *context, struct arena *arena,
		      struct name_part *out, size_t room, size_t *ret_part_count);

#endif
