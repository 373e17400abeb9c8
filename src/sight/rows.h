/* Which of the spots on a picture are letters of a machine-readable zone: rows of one pitch, two of 44 or 36 or three of 30, the lowest
 * on the page. OCR-B has ten letters to 25.4 mm, lines 6.35 mm apart. Pure. Source: ICAO Doc 9303-3, 4.4 and 4.5. */
#ifndef SIGHT_ROWS_H
#define SIGHT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

/* A spot's middle and size, pixels. */
struct spot {
	double x, y, wide, high;
};

#define ROWS_MAX 3u
#define SPOTS_MAX 12000u

/* Place k of row i has its middle at x + k * pitch, y[i] + k * pitch * slope. */
struct zone_rows {
	unsigned lines, width;
	double x[ROWS_MAX], y[ROWS_MAX];
	double pitch, slope;
};

/* Sorts `spots`. False: there is no zone. Cost: O(count * rows). */
bool rows_find(struct spot *spots, size_t count, struct zone_rows *ret);

#endif
