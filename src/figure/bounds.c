#include "figure/bounds.h"

__extension__ typedef __int128 wide; /* products of two numbers */

/* A row of `cells` is: the columns, one artificial column for each row, the right side. The last row is what is minimised. Each number
 * stands over `denominator`. */
struct tableau {
	int64_t *cells;
	size_t *basis; /* which column each row gives */
	size_t rows, columns, width;
	int64_t denominator;
};

static int64_t *cell(const struct tableau *t, size_t row, size_t column)
{
	return &t->cells[row * t->width + column];
}

/* (a b - c d) / e, which has no remainder. */
static bool cross(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t *ret)
{
	wide whole = (wide)a * b - (wide)c * d;

	whole /= e;
	if (whole > INT64_MAX / 2 || whole < -(INT64_MAX / 2))
		return false;
	*ret = (int64_t)whole;
	return true;
}

/* The pivot is positive. */
static enum status pivot(struct tableau *t, size_t row, size_t column)
{
	int64_t p = *cell(t, row, column);

	for (size_t i = 0; i <= t->rows; i++) {
		int64_t factor = *cell(t, i, column);

		for (size_t j = 0; i != row && j < t->width; j++)
			if (!cross(*cell(t, i, j), p, factor, *cell(t, row, j), t->denominator, cell(t, i, j)))
				return ST_LIMIT;
	}
	t->denominator = p;
	t->basis[row] = column;
	return ST_OK;
}

/* The row whose right side is used up first; of equals the one with the lowest column (Bland). t->rows: none, it is unbounded. */
static size_t leaving(const struct tableau *t, size_t column)
{
	size_t best = t->rows;

	for (size_t i = 0; i < t->rows; i++) {
		int64_t a = *cell(t, i, column), right = *cell(t, i, t->width - 1);
		wide mine, its;

		if (a <= 0)
			continue;
		if (best == t->rows) {
			best = i;
			continue;
		}
		mine = (wide)right * *cell(t, best, column);
		its = (wide)*cell(t, best, t->width - 1) * a;
		if (mine < its || (mine == its && t->basis[i] < t->basis[best]))
			best = i;
	}
	return best;
}

/* Lowers the last row's right side as far as it goes, entering only the first `open` columns. */
static enum status minimise(struct tableau *t, size_t open, bool *ret_unbounded)
{
	*ret_unbounded = false;
	for (;;) {
		size_t column = 0, row;

		while (column < open && *cell(t, t->rows, column) >= 0)
			column++;
		if (column == open)
			return ST_OK;
		row = leaving(t, column);
		if (row == t->rows) {
			*ret_unbounded = true;
			return ST_OK;
		}
		TRY(pivot(t, row, column));
	}
}

/* What is minimised becomes sign * x[column], told by the columns that are no basis. */
static enum status aim(struct tableau *t, size_t column, int64_t sign)
{
	for (size_t j = 0; j < t->width; j++)
		*cell(t, t->rows, j) = 0;
	*cell(t, t->rows, column) = sign * t->denominator;
	for (size_t i = 0; i < t->rows; i++)
		if (t->basis[i] == column)
			for (size_t j = 0; j < t->width; j++)
				*cell(t, t->rows, j) -= sign * *cell(t, i, j);
	return ST_OK;
}

/* Artificial columns that are still a basis, at zero, give way; a row in which nothing else stands says nothing new. */
static enum status settle(struct tableau *t)
{
	for (size_t i = 0; i < t->rows; i++) {
		size_t column = 0;

		if (t->basis[i] < t->columns)
			continue;
		while (column < t->columns && *cell(t, i, column) == 0)
			column++;
		if (column == t->columns)
			continue;
		if (*cell(t, i, column) < 0)
			for (size_t j = 0; j < t->width; j++)
				*cell(t, i, j) = -*cell(t, i, j);
		TRY(pivot(t, i, column));
	}
	return ST_OK;
}

static enum status begin(struct tableau *t, const struct bounds_system *s, struct arena *arena)
{
	bool unbounded;

	*t = (struct tableau){.rows = s->rows, .columns = s->columns, .width = s->columns + s->rows + 1, .denominator = 1};
	t->cells = ARENA_NEW(arena, int64_t, (t->rows + 1) * t->width);
	t->basis = ARENA_NEW(arena, size_t, t->rows + 1);
	if (t->cells == NULL || t->basis == NULL)
		return ST_LIMIT;
	for (size_t i = 0; i < s->rows; i++) {
		int64_t sign = s->b[i] < 0 ? -1 : 1;

		for (size_t j = 0; j < s->columns; j++) {
			*cell(t, i, j) = sign * s->a[i * s->columns + j];
			*cell(t, t->rows, j) -= *cell(t, i, j);
		}
		*cell(t, i, s->columns + i) = 1;
		*cell(t, i, t->width - 1) = sign * s->b[i];
		*cell(t, t->rows, t->width - 1) -= sign * s->b[i];
		t->basis[i] = s->columns + i;
	}
	TRY(minimise(t, t->columns, &unbounded));
	return *cell(t, t->rows, t->width - 1) == 0 ? settle(t) : ST_CONFLICT;
}

/* Towards minus infinity; C rounds towards zero. */
static int64_t down(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

enum status bounds_of(const struct bounds_system *system, size_t column, struct arena *arena, int64_t *ret_low, int64_t *ret_high)
{
	struct tableau t;
	bool unbounded;
	int64_t low;

	TRY(begin(&t, system, arena));
	TRY(aim(&t, column, 1));
	TRY(minimise(&t, t.columns, &unbounded));
	low = -down(*cell(&t, t.rows, t.width - 1), t.denominator);
	TRY(aim(&t, column, -1));
	TRY(minimise(&t, t.columns, &unbounded));
	*ret_low = low;
	*ret_high = unbounded ? BOUNDS_INFINITE : down(*cell(&t, t.rows, t.width - 1), t.denominator);
	return ST_OK;
}
