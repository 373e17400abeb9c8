#include "text/thai.h"

#include "text/name_roles.h"
#include "text/pieces.h"

#include "thai_pieces.inc"

static bool is_one_of(uint32_t c, const uint32_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == c)
			return true;
	return false;
}

/* Vowels written before the consonant they follow. */
static bool is_before_vowel(uint32_t c)
{
	return c >= 0x0E40 && c <= 0x0E44;
}

/* kh kh kh t p ph ph and r l w make a cluster that is spoken as one onset. */
static bool is_cluster(uint32_t a, uint32_t b)
{
	static const uint32_t first[] = {0x0E01, 0x0E02, 0x0E04, 0x0E15, 0x0E1B, 0x0E1C, 0x0E1E};
	static const uint32_t second[] = {0x0E23, 0x0E25, 0x0E27};

	return is_one_of(a, first, sizeof first / sizeof first[0]) &&
	       is_one_of(b, second, sizeof second / sizeof second[0]);
}

/* In spoken order: tones go, a silenced letter goes with its mark, a vowel written first follows its onset. */
static size_t spoken_order(struct text word, uint32_t out[PIECES_WORD_MAX])
{
	uint32_t in[PIECES_WORD_MAX];
	size_t at = 0, n = 0, len = 0;

	while (at < word.len && n < PIECES_WORD_MAX) {
		uint32_t c = text_next(word, &at);

		if (c >= 0x0E48 && c <= 0x0E4B)
			continue;
		if (c == 0x0E4C) { /* thanthakhat silences the letter under it, with its vowel */
			n -= n && (in[n - 1] == 0x0E34 || in[n - 1] == 0x0E38);
			n -= n > 0;
			continue;
		}
		in[n++] = c;
	}
	for (size_t i = 0; i < n; i++) {
		if (!is_before_vowel(in[i]) || i + 1 >= n) {
			out[len++] = in[i];
			continue;
		}
		out[len++] = in[i + 1];
		if (i + 3 < n && is_cluster(in[i + 1], in[i + 2])) {
			out[len++] = in[i + 2];
			out[len++] = in[i];
			i += 2;
		} else {
			out[len++] = in[i];
			i += 1;
		}
	}
	return len;
}

static enum status part_add(struct text word, enum part_role role, struct arena *arena, struct name_part *out)
{
	const struct pieces tables = {thai_pieces_rows, THAI_PIECES_COUNT, NULL, 0, READ_THAI};
	uint32_t points[PIECES_WORD_MAX];
	struct spellings s;

	pieces_read(&tables, points, spoken_order(word, points), &s);
	*out = (struct name_part){.native = word, .script = SCRIPT_THAI, .role = role};
	return spellings_finish(&s, arena, out);
}

enum status thai_read(struct text word, const struct word_context *context, struct arena *arena,
		      struct name_part *out, size_t room, size_t *ret_part_count)
{
	size_t count = 0, len;

	while (context->first && count + 2 <= room && (len = title_attached(word)) > 0) {
		TRY(part_add((struct text){word.data, len}, PART_TITLE, arena, &out[count++]));
		word = (struct text){word.data + len, word.len - len};
	}
	if (count >= room)
		return ST_LIMIT;
	/* Beside a name, a lone letter is of a shortened title: น.ส. */
	TRY(part_add(word, word.len <= 3 && !context->only ? PART_TITLE : PART_UNKNOWN, arena, &out[count++]));
	*ret_part_count = count;
	return ST_OK;
}
