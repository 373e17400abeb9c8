#include "text/han.h"

#include "text/han_tables.h"
#include "text/hangul.h"

#define CHARACTERS_MAX 12u
#define CHOICES_MAX 6u
#define SECOND_READING_COST 2500u
#define PER_SYSTEM_MAX 6u

/* A word of Han: the characters as written (folded text), and simplified for looking names up. */
struct characters {
	uint32_t code[CHARACTERS_MAX];
	uint32_t simple[CHARACTERS_MAX];
	size_t at[CHARACTERS_MAX + 1]; /* byte offsets in the word */
	size_t count;
};

static void characters_of(struct text word, struct characters *c)
{
	size_t at = 0;

	c->count = 0;
	while (at < word.len && c->count < CHARACTERS_MAX) {
		c->at[c->count] = at;
		c->code[c->count] = text_next(word, &at);
		c->simple[c->count] = han_fold(c->code[c->count]);
		c->count++;
	}
	c->at[c->count] = at;
}

static struct text simple_text(const struct characters *c, size_t first, size_t count, char room[CHARACTERS_MAX * 4])
{
	size_t n = 0;

	for (size_t i = first; i < first + count; i++)
		n += text_encode(c->simple[i], room + n);
	return (struct text){room, n};
}

/* ü is written u, v or yu. */
static size_t pinyin_choices(struct text pinyin, char room[2][12], struct choice *choices)
{
	size_t n = 0;

	if (pinyin.len == 0 || pinyin.len > 10)
		return 0;
	choices[n++] = (struct choice){pinyin, 0};
	if (memchr(pinyin.data, 'v', pinyin.len)) {
		for (size_t k = 0; k < 2; k++) {
			size_t len = 0;

			for (size_t i = 0; i < pinyin.len; i++) {
				if (pinyin.data[i] == 'v' && k)
					room[k][len++] = 'y';
				room[k][len++] = pinyin.data[i] == 'v' ? 'u' : pinyin.data[i];
			}
			choices[n++] = (struct choice){{room[k], len}, (uint32_t)k * 2000};
		}
		choices[0].cost = 2500;
	}
	return n;
}

/* Grows by one character in one habit of writing; characters without a reading there fall back to Pinyin. */
static void grow_character(struct spellings *s, uint32_t code, enum reading_system system)
{
	struct han_character h;
	struct text rest, one;
	struct choice choices[CHOICES_MAX * 2];
	char room[2][12];
	size_t n = 0, readings = 0;
	uint32_t later = 0;

	if (!han_character(code, &h))
		return;
	rest = system == READ_CANTONESE ? h.jyutping : system == READ_VIETNAMESE ? h.vietnamese : h.pinyin;
	if (rest.len == 0)
		rest = h.pinyin;
	while (rest.len && readings++ < 2 && text_split(&rest, ' ', &one)) {
		size_t first = n;

		if (system == READ_WADE_GILES)
			n += han_taiwan_choices(one, choices + n, CHOICES_MAX);
		else if (system == READ_CANTONESE)
			n += han_hongkong_choices(one, choices + n, CHOICES_MAX);
		if (n == first && system != READ_CANTONESE && system != READ_VIETNAMESE)
			n += pinyin_choices(one, room, choices + n);
		else if (n == first)
			choices[n++] = (struct choice){one, 0};
		for (size_t i = first; i < n; i++)
			choices[i].cost += later;
		later = SECOND_READING_COST;
	}
	spellings_grow(s, choices, n);
}

/* The Korean way: the characters' Hangul, then Korean spellings. ㄹ and ㄴ at the head of a word are written both ways
 * in Unihan (리 이), so both are tried. */
static void korean_hangul(const struct characters *c, size_t first, size_t count, bool family, struct spellings *s)
{
	char hangul[2][CHARACTERS_MAX * 3];
	size_t len[2] = {0, 0};

	s->count = 0;
	for (size_t i = first; i < first + count; i++) {
		struct han_character h;
		struct text rest, one, readings[2] = {TEXT_NONE, TEXT_NONE};
		size_t n = 0;

		if (!han_character(c->code[i], &h) || h.hangul.len == 0)
			return;
		rest = h.hangul;
		while (n < 2 && text_split(&rest, ' ', &one))
			readings[n++] = one;
		if (n == 1)
			readings[1] = readings[0];
		for (size_t k = 0; k < 2; k++) {
			if (readings[k].len != 3)
				return;
			memcpy(hangul[k] + len[k], readings[k].data, 3);
			len[k] += 3;
		}
	}
	for (size_t k = 0; k < 2; k++) {
		struct spellings more;
		struct text t = {hangul[k], len[k]};

		if (k && text_equal(t, (struct text){hangul[0], len[0]}))
			break;
		if (family)
			hangul_family_spellings(t, &more);
		else
			hangul_given_spellings(t, &more);
		spellings_merge(s, &more, (uint32_t)k * 800);
	}
}

/* Keeps the few cheapest of one system, so that every system has a place among the part's readings. */
static void keep_best(struct spellings *s, size_t most)
{
	while (s->count > most) {
		size_t worst = 0;

		for (size_t i = 1; i < s->count; i++)
			if (s->list[i].cost > s->list[worst].cost)
				worst = i;
		s->list[worst] = s->list[--s->count];
	}
}

static bool has_country(const char *countries, const char *code)
{
	return countries && strstr(countries, code) != NULL;
}

/* What the habit costs where these are the known countries. */
static uint32_t system_cost(enum reading_system system, const char *countries)
{
	bool chinese = has_country(countries, "cn"), korean = has_country(countries, "kr") || has_country(countries, "kp");
	bool cantonese = has_country(countries, "hk") || has_country(countries, "mo");
	bool taiwan = has_country(countries, "tw");

	if (system == READ_KOREAN)
		return korean ? 0 : countries[0] ? 4000 : 2000;
	if (system == READ_PINYIN)
		return korean || cantonese || taiwan ? 2000 : 0;
	if (system == READ_WADE_GILES)
		return taiwan ? 0 : chinese ? 2000 : 1500;
	if (system == READ_CANTONESE)
		return cantonese ? 0 : chinese ? 2000 : 1500;
	if (system == READ_VIETNAMESE)
		return has_country(countries, "vn") ? 0 : 3000;
	return 2500;
}

static void add_system(struct spellings *all, struct spellings *one, enum reading_system system, const char *countries)
{
	for (size_t i = 0; i < one->count; i++)
		one->list[i].systems |= system;
	keep_best(one, PER_SYSTEM_MAX);
	spellings_merge(all, one, system_cost(system, countries));
}

/* Every habit's readings of some characters as a family or a given name. */
static void read_part(const struct characters *c, size_t first, size_t count, bool family, const char *countries,
		      struct spellings *all)
{
	static const enum reading_system systems[] = {READ_PINYIN, READ_WADE_GILES, READ_CANTONESE, READ_VIETNAMESE};
	struct spellings one;
	char room[CHARACTERS_MAX * 4];

	all->count = 0;
	for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
		if (family) {
			one.count = 0;
			han_surname_spellings(simple_text(c, first, count, room), systems[i], 0, &one);
			if (one.count) {
				add_system(all, &one, systems[i], countries);
				if (systems[i] != READ_WADE_GILES && systems[i] != READ_CANTONESE)
					continue;
			}
		}
		spellings_start(&one, systems[i]);
		for (size_t k = first; k < first + count; k++)
			grow_character(&one, c->code[k], systems[i]);
		if (one.list[0].len)
			add_system(all, &one, systems[i], countries);
	}
	if (family) {
		one.count = 0;
		han_surname_spellings(simple_text(c, first, count, room), READ_MIN, 0, &one);
		add_system(all, &one, READ_MIN, countries);
	}
	korean_hangul(c, first, count, family, &one);
	add_system(all, &one, READ_KOREAN, countries);
}

static enum status part_add(struct spellings *s, struct text native, enum part_role role, struct arena *arena,
			    struct name_part *part)
{
	*part = (struct name_part){.native = native, .script = SCRIPT_HAN, .role = role};
	return spellings_finish(s, arena, part);
}

/* The part's native form in simplified characters, so that both ways of writing are equal. */
static enum status native_of(const struct characters *c, size_t first, size_t count, struct arena *arena,
			     struct text *ret)
{
	char room[CHARACTERS_MAX * 4];

	return arena_text(arena, simple_text(c, first, count, room), ret);
}

static size_t family_characters(const struct characters *c, const struct word_context *context)
{
	char room[CHARACTERS_MAX * 4];

	if (!context->first || c->count < 2 || c->count > 5)
		return 0;
	if (c->count >= 3 && han_is_surname(simple_text(c, 0, 2, room)))
		return 2;
	return han_is_surname(simple_text(c, 0, 1, room)) || c->count <= 3 ? 1 : 0;
}

enum status han_read(struct text word, const struct word_context *context, struct arena *arena,
		     struct name_part *out, size_t room, size_t *ret_part_count)
{
	struct characters c;
	struct spellings s;
	struct text native;
	size_t family;
	char text[CHARACTERS_MAX * 4];

	if (room < 2)
		return ST_LIMIT;
	characters_of(word, &c);
	family = context->only ? family_characters(&c, context) : 0;
	if (family) {
		read_part(&c, 0, family, true, context->countries, &s);
		TRY(native_of(&c, 0, family, arena, &native));
		TRY(part_add(&s, native, PART_FAMILY, arena, &out[0]));
		read_part(&c, family, c.count - family, false, context->countries, &s);
		TRY(native_of(&c, family, c.count - family, arena, &native));
		TRY(part_add(&s, native, PART_GIVEN, arena, &out[1]));
		*ret_part_count = 2;
		return ST_OK;
	}
	read_part(&c, 0, c.count, c.count <= 2 && han_is_surname(simple_text(&c, 0, c.count, text)), context->countries,
		  &s);
	TRY(native_of(&c, 0, c.count, arena, &native));
	*ret_part_count = 1;
	return part_add(&s, native, PART_UNKNOWN, arena, &out[0]);
}

/* ---- Japanese ---- */

static struct text written(struct text word, const struct characters *c, size_t first, size_t count)
{
	return (struct text){word.data + c->at[first], c->at[first + count] - c->at[first]};
}

/* A name the table lacks: Chinese-derived and native readings of its characters. */
static void by_character(const struct characters *c, size_t first, size_t count, struct spellings *s)
{
	spellings_start(s, READ_JAPANESE);
	for (size_t i = first; i < first + count; i++) {
		struct han_character h;
		struct choice choices[4];
		struct text rest, one;
		size_t n = 0;

		if (!han_character(c->code[i], &h))
			continue;
		rest = h.japanese;
		while (rest.len && n < 2 && text_split(&rest, ' ', &one))
			choices[n++] = (struct choice){one, 1000};
		rest = h.kun;
		while (rest.len && n < 4 && text_split(&rest, ' ', &one))
			choices[n++] = (struct choice){one, 1500};
		spellings_grow(s, choices, n);
	}
}

static enum status japanese_part(struct text word, const struct characters *c, size_t first, size_t count, char kind,
				 struct arena *arena, struct name_part *part)
{
	struct spellings s = {.count = 0}, more;
	struct text native;

	if (han_japanese_spellings(kind, written(word, c, first, count), &s) == 0) {
		by_character(c, first, count, &more);
		keep_best(&more, 20);
		spellings_merge(&s, &more, 0);
	}
	TRY(native_of(c, first, count, arena, &native));
	return part_add(&s, native, kind == 's' ? PART_FAMILY : PART_GIVEN, arena, part);
}

enum status han_read_japanese(struct text word, const struct word_context *context, struct arena *arena,
			      struct name_part *out, size_t room, size_t *ret_part_count)
{
	struct characters c;
	size_t cut = 0;

	if (room < 2)
		return ST_LIMIT;
	characters_of(word, &c);
	*ret_part_count = 0;
	if (!context->only) {
		*ret_part_count = 1;
		return japanese_part(word, &c, 0, c.count, context->first ? 's' : 'g', arena, &out[0]);
	}
	/* The cut at which both halves are known names; else the longest known family name. */
	for (size_t pass = 0; pass < 2 && cut == 0; pass++)
		for (size_t n = c.count < 4 ? c.count : 4; n-- > 1 && cut == 0;) {
			struct spellings s = {.count = 0}, g = {.count = 0};

			if (han_japanese_spellings('s', written(word, &c, 0, n), &s) &&
			    (pass || han_japanese_spellings('g', written(word, &c, n, c.count - n), &g)))
				cut = n;
		}
	if (cut == 0)
		return ST_OK;
	TRY(japanese_part(word, &c, 0, cut, 's', arena, &out[0]));
	TRY(japanese_part(word, &c, cut, c.count - cut, 'g', arena, &out[1]));
	*ret_part_count = 2;
	return ST_OK;
}
