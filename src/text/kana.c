#include "text/kana.h"

#include "text/readings.h"

#include "kana_letters.inc"

/* Katakana as hiragana. */
static uint32_t hiragana(uint32_t c)
{
	return c >= 0x30A1 && c <= 0x30F6 ? c - 0x60 : c;
}

static const struct kana_letters_row *row_at(const uint32_t *codes, size_t count, size_t *ret_used)
{
	for (size_t take = count < 2 ? count : 2; take; take--) {
		char key[8];
		size_t n = 0;

		for (size_t i = 0; i < take; i++)
			n += text_encode(codes[i], key + n);
		for (size_t i = 0; i < KANA_LETTERS_COUNT; i++)
			if (text_equal(kana_letters_rows[i].kana, (struct text){key, n})) {
				*ret_used = take;
				return &kana_letters_rows[i];
			}
	}
	return NULL;
}

enum status kana_read(struct text word, const struct word_context *context, struct arena *arena,
		      struct name_part *out, size_t room, size_t *ret_part_count)
{
	uint32_t codes[64];
	size_t count = 0, at = 0;
	struct spellings s;

	(void)context;
	if (room == 0)
		return ST_LIMIT;
	while (at < word.len && count < 64)
		codes[count++] = hiragana(text_next(word, &at));
	spellings_start(&s, READ_JAPANESE);
	for (size_t i = 0; i < count;) {
		struct choice choices[2];
		size_t used = 1, n = 0;
		const struct kana_letters_row *row = row_at(codes + i, count - i, &used);

		if (row) {
			choices[n++] = (struct choice){row->latin, 0};
			if (row->foreign.len)
				choices[n++] = (struct choice){row->foreign, 1500};
			spellings_grow(&s, choices, n);
		} else if (codes[i] == 0x3063 && i + 1 < count) { /* a small tsu doubles what follows */
			size_t next;

			row = row_at(codes + i + 1, count - i - 1, &next);
			if (row && row->latin.len) {
				choices[0] = (struct choice){{row->latin.data, 1}, 0};
				choices[1] = (struct choice){TEXT_NONE, 1000};
				spellings_grow(&s, choices, 2);
			}
		}
		i += used;
	}
	out[0] = (struct name_part){.native = word, .script = SCRIPT_KANA, .role = PART_UNKNOWN};
	*ret_part_count = 1;
	return spellings_finish(&s, arena, &out[0]);
}
