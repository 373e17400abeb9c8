#include "text/cyrillic.h"

#include "text/pieces.h"

#include "cyrillic_names.inc"
#include "cyrillic_pieces.inc"

enum status cyrillic_read(struct text word, const struct word_context *context, struct arena *arena,
			  struct name_part *out, size_t room, size_t *ret_part_count)
{
	const struct pieces tables = {cyrillic_pieces_rows, CYRILLIC_PIECES_COUNT, cyrillic_names_rows,
				      CYRILLIC_NAMES_COUNT, READ_CYRILLIC};
	uint32_t points[PIECES_WORD_MAX];
	struct spellings s;
	size_t at = 0, count = 0;

	(void)context;
	if (room == 0)
		return ST_LIMIT;
	while (at < word.len && count < PIECES_WORD_MAX)
		points[count++] = text_next(word, &at);
	pieces_read(&tables, points, count, &s);
	out[0] = (struct name_part){.native = word, .script = SCRIPT_CYRILLIC, .role = PART_UNKNOWN};
	*ret_part_count = 1;
	return spellings_finish(&s, arena, &out[0]);
}
