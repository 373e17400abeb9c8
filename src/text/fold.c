#include "text/fold.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "lookalikes.inc"
#include "text/khmer.h"

/* NFKC can lengthen a code point to 18; names do not come near it. */
#define UTF16_MAX (FOLD_INPUT_MAX * 4)

struct folding {
	uint32_t *out; /* code points */
	size_t len;
};

/* Zero width and direction marks, soft hyphen, variation selectors, tatweel, Khmer inherent vowels. */
static bool is_invisible(uint32_t c)
{
	return c == 0xAD || c == 0x34F || c == 0x61C || c == 0x640 || c == 0x17B4 || c == 0x17B5 ||
	       (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
	       (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE0FFF);
}

/* Vanishes inside a word: apostrophes of all kinds. */
static bool is_apostrophe(uint32_t c)
{
	return c == '\'' || c == '`' || c == 0xB4 || c == 0x2018 || c == 0x2019 || c == 0x201B || c == 0x2BB ||
	       c == 0x2BC || c == 0x2BE || c == 0x2BF || c == 0x2B9 || c == 0x2BD || c == 0x2032 || c == 0x5F3;
}

static bool is_mark(uint32_t c)
{
	int type = u_charType((UChar32)c);

	return type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK;
}

static bool is_word(uint32_t c)
{
	return u_isalnum((UChar32)c) || is_mark(c) || c == 0x30FC;
}

static uint32_t lookalike(uint32_t c, enum script to)
{
	char utf8[4];
	struct text t = {utf8, text_encode(c, utf8)};

	for (size_t i = 0; i < LOOKALIKES_COUNT; i++) {
		const struct lookalikes_row *row = &lookalikes_rows[i];
		size_t at = 0;

		if (to == SCRIPT_LATIN && ((row->cyrillic.len && text_equal(row->cyrillic, t)) ||
					   (row->greek.len && text_equal(row->greek, t))))
			return (uint8_t)row->latin.data[0];
		if (to == SCRIPT_CYRILLIC && row->cyrillic.len && text_equal(row->latin, t))
			return text_next(row->cyrillic, &at);
	}
	return c;
}

/* Mends a word that mixes Latin with look-alikes of Cyrillic or Greek. */
static void mend_word(uint32_t *word, size_t len)
{
	size_t latin = 0, cyrillic = 0, greek = 0;

	for (size_t i = 0; i < len; i++) {
		enum script s = script_of(word[i]);

		latin += s == SCRIPT_LATIN;
		cyrillic += s == SCRIPT_CYRILLIC;
		greek += s == SCRIPT_GREEK;
	}
	if (latin == 0 || cyrillic + greek == 0)
		return;
	for (size_t i = 0; i < len; i++)
		word[i] = lookalike(word[i], latin >= cyrillic ? SCRIPT_LATIN : SCRIPT_CYRILLIC);
}

static void fold_points(const uint32_t *in, size_t len, struct folding *f)
{
	size_t word = 0;

	f->len = 0;
	for (size_t i = 0; i <= len; i++) {
		uint32_t c = i < len ? in[i] : ' ';

		if (i < len && (is_invisible(c) || is_apostrophe(c)))
			continue;
		/* Arabic vowel signs are written or not. */
		if ((c >= 0x64B && c <= 0x65F) || c == 0x670)
			continue;
		if (i < len && is_word(c)) {
			f->out[f->len++] = c;
			continue;
		}
		if (f->len > word) {
			mend_word(f->out + word, f->len - word);
			f->out[f->len++] = ' ';
			word = f->len;
		}
	}
	if (f->len && f->out[f->len - 1] == ' ')
		f->len--;
}

static enum status normalise(struct text in, struct arena *arena, uint32_t **ret_points, size_t *ret_len)
{
	UErrorCode failed = U_ZERO_ERROR;
	const UNormalizer2 *nfkc = unorm2_getNFKCCasefoldInstance(&failed);
	UChar *raw = ARENA_NEW(arena, UChar, FOLD_INPUT_MAX + 1), *folded = ARENA_NEW(arena, UChar, UTF16_MAX);
	int32_t raw_len = 0, folded_len, at = 0;
	uint32_t *points;
	size_t n = 0;

	if (raw == NULL || folded == NULL)
		return arena_failure(arena, NULL);
	u_strFromUTF8(raw, FOLD_INPUT_MAX + 1, &raw_len, in.data, (int32_t)in.len, &failed);
	folded_len = unorm2_normalize(nfkc, raw, raw_len, folded, UTF16_MAX, &failed);
	if (U_FAILURE(failed))
		return ST_LIMIT;
	points = ARENA_NEW(arena, uint32_t, (size_t)folded_len + 1);
	if (points == NULL)
		return arena_failure(arena, NULL);
	while (at < folded_len) {
		uint32_t c = folded[at++];

		if (c >= 0xD800 && c < 0xDC00 && at < folded_len)
			c = 0x10000 + ((c - 0xD800) << 10) + (uint32_t)(folded[at++] - 0xDC00);
		points[n++] = c;
	}
	*ret_points = points;
	*ret_len = n;
	return ST_OK;
}

enum status text_fold(struct text in, struct arena *arena, struct text *ret_folded)
{
	struct folding f = {NULL, 0};
	uint32_t *points = NULL;
	size_t len = 0, n = 0;
	char *out;

	if (in.len > FOLD_INPUT_MAX)
		return ST_LIMIT;
	TRY(normalise(in, arena, &points, &len));
	f.out = ARENA_NEW(arena, uint32_t, len + 2);
	out = arena_alloc(arena, len + 2, 4);
	if (f.out == NULL || out == NULL)
		return arena_failure(arena, NULL);
	fold_points(points, len, &f);
	f.len = khmer_order(f.out, f.len);
	for (size_t i = 0; i < f.len; i++)
		n += text_encode(f.out[i], out + n);
	*ret_folded = (struct text){out, n};
	return ST_OK;
}
