#include "ident/mrz.h"

#include <stdio.h>

#include "ident/country.h"

/* Where things stand: line and column from 0, length. */
struct field {
	uint8_t line, at, len;
};

struct layout {
	enum mrz_kind kind;
	uint8_t lines, width;
	struct field name, number, nationality, birth, sex, expiry, optional;
	struct field composite; /* its digit; len 0: none */
};

static const struct layout layouts[] = {
	{MRZ_TD1, 3, 30, {2, 0, 30}, {0, 5, 9}, {1, 15, 3}, {1, 0, 6}, {1, 7, 1}, {1, 8, 6}, {0, 15, 15}, {1, 29, 1}},
	{MRZ_TD2, 2, 36, {0, 5, 31}, {1, 0, 9}, {1, 10, 3}, {1, 13, 6}, {1, 20, 1}, {1, 21, 6}, {1, 28, 7}, {1, 35, 1}},
	{MRZ_TD3, 2, 44, {0, 5, 39}, {1, 0, 9}, {1, 10, 3}, {1, 13, 6}, {1, 20, 1}, {1, 21, 6}, {1, 28, 14}, {1, 43, 1}},
	{MRZ_MRV_A, 2, 44, {0, 5, 39}, {1, 0, 9}, {1, 10, 3}, {1, 13, 6}, {1, 20, 1}, {1, 21, 6}, {1, 28, 16}, {0, 0, 0}},
	{MRZ_MRV_B, 2, 36, {0, 5, 31}, {1, 0, 9}, {1, 10, 3}, {1, 13, 6}, {1, 20, 1}, {1, 21, 6}, {1, 28, 8}, {0, 0, 0}},
};

struct zone {
	char c[3][MRZ_LINE_MAX];
	size_t at[3][MRZ_LINE_MAX]; /* where each character stood in the input */
	const struct layout *layout;
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

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

/* Characters that count, with their places; lower case becomes upper. */
struct gathered {
	char c[MRZ_LINE_MAX * 3 + 1];
	size_t at[MRZ_LINE_MAX * 3 + 1];
	size_t line_len[4]; /* of up to four lines */
	size_t count, lines;
};

static enum status gather(struct text in, struct gathered *g, struct error *ret_error)
{
	size_t line_start = 0;

	*g = (struct gathered){.count = 0};
	for (size_t i = 0; i <= in.len; i++) {
		char c = i < in.len ? in.data[i] : '\n';

		if (is_line_end(c)) {
			if (g->count > line_start && g->lines < 4)
				g->line_len[g->lines++] = g->count - line_start;
			line_start = g->count;
			continue;
		}
		if (c == ' ' || c == '\t')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - ('a' - 'A'));
		if (value_of(c) < 0)
			return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)i,
					"only A to Z, 0 to 9 and < stand in a machine-readable zone");
		if (g->count == MRZ_LINE_MAX * 3)
			return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)i,
					"too long for a machine-readable zone");
		g->at[g->count] = i;
		g->c[g->count++] = c;
	}
	return ST_OK;
}

static const struct layout *layout_of(const struct gathered *g)
{
	bool visa = g->count && g->c[0] == 'V';

	for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
		const struct layout *l = &layouts[i];

		if (g->count != (size_t)l->lines * l->width || visa != (l->kind == MRZ_MRV_A || l->kind == MRZ_MRV_B))
			continue;
		/* 88 characters are two lines of 44; 72 two of 36; 90 three of 30: the lines must agree. */
		if (g->lines == 1 || (g->lines == l->lines && g->line_len[0] == l->width &&
				      (l->lines == 2 || g->line_len[1] == l->width)))
			return l;
	}
	return NULL;
}

static enum status zone_of(struct text in, struct zone *z, struct error *ret_error)
{
	struct gathered g;

	TRY(gather(in, &g, ret_error));
	z->layout = layout_of(&g);
	if (z->layout == NULL) {
		for (size_t i = 0; i < g.lines; i++)
			if (g.line_len[i] != 44 && g.line_len[i] != 36 && g.line_len[i] != 30)
				return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)in.len,
						"line %zu has %zu characters; lines have 44, 36 or 30", i + 1,
						g.line_len[i]);
		return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)in.len,
				"%zu lines with %zu characters are no machine-readable zone", g.lines, g.count);
	}
	for (size_t i = 0; i < g.count; i++) {
		z->c[i / z->layout->width][i % z->layout->width] = g.c[i];
		z->at[i / z->layout->width][i % z->layout->width] = g.at[i];
	}
	return ST_OK;
}

static struct text field_text(const struct zone *z, struct field f)
{
	return (struct text){&z->c[f.line][f.at], f.len};
}

/* ---- fields ---- */

static size_t copy_trimmed(struct text t, char *out, size_t size)
{
	size_t n = t.len;

	while (n && t.data[n - 1] == '<')
		n--;
	if (n >= size)
		n = size - 1;
	memcpy(out, t.data, n);
	out[n] = '\0';
	return n;
}

static enum mrz_check check(struct text t, char digit)
{
	bool empty = true;

	for (size_t i = 0; i < t.len; i++)
		empty = empty && t.data[i] == '<';
	if (digit == '<')
		return empty ? MRZ_CHECK_NONE : MRZ_CHECK_BAD;
	return mrz_check_digit(t) == digit ? MRZ_CHECK_GOOD : MRZ_CHECK_BAD;
}

/* A number too long for its field goes on at the start of the optional one, followed by its check digit and '<'
 * (parts 5 and 6, note j). */
static bool number_long(const struct zone *z, struct mrz *m, size_t *ret_used)
{
	struct text head = field_text(z, z->layout->number), rest = field_text(z, z->layout->optional);
	char whole[32];
	size_t n = 0;

	if (z->layout->kind != MRZ_TD1 && z->layout->kind != MRZ_TD2)
		return false;
	if (z->c[z->layout->number.line][z->layout->number.at + 9] != '<' || head.data[8] == '<')
		return false;
	while (n < rest.len && rest.data[n] != '<')
		n++;
	if (n < 2 || n > 13)
		return false;
	memcpy(whole, head.data, head.len);
	memcpy(whole + head.len, rest.data, n - 1);
	m->number_check = check((struct text){whole, head.len + n - 1}, rest.data[n - 1]);
	copy_trimmed((struct text){whole, head.len + n - 1}, m->number, sizeof m->number);
	*ret_used = n;
	return true;
}

static void number_read(const struct zone *z, struct mrz *m)
{
	const struct layout *l = z->layout;
	struct text optional = field_text(z, l->optional);
	size_t used = 0;

	if (l->kind == MRZ_TD1)
		optional = (struct text){&z->c[0][15], 15};
	if (!number_long(z, m, &used)) {
		copy_trimmed(field_text(z, l->number), m->number, sizeof m->number);
		m->number_check = check(field_text(z, l->number), z->c[l->number.line][l->number.at + 9]);
	}
	copy_trimmed((struct text){optional.data + used, optional.len - used}, m->optional, sizeof m->optional);
	/* Only passports check their optional field; when it is empty the digit may be '<' or 0. */
	if (l->kind == MRZ_TD3)
		m->optional_check = check(optional, z->c[1][42]);
}

static int two_digits(const char *c)
{
	return c[0] >= '0' && c[0] <= '9' && c[1] >= '0' && c[1] <= '9' ? (c[0] - '0') * 10 + c[1] - '0' : -1;
}

/* YYMMDD with unknown parts as "<<". `latest`: the last year it can be in. */
static enum status date_read(const struct zone *z, struct field f, int latest, char out[11], struct error *ret_error)
{
	const char *c = &z->c[f.line][f.at];
	int year = two_digits(c), month = two_digits(c + 2), day = two_digits(c + 4);

	out[0] = '\0';
	for (size_t i = 0; i < 6; i++)
		if (c[i] != '<' && (c[i] < '0' || c[i] > '9'))
			return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)z->at[f.line][f.at + i],
					"a letter stands in a date");
	if (month > 12 || day > 31)
		return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)z->at[f.line][f.at + (month > 12 ? 2 : 4)],
				"there is no such month or day");
	if (year < 0)
		return ST_OK;
	year += latest / 100 * 100;
	if (year > latest)
		year -= 100;
	if (month <= 0)
		snprintf(out, 11, "%04d", year);
	else if (day <= 0)
		snprintf(out, 11, "%04d-%02d", year, month);
	else
		snprintf(out, 11, "%04d-%02d-%02d", year, month, day);
	return ST_OK;
}

/* Fillers read as K at the end of a name: two or more after a filler are fillers. */
static size_t name_end(const char *c, size_t len)
{
	size_t n = len, k;

	while (n && c[n - 1] == '<')
		n--;
	k = n;
	while (k && (c[k - 1] == 'K' || c[k - 1] == '<'))
		k--;
	/* Only a run that holds a filler before it, and is longer than any name's last letters, was one. */
	return n - k >= 3 && k < n && c[k] == '<' ? k : n;
}

static void words_copy(const char *c, size_t len, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < MRZ_NAME_MAX; i++) {
		char d = c[i] == '<' ? ' ' : c[i];

		if (d != ' ' || (n && out[n - 1] != ' '))
			out[n++] = d;
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

static void name_read_fields(const struct zone *z, struct mrz *m)
{
	struct text t = field_text(z, z->layout->name);
	size_t end = name_end(t.data, t.len), first = 0, cut;

	/* A single name is also seen after leading fillers: P<IND<<AHMADI. */
	while (first < end && t.data[first] == '<')
		first++;
	for (cut = first; cut + 1 < end; cut++)
		if (t.data[cut] == '<' && t.data[cut + 1] == '<')
			break;
	if (cut + 1 >= end)
		cut = end;
	words_copy(t.data + first, cut - first, m->family);
	words_copy(t.data + cut, end > cut ? end - cut : 0, m->given);
	m->truncated = t.data[t.len - 1] != '<' && end == t.len;
}

static enum mrz_check composite(const struct zone *z)
{
	char all[90];
	size_t n = 0;
	static const struct field td1[] = {{0, 5, 25}, {1, 0, 7}, {1, 8, 7}, {1, 18, 11}};
	static const struct field td2[] = {{1, 0, 10}, {1, 13, 7}, {1, 21, 14}};
	static const struct field td3[] = {{1, 0, 10}, {1, 13, 7}, {1, 21, 22}};
	const struct field *fields = z->layout->kind == MRZ_TD1 ? td1 : z->layout->kind == MRZ_TD2 ? td2 : td3;
	size_t count = z->layout->kind == MRZ_TD1 ? 4 : 3;

	if (z->layout->composite.len == 0)
		return MRZ_CHECK_NONE;
	for (size_t i = 0; i < count; i++) {
		memcpy(all + n, &z->c[fields[i].line][fields[i].at], fields[i].len);
		n += fields[i].len;
	}
	return mrz_check_digit((struct text){all, n}) == field_text(z, z->layout->composite).data[0] ? MRZ_CHECK_GOOD
												     : MRZ_CHECK_BAD;
}

enum status mrz_parse(struct text in, int year_now, struct mrz *ret_mrz, struct error *ret_error)
{
	struct zone z;
	struct mrz m = {.sex = 'X'};
	const struct layout *l;
	char sex;

	TRY(zone_of(in, &z, ret_error));
	l = z.layout;
	m.kind = l->kind;
	if (z.c[0][0] < 'A' || z.c[0][0] > 'Z')
		return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)z.at[0][0], "a document code begins with a letter");
	copy_trimmed((struct text){z.c[0], 2}, m.code, sizeof m.code);
	copy_trimmed((struct text){z.c[0] + 2, 3}, m.issuer, sizeof m.issuer);
	copy_trimmed(field_text(&z, l->nationality), m.nationality, sizeof m.nationality);
	name_read_fields(&z, &m);
	if (m.family[0] == '\0')
		return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)z.at[l->name.line][l->name.at],
				"there is no name");
	number_read(&z, &m);
	TRY(date_read(&z, l->birth, year_now, m.birth, ret_error));
	TRY(date_read(&z, l->expiry, year_now + 50, m.expiry, ret_error));
	m.birth_check = check(field_text(&z, l->birth), z.c[l->birth.line][l->birth.at + 6]);
	m.expiry_check = check(field_text(&z, l->expiry), z.c[l->expiry.line][l->expiry.at + 6]);
	sex = field_text(&z, l->sex).data[0];
	m.sex = sex == 'M' || sex == 'F' ? sex : 'X';
	m.composite_check = composite(&z);
	*ret_mrz = m;
	return ST_OK;
}

bool mrz_looks_like(struct text in)
{
	struct gathered g;
	size_t fillers = 0;

	if (gather(in, &g, NULL) != ST_OK)
		return false;
	for (size_t i = 0; i < g.count; i++)
		fillers += g.c[i] == '<';
	return g.count >= 60 && fillers >= 3;
}

const char *mrz_bad_field(const struct mrz *m)
{
	if (m->number_check == MRZ_CHECK_BAD)
		return "number";
	if (m->birth_check == MRZ_CHECK_BAD)
		return "birth";
	if (m->expiry_check == MRZ_CHECK_BAD)
		return "expiry";
	if (m->optional_check == MRZ_CHECK_BAD)
		return "optional";
	return m->composite_check == MRZ_CHECK_BAD ? "composite" : NULL;
}

enum status mrz_to_entity(const struct mrz *m, struct arena *arena, struct entity *ret_entity)
{
	char name[2 * MRZ_NAME_MAX + 2], country[3];
	bool passport = m->code[0] == 'P' || m->code[0] == 'V';
	struct entity e;

	TRY(entity_begin(&e, arena, TEXT("mrz"), "Person", TEXT_NONE));
	snprintf(name, sizeof name, "%s %s", m->family, m->given);
	TRY(entity_add(&e, "name", text_of(name)));
	TRY(entity_add(&e, "lastName", text_of(m->family)));
	TRY(entity_add(&e, "firstName", text_of(m->given)));
	TRY(entity_add(&e, "birthDate", text_of(m->birth)));
	if (country_from_alpha3(text_of(m->nationality), country))
		TRY(entity_add(&e, "nationality", text_of(country)));
	if (country_from_alpha3(text_of(m->issuer), country))
		TRY(entity_add(&e, "x-issuer", text_of(country)));
	if (m->sex != 'X')
		TRY(entity_add(&e, "gender", m->sex == 'M' ? TEXT("male") : TEXT("female")));
	TRY(entity_add(&e, passport ? "passportNumber" : "idNumber", text_of(m->number)));
	*ret_entity = e;
	return ST_OK;
}
