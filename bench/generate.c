#include "bench/generate.h"

#include <stdio.h>
#include <stdlib.h>

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

/* Rows of a table whose column `key_at` is `key` (NULL: all): the text of column 0 with the weight of `weight_at`. */
static void pool_read(const char *root, const char *table, const char *key, size_t key_at, size_t weight_at,
		      struct pool *p)
{
	char path[4096], line[512];
	FILE *f;

	snprintf(path, sizeof path, "%s/data/%s", root, table);
	f = fopen(path, "r");
	*p = (struct pool){calloc(PARTS_MAX, 32), calloc(PARTS_MAX, sizeof(uint64_t)), 0};
	while (f && fgets(line, sizeof line, f) && p->count < PARTS_MAX) {
		char *fields[8], *rest = line;
		size_t n = 0;
		uint64_t weight;

		while (n < 8 && rest)
			fields[n++] = strsep(&rest, "\t\n");
		weight = n > weight_at ? strtoull(fields[weight_at], NULL, 10) : 0;
		if (line[0] == '#' || weight == 0 || (key && strcmp(fields[key_at], key) != 0) || strlen(fields[0]) > 31)
			continue;
		snprintf(p->names[p->count], 32, "%s", fields[0]);
		p->upto[p->count] = weight + (p->count ? p->upto[p->count - 1] : 0);
		p->count++;
	}
	if (f)
		fclose(f);
	if (p->count == 0) {
		fprintf(stderr, "%s: nothing to draw from\n", path);
		exit(1);
	}
}

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

static void name_make(const struct people *p, size_t c, char *out, size_t size)
{
	snprintf(out, size, "%s %s%s%s", pick(&p->latin[c]), pick(&p->latin[c]), next() % 3 ? "" : " ",
		 next() % 3 ? "" : pick(&p->latin[c]));
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

void people_seed(uint64_t value)
{
	seed = value;
}

void people_read(const char *root, struct people *p)
{
	p->nations = false;
	for (size_t c = 0; c < 8; c++)
		pool_read(root, "names/frequency.tsv", cultures[c], 1, 2, &p->latin[c]);
	pool_read(root, "romanise/korean_surnames.tsv", NULL, 0, 3, &p->korean_family);
	pool_read(root, "romanise/korean_syllables.tsv", NULL, 0, 2, &p->korean_given);
	pool_read(root, "romanise/khmer_names.tsv", NULL, 0, 2, &p->khmer);
}
