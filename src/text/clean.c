#include "text/clean.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include "text/script.h"
#include "text/units.h"

#define DAMAGE 0xFFFDu

/* Nobody sees them and no writing needs them: zero width space (Khmer parts words by it), byte order mark, soft hyphen, word
 * joiner, marks of direction. Joiners stay: Persian and Khmer names are written with them. */
static bool is_unseen(uint32_t c)
{
	return c == 0x200B || c == 0xFEFF || c == 0xAD || c == 0x2060 || c == 0x200E || c == 0x200F || c == 0x61C;
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
	       (c >= 0xE0000 && c <= 0xE007F) || c == 0x2028 || c == 0x2029;
}

static bool is_damage(uint32_t c)
{
	return c == DAMAGE || u_charType((UChar32)c) == U_PRIVATE_USE_CHAR || (c & 0xFFFE) == 0xFFFE ||
	       (c >= 0xFDD0 && c <= 0xFDEF);
}

static uint32_t regular(uint32_t c)
{
	if (c >= 0xFF01 && c <= 0xFF5E)
		return c - 0xFF01 + '!';
	return c == '\t' || (c >= 0x80 && u_charType((UChar32)c) == U_SPACE_SEPARATOR) ? ' ' : c;
}

/* Nothing to do for what is plain ASCII with single spaces. */
static bool is_plain(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		char c = t.data[i];

		if (c < ' ' || c > '~' || (c == ' ' && i && t.data[i - 1] == ' '))
			return false;
	}
	return true;
}

struct cleaned {
	UChar *units;
	int32_t len;
	enum text_fault fault;
};

static void point_take(struct cleaned *to, uint32_t c)
{
	UChar last = to->len ? to->units[to->len - 1] : '\n';

	if (is_unseen(c) || (c == '\r'))
		return;
	c = regular(c);
	if (c == ' ' && (last == ' ' || last == '\n'))
		return;
	if (c == '\n' && last == ' ')
		to->len--;
	if (c != '\n' && is_control(c)) {
		to->fault = TEXT_CONTROL;
		c = DAMAGE;
	} else if (is_damage(c)) {
		to->fault = to->fault == TEXT_GOOD ? TEXT_DAMAGED : to->fault;
		c = DAMAGE;
	}
	U16_APPEND_UNSAFE(to->units, to->len, c);
}

/* A lone carriage return is a line end of old Macintosh files. */
static bool is_line_end(struct text in, size_t after)
{
	return in.data[after - 1] == '\r' && (after == in.len || in.data[after] != '\n');
}

enum status text_clean(struct text in, struct arena *arena, struct text *ret_text, enum text_fault *ret_fault)
{
	UErrorCode failed = U_ZERO_ERROR;
	const UNormalizer2 *nfc;
	struct cleaned to = {.fault = TEXT_GOOD};
	UChar *composed;
	size_t at = 0;
	int32_t len;
	struct text out;

	*ret_fault = TEXT_GOOD;
	in = text_trim(in);
	*ret_text = in;
	if (is_plain(in))
		return ST_OK;
	to.units = ARENA_NEW(arena, UChar, in.len + 1);
	/* The composed form of a code point has at most three units for one (NFC, UAX 15). */
	composed = ARENA_NEW(arena, UChar, in.len * 3 + 1);
	if (to.units == NULL || composed == NULL)
		return arena_failure(arena, NULL);
	while (at < in.len) {
		uint32_t c = text_next(in, &at);

		point_take(&to, c == '\r' && is_line_end(in, at) ? '\n' : c);
	}
	nfc = unorm2_getNFCInstance(&failed);
	len = unorm2_normalize(nfc, to.units, to.len, composed, (int32_t)(in.len * 3 + 1), &failed);
	if (U_FAILURE(failed))
		return failed == U_MEMORY_ALLOCATION_ERROR ? ST_NO_MEMORY : ST_LIMIT;
	TRY(units_to_text(composed, len, arena, &out));
	*ret_text = text_trim(out);
	*ret_fault = to.fault;
	return ST_OK;
}

bool text_mixes_scripts(struct text t)
{
	bool seen[SCRIPT_COUNT] = {false};
	size_t at = 0;

	while (at < t.len) {
		uint32_t c = text_next(t, &at);
		bool letter = u_isalpha((UChar32)c);

		if (!letter && (U_GET_GC_MASK((UChar32)c) & U_GC_M_MASK) == 0)
			memset(seen, 0, sizeof seen);
		else if (letter)
			seen[script_of(c)] = true;
		if (seen[SCRIPT_LATIN] + seen[SCRIPT_CYRILLIC] + seen[SCRIPT_GREEK] > 1)
			return true;
	}
	return false;
}

bool text_is_latin(struct text t)
{
	size_t at = 0;
	bool any = false;

	while (at < t.len) {
		uint32_t c = text_next(t, &at);

		if (!u_isalpha((UChar32)c))
			continue;
		if (script_of(c) != SCRIPT_LATIN)
			return false;
		any = true;
	}
	return any;
}

bool text_has_letter(struct text t)
{
	size_t at = 0;

	while (at < t.len)
		if (u_isalpha((UChar32)text_next(t, &at)))
			return true;
	return false;
}

size_t text_characters(struct text t)
{
	size_t n = 0;

	for (size_t i = 0; i < t.len; i++)
		n += ((unsigned char)t.data[i] & 0xC0) != 0x80;
	return n;
}
