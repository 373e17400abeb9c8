#include "text/plain.h"

enum status plain_read(struct text word, const struct word_context *context, struct arena *arena,
		       struct name_part *out, size_t room, size_t *ret_part_count)
{
	(void)context;
	(void)arena;
	if (room == 0)
		return ST_LIMIT;
	out[0] = (struct name_part){.native = word};
	*ret_part_count = 1;
	return ST_OK;
}
