#include "ident/mrz_sight.h"

#define TRIED_MAX 6u  /* places of one field where the readings differ; more is not read */
#define FIELDS_MAX 5u
#define PARTS_MAX 4u

/* A check digit and what it covers. */
struct part {
	uint8_t line, at, len;
};

struct covered {
	struct part parts[PARTS_MAX]; /* len 0 ends */
	uint8_t line, digit;
};

struct shape {
	unsigned lines, width;
	struct mrz_run runs[MRZ_RUNS_MAX]; /* len 0 ends */
	struct covered fields[FIELDS_MAX]; /* the last covers the others */
};

static const struct shape shapes[] = {
	{3, 30,
	 {{0, 0, 2, MRZ_LETTERS}, {0, 2, 3, MRZ_LETTERS}, {0, 5, 9, MRZ_ANY}, {0, 14, 1, MRZ_DIGITS}, {0, 15, 15, MRZ_ANY}, {1, 0, 7, MRZ_DIGITS},
	  {1, 7, 1, MRZ_LETTERS}, {1, 8, 7, MRZ_DIGITS}, {1, 15, 3, MRZ_LETTERS}, {1, 18, 11, MRZ_ANY}, {1, 29, 1, MRZ_DIGITS}, {2, 0, 30, MRZ_LETTERS}},
	 {{{{0, 5, 9}}, 0, 14}, {{{1, 0, 6}}, 1, 6}, {{{1, 8, 6}}, 1, 14}, {{{0, 5, 25}, {1, 0, 7}, {1, 8, 7}, {1, 18, 11}}, 1, 29}}},
	{2, 36,
	 {{0, 0, 2, MRZ_LETTERS}, {0, 2, 3, MRZ_LETTERS}, {0, 5, 31, MRZ_LETTERS}, {1, 0, 9, MRZ_ANY}, {1, 9, 1, MRZ_DIGITS}, {1, 10, 3, MRZ_LETTERS},
	  {1, 13, 7, MRZ_DIGITS}, {1, 20, 1, MRZ_LETTERS}, {1, 21, 7, MRZ_DIGITS}, {1, 28, 7, MRZ_ANY}, {1, 35, 1, MRZ_ANY}},
	 {{{{1, 0, 9}}, 1, 9}, {{{1, 13, 6}}, 1, 19}, {{{1, 21, 6}}, 1, 27}, {{{1, 0, 10}, {1, 13, 7}, {1, 21, 14}}, 1, 35}}},
	{2, 44,
	 {{0, 0, 2, MRZ_LETTERS}, {0, 2, 3, MRZ_LETTERS}, {0, 5, 39, MRZ_LETTERS}, {1, 0, 9, MRZ_ANY}, {1, 9, 1, MRZ_DIGITS}, {1, 10, 3, MRZ_LETTERS},
	  {1, 13, 7, MRZ_DIGITS}, {1, 20, 1, MRZ_LETTERS}, {1, 21, 7, MRZ_DIGITS}, {1, 28, 14, MRZ_ANY}, {1, 42, 2, MRZ_ANY}},
	 {{{{1, 0, 9}}, 1, 9}, {{{1, 13, 6}}, 1, 19}, {{{1, 21, 6}}, 1, 27}, {{{1, 28, 14}}, 1, 42}, {{{1, 0, 10}, {1, 13, 7}, {1, 21, 22}}, 1, 43}}},
};

static const struct shape *shape_of(unsigned lines, unsigned width)
{
	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
		if (shapes[i].lines == lines && shapes[i].width == width)
			return &shapes[i];
	return NULL;
}

size_t mrz_sight_runs(unsigned lines, unsigned width, struct mrz_run out[MRZ_RUNS_MAX])
{
	const struct shape *shape = shape_of(lines, width);
	size_t n = 0;

	while (shape && n < MRZ_RUNS_MAX && shape->runs[n].len) {
		out[n] = shape->runs[n];
		n++;
	}
	return n;
}

/* ---- fields ---- */

/* Pointers to the places a digit covers, then the digit's own. */
struct field {
	struct mrz_place *places[100];
	size_t count; /* without the digit's */
};

static void field_of(struct mrz_sight *s, const struct covered *c, struct field *f)
{
	f->count = 0;
	for (size_t p = 0; p < PARTS_MAX && c->parts[p].len; p++)
		for (size_t i = 0; i < c->parts[p].len; i++)
			f->places[f->count++] = &s->places[c->parts[p].line][c->parts[p].at + i];
	f->places[f->count] = &s->places[c->line][c->digit];
}

/* An empty field may have '<' for its digit (9303-4, 4.2.2.2). */
static bool holds(const struct field *f)
{
	char text[100], digit = f->places[f->count]->first;
	bool empty = true;

	for (size_t i = 0; i < f->count; i++) {
		text[i] = f->places[i]->first;
		empty = empty && text[i] == '<';
	}
	return digit == '<' ? empty : mrz_check_digit((struct text){text, f->count}) == digit;
}

static void swap(struct mrz_place *p)
{
	char c = p->first;

	p->first = p->second;
	p->second = c;
}

static bool differs(const struct mrz_place *p)
{
	return p->second && p->second != p->first;
}

/* Takes the choice among the readings that alone makes the digit hold. */
static bool field_choose(struct field *f)
{
	struct mrz_place *open[TRIED_MAX];
	size_t n = 0, good = 0;
	unsigned taken = 0;

	for (size_t i = 0; i <= f->count; i++)
		if (differs(f->places[i])) {
			if (n == TRIED_MAX)
				return false;
			open[n++] = f->places[i];
		}
	for (unsigned choice = 1; choice < 1u << n; choice++) {
		for (size_t i = 0; i < n; i++)
			if (choice >> i & 1)
				swap(open[i]);
		if (holds(f)) {
			good++;
			taken = choice;
		}
		for (size_t i = 0; i < n; i++)
			if (choice >> i & 1)
				swap(open[i]);
	}
	for (size_t i = 0; good == 1 && i < n; i++)
		if (taken >> i & 1)
			swap(open[i]);
	return good == 1;
}

/* In a field that holds: what the other reading would leave holding, and what was hardly seen. What was chosen by the digit among more
 * than two readings is no proof: every tenth choice makes it hold. */
static void field_proven(struct field *f, bool chosen)
{
	size_t differ = 0;

	for (size_t i = 0; i <= f->count; i++)
		differ += differs(f->places[i]);
	for (size_t i = 0; i <= f->count; i++) {
		struct mrz_place *p = f->places[i];
		bool other = chosen && differ > 1 && differs(p);

		if (differs(p) && p->sure < MRZ_SURE_MIN) {
			swap(p);
			other = other || holds(f);
			swap(p);
		}
		p->doubtful = other || p->sure < MRZ_SURE_CHECKED;
	}
}

static void field_settle(struct mrz_sight *s, const struct covered *c)
{
	struct field f;
	bool held, chosen = false;

	field_of(s, c, &f);
	held = holds(&f);
	if (!held) {
		chosen = field_choose(&f);
		held = chosen;
		s->put_right += chosen;
	}
	if (held) {
		field_proven(&f, chosen);
		return;
	}
	for (size_t i = 0; i <= f.count; i++)
		f.places[i]->doubtful = true;
}

/* The last digit covers what the others do: where those hold and it does not, it is itself in doubt, and what it covers alone. */
static void composite_settle(struct mrz_sight *s, const struct covered *c, bool covered[3][MRZ_LINE_MAX])
{
	struct field f;
	bool held;

	field_of(s, c, &f);
	held = holds(&f);
	if (!held && differs(f.places[f.count])) {
		swap(f.places[f.count]);
		held = holds(&f);
		if (!held)
			swap(f.places[f.count]);
	}
	for (size_t i = 0; i <= f.count; i++) {
		struct mrz_place *p = f.places[i];
		bool alone = !covered[0][0] && i == f.count;

		for (unsigned line = 0; line < s->lines; line++)
			if (p >= s->places[line] && p < s->places[line] + s->width)
				alone = !covered[line][p - s->places[line]];
		if (alone)
			p->doubtful = !held || p->sure < MRZ_SURE_MIN;
	}
}

/* Visas have no last digit, the old French card has places of its own; a number that goes on behind its field has its digit there. */
static bool is_covered(const struct mrz_sight *s, const struct covered *c, bool last)
{
	bool french = s->width == 36 && s->places[0][0].first == 'I' && s->places[0][1].first == 'D' && s->places[0][2].first == 'F' &&
		      s->places[0][3].first == 'R' && s->places[0][4].first == 'A';

	if (french || (last && s->places[0][0].first == 'V'))
		return false;
	return last || c->digit == 42 || s->places[c->line][c->digit].first != '<';
}

/* Two readings that differ so often are of no print that either knows: then nothing is sure, whatever a digit says. */
static bool strange(struct mrz_sight *s)
{
	size_t letters = 0, differ = 0;

	for (unsigned i = 0; i < s->lines; i++)
		for (unsigned k = 0; k < s->width; k++) {
			letters += s->places[i][k].first != '<';
			differ += s->places[i][k].first != '<' && s->places[i][k].first != s->places[i][k].second;
		}
	if (differ * 100 <= letters * MRZ_DIFFER_MAX)
		return false;
	for (unsigned i = 0; i < s->lines; i++)
		for (unsigned k = 0; k < s->width; k++)
			s->places[i][k].doubtful = true;
	return true;
}

void mrz_sight_settle(struct mrz_sight *s)
{
	const struct shape *shape = shape_of(s->lines, s->width);
	bool covered[3][MRZ_LINE_MAX] = {{false}};
	size_t last = FIELDS_MAX - 1;

	for (unsigned i = 0; i < s->lines; i++)
		for (unsigned k = 0; k < s->width; k++) {
			struct mrz_place *p = &s->places[i][k];

			p->doubtful = p->sure < MRZ_SURE_MIN;
		}
	if (shape == NULL || strange(s))
		return;
	while (shape->fields[last].parts[0].len == 0)
		last--;
	for (size_t i = 0; i < last; i++) {
		const struct covered *c = &shape->fields[i];

		if (!is_covered(s, c, false))
			continue;
		field_settle(s, c);
		memset(&covered[c->line][c->parts[0].at], true, c->parts[0].len + 1u);
	}
	if (is_covered(s, &shape->fields[last], true))
		composite_settle(s, &shape->fields[last], covered);
}

bool mrz_sight_whole(const struct mrz_sight *s)
{
	for (unsigned i = 0; i < s->lines; i++)
		for (unsigned k = 0; k < s->width; k++)
			if (s->places[i][k].first == 0)
				return false;
	return s->lines > 0;
}
