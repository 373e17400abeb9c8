#include "text/khmer.h"

#include "text/name_roles.h"
#include "text/pieces.h"

#include "khmer_families.inc"
#include "khmer_names.inc"
#include "khmer_pieces.inc"

static const struct pieces tables = {khmer_pieces_rows, KHMER_PIECES_COUNT, khmer_names_rows, KHMER_NAMES_COUNT,
				     READ_KHMER};

static bool is_family(struct text word)
{
	size_t low = 0, high = KHMER_FAMILIES_COUNT;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = text_compare(khmer_families_rows[mid].khmer, word);

		if (order == 0)
			return true;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/* Whether a syllable begins at byte `at`: a letter, and not one that hangs below the letter before. */
static bool begins_syllable(struct text word, size_t at)
{
	static const char coeng[3] = {'\xE1', '\x9F', '\x92'}; /* KHMER_COENG */
	uint32_t c = text_next((struct text){word.data + at, word.len - at}, &(size_t){0});

	return c >= 0x1780 && c <= 0x17B3 && at >= 3 && memcmp(word.data + at - 3, coeng, 3) != 0;
}

/* Bytes of the family name that a name in one go begins with: the longest that leaves a known name behind it. Nothing
 * is cut from a word that is a known name itself: Sokha is not Mr Sok. */
static size_t family_len(struct text word)
{
	if (pieces_has_name(&tables, word))
		return 0;
	for (size_t len = word.len; len-- > 6;) {
		struct text head = {word.data, len}, rest = {word.data + len, word.len - len};

		if (((unsigned char)word.data[len] & 0xC0) == 0x80 || rest.len < 6 || !begins_syllable(word, len))
			continue;
		if (is_family(head) && pieces_has_name(&tables, rest))
			return len;
	}
	return 0;
}

static enum status part_add(struct text word, enum part_role role, struct arena *arena, struct name_part *out)
{
	uint32_t points[PIECES_WORD_MAX];
	struct spellings s;
	size_t at = 0, count = 0;

	while (at < word.len && count < PIECES_WORD_MAX)
		points[count++] = text_next(word, &at);
	pieces_read(&tables, points, count, &s);
	*out = (struct name_part){.native = word, .script = SCRIPT_KHMER, .role = role};
	return spellings_finish(&s, arena, out);
}

enum status khmer_read(struct text word, const struct word_context *context, struct arena *arena,
		       struct name_part *out, size_t room, size_t *ret_part_count)
{
	size_t count = 0, len;

	while (context->first && count + 3 <= room && (len = title_attached(word)) > 0) {
		TRY(part_add((struct text){word.data, len}, PART_TITLE, arena, &out[count++]));
		word = (struct text){word.data + len, word.len - len};
	}
	if (count >= room)
		return ST_LIMIT;
	len = context->only && count + 2 <= room ? family_len(word) : 0;
	if (len > 0) {
		TRY(part_add((struct text){word.data, len}, PART_FAMILY, arena, &out[count++]));
		word = (struct text){word.data + len, word.len - len};
	}
	TRY(part_add(word, len > 0 ? PART_GIVEN : PART_UNKNOWN, arena, &out[count++]));
	*ret_part_count = count;
	return ST_OK;
}
