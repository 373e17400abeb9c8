#include "bench/generate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX 20000u

static uint64_t seed = 20261123;

static uint64_t next(void)
{
	uint64_t z = (seed += 0x9E3779B97F4A7C15u);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static const char *pick(const struct pool *p)
{
	uint64_t at = next() % p->upto[p->count - 1];
	size_t low = 0, high = p->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (p->upto[mid] <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return p->names[low];
}

static void pool_add(struct pool *p, const char *name, uint64_t weight)
{
	snprintf(p->names[p->count], 32, "%s", name);
	p->upto[p->count] = weight + (p->count ? p->upto[p->count - 1] : 0);
	p->count++;
}

/* Where a table has names and their weights. Of all its rows, or of those whose second column is `culture`, or whose weight has one of `bits`. */
struct source {
	const char *table;
	size_t name_at, weight_at;
	const char *culture;
	unsigned bits;
};

static void pool_read(const char *root, struct source from, struct pool *p)
{
	char path[4096], line[512];
	FILE *f;

	snprintf(path, sizeof path, "%s/data/%s", root, from.table);
	f = fopen(path, "r");
	*p = (struct pool){calloc(PARTS_MAX, 32), calloc(PARTS_MAX, sizeof(uint64_t)), 0};
	while (f && fgets(line, sizeof line, f) && p->count < PARTS_MAX) {
		char *fields[8], *rest = line;
		size_t n = 0;
		uint64_t weight;

		while (n < 8 && rest)
			fields[n++] = strsep(&rest, "\t\n");
		weight = n > from.weight_at ? strtoull(fields[from.weight_at], NULL, 10) : 0;
		if (line[0] != '#' && weight > 0 && strlen(fields[from.name_at]) < 32 &&
		    (!from.culture || strcmp(fields[1], from.culture) == 0) && (!from.bits || (weight & from.bits)))
			pool_add(p, fields[from.name_at], weight);
	}
	if (f)
		fclose(f);
	if (p->count == 0) {
		fprintf(stderr, "%s: nothing to draw from\n", path);
		exit(1);
	}
}

enum { KR, CN, VN };
static const char *const cultures[] = {"kr", "cn", "vn", "th", "kh", "ru", "ar", "eu"};
static const unsigned shares[] = {22, 22, 14, 10, 12, 6, 6, 8};
static const char *const nations[] = {"kr", "cn", "vn", "th", "kh", "ru", "pk", "de"};

static size_t culture_pick(void)
{
	unsigned at = (unsigned)(next() % 100), sum = 0;

	for (size_t c = 0; c < 8; c++)
		if (at < (sum += shares[c]))
			return c;
	return 7;
}

static void date_make(char *out, size_t size)
{
	snprintf(out, size, "%04u-%02u-%02u", 1945 + (unsigned)(next() % 62), 1 + (unsigned)(next() % 12),
		 1 + (unsigned)(next() % 28));
}

/* A family name first where the culture has few; else parts as they come. */
static void name_make(const struct people *p, size_t c, char *out, size_t size)
{
	bool family = p->family[c].count > 0;
	const char *first = pick(family ? &p->family[c] : &p->latin[c]), *given = pick(&p->latin[c]);
	/* A Korean given name has two syllables, a Vietnamese name three parts. */
	bool more = family ? c == VN || (c == KR && strlen(given) <= 4) : next() % 3 == 0;

	snprintf(out, size, "%s %s%s%s", first, given, more ? " " : "", more ? pick(&p->latin[c]) : "");
}

enum status person_make(const struct people *p, size_t number, struct arena *arena, struct entity *e)
{
	size_t c = culture_pick();
	char text[160];

	snprintf(text, sizeof text, "gen-%07zu", number);
	TRY(entity_begin(e, arena, text_of(text), "Person", TEXT("generated")));
	name_make(p, c, text, sizeof text);
	TRY(entity_add(e, "name", text_of(text)));
	name_make(p, c, text, sizeof text);
	TRY(entity_add(e, "alias", text_of(text)));
	if (next() % 2) {
		if (c == 0)
			snprintf(text, sizeof text, "%s%s%s", pick(&p->korean_family), pick(&p->korean_given),
				 pick(&p->korean_given));
		else if (c == 4)
			snprintf(text, sizeof text, "%s %s", pick(&p->khmer), pick(&p->khmer));
		else
			name_make(p, c, text, sizeof text);
		TRY(entity_add(e, "alias", text_of(text)));
	}
	date_make(text, sizeof text);
	TRY(entity_add(e, "birthDate", text_of(text)));
	if (p->nations)
		TRY(entity_add(e, "nationality", text_of(nations[c])));
	snprintf(text, sizeof text, "%c%08u", (char)('A' + next() % 26), (unsigned)(next() % 100000000));
	return entity_add(e, "passportNumber", text_of(text));
}

enum status traveller_make(const struct people *p, struct arena *arena, struct entity *e)
{
	size_t c = culture_pick();
	char text[160];

	TRY(entity_begin(e, arena, TEXT("q"), "Person", TEXT_NONE));
	name_make(p, c, text, sizeof text);
	TRY(entity_add(e, "name", text_of(text)));
	TRY(entity_add(e, "nationality", text_of(nations[c])));
	date_make(text, sizeof text);
	return entity_add(e, "birthDate", text_of(text));
}

enum status document_make(struct arena *arena, struct entity *e)
{
	char text[16];

	TRY(entity_begin(e, arena, TEXT("q"), "Person", TEXT_NONE));
	snprintf(text, sizeof text, "%c%08u", (char)('A' + next() % 26), (unsigned)(next() % 100000000));
	return entity_add(e, "passportNumber", text_of(text));
}

static bool pool_has(const struct pool *p, const char *name)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->names[i], name) == 0)
			return true;
	return false;
}

/* Takes from `p` what is a family name by a table. */
static void families_take(const char *root, struct source from, struct pool *p, struct pool *family)
{
	struct pool all = *p, known;

	pool_read(root, from, &known);
	*p = (struct pool){calloc(PARTS_MAX, 32), calloc(PARTS_MAX, sizeof(uint64_t)), 0};
	*family = (struct pool){calloc(PARTS_MAX, 32), calloc(PARTS_MAX, sizeof(uint64_t)), 0};
	for (size_t i = 0; i < all.count; i++)
		pool_add(pool_has(&known, all.names[i]) ? family : p, all.names[i], all.upto[i] - (i ? all.upto[i - 1] : 0));
	free(all.names);
	free(all.upto);
	free(known.names);
	free(known.upto);
}

void people_seed(uint64_t value)
{
	seed = value;
}

void people_read(const char *root, struct people *p)
{
	/* Of the Chinese table: bit 2, pinyin; bit 128, Vietnamese readings. */
	const struct source korean = {"romanise/korean_surnames.tsv", 1, 3, NULL, 0}, han = {"romanise/han_surnames.tsv", 1, 3, NULL, 2},
			    vietnamese = {"romanise/han_surnames.tsv", 1, 3, NULL, 128};

	*p = (struct people){0};
	for (size_t c = 0; c < 8; c++)
		pool_read(root, (struct source){"names/frequency.tsv", 0, 2, cultures[c], 0}, &p->latin[c]);
	families_take(root, korean, &p->latin[KR], &p->family[KR]);
	families_take(root, han, &p->latin[CN], &p->family[CN]);
	families_take(root, vietnamese, &p->latin[VN], &p->family[VN]);
	pool_read(root, (struct source){"romanise/korean_surnames.tsv", 0, 3, NULL, 0}, &p->korean_family);
	pool_read(root, (struct source){"romanise/korean_syllables.tsv", 0, 2, NULL, 0}, &p->korean_given);
	pool_read(root, (struct source){"romanise/khmer_names.tsv", 0, 2, NULL, 0}, &p->khmer);
}
