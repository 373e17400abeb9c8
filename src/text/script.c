#include "text/script.h"

#include <unicode/uscript.h>

enum script script_of(uint32_t c)
{
	UErrorCode failed = U_ZERO_ERROR;

	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? SCRIPT_LATIN : SCRIPT_COMMON;
	switch ((int)uscript_getScript((UChar32)c, &failed)) {
	case USCRIPT_LATIN:
		return SCRIPT_LATIN;
	case USCRIPT_HANGUL:
		return SCRIPT_HANGUL;
	case USCRIPT_HAN:
		return SCRIPT_HAN;
	case USCRIPT_HIRAGANA:
	case USCRIPT_KATAKANA:
	case USCRIPT_KATAKANA_OR_HIRAGANA:
		return SCRIPT_KANA;
	case USCRIPT_KHMER:
		return SCRIPT_KHMER;
	case USCRIPT_THAI:
		return SCRIPT_THAI;
	case USCRIPT_LAO:
		return SCRIPT_LAO;
	case USCRIPT_MYANMAR:
		return SCRIPT_MYANMAR;
	case USCRIPT_CYRILLIC:
		return SCRIPT_CYRILLIC;
	case USCRIPT_ARABIC:
		return SCRIPT_ARABIC;
	case USCRIPT_HEBREW:
		return SCRIPT_HEBREW;
	case USCRIPT_GREEK:
		return SCRIPT_GREEK;
	case USCRIPT_ARMENIAN:
		return SCRIPT_ARMENIAN;
	case USCRIPT_GEORGIAN:
		return SCRIPT_GEORGIAN;
	case USCRIPT_DEVANAGARI:
		return SCRIPT_DEVANAGARI;
	case USCRIPT_COMMON:
	case USCRIPT_INHERITED:
	case USCRIPT_INVALID_CODE:
		return c == 0x30FC ? SCRIPT_KANA : SCRIPT_COMMON; /* the long vowel mark belongs to kana */
	default:
		return SCRIPT_OTHER;
	}
}

enum script script_main(struct text t)
{
	size_t counts[SCRIPT_COUNT] = {0}, at = 0;
	enum script best = SCRIPT_COMMON;

	while (at < t.len)
		counts[script_of(text_next(t, &at))]++;
	for (size_t s = SCRIPT_COMMON + 1; s < SCRIPT_COUNT; s++)
		if (counts[s] > (best == SCRIPT_COMMON ? 0 : counts[best]))
			best = (enum script)s;
	return best;
}

const char *script_code(enum script script)
{
	static const char *const codes[SCRIPT_COUNT] = {
		[SCRIPT_COMMON] = "Zyyy",   [SCRIPT_LATIN] = "Latn",    [SCRIPT_HANGUL] = "Hang",
		[SCRIPT_HAN] = "Hani",      [SCRIPT_KANA] = "Hrkt",     [SCRIPT_KHMER] = "Khmr",
		[SCRIPT_THAI] = "Thai",     [SCRIPT_LAO] = "Laoo",      [SCRIPT_MYANMAR] = "Mymr",
		[SCRIPT_CYRILLIC] = "Cyrl", [SCRIPT_ARABIC] = "Arab",   [SCRIPT_HEBREW] = "Hebr",
		[SCRIPT_GREEK] = "Grek",    [SCRIPT_ARMENIAN] = "Armn", [SCRIPT_GEORGIAN] = "Geor",
		[SCRIPT_DEVANAGARI] = "Deva", [SCRIPT_OTHER] = "Zyyy",
	};

	return (size_t)script < SCRIPT_COUNT ? codes[script] : "Zyyy";
}
