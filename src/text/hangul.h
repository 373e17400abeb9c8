/* Hangul: Korean names, and foreign names written by their sound. */
#ifndef TEXT_HANGUL_H
#define TEXT_HANGUL_H

#include "text/name.h"
#include "text/readings.h"

/* A word_reader (text/name.h). A word of two to four syllables that begins with a family name is cut into family and
 * given name; readings are Revised, McCune-Reischauer without marks, and passport spellings by their shares. */
enum status hangul_read(struct text word, const struct word_context *context, struct arena *arena,
			struct name_part *out, size_t room, size_t *ret_part_count);

/* Spellings of a family name or of given-name syllables, for Han read the Korean way. `family` empty: none. */
void hangul_family_spellings(struct text family, struct spellings *ret);
void hangul_given_spellings(struct text given, struct spellings *ret);

#endif
