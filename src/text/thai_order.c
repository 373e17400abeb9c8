#include "text/thai.h"

#define SARA_E 0x0E40u
#define SARA_AE 0x0E41u
#define SARA_AA 0x0E32u
#define LAKKHANGYAO 0x0E45u

/* Where a mark stands on its letter; 0 is no mark. */
static unsigned place_of(uint32_t c)
{
	if (c == 0x0E31 || (c >= 0x0E34 && c <= 0x0E3A) || c == 0x0E47)
		return 1;
	if (c == 0x0E4D) /* nikhahit */
		return 2;
	if (c >= 0x0E48 && c <= 0x0E4B) /* tones */
		return 3;
	if (c == 0x0E4C || c == 0x0E4E)
		return 4;
	return 0;
}

static bool is_after(uint32_t a, uint32_t b)
{
	return place_of(a) != place_of(b) ? place_of(a) > place_of(b) : a > b;
}

static size_t marks_sort(uint32_t *marks, size_t count)
{
	size_t n = 0;

	for (size_t i = 1; i < count; i++) {
		uint32_t m = marks[i];
		size_t k = i;

		for (; k && is_after(marks[k - 1], m); k--)
			marks[k] = marks[k - 1];
		marks[k] = m;
	}
	for (size_t i = 0; i < count; i++)
		if (n == 0 || marks[i] != marks[n - 1])
			marks[n++] = marks[i];
	return n;
}

size_t thai_order(uint32_t *points, size_t len)
{
	size_t in = 0, out = 0;

	while (in < len) {
		size_t from = in;

		while (in < len && place_of(points[in]))
			in++;
		if (in > from) {
			memmove(points + out, points + from, (in - from) * sizeof points[0]);
			out += marks_sort(points + out, in - from);
		} else if (points[in] == SARA_E && in + 1 < len && points[in + 1] == SARA_E) {
			points[out++] = SARA_AE;
			in += 2;
		} else {
			points[out++] = points[in] == LAKKHANGYAO ? SARA_AA : points[in];
			in++;
		}
	}
	return out;
}
