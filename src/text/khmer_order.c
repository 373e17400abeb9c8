#include "text/khmer.h"

#define COENG 0x17D2u
#define RO 0x179Au

/* Where a sign stands in its syllable; 0 begins a new one. */
static unsigned place_of(uint32_t c)
{
	if (c == 0x17CC) /* robat */
		return 1;
	if (c == COENG)
		return 2;
	if (c == 0x17C9 || c == 0x17CA) /* muusikatoan, triisap */
		return 4;
	if (c >= 0x17B6 && c <= 0x17C5) /* dependent vowels */
		return 5;
	if (c == 0x17C6) /* nikahit */
		return 6;
	if (c == 0x17C7 || c == 0x17C8)
		return 7;
	if ((c >= 0x17CB && c <= 0x17D1) || c == 0x17D3 || c == 0x17DD)
		return 8;
	return 0;
}

struct sign {
	uint32_t c[2]; /* a subscript is coeng and its letter */
	unsigned place;
};

/* Subscript da and ta are drawn alike and so are written for one another. */
static uint32_t subscript_letter(uint32_t c)
{
	return c == 0x178A ? 0x178F : c;
}

/* Sorts one syllable's signs (few) without moving equals past one another, and writes them back. */
static size_t signs_write(struct sign *signs, size_t count, uint32_t *out)
{
	size_t n = 0;

	for (size_t i = 1; i < count; i++) {
		struct sign s = signs[i];
		size_t k = i;

		for (; k && signs[k - 1].place > s.place; k--)
			signs[k] = signs[k - 1];
		signs[k] = s;
	}
	for (size_t i = 0; i < count; i++) {
		if (i && signs[i].c[0] == signs[i - 1].c[0] && signs[i].c[1] == signs[i - 1].c[1])
			continue;
		out[n++] = signs[i].c[0];
		if (signs[i].c[1])
			out[n++] = signs[i].c[1];
	}
	return n;
}

size_t khmer_order(uint32_t *points, size_t len)
{
	enum { SIGNS_MAX = 16 };
	size_t in = 0, out = 0;

	while (in < len) {
		struct sign signs[SIGNS_MAX];
		size_t count = 0;

		if (place_of(points[in]) == 0) {
			points[out++] = points[in++];
			if (points[out - 1] < 0x1780 || points[out - 1] > 0x17B3)
				continue;
		}
		while (in < len && count < SIGNS_MAX && place_of(points[in])) {
			unsigned place = place_of(points[in]);

			if (place == 2 && in + 1 < len && place_of(points[in + 1]) == 0) {
				uint32_t letter = subscript_letter(points[in + 1]);

				signs[count++] = (struct sign){{COENG, letter}, letter == RO ? 3 : 2};
				in += 2;
			} else {
				signs[count++] = (struct sign){{points[in++], 0}, place};
			}
		}
		out += signs_write(signs, count, points + out);
	}
	return out;
}
