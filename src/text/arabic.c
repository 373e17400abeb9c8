#include "text/arabic.h"

#include "text/pieces.h"

#include "arabic_names.inc"
#include "arabic_pieces.inc"

#define ALIF 0x627u
#define LAM 0x644u
#define ARTICLE_WORD_MIN 5u /* letters; shorter words begin with alif lam by themselves */

/* Letters that are written one for another. 0: not written at all. */
static uint32_t plain_letter(uint32_t c)
{
	static const uint32_t pairs[][2] = {
		{0x622, ALIF},  {0x623, ALIF},  {0x625, ALIF},  {0x671, ALIF}, {0x649, 0x64A}, {0x6CC, 0x64A}, {0x6D2, 0x64A},
		{0x626, 0x64A}, {0x624, 0x648}, {0x6A9, 0x643}, {0x629, 0x647}, {0x6C0, 0x647}, {0x6BE, 0x647},
		{0x6C1, 0x647}, {0x621, 0},
	};

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (pairs[i][0] == c)
			return pairs[i][1];
	return c;
}

static enum status part_read(const uint32_t *points, size_t count, enum part_role role, struct arena *arena,
			     struct name_part *part)
{
	const struct pieces tables = {arabic_pieces_rows, ARABIC_PIECES_COUNT, arabic_names_rows, ARABIC_NAMES_COUNT,
				      READ_ARABIC};
	char native[PIECES_WORD_MAX * 4];
	struct spellings s;
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		len += text_encode(points[i], native + len);
	*part = (struct name_part){.script = SCRIPT_ARABIC, .role = role};
	TRY(arena_text(arena, (struct text){native, len}, &part->native));
	pieces_read(&tables, points, count, &s);
	return spellings_finish(&s, arena, part);
}

enum status arabic_read(struct text word, const struct word_context *context, struct arena *arena,
			struct name_part *out, size_t room, size_t *ret_part_count)
{
	uint32_t points[PIECES_WORD_MAX];
	size_t at = 0, count = 0, article;

	(void)context;
	if (room < 2)
		return ST_LIMIT;
	while (at < word.len && count < PIECES_WORD_MAX) {
		points[count] = plain_letter(text_next(word, &at));
		count += points[count] != 0;
	}
	/* The article is a part of its own, as writers in Latin letters mostly have it. */
	article = count >= ARTICLE_WORD_MIN && points[0] == ALIF && points[1] == LAM ? 2 : 0;
	if (article)
		TRY(part_read(points, 2, PART_PARTICLE, arena, &out[0]));
	TRY(part_read(points + article, count - article, PART_UNKNOWN, arena, &out[article ? 1 : 0]));
	*ret_part_count = article ? 2 : 1;
	return ST_OK;
}
