#include "sight/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHAINS_MAX 1000u
#define CHAIN_SPOTS 64u /* of a row; the longest has 44 */
#define CHAIN_SPOTS_MIN 15u

/* Spots of about one height, each a little to the right of the one before. */
struct chain {
	const struct spot *spots[CHAIN_SPOTS];
	size_t count;
	double x, pitch, y, slope; /* once fitted: of its first spot */
	int places;                /* from its first spot to its last */
};

static int by_x(const void *a, const void *b)
{
	double d = ((const struct spot *)a)->x - ((const struct spot *)b)->x;

	return d < 0 ? -1 : d > 0;
}

static int by_value(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

static bool follows(const struct spot *last, const struct spot *next)
{
	double gap = next->x - last->x, high = last->high > next->high ? last->high : next->high;

	return gap > 0.45 * high && gap < 3.4 * high && fabs(next->y - last->y) < 0.3 * high + 0.03 * gap &&
	       next->high < 1.8 * last->high && last->high < 1.8 * next->high;
}

static size_t chains_make(const struct spot *spots, size_t count, struct chain *chains)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		struct chain *nearest = NULL;

		for (size_t k = 0; k < n; k++) {
			struct chain *c = &chains[k];

			if (c->count < CHAIN_SPOTS && follows(c->spots[c->count - 1], &spots[i]) &&
			    (!nearest || c->spots[c->count - 1]->x > nearest->spots[nearest->count - 1]->x))
				nearest = c;
		}
		if (nearest == NULL && n < CHAINS_MAX)
			nearest = &chains[n++], nearest->count = 0;
		if (nearest)
			nearest->spots[nearest->count++] = &spots[i];
	}
	return n;
}

/* Least squares of places and middles; false where the spots have no common pitch. */
static bool chain_fit(struct chain *c)
{
	double gaps[CHAIN_SPOTS], sum_k = 0, sum_kk = 0, sum_x = 0, sum_kx = 0, sum_y = 0, sum_ky = 0, n = (double)c->count, off = 0;
	int places[CHAIN_SPOTS] = {0};

	if (c->count < CHAIN_SPOTS_MIN)
		return false;
	for (size_t i = 1; i < c->count; i++)
		gaps[i - 1] = c->spots[i]->x - c->spots[i - 1]->x;
	qsort(gaps, c->count - 1, sizeof gaps[0], by_value);
	c->pitch = gaps[(c->count - 1) / 2];
	for (size_t i = 0; i < c->count; i++) {
		double k = i ? places[i - 1] + round((c->spots[i]->x - c->spots[i - 1]->x) / c->pitch) : 0;

		places[i] = (int)k;
		sum_k += k;
		sum_kk += k * k;
		sum_x += c->spots[i]->x;
		sum_kx += k * c->spots[i]->x;
		sum_y += c->spots[i]->y;
		sum_ky += k * c->spots[i]->y;
	}
	c->pitch = (n * sum_kx - sum_k * sum_x) / (n * sum_kk - sum_k * sum_k);
	c->x = (sum_x - c->pitch * sum_k) / n;
	c->slope = (n * sum_ky - sum_k * sum_y) / (n * sum_kk - sum_k * sum_k) / c->pitch;
	c->y = (sum_y - c->slope * c->pitch * sum_k) / n;
	for (size_t i = 0; i < c->count; i++)
		off += fabs(c->spots[i]->x - c->x - c->pitch * places[i]);
	c->places = places[c->count - 1] + 1;
	return c->pitch > 4 && off / n < 0.2 * c->pitch && c->places <= 60;
}

static double y_at(const struct chain *c, double x)
{
	return c->y + (x - c->x) * c->slope;
}

/* Whether `upper` is the line above `lower` in one zone. */
static bool above(const struct chain *upper, const struct chain *lower)
{
	double x = (lower->x > upper->x ? lower->x : upper->x) + 10 * lower->pitch, apart = (y_at(lower, x) - y_at(upper, x)) / lower->pitch;

	return apart > 1.4 && apart < 3.6 && fabs(upper->pitch / lower->pitch - 1) < 0.04 && fabs(upper->slope - lower->slope) < 0.02 &&
	       fabs(upper->x - lower->x) < 12 * lower->pitch;
}

/* Rows that begin at one place: a speck before or behind the longest is no letter, one that is missing is one. */
static bool rows_fill(const struct chain *const *found, unsigned lines, struct zone_rows *ret)
{
	static const unsigned widths[] = {30, 36, 44};
	const struct chain *best = NULL;
	double left = 0, right = 0;

	for (unsigned i = 0; i < lines; i++)
		if (best == NULL || found[i]->count > best->count)
			best = found[i];
	for (unsigned i = 0; i < lines; i++) {
		double first = found[i]->x, last = found[i]->x + (found[i]->places - 1) * best->pitch;

		left = i == 0 || first < left ? first : left;
		right = i == 0 || last > right ? last : right;
	}
	*ret = (struct zone_rows){.lines = lines, .pitch = best->pitch, .slope = best->slope};
	for (size_t w = 0; w < 3; w++) {
		int over = (int)round((right - left) / best->pitch) + 1 - (int)widths[w];

		if ((lines == 3) != (w == 0) || over < 0 || over > 0)
			continue;
		ret->width = widths[w];
	}
	for (unsigned i = 0; i < lines; i++) {
		double k = round((found[i]->x - left) / best->pitch);

		ret->x[i] = found[i]->x - k * best->pitch;
		ret->y[i] = found[i]->y - k * best->pitch * best->slope;
	}
	return ret->width != 0;
}

/* The longest chain upwards from `c`. */
static unsigned zone_up(const struct chain *chains, size_t count, const struct chain *c, const struct chain *found[ROWS_MAX])
{
	unsigned lines = 1;

	found[0] = c;
	while (lines < ROWS_MAX) {
		const struct chain *next = NULL;

		for (size_t i = 0; i < count; i++)
			if (chains[i].places && above(&chains[i], found[lines - 1]) && (!next || chains[i].count > next->count))
				next = &chains[i];
		if (next == NULL)
			break;
		found[lines++] = next;
	}
	for (unsigned i = 0; i < lines / 2; i++) {
		const struct chain *swap = found[i];

		found[i] = found[lines - 1 - i];
		found[lines - 1 - i] = swap;
	}
	return lines;
}

bool rows_find(struct spot *spots, size_t count, struct zone_rows *ret)
{
	struct chain *chains = calloc(CHAINS_MAX, sizeof *chains);
	size_t n;
	double lowest = -1;

	if (chains == NULL)
		return false;
	qsort(spots, count, sizeof spots[0], by_x);
	n = chains_make(spots, count, chains);
	for (size_t i = 0; i < n; i++)
		if (!chain_fit(&chains[i]))
			chains[i].places = 0;
	for (size_t i = 0; i < n; i++) {
		const struct chain *found[ROWS_MAX];
		struct zone_rows rows;
		unsigned lines;

		if (chains[i].places == 0 || chains[i].y < lowest)
			continue;
		lines = zone_up(chains, n, &chains[i], found);
		/* What stands above two lines may be print that has the pitch by chance. */
		if ((lines == 3 && rows_fill(found, 3, &rows)) || (lines >= 2 && rows_fill(found + (lines - 2), 2, &rows))) {
			lowest = chains[i].y;
			*ret = rows;
		}
	}
	free(chains);
	return lowest >= 0;
}
