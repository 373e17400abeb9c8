/* Words in a script that has no reader yet: kept, found by equal letters, without a Latin reading. */
#ifndef TEXT_PLAIN_H
#define TEXT_PLAIN_H

#include "text/name.h"

/* A word_reader (text/name.h). */
enum status plain_read(struct text word, const struct word_context *context, struct arena *arena,
		       struct name_part *out, size_t room, size_t *ret_part_count);

#endif
