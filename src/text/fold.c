#include "text/fold.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include "lookalikes.inc"
#include "text/khmer.h"
#include "text/thai.h"

/* The longest NFKC form of one code point is U+FDFA's: 18 units for 3 bytes of UTF-8. */
#define NFKC_GROWTH 6u
/* A second pass settles nearly all; the bound keeps hostile text from buying more. */
#define PASSES_MAX 4u

/* Vanishes inside a word: apostrophes and the letters used as such, tatweel, geresh, and the hamza of romanisations. */
static bool is_apostrophe(uint32_t c)
{
	return c == '\'' || c == '`' || c == 0xB4 || (c >= 0x2B9 && c <= 0x2BF) || c == 0x2C8 || c == 0x2CA ||
	       c == 0x2CB || c == 0x2EE || c == 0x5F3 || c == 0x5F4 || c == 0x640 || c == 0x1FBD || c == 0x1FBF ||
	       c == 0x1FFD || c == 0x1FFE || c == 0x2018 || c == 0x2019 || c == 0x201B || c == 0x2032 ||
	       c == 0xA78C || c == 0xFF07 || c == 0xFF40;
}

/* Vowel points that Arabic and Hebrew write or leave out. */
static bool is_point(uint32_t c)
{
	return (c >= 0x591 && c <= 0x5C7 && c != 0x5BE && c != 0x5C0 && c != 0x5C3 && c != 0x5C6) ||
	       (c >= 0x610 && c <= 0x61A) || (c >= 0x64B && c <= 0x652) || (c >= 0x656 && c <= 0x65F) ||
	       c == 0x670 || (c >= 0x6D6 && c <= 0x6ED && c != 0x6DD && c != 0x6DE && c != 0x6E5 && c != 0x6E6 &&
			      c != 0x6E9);
}

static bool is_word(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
	return u_isalnum((UChar32)c) || (U_GET_GC_MASK((UChar32)c) & U_GC_M_MASK) != 0;
}

static uint32_t only_point(struct text t)
{
	size_t at = 0;

	return t.len ? text_next(t, &at) : 0;
}

/* The letter of script `to` that is drawn like `c`, or 0. */
static uint32_t lookalike(uint32_t c, enum script to)
{
	for (size_t i = 0; i < LOOKALIKES_COUNT; i++) {
		uint32_t latin = only_point(lookalikes_rows[i].latin);
		uint32_t cyrillic = only_point(lookalikes_rows[i].cyrillic);
		uint32_t greek = only_point(lookalikes_rows[i].greek);
		uint32_t target = to == SCRIPT_LATIN ? latin : to == SCRIPT_CYRILLIC ? cyrillic : greek;

		if (target && (c == latin || c == cyrillic || c == greek))
			return target;
	}
	return 0;
}

/* Puts the whole word into script `to` if every stray letter has a look-alike there. */
static bool mend_into(uint32_t *word, size_t len, enum script to)
{
	for (size_t i = 0; i < len; i++) {
		enum script s = script_of(word[i]);

		if (s != to && s != SCRIPT_COMMON && lookalike(word[i], to) == 0)
			return false;
	}
	for (size_t i = 0; i < len; i++) {
		enum script s = script_of(word[i]);

		if (s != to && s != SCRIPT_COMMON)
			word[i] = lookalike(word[i], to);
	}
	return true;
}

/* Cyrillic letters so rare that a word of Latin letters in disguise is likelier (dze is Macedonian, the others hardly used). */
static bool is_rare(uint32_t c)
{
	return c == 0x455 || c == 0x501 || c == 0x51B || c == 0x51D;
}

/* Whether putting the word into Cyrillic takes such letters. */
static bool cyrillic_is_far_fetched(const uint32_t *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (is_rare(word[i]) || (script_of(word[i]) == SCRIPT_LATIN && is_rare(lookalike(word[i], SCRIPT_CYRILLIC))))
			return true;
	return false;
}

/* Mends a word that mixes Latin, Cyrillic and Greek: towards the script of most letters, Latin first on a tie and where
 * Cyrillic would be far-fetched. A word wholly in look-alikes is left alone: nothing tells it from a real one.
 * Gives whether it changed the word. */
static bool mend_word(uint32_t *word, size_t len)
{
	size_t latin = 0, cyrillic = 0, greek = 0;
	enum script first, second;

	for (size_t i = 0; i < len; i++) {
		enum script s = script_of(word[i]);

		latin += s == SCRIPT_LATIN;
		cyrillic += s == SCRIPT_CYRILLIC;
		greek += s == SCRIPT_GREEK;
	}
	if ((latin > 0) + (cyrillic > 0) + (greek > 0) < 2)
		return false;
	first = latin >= cyrillic && latin >= greek ? SCRIPT_LATIN : cyrillic >= greek ? SCRIPT_CYRILLIC : SCRIPT_GREEK;
	if (first == SCRIPT_CYRILLIC && latin && cyrillic_is_far_fetched(word, len) && mend_into(word, len, SCRIPT_LATIN))
		return true;
	second = first != SCRIPT_LATIN ? SCRIPT_LATIN : cyrillic >= greek ? SCRIPT_CYRILLIC : SCRIPT_GREEK;
	return mend_into(word, len, first) || mend_into(word, len, second);
}

/* Words separated by single spaces, in place; returns the new length. *ret_again: what is left may compose anew,
 * since a letter was mended under its mark or a sign between two was dropped. */
static size_t fold_points(uint32_t *points, size_t len, bool *ret_again)
{
	size_t n = 0, word = 0;

	*ret_again = false;
	for (size_t i = 0; i <= len; i++) {
		uint32_t c = i < len ? points[i] : ' ';

		if (is_apostrophe(c) || is_point(c) || (c == KHMER_COENG && n == word)) {
			*ret_again = true;
			continue;
		}
		if (is_word(c)) {
			points[n++] = c;
			continue;
		}
		if (n > word) {
			*ret_again = mend_word(points + word, n - word) || *ret_again;
			if (i < len)
				points[n++] = ' ';
			word = n;
		}
	}
	return n > 0 && points[n - 1] == ' ' ? n - 1 : n;
}

/* Code points of `in` after NFKC case folding. Apostrophes go first: NFKC would turn some into a space. */
static enum status normalise(struct text in, struct arena *arena, uint32_t **ret_points, size_t *ret_len)
{
	UErrorCode failed = U_ZERO_ERROR;
	const UNormalizer2 *nfkc = unorm2_getNFKCCasefoldInstance(&failed);
	size_t room = in.len * NFKC_GROWTH + 1, at = 0, n = 0;
	UChar *raw = ARENA_NEW(arena, UChar, in.len + 1), *folded = ARENA_NEW(arena, UChar, room);
	int32_t raw_len = 0, folded_len, from = 0;
	uint32_t *points;

	if (raw == NULL || folded == NULL)
		return arena_failure(arena, NULL);
	while (at < in.len) {
		uint32_t c = text_next(in, &at);

		if (!is_apostrophe(c))
			U16_APPEND_UNSAFE(raw, raw_len, c);
	}
	folded_len = unorm2_normalize(nfkc, raw, raw_len, folded, (int32_t)room, &failed);
	if (U_FAILURE(failed))
		return failed == U_MEMORY_ALLOCATION_ERROR ? ST_NO_MEMORY : ST_LIMIT;
	points = ARENA_NEW(arena, uint32_t, 2 * (size_t)folded_len + 1); /* khmer_order may ask for twice the room */
	if (points == NULL)
		return arena_failure(arena, NULL);
	while (from < folded_len) {
		uint32_t c = folded[from++];

		if (U16_IS_LEAD(c) && from < folded_len)
			c = (uint32_t)U16_GET_SUPPLEMENTARY(c, folded[from++]);
		points[n++] = c;
	}
	*ret_points = points;
	*ret_len = n;
	return ST_OK;
}

static bool is_ascii(struct text in)
{
	for (size_t i = 0; i < in.len; i++)
		if ((unsigned char)in.data[i] >= 0x80)
			return false;
	return true;
}

/* The usual case, without a library call. */
static size_t fold_ascii(struct text in, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++) {
		char c = in.data[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c == '\'' || c == '`')
			continue;
		if (is_word((uint32_t)c))
			out[n++] = c;
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	return n > 0 && out[n - 1] == ' ' ? n - 1 : n;
}

/* Drops the marks of other scripts that hang on a Khmer or Thai letter or sign: no writing of the two has them, and they
 * would move against the signs. Returns the new length. */
static size_t drop_strangers(uint32_t *points, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		enum script on = n ? script_of(points[n - 1]) : SCRIPT_COMMON;
		bool orderly = on == SCRIPT_KHMER || on == SCRIPT_THAI;

		if (!orderly || u_getCombiningClass((UChar32)points[i]) == 0 || script_of(points[i]) == on)
			points[n++] = points[i];
	}
	return n;
}

/* Khmer and Thai signs in one order. Signs that moved may stand beside one that NFKC would move in turn. */
static enum status order_points(uint32_t *points, size_t *len, struct arena *arena, bool *ret_again)
{
	size_t ordered;
	uint32_t *before;
	bool needed = false;

	for (size_t i = 0; i < *len && !needed; i++)
		needed = script_of(points[i]) == SCRIPT_KHMER || script_of(points[i]) == SCRIPT_THAI;
	if (!needed)
		return ST_OK;
	before = ARENA_NEW(arena, uint32_t, *len);
	if (before == NULL)
		return arena_failure(arena, NULL);
	memcpy(before, points, *len * sizeof before[0]);
	ordered = thai_order(points, khmer_order(points, drop_strangers(points, *len)));
	*ret_again = *ret_again || ordered != *len || memcmp(before, points, ordered * sizeof before[0]) != 0;
	*len = ordered;
	return ST_OK;
}

/* One pass over text that is not all ASCII. */
static enum status fold_once(struct text in, struct arena *arena, struct text *ret_folded, bool *ret_again)
{
	uint32_t *points = NULL;
	size_t len = 0, n = 0;
	char *out;

	TRY(normalise(in, arena, &points, &len));
	len = fold_points(points, len, ret_again);
	TRY(order_points(points, &len, arena, ret_again));
	out = arena_alloc(arena, len + 1, 4);
	if (out == NULL)
		return arena_failure(arena, NULL);
	for (size_t i = 0; i < len; i++)
		n += text_encode(points[i], out + n);
	*ret_folded = (struct text){out, n};
	return ST_OK;
}

enum status text_fold(struct text in, struct arena *arena, struct text *ret_folded)
{
	bool again = true;
	char *out;

	if (in.len > FOLD_INPUT_MAX)
		return ST_LIMIT;
	if (is_ascii(in)) {
		out = ARENA_NEW(arena, char, in.len + 1);
		if (out == NULL)
			return arena_failure(arena, NULL);
		*ret_folded = (struct text){out, fold_ascii(in, out)};
		return ST_OK;
	}
	for (unsigned pass = 0; again && pass < PASSES_MAX; pass++)
		TRY(fold_once(in, arena, &in, &again));
	*ret_folded = in;
	return ST_OK;
}
