/* How many honest travellers are referred, and how many are stopped: travellers drawn from the same names as the listed, every one of
 * whom a warrant waits for. Reference scenario 9.
 *
 * usage: referrals_bench ROOT PERSONS TRAVELLERS */
#include <stdio.h>
#include <stdlib.h>

#include "bench/generate.h"
#include "verdict/verdict.h"

#define LIST_SEED 20261126u
#define TRAVELLER_SEED 9u
#define NOW INT64_C(1795651200000) /* 2026-11-26 */

struct tally {
	size_t travellers, referred, stopped;
};

static _Noreturn void end(const struct error *e)
{
	fprintf(stderr, "%s\n", e->message);
	exit(1);
}

static struct index *list_build(const struct people *people, size_t persons, struct buffer *image)
{
	struct index_limits limits = {0, 2};
	struct index_builder *builder;
	struct index *index;
	struct arena arena;
	struct error e = {0};

	arena_init(&arena, (size_t)16 << 20);
	people_seed(LIST_SEED);
	if (index_builder_new(&limits, &builder, &e) != ST_OK)
		end(&e);
	for (size_t i = 0; i < persons; i++) {
		struct entity entity;

		arena_clear(&arena);
		if (person_make(people, i, &arena, &entity) != ST_OK || index_builder_add(builder, &entity, &e) != ST_OK)
			end(&e);
	}
	buffer_init(image, (size_t)8 << 30);
	if (index_builder_finish(builder, image, &e) != ST_OK || index_open(buffer_bytes(image), &index, &e) != ST_OK)
		end(&e);
	index_builder_free(builder);
	arena_release(&arena);
	return index;
}

static void ask(const struct index *index, const struct entity *person, struct arena *arena, struct tally *t)
{
	struct screen_options options = {.limit = 16, .threshold_ppm = 700000, .cutoff_ppm = 700000};
	struct listing_measure warrant = {.kind = TEXT("detain"), .expires_ms = NOW + 1};
	struct listing listing = {.expires_ms = NOW + 1, .measures = &warrant, .measure_count = 1};
	struct verdict_traveller traveller = {.person = person};
	struct verdict_found found[16];
	struct screen_answer answer;
	struct verdict v;
	struct error e = {0};

	if (screen_run(index, person, &options, arena, &answer, &e) != ST_OK)
		end(&e);
	for (size_t i = 0; i < answer.count; i++)
		found[i] = (struct verdict_found){&answer.results[i], &listing, false};
	if (verdict_reach(VERDICT_ENTRY, &traveller, TEXT("kh"), found, answer.count, NOW, arena, &v, &e) != ST_OK)
		end(&e);
	t->travellers++;
	t->referred += v.result != VERDICT_PASS;
	t->stopped += v.result == VERDICT_STOP;
}

int main(int argc, char **argv)
{
	struct people people;
	struct buffer image;
	struct index *index;
	struct tally t = {0};
	struct arena arena;

	if (argc != 4) {
		fprintf(stderr, "usage: referrals_bench ROOT PERSONS TRAVELLERS\n");
		return 2;
	}
	people_read(argv[1], &people);
	people.nations = true;
	index = list_build(&people, strtoul(argv[2], NULL, 10), &image);
	people_seed(TRAVELLER_SEED);
	arena_init(&arena, (size_t)256 << 20);
	for (size_t i = strtoul(argv[3], NULL, 10); i > 0; i--) {
		struct entity person;

		arena_clear(&arena);
		if (traveller_make(&people, &arena, &person) != ST_OK)
			return 1;
		ask(index, &person, &arena, &t);
	}
	printf("travellers drawn from the names of %s listed, for every one of whom a warrant waits: %zu; referred %zu (%.4f %%), stopped %zu\n",
	       argv[2], t.travellers, t.referred, 100.0 * (double)t.referred / (double)t.travellers, t.stopped);
	arena_release(&arena);
	index_close(index);
	buffer_release(&image);
	return 0;
}
