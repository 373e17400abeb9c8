#include "text/khmer.h"

/* Inside this file a subscript is one unit: coeng in the upper half, its letter in the lower. */
#define SUBSCRIPT(letter) (KHMER_COENG << 16 | (letter))
#define MUUSIKATOAN 0x17C9u
#define TRIISAP 0x17CAu
#define VOWEL_U 0x17BBu
#define RO 0x179Au

static bool is_letter(uint32_t c)
{
	return c >= 0x1780 && c <= 0x17B3;
}

static bool is_subscript(uint32_t unit)
{
	return unit >> 16 == KHMER_COENG;
}

/* Where a unit stands in its syllable; 0 begins a new one. */
static unsigned place_of(uint32_t unit)
{
	if (unit == 0x17CC) /* robat */
		return 1;
	if (is_subscript(unit))
		return unit == SUBSCRIPT(RO) ? 3 : 2;
	if (unit == MUUSIKATOAN || unit == TRIISAP)
		return 4;
	if (unit >= 0x17B6 && unit <= 0x17C5) /* dependent vowels */
		return 5;
	if (unit == 0x17C6) /* nikahit */
		return 6;
	if (unit == 0x17C7 || unit == 0x17C8)
		return 7;
	if ((unit >= 0x17CB && unit <= 0x17D1) || unit == 0x17D3)
		return 8;
	return 0;
}

/* Subscripts keep the order they were written in: it tells words apart. Of the rest, one order is as good as another,
 * since they are drawn above, below and beside the letter. */
static bool is_after(uint32_t a, uint32_t b)
{
	unsigned place = place_of(a), other = place_of(b);

	return place != other ? place > other : place != 2 && a > b;
}

static size_t signs_sort(uint32_t *signs, size_t count)
{
	size_t n = 0;

	for (size_t i = 1; i < count; i++) {
		uint32_t s = signs[i];
		size_t k = i;

		for (; k && is_after(signs[k - 1], s); k--)
			signs[k] = signs[k - 1];
		signs[k] = s;
	}
	for (size_t i = 0; i < count; i++)
		if (n == 0 || signs[i] != signs[n - 1])
			signs[n++] = signs[i];
	return n;
}

static bool has_sign(const uint32_t *signs, size_t count, uint32_t sign)
{
	for (size_t i = 0; i < count; i++)
		if (signs[i] == sign)
			return true;
	return false;
}

static void sign_replace(uint32_t *signs, size_t count, uint32_t sign, uint32_t with)
{
	for (size_t i = 0; i < count; i++)
		if (signs[i] == sign)
			signs[i] = with;
}

/* A vowel above the letter: under it a shifter is drawn like the vowel u. */
static bool has_vowel_above(const uint32_t *signs, size_t count)
{
	return has_sign(signs, count, 0x17B7) || has_sign(signs, count, 0x17B8) || has_sign(signs, count, 0x17B9) ||
	       has_sign(signs, count, 0x17BA) || has_sign(signs, count, 0x17BE);
}

/* Letters that can bear a triisap; the others can bear a muusikatoan, and ba either. */
static bool takes_triisap(uint32_t unit)
{
	uint32_t c = is_subscript(unit) ? unit & 0xFFFF : unit;

	return (c >= 0x1780 && c <= 0x1783) || (c >= 0x1785 && c <= 0x1788) || (c >= 0x178A && c <= 0x178D) ||
	       (c >= 0x178F && c <= 0x1792) || (c >= 0x1795 && c <= 0x1797) || (c >= 0x179E && c <= 0x17A0) || c == 0x17A2;
}

/* What is drawn alike becomes one spelling: vowels typed as their two halves, and below a vowel above the letter the
 * shifter typed as u, or as the one that the letter cannot bear. Ba bears both, so there a written one stays. */
static size_t signs_settle(uint32_t base, uint32_t *signs, size_t count)
{
	bool triisap = takes_triisap(base), ba = base == 0x1794;
	uint32_t shifter;

	if (has_sign(signs, count, 0x17C1) && has_sign(signs, count, 0x17B8)) {
		sign_replace(signs, count, 0x17C1, 0x17BE);
		sign_replace(signs, count, 0x17B8, 0x17BE);
	} else if (has_sign(signs, count, 0x17C1) && has_sign(signs, count, 0x17B6)) {
		sign_replace(signs, count, 0x17C1, 0x17C4);
		sign_replace(signs, count, 0x17B6, 0x17C4);
	}
	if (!has_vowel_above(signs, count))
		return signs_sort(signs, count);
	for (size_t i = 0; i < count; i++) {
		triisap = triisap || (is_subscript(signs[i]) && takes_triisap(signs[i]));
		ba = ba || signs[i] == SUBSCRIPT(0x1794);
	}
	shifter = triisap ? TRIISAP : MUUSIKATOAN;
	if (!ba) {
		sign_replace(signs, count, MUUSIKATOAN, shifter);
		sign_replace(signs, count, TRIISAP, shifter);
	}
	if (!has_sign(signs, count, MUUSIKATOAN) && !has_sign(signs, count, TRIISAP))
		sign_replace(signs, count, VOWEL_U, shifter);
	return signs_sort(signs, count);
}

/* The letter or sign to write instead, which looks and sounds the same. */
static uint32_t usual(uint32_t c)
{
	switch (c) {
	case 0x17A3: /* deprecated letters; of those that become two, the first */
	case 0x17A4:
		return 0x17A2;
	case 0x17A8:
		return 0x17A7;
	case 0x17B2: /* a second drawing of the vowel qoo */
		return 0x17B1;
	case 0x17DD: /* atthacan, viriam: both silence a letter */
		return 0x17D1;
	default:
		return c;
	}
}

/* Deprecated letters as what the standard says to write; points become units. Makes room from the end first, since two
 * of the letters become two. A coeng with no letter to put below is not drawn, and goes. */
static size_t units_take(uint32_t *points, size_t len)
{
	size_t grown = len, n = 0;

	for (size_t i = 0; i < len; i++)
		grown += points[i] == 0x17A4 || points[i] == 0x17A8;
	for (size_t i = len, out = grown; i > 0; i--) {
		uint32_t c = points[i - 1];

		if (c == 0x17A4 || c == 0x17A8)
			points[--out] = c == 0x17A4 ? 0x17B6 : 0x1780;
		points[--out] = usual(c);
	}
	for (size_t i = 0; i < grown; i++) {
		uint32_t c = points[i];

		if (c != KHMER_COENG) {
			points[n++] = c;
		} else if (i + 1 < grown && is_letter(points[i + 1])) {
			/* Subscript da and ta are drawn alike and so are written for one another. */
			points[n++] = SUBSCRIPT(points[i + 1] == 0x178A ? 0x178F : points[i + 1]);
			i++;
		}
	}
	return n;
}

/* Units become points again, from the end, in place. */
static size_t units_give(uint32_t *points, size_t len)
{
	size_t grown = len;

	for (size_t i = 0; i < len; i++)
		grown += is_subscript(points[i]);
	for (size_t i = len, out = grown; i > 0; i--) {
		uint32_t unit = points[i - 1];

		points[--out] = is_subscript(unit) ? unit & 0xFFFF : unit;
		if (is_subscript(unit))
			points[--out] = KHMER_COENG;
	}
	return grown;
}

size_t khmer_order(uint32_t *points, size_t len)
{
	size_t in = 0, out = 0, n = units_take(points, len);

	while (in < n) {
		size_t from = in;
		uint32_t base = 0;

		if (place_of(points[in]) == 0) {
			base = points[in++];
			points[out++] = base;
			from = in;
		}
		while (in < n && place_of(points[in]))
			in++;
		if (in == from)
			continue;
		memmove(points + out, points + from, (in - from) * sizeof points[0]);
		out += signs_settle(base, points + out, signs_sort(points + out, in - from));
	}
	return units_give(points, out);
}
