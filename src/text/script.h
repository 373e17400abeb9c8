/* Scripts, as the border meets them. Source: Unicode Standard Annex 24, through ICU's uscript_getScript. */
#ifndef TEXT_SCRIPT_H
#define TEXT_SCRIPT_H

#include "base/slice.h"

enum script {
	SCRIPT_COMMON, /* digits, punctuation, space */
	SCRIPT_LATIN,
	SCRIPT_HANGUL,
	SCRIPT_HAN,
	SCRIPT_KANA, /* Hiragana and Katakana */
	SCRIPT_KHMER,
	SCRIPT_THAI,
	SCRIPT_LAO,
	SCRIPT_MYANMAR,
	SCRIPT_CYRILLIC,
	SCRIPT_ARABIC,
	SCRIPT_HEBREW,
	SCRIPT_GREEK,
	SCRIPT_ARMENIAN,
	SCRIPT_GEORGIAN,
	SCRIPT_DEVANAGARI,
	SCRIPT_OTHER,
	SCRIPT_COUNT,
};

/* Script of one code point; marks and digits are SCRIPT_COMMON unless tied to one script (Khmer and Thai vowel
 * signs are their script's). Cost: one table look-up. */
enum script script_of(uint32_t code_point);

/* The script most letters of `t` are in; SCRIPT_COMMON where there are none. */
enum script script_main(struct text t);

/* ISO 15924 code: "Latn", "Khmr"... */
const char *script_code(enum script script);

#endif
