#include "ident/mrz_zone.h"

static const struct mrz_layout layouts[] = {
	/* kind, lines, width; name, number, nationality; birth, sex, expiry; optional, composite */
	{MRZ_TD1, 3, 30, {2, 0, 30}, {0, 5, 9}, {1, 15, 3}, {1, 0, 6}, {1, 7, 1}, {1, 8, 6}, {0, 15, 15}, {1, 29, 1}},
	{MRZ_TD2, 2, 36, {0, 5, 31}, {1, 0, 9}, {1, 10, 3}, {1, 13, 6}, {1, 20, 1}, {1, 21, 6}, {1, 28, 7}, {1, 35, 1}},
	{MRZ_TD3, 2, 44, {0, 5, 39}, {1, 0, 9}, {1, 10, 3}, {1, 13, 6}, {1, 20, 1}, {1, 21, 6}, {1, 28, 14}, {1, 43, 1}},
	{MRZ_MRV_A, 2, 44, {0, 5, 39}, {1, 0, 9}, {1, 10, 3}, {1, 13, 6}, {1, 20, 1}, {1, 21, 6}, {1, 28, 16}, {0, 0, 0}},
	{MRZ_MRV_B, 2, 36, {0, 5, 31}, {1, 0, 9}, {1, 10, 3}, {1, 13, 6}, {1, 20, 1}, {1, 21, 6}, {1, 28, 8}, {0, 0, 0}},
	{MRZ_FRENCH_ID, 2, 36, {0, 5, 25}, {1, 0, 12}, {0, 2, 3}, {1, 27, 6}, {1, 34, 1}, {0, 0, 0}, {0, 30, 6}, {1, 35, 1}},
};

static int value_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return c == '<' ? 0 : -1;
}

char mrz_check_digit(struct text t)
{
	static const int weights[] = {7, 3, 1};
	int sum = 0;

	for (size_t i = 0; i < t.len; i++) {
		int v = value_of(t.data[i]);

		if (v < 0)
			return 0;
		sum += v * weights[i % 3];
	}
	return (char)('0' + sum % 10);
}

/* ---- lines ---- */

#define LINES_MAX 4u /* one more than a zone has, to say so */

/* Characters that count, with their places. */
struct gathered {
	char c[MRZ_LINE_MAX * 3];
	size_t at[MRZ_LINE_MAX * 3];
	size_t count;
	struct {
		size_t first, len; /* in `c` */
		size_t end_at;     /* in the input */
	} lines[LINES_MAX];
	size_t line_count;
};

static void line_end(struct gathered *g, size_t end_at)
{
	size_t first = g->line_count ? g->lines[g->line_count - 1].first + g->lines[g->line_count - 1].len : 0;

	if (g->count == first || g->line_count == LINES_MAX)
		return;
	g->lines[g->line_count].first = first;
	g->lines[g->line_count].len = g->count - first;
	g->lines[g->line_count++].end_at = end_at;
}

static enum status gather(struct text in, struct gathered *g, struct error *ret_error)
{
	*g = (struct gathered){.count = 0};
	for (size_t i = 0; i < in.len; i++) {
		char c = in.data[i];

		if (c == '\n' || c == '\r')
			line_end(g, i);
		if (c == '\n' || c == '\r' || c == ' ' || c == '\t')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - ('a' - 'A'));
		if (value_of(c) < 0)
			return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)i,
					"only A to Z, 0 to 9 and < stand in a machine-readable zone");
		if (g->count == sizeof g->c)
			return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)i,
					"too long for a machine-readable zone");
		g->at[g->count] = i;
		g->c[g->count++] = c;
	}
	line_end(g, in.len);
	return ST_OK;
}

static bool fits(const struct gathered *g, const struct mrz_layout *l)
{
	if (g->count != (size_t)l->lines * l->width || (g->line_count != 1 && g->line_count != l->lines))
		return false;
	for (size_t i = 0; g->line_count > 1 && i < g->line_count; i++)
		if (g->lines[i].len != l->width)
			return false;
	return true;
}

static const struct mrz_layout *layout_of(const struct gathered *g)
{
	bool visa = g->count && g->c[0] == 'V';
	bool french = g->count == 72 && memcmp(g->c, "IDFRA", 5) == 0;

	for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
		const struct mrz_layout *l = &layouts[i];

		if (fits(g, l) && visa == (l->kind == MRZ_MRV_A || l->kind == MRZ_MRV_B) &&
		    french == (l->kind == MRZ_FRENCH_ID))
			return l;
	}
	return NULL;
}

/* Says which line is too short or too long for the zone it is most like. */
static enum status refuse(const struct gathered *g, size_t in_len, struct error *ret_error)
{
	size_t width = g->line_count == 3 ? 30 : g->lines[0].len > 40 || g->lines[1].len > 40 ? 44 : 36;

	if (g->line_count == 2 || g->line_count == 3)
		for (size_t i = 0; i < g->line_count; i++) {
			size_t len = g->lines[i].len;

			if (len != width)
				return error_at(ret_error, ST_MALFORMED, "mrz",
						len > width ? (int64_t)g->at[g->lines[i].first + width]
							    : (int64_t)g->lines[i].end_at,
						"line %zu has %zu characters where %zu are expected", i + 1, len, width);
		}
	if (g->line_count == LINES_MAX)
		return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)g->at[g->lines[3].first],
				"a machine-readable zone has two or three lines");
	return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)in_len,
			"%zu characters: a machine-readable zone has two lines of 44 or 36, or three of 30", g->count);
}

enum status mrz_zone_read(struct text in, struct mrz_zone *ret_zone, struct error *ret_error)
{
	struct gathered g;
	const struct mrz_layout *l;

	TRY(gather(in, &g, ret_error));
	l = layout_of(&g);
	if (l == NULL)
		return refuse(&g, in.len, ret_error);
	*ret_zone = (struct mrz_zone){.layout = l};
	for (size_t i = 0; i < g.count; i++) {
		ret_zone->c[i / l->width][i % l->width] = g.c[i];
		ret_zone->at[i / l->width][i % l->width] = g.at[i];
	}
	return ST_OK;
}

bool mrz_zone_is_like(struct text in)
{
	struct gathered g;
	size_t fillers = 0;

	if (gather(in, &g, NULL) != ST_OK)
		return false;
	for (size_t i = 0; i < g.count; i++)
		fillers += g.c[i] == '<';
	return g.count >= 60 && fillers >= 3;
}

/* ---- optical slips, where the place decides ---- */

static char digit_like(char c)
{
	static const char letters[] = "OQDILZSGBK", digits[] = "000112568<";
	const char *found = c ? strchr(letters, c) : NULL;

	return found ? digits[found - letters] : c;
}

/* The less likely digit: the one whose exchange for the letter no check digit sees. */
static char digit_less_like(char c)
{
	static const char letters[] = "OIZS", digits[] = "4858";
	const char *found = c ? strchr(letters, c) : NULL;

	return found ? digits[found - letters] : digit_like(c);
}

static char letter_like(char c)
{
	static const char digits[] = "012568", letters[] = "OIZSGB";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? letters[found - digits] : c;
}

char mrz_zone_digit_after(struct mrz_zone *z, struct mrz_field f)
{
	char *c = &z->c[f.line][f.at + f.len];

	z->repaired = z->repaired || digit_like(*c) != *c;
	*c = digit_like(*c);
	return *c;
}

void mrz_zone_letters(struct mrz_zone *z, struct mrz_field f)
{
	for (char *c = &z->c[f.line][f.at], *end = c + f.len; c < end; c++) {
		z->repaired = z->repaired || letter_like(*c) != *c;
		*c = letter_like(*c);
	}
}

enum status mrz_zone_digits(struct mrz_zone *z, struct mrz_field f, struct error *ret_error)
{
	char *c = &z->c[f.line][f.at], digit = mrz_zone_digit_after(z, f);
	size_t first = f.len;

	for (size_t i = 0; i < f.len; i++) {
		if (first == f.len && digit_like(c[i]) != c[i])
			first = i;
		if (value_of(digit_like(c[i])) > 9)
			return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)z->at[f.line][f.at + i],
					"a letter stands in a date");
	}
	if (first == f.len)
		return ST_OK;
	/* Every choice for up to six letters, the likelier digits first. */
	for (uint32_t choice = 0; choice < 1u << f.len; choice++) {
		char put_right[MRZ_LINE_MAX];

		for (size_t i = 0; i < f.len; i++)
			put_right[i] = choice >> i & 1 ? digit_less_like(c[i]) : digit_like(c[i]);
		if (mrz_check_digit((struct text){put_right, f.len}) != digit)
			continue;
		memcpy(c, put_right, f.len);
		z->repaired = true;
		return ST_OK;
	}
	return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)z->at[f.line][f.at + first], "a letter stands in a date");
}

/* ---- fields ---- */

enum mrz_check mrz_zone_check(struct text t, char digit)
{
	bool empty = true;

	for (size_t i = 0; i < t.len; i++)
		empty = empty && t.data[i] == '<';
	if (digit == '<')
		return empty ? MRZ_CHECK_NONE : MRZ_CHECK_BAD;
	return mrz_check_digit(t) == digit ? MRZ_CHECK_GOOD : MRZ_CHECK_BAD;
}

void mrz_zone_copy(struct text t, char *out, size_t size)
{
	size_t n = t.len;

	while (n && t.data[n - 1] == '<')
		n--;
	if (n >= size)
		n = size - 1;
	memcpy(out, t.data, n);
	out[n] = '\0';
}
