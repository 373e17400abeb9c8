#include "api/text_match.h"

#define LETTERS_MAX (WORD_MAX + 1)

static size_t letters_of(struct text t, uint32_t out[LETTERS_MAX])
{
	size_t at = 0, n = 0;

	while (at < t.len && n < LETTERS_MAX)
		out[n++] = text_next(t, &at);
	return n;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Three rows of the usual table; the row before last is for the swap. */
bool words_near(struct text a, struct text b, unsigned edits)
{
	uint32_t x[LETTERS_MAX], y[LETTERS_MAX];
	unsigned rows[3][LETTERS_MAX + 1];
	size_t m = letters_of(a, x), n = letters_of(b, y);

	if (m > n + edits || n > m + edits)
		return false;
	for (size_t j = 0; j <= n; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= m; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i - 1) % 3], *before = rows[(i + 1) % 3], best;

		best = row[0] = (unsigned)i;
		for (size_t j = 1; j <= n; j++) {
			unsigned cost = above[j - 1] + (x[i - 1] != y[j - 1]);

			cost = least(cost, least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1])
				cost = least(cost, before[j - 2] + 1);
			row[j] = cost;
			best = least(best, cost);
		}
		if (best > edits)
			return false;
	}
	return rows[m % 3][n] <= edits;
}

/* The usual walk with one way back, to behind the last star. Letters are bytes but for '?'. */
static bool fits_wild(struct text pattern, struct text word)
{
	size_t p = 0, w = 0, star = SIZE_MAX, mark = 0;

	while (w < word.len) {
		if (p < pattern.len && pattern.data[p] == '*') {
			star = p++;
			mark = w;
		} else if (p < pattern.len && pattern.data[p] == '?') {
			(void)text_next(word, &w);
			p++;
		} else if (p < pattern.len && pattern.data[p] == word.data[w]) {
			p++;
			w++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			(void)text_next(word, &mark);
			w = mark;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.data[p] == '*')
		p++;
	return p == pattern.len;
}

bool pattern_fits(const struct pattern *pattern, struct text word)
{
	if (pattern->wild)
		return fits_wild(pattern->word, word);
	if (pattern->edits)
		return words_near(pattern->word, word, pattern->edits);
	return text_equal(pattern->word, word);
}

struct text pattern_start(const struct pattern *pattern)
{
	size_t len = 0;

	if (pattern->edits)
		return TEXT("");
	while (len < pattern->word.len && !(pattern->wild && strchr("*?", pattern->word.data[len])))
		len++;
	return (struct text){pattern->word.data, len};
}
