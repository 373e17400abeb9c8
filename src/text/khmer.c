#include "text/khmer.h"

#include "text/pieces.h"

#include "khmer_names.inc"
#include "khmer_pieces.inc"

enum status khmer_read(struct text word, const struct word_context *context, struct arena *arena,
		       struct name_part *out, size_t room, size_t *ret_part_count)
{
	const struct pieces tables = {khmer_pieces_rows, KHMER_PIECES_COUNT, khmer_names_rows, KHMER_NAMES_COUNT,
				      READ_KHMER};
	uint32_t points[PIECES_WORD_MAX];
	struct spellings s;
	size_t at = 0, count = 0;

	(void)context;
	if (room == 0)
		return ST_LIMIT;
	while (at < word.len && count < PIECES_WORD_MAX)
		points[count++] = text_next(word, &at);
	pieces_read(&tables, points, count, &s);
	out[0] = (struct name_part){.native = word, .script = SCRIPT_KHMER, .role = PART_UNKNOWN};
	*ret_part_count = 1;
	return spellings_finish(&s, arena, &out[0]);
}
