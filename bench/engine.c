/* The engine measured on a generated list. Not a test: it only tells.
 *
 * usage: engine_bench rows ROOT PERSONS       the measurements, one "name<tab>value<tab>unit" a line
 *        engine_bench list ROOT PERSONS       the same list as FollowTheMoney JSON lines
 *        engine_bench queries ROOT COUNT      travellers, as "cordon screen" reads them
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench/generate.h"
#include "screen/overlay.h"

#define QUERIES 4000u
#define LIST_SEED 20261123u
#define QUERY_SEED 7u

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void tell(const char *name, double value, const char *unit)
{
	printf("%s\t%.3f\t%s\n", name, value, unit);
	fflush(stdout);
}

static void queries_run(const struct index *index, const struct people *p, bool documents, int64_t *times)
{
	struct screen_options options = {.limit = 5, .threshold_ppm = 700000, .cutoff_ppm = 700000};
	struct arena arena;

	arena_init(&arena, (size_t)256 << 20);
	people_seed(QUERY_SEED);
	for (size_t i = 0; i < QUERIES; i++) {
		struct screen_answer answer;
		struct entity e;
		int64_t from;

		arena_clear(&arena);
		if ((documents ? document_make(&arena, &e) : traveller_make(p, &arena, &e)) != ST_OK)
			exit(1);
		from = now_ns();
		if (screen_run(index, &e, &options, &arena, &answer, NULL) != ST_OK)
			exit(1);
		times[i] = now_ns() - from;
	}
	arena_release(&arena);
	qsort(times, QUERIES, sizeof *times, by_value);
}

static void build(const struct people *p, size_t persons, struct buffer *image)
{
	struct index_limits limits = {0, 2};
	struct index_builder *builder;
	struct arena arena;
	struct error e;

	arena_init(&arena, (size_t)16 << 20);
	people_seed(LIST_SEED);
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

/* A hundred people changed, over and over: built, opened, laid over the base. */
static double delta_ms(const struct index *base, const struct people *people)
{
	enum { ROUNDS = 20, CHANGES = 100 };
	int64_t from = now_ns();

	for (size_t round = 0; round < ROUNDS; round++) {
		struct buffer image;
		struct index *changed;
		struct overlay *overlay;

		buffer_init(&image, (size_t)1 << 30);
		build(people, CHANGES, &image);
		if (index_open(buffer_bytes(&image), &changed, NULL) != ST_OK ||
		    overlay_new((const struct index *const[]){base, changed}, 2, NULL, 0, &overlay, NULL) != ST_OK)
			exit(1);
		overlay_free(overlay);
		index_close(changed);
		buffer_release(&image);
	}
	return (double)(now_ns() - from) / 1e6 / ROUNDS;
}

static int rows(const struct people *people, size_t persons)
{
	static int64_t times[QUERIES];
	struct buffer image;
	struct index *index;
	int64_t from = now_ns();

	buffer_init(&image, (size_t)64 << 30);
	build(people, persons, &image);
	tell("build", (double)(now_ns() - from) / 1e9, "s");
	from = now_ns();
	if (index_open(buffer_bytes(&image), &index, NULL) != ST_OK)
		return 1;
	tell("open", (double)(now_ns() - from) / 1e6, "ms");
	tell("memory", (double)image.len / (double)persons, "bytes");
	tell("names", (double)index_name_count(index), "names");
	queries_run(index, people, false, times);
	tell("person-p50", (double)times[QUERIES / 2] / 1000, "us");
	tell("person-p99", (double)times[QUERIES / 100 * 99] / 1000, "us");
	queries_run(index, people, true, times);
	tell("document-p99", (double)times[QUERIES / 100 * 99] / 1000, "us");
	tell("delta", delta_ms(index, people), "ms");
	index_close(index);
	buffer_release(&image);
	return 0;
}

static int lines_write(const struct people *people, size_t count, bool listed)
{
	struct arena arena;
	struct buffer line;
	bool good = true;

	arena_init(&arena, (size_t)16 << 20);
	buffer_init(&line, (size_t)1 << 20);
	people_seed(listed ? LIST_SEED : QUERY_SEED);
	for (size_t i = 0; i < count && good; i++) {
		struct entity e;

		arena_clear(&arena);
		buffer_clear(&line);
		good = (listed ? person_make(people, i, &arena, &e) : traveller_make(people, &arena, &e)) == ST_OK;
		if (!good)
			break;
		entity_write(&e, &line);
		buffer_add_char(&line, '\n');
		good = buffer_status(&line) == ST_OK && fwrite(line.data, 1, line.len, stdout) == line.len;
	}
	arena_release(&arena);
	buffer_release(&line);
	return good && fflush(stdout) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	static struct people people;
	size_t count;

	if (argc != 4)
		return 2;
	people_read(argv[2], &people);
	count = strtoull(argv[3], NULL, 10);
	if (strcmp(argv[1], "rows") == 0)
		return rows(&people, count);
	return lines_write(&people, count, strcmp(argv[1], "list") == 0);
}
