#include "text/latin.h"

#include <unicode/unorm2.h>

#include "text/readings.h"

#include "latin_letters.inc"

#define CHOICES_MAX 4u

/* The choices a row group of the table gives for one letter; 0 if the letter is not in it. */
static size_t letter_choices(struct text letter, struct choice choices[CHOICES_MAX])
{
	size_t n = 0, low = 0, high = LATIN_LETTERS_COUNT;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (text_compare(latin_letters_rows[mid].letter, letter) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < LATIN_LETTERS_COUNT && n < CHOICES_MAX; low++) {
		if (!text_equal(latin_letters_rows[low].letter, letter))
			break;
		choices[n++] = (struct choice){latin_letters_rows[low].latin, latin_letters_rows[low].cost};
	}
	return n;
}

/* The letter under its marks, through the canonical decomposition; 0 if it is none of a-z. */
static char base_letter(uint32_t c)
{
	UErrorCode failed = U_ZERO_ERROR;
	const UNormalizer2 *nfd = c < 0x80 ? NULL : unorm2_getNFDInstance(&failed);

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
		size_t from = at, n = 0;
		uint32_t c = text_next(word, &at);
		struct choice choices[CHOICES_MAX];
		char plain;

		if (c >= 0x80)
			n = letter_choices((struct text){word.data + from, at - from}, choices);
		plain = n ? 0 : base_letter(c);
		if (plain)
			choices[n++] = (struct choice){{&plain, 1}, 0};
		spellings_grow(&s, choices, n);
	}
	out[0] = (struct name_part){.native = word, .script = SCRIPT_LATIN};
	TRY(spellings_finish(&s, arena, &out[0]));
	*ret_part_count = 1;
	return ST_OK;
}
