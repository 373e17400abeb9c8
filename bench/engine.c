/* The engine measured on a generated list: seeded, names drawn by the frequencies of data/. Not a test: it only tells.
 *
 * usage: engine_bench SOURCE_ROOT PERSONS RESULTS.json
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "screen/screen.h"

#define QUERIES 4000u
#define PARTS_MAX 20000u

struct pool {
	char (*names)[32];
	uint64_t *upto; /* running sums of weights */
	size_t count;
};

static uint64_t seed = 20261123;

static uint64_t next(void)
{
	uint64_t z = (seed += 0x9E3779B97F4A7C15u);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
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

struct people {
	struct pool latin[8], korean_family, korean_given, khmer;
};

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

/* One person: a name, aliases to make 2.5 names each, a date, a document. */
static enum status person_make(const struct people *p, size_t number, struct arena *arena, struct entity *e)
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
	snprintf(text, sizeof text, "%c%08u", (char)('A' + next() % 26), (unsigned)(next() % 100000000));
	return entity_add(e, "passportNumber", text_of(text));
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static FILE *results;
static const char *separator = "[";

static void tell(const char *name, double value, const char *unit, double must, double aim, bool more_is_better)
{
	bool holds = more_is_better ? value >= must : value <= must;

	printf("%-58s %12.3f %-10s must %10.1f  aim %10.1f  %s\n", name, value, unit, must, aim, holds ? "holds" : "FALLS SHORT");
	fprintf(results, "%s\n {\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"must\":%.1f,\"aim\":%.1f,\"holds\":%s}", separator,
		name, value, unit, must, aim, holds ? "true" : "false");
	separator = ",";
}

static void queries_run(const struct index *index, const struct people *p, bool documents, int64_t *times)
{
	struct screen_options options = {5, 700000, 700000, NULL, NULL};
	struct arena arena;

	arena_init(&arena, (size_t)256 << 20);
	for (size_t i = 0; i < QUERIES; i++) {
		struct screen_answer answer;
		struct entity e;
		char text[160];
		int64_t from;

		arena_clear(&arena);
		if (entity_begin(&e, &arena, TEXT("q"), "Person", TEXT_NONE) != ST_OK)
			exit(1);
		if (documents) {
			snprintf(text, sizeof text, "%c%08u", (char)('A' + next() % 26), (unsigned)(next() % 100000000));
			(void)!entity_add(&e, "passportNumber", text_of(text));
		} else {
			name_make(p, culture_pick(), text, sizeof text);
			(void)!entity_add(&e, "name", text_of(text));
			date_make(text, sizeof text);
			(void)!entity_add(&e, "birthDate", text_of(text));
		}
		from = now_ns();
		if (screen_run(index, &e, &options, &arena, &answer, NULL) != ST_OK)
			exit(1);
		times[i] = now_ns() - from;
	}
	arena_release(&arena);
	qsort(times, QUERIES, sizeof *times, by_value);
}

static void people_read(const char *root, struct people *p)
{
	for (size_t c = 0; c < 8; c++)
		pool_read(root, "names/frequency.tsv", cultures[c], 1, 2, &p->latin[c]);
	pool_read(root, "romanise/korean_surnames.tsv", NULL, 0, 3, &p->korean_family);
	pool_read(root, "romanise/korean_syllables.tsv", NULL, 0, 2, &p->korean_given);
	pool_read(root, "romanise/khmer_names.tsv", NULL, 0, 2, &p->khmer);
}

static void build(const struct people *p, size_t persons, struct buffer *image)
{
	struct index_limits limits = {0, 2};
	struct index_builder *builder;
	struct arena arena;
	struct error e;

	arena_init(&arena, (size_t)16 << 20);
	if (index_builder_new(&limits, &builder, &e) != ST_OK)
		exit(1);
	for (size_t i = 0; i < persons; i++) {
		struct entity entity;

		arena_clear(&arena);
		if (person_make(p, i, &arena, &entity) != ST_OK || index_builder_add(builder, &entity, &e) != ST_OK)
			exit(1);
	}
	arena_release(&arena);
	if (index_builder_finish(builder, image, &e) != ST_OK) {
		fprintf(stderr, "%s\n", e.message);
		exit(1);
	}
	index_builder_free(builder);
}

int main(int argc, char **argv)
{
	static int64_t times[QUERIES];
	static struct people people;
	struct buffer image;
	struct index *index;
	size_t persons;
	int64_t from;

	if (argc != 4 || (results = fopen(argv[3], "w")) == NULL)
		return 2;
	persons = strtoull(argv[2], NULL, 10);
	people_read(argv[1], &people);
	buffer_init(&image, (size_t)64 << 30);
	from = now_ns();
	build(&people, persons, &image);
	printf("%zu persons, generated, seed fixed\n", persons);
	tell("build the index, 2 threads", (double)(now_ns() - from) / 1e9, "s", 60, 15, false);
	from = now_ns();
	if (index_open(buffer_bytes(&image), &index, NULL) != ST_OK)
		return 1;
	tell("open a built index", (double)(now_ns() - from) / 1e6, "ms", 200, 50, false);
	tell("index memory for each person", (double)image.len / (double)persons, "bytes", 1200, 600, false);
	printf("%llu names\n", (unsigned long long)index_name_count(index));
	queries_run(index, &people, false, times);
	tell("screen one person, name and birth date, p50", (double)times[QUERIES / 2] / 1000, "us", 200, 50, false);
	tell("screen one person, name and birth date, p99", (double)times[QUERIES / 100 * 99] / 1000, "us", 2000, 500, false);
	queries_run(index, &people, true, times);
	tell("document number with its 64 variants, whole query, p99", (double)times[QUERIES / 100 * 99] / 1000, "us", 2000,
	     500, false);
	fprintf(results, "\n]\n");
	index_close(index);
	buffer_release(&image);
	return fclose(results) == 0 ? 0 : 1;
}
