/* The least and greatest value that a number can have, for somebody who knows sums of which it is a part. Exact: whole numbers only.
 *
 * Minimise and maximise x_j where A x = b and every x_i >= 0: the simplex method with Bland's rule, in whole numbers over one common
 * denominator (J. Edmonds; A. Schrijver, Theory of Linear and Integer Programming, 1986, chapter 11). Pure.
 */
#ifndef FIGURE_BOUNDS_H
#define FIGURE_BOUNDS_H

#include "base/arena.h"

#define BOUNDS_INFINITE INT64_MAX

/* `a` row by row. */
struct bounds_system {
	const int64_t *a, *b;
	size_t rows, columns;
};

/* Bounds of x[column], a whole number within them: *ret_high is BOUNDS_INFINITE where there is none.
 * Fails: ST_CONFLICT (no x fits), ST_LIMIT (a number beyond 63 bits, or the arena). */
MUST_USE enum status bounds_of(const struct bounds_system *system, size_t column, struct arena *arena, int64_t *ret_low,
			       int64_t *ret_high);

#endif
