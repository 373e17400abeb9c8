/* Thai: Latin readings of names, by the Royal Institute's system and as people spell themselves. */
#ifndef TEXT_THAI_H
#define TEXT_THAI_H

#include "text/name.h"

/* A word_reader (text/name.h). */
enum status thai_read(struct text word, const struct word_context *context, struct arena *arena,
		      struct name_part *out, size_t room, size_t *ret_part_count);

#endif
