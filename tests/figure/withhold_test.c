/* Small numbers are withheld so that nobody works them out: an attacker who tries every possibility finds at least WITHHOLD_WIDTH apart. */
#include "figure/withhold.h"

#include "figure/bounds.h"
#include "lib/test.h"

#define PARTS 4
#define VERSIONS 3

/* ---- the attacker: every way to fill in what is withheld, in all versions at once ---- */

struct guessing {
	const struct withhold_version *versions;
	size_t count;
	int64_t values[VERSIONS][PARTS + 1]; /* guessed: the total, then the parts */
	int64_t low[VERSIONS][PARTS + 1], high[VERSIONS][PARTS + 1];
	int64_t most; /* numbers above need not be tried */
	size_t found;
};

static const struct withhold_cell *cell_of(const struct guessing *g, size_t v, size_t i)
{
	return i ? &g->versions[v].parts[i - 1] : &g->versions[v].total;
}

/* What he knows of a number: that it is told; that it did not change; that a part which is named is at least 1. */
static bool possible(const struct guessing *g, size_t v, size_t i, int64_t value)
{
	const struct withhold_cell *cell = cell_of(g, v, i);

	if (!cell->withheld && value != cell->value)
		return false;
	if (v && cell->value == cell_of(g, v - 1, i)->value && value != g->values[v - 1][i])
		return false;
	return i == 0 || cell->value == 0 ? value >= 0 : value >= 1;
}

static void guess(struct guessing *g, size_t v, size_t i, int64_t sum)
{
	if (v == g->count) {
		g->found++;
		for (size_t a = 0; a < g->count; a++)
			for (size_t b = 0; b <= PARTS; b++) {
				g->low[a][b] = g->values[a][b] < g->low[a][b] ? g->values[a][b] : g->low[a][b];
				g->high[a][b] = g->values[a][b] > g->high[a][b] ? g->values[a][b] : g->high[a][b];
			}
		return;
	}
	if (i > PARTS) {
		if (sum == g->values[v][0])
			guess(g, v + 1, 0, 0);
		return;
	}
	for (int64_t value = 0; value <= (i ? g->values[v][0] - sum : g->most); value++)
		if (possible(g, v, i, value)) {
			g->values[v][i] = value;
			guess(g, v, i + 1, i ? sum + value : 0);
		}
}

/* Told anywhere without having changed. */
static bool known(const struct guessing *g, size_t v, size_t i)
{
	for (size_t a = v;; a--) {
		if (!cell_of(g, a, i)->withheld)
			return true;
		if (a == 0 || cell_of(g, a, i)->value != cell_of(g, a - 1, i)->value)
			break;
	}
	for (size_t a = v + 1; a < g->count && cell_of(g, a, i)->value == cell_of(g, a - 1, i)->value; a++)
		if (!cell_of(g, a, i)->withheld)
			return true;
	return false;
}

static void attack(const struct withhold_version *versions, size_t count, int64_t most)
{
	struct guessing g = {.versions = versions, .count = count, .most = most};

	for (size_t v = 0; v < VERSIONS; v++)
		for (size_t i = 0; i <= PARTS; i++)
			g.low[v][i] = INT64_MAX;
	guess(&g, 0, 0, 0);
	assert_true(g.found > 0);
	for (size_t v = 0; v < count; v++)
		for (size_t i = 0; i <= PARTS; i++) {
			const struct withhold_cell *cell = cell_of(&g, v, i);

			if (cell->people < WITHHOLD_BELOW)
				assert_true(cell->withheld && !known(&g, v, i));
			if (!known(&g, v, i))
				assert_true(g.high[v][i] - g.low[v][i] >= WITHHOLD_WIDTH);
		}
}

static uint64_t seed = 1;

static int64_t random_below(int64_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)((seed >> 33) % (uint64_t)n);
}

static const struct text names[PARTS] = {{"cn", 2}, {"kr", 2}, {"th", 2}, {"vn", 2}};

static void version_set(struct withhold_version *v, struct withhold_cell *parts, const int64_t values[PARTS])
{
	*v = (struct withhold_version){.parts = parts, .part_count = PARTS};
	for (size_t i = 0; i < PARTS; i++) {
		parts[i] = (struct withhold_cell){.part = names[i], .value = values[i], .people = values[i]};
		v->total.value += values[i];
	}
	v->total.people = v->total.value;
}

static void one_release_is_not_undone(void **state)
{
	struct withhold_cell parts[PARTS];
	struct withhold_version v;
	struct arena arena;

	(void)state;
	arena_init(&arena, (size_t)64 << 20);
	for (int round = 0; round < 400; round++) {
		int64_t values[PARTS];

		for (size_t i = 0; i < PARTS; i++)
			values[i] = 1 + random_below(random_below(3) ? 5 : 12);
		version_set(&v, parts, values);
		arena_clear(&arena);
		assert_ok(withhold(&v, 1, &arena));
		/* Beyond the total there is nothing new: what is unbounded stays so. */
		attack(&v, 1, v.total.value + 6);
	}
	arena_release(&arena);
}

static void revisions_are_not_undone(void **state)
{
	struct withhold_cell parts[VERSIONS][PARTS];
	struct withhold_version v[VERSIONS];
	struct arena arena;

	(void)state;
	arena_init(&arena, (size_t)64 << 20);
	for (int round = 0; round < 120; round++) {
		int64_t values[PARTS], most = 0;

		for (size_t i = 0; i < PARTS; i++)
			values[i] = 1 + random_below(random_below(2) ? 4 : 8);
		for (size_t k = 0; k < VERSIONS; k++) {
			version_set(&v[k], parts[k], values);
			arena_clear(&arena);
			assert_ok(withhold(v, k + 1, &arena));
			most = v[k].total.value + 6 > most ? v[k].total.value + 6 : most;
			attack(v, k + 1, most);
			/* One or two of the numbers change. */
			for (int64_t n = 1 + random_below(2); n > 0; n--)
				values[random_below(PARTS)] = 1 + random_below(8);
		}
	}
	arena_release(&arena);
}

/* The examples of docs/figures.md. */
static void what_it_does(void **state)
{
	struct withhold_cell parts[2][PARTS];
	struct withhold_version v[2];
	struct arena arena;

	(void)state;
	arena_init(&arena, (size_t)16 << 20);
	/* 3 alone would be the total less the others: the smallest of those goes too. */
	version_set(&v[0], parts[0], (const int64_t[]){40, 3, 9, 12});
	assert_ok(withhold(v, 1, &arena));
	assert_true(!v[0].total.withheld && !parts[0][0].withheld && parts[0][1].withheld && parts[0][2].withheld && !parts[0][3].withheld);
	/* Corrected to 8 it could be told; but with the old total it gives 3 away. So it stays withheld. */
	version_set(&v[1], parts[1], (const int64_t[]){40, 8, 9, 12});
	assert_ok(withhold(v, 2, &arena));
	assert_true(parts[1][1].withheld || v[1].total.withheld);
	/* Two that are new, and what was withheld before: the new ones hide each other. */
	version_set(&v[0], parts[0], (const int64_t[]){812, 3, 31, 0});
	v[0].part_count = 3;
	assert_ok(withhold(v, 1, &arena));
	assert_true(!v[0].total.withheld && parts[0][1].withheld && parts[0][2].withheld);
	{
		struct withhold_cell more[] = {{.part = {"cn", 2}, .value = 812, .people = 812}, {.part = {"kr", 2}, .value = 3, .people = 3},
					       {.part = {"la", 2}, .value = 9, .people = 9}, {.part = {"th", 2}, .value = 31, .people = 31},
					       {.part = {"vn", 2}, .value = 1, .people = 1}};

		v[1] = (struct withhold_version){.total = {.value = 856, .people = 856}, .parts = more, .part_count = 5};
		assert_ok(withhold(v, 2, &arena));
		assert_true(!v[1].total.withheld && !more[0].withheld && more[1].withheld && more[2].withheld && more[3].withheld && more[4].withheld);
	}
	/* Nothing small: all is told. */
	version_set(&v[0], parts[0], (const int64_t[]){40, 5, 9, 12});
	assert_ok(withhold(v, 1, &arena));
	for (size_t i = 0; i < PARTS; i++)
		assert_false(parts[0][i].withheld);
	/* A total below 5: nothing is. */
	version_set(&v[0], parts[0], (const int64_t[]){1, 1, 1, 1});
	assert_ok(withhold(v, 1, &arena));
	assert_true(v[0].total.withheld && parts[0][0].withheld && parts[0][3].withheld);
	/* Of money the cases count, not the amount. */
	v[0] = (struct withhold_version){.total = {.value = 1000000, .people = 4}};
	assert_ok(withhold(v, 1, &arena));
	assert_true(v[0].total.withheld);
	arena_release(&arena);
}

static void bounds_are_exact(void **state)
{
	/* x + y = 10, y + z = 4: x in 6..10, y in 0..4; w is nowhere. */
	static const int64_t a[] = {1, 1, 0, 0, 0, 1, 1, 0}, b[] = {10, 4}, none[] = {10, -4};
	struct bounds_system s = {a, b, 2, 4};
	struct arena arena;
	int64_t low, high;

	(void)state;
	arena_init(&arena, (size_t)1 << 20);
	assert_ok(bounds_of(&s, 0, &arena, &low, &high));
	assert_true(low == 6 && high == 10);
	assert_ok(bounds_of(&s, 1, &arena, &low, &high));
	assert_true(low == 0 && high == 4);
	assert_ok(bounds_of(&s, 3, &arena, &low, &high));
	assert_true(low == 0 && high == BOUNDS_INFINITE);
	s.b = none;
	assert_int_equal(bounds_of(&s, 0, &arena, &low, &high), ST_CONFLICT);
	/* The same sum twice says nothing new: 2 x = 5 has no whole number, and bounds are drawn inwards. */
	s = (struct bounds_system){(const int64_t[]){2, 1, 2, 1}, (const int64_t[]){5, 5}, 2, 2};
	assert_ok(bounds_of(&s, 0, &arena, &low, &high));
	assert_true(low == 0 && high == 2);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_are_exact),
		cmocka_unit_test(what_it_does),
		cmocka_unit_test(one_release_is_not_undone),
		cmocka_unit_test(revisions_are_not_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
