#include "text/latin.h"

#include <unicode/unorm2.h>

#include "text/readings.h"

#include "latin_letters.inc"

#define SECOND_FORM_COST 2500u /* Ä as AE where most write A */

static const struct latin_letters_row *letter_row(struct text letter)
{
	for (size_t i = 0; i < LATIN_LETTERS_COUNT; i++)
		if (text_equal(latin_letters_rows[i].letter, letter))
			return &latin_letters_rows[i];
	return NULL;
}

/* The letter under its marks, through the canonical decomposition; 0 if it is none of a-z. */
static char base_letter(uint32_t c)
{
	UErrorCode failed = U_ZERO_ERROR;
	const UNormalizer2 *nfd = unorm2_getNFDInstance(&failed);

	while (c >= 0x80) {
		UChar out[8];
		int32_t len = unorm2_getRawDecomposition(nfd, (UChar32)c, out, 8, &failed);

		if (len <= 0 || U_FAILURE(failed))
			return 0;
		c = out[0];
	}
	return c >= 'a' && c <= 'z' ? (char)c : 0;
}

enum status latin_read(struct text word, const struct word_context *context, struct arena *arena,
		       struct name_part *out, size_t room, size_t *ret_part_count)
{
	struct spellings s;
	size_t at = 0;

	(void)context;
	if (room == 0)
		return ST_LIMIT;
	spellings_start(&s, READ_LATIN);
	while (at < word.len) {
		size_t from = at;
		uint32_t c = text_next(word, &at);
		struct text letter = {word.data + from, at - from};
		struct choice choices[3];
		size_t n = 0;
		char plain = base_letter(c);
		const struct latin_letters_row *row = c < 0x80 ? NULL : letter_row(letter);

		if (row) {
			choices[n++] = (struct choice){row->plain, 0};
			if (row->second.len)
				choices[n++] = (struct choice){row->second, SECOND_FORM_COST};
		} else if (plain) {
			choices[n++] = (struct choice){{&plain, 1}, 0};
		}
		spellings_grow(&s, choices, n);
	}
	out[0].role = PART_UNKNOWN;
	TRY(spellings_finish(&s, arena, &out[0]));
	*ret_part_count = 1;
	return ST_OK;
}
