/* The candidate stage against brute force: nobody whose score counts may be missed. */
#include "screen/candidates.h"

#include <stdio.h>

#include "lib/lists.h"

#define PEOPLE 3000u
#define QUERIES 400u

static uint64_t next(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9E3779B97F4A7C15u);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static const char *const family[] = {"KIM", "LEE", "PARK", "김", "이", "陈", "WANG", "CHEA", "SOK", "ចាន់",
				     "NGUYEN", "ORLOV", "Иванов", "SMITH", "GARCIA", "สมชาย"};
static const char *const given[] = {"MINSU", "MIN SOO", "민수", "志明", "ZHIMING", "DARA", "សុភាព", "SOPHEAP", "THI LAN",
				    "SERGEI", "Сергей", "JOHN", "MARIA JOSE", "JIHOON", "지훈", "WICHAI"};

#define PICK(list, seed) (list)[next(seed) % (sizeof(list) / sizeof(list)[0])]

static void person(uint64_t *seed, const char *id, size_t number, char *out, size_t size)
{
	unsigned year = 1950 + (unsigned)(next(seed) % 55), month = 1 + (unsigned)(next(seed) % 12),
		 day = 1 + (unsigned)(next(seed) % 28), kind = (unsigned)(next(seed) % 10);
	char date[40] = "";

	if (kind == 1)
		snprintf(date, sizeof date, "\"%04u\"", year);
	else if (kind > 1)
		snprintf(date, sizeof date, "\"%04u-%02u-%02u\"", year, month, day);
	snprintf(out, size,
		 "{\"id\":\"%s-%zu\",\"schema\":\"Person\",\"properties\":{\"name\":[\"%s %s\"],\"birthDate\":[%s]}}", id,
		 number, PICK(family, seed), PICK(given, seed), date);
}

/* A letter is exchanged, dropped or doubled in half of the queries. */
static void damage(uint64_t *seed, char *text)
{
	char *name = strstr(text, "\"name\":[\"");
	size_t len = strlen(text), at;

	if (name == NULL || next(seed) % 2)
		return;
	at = (size_t)(name - text) + 9 + next(seed) % 6;
	if (at + 1 >= len || text[at] < 'A' || text[at] > 'Z' || text[at + 1] < 'A' || text[at + 1] > 'Z')
		return;
	if (next(seed) % 2)
		text[at] = (char)('A' + next(seed) % 26);
	else
		memmove(text + at, text + at + 1, len - at);
}

/* Gives how many score so that they count: with a floor whose score reaches it, without one who counts by evidence too. */
static size_t check_complete(const struct small_list *list, const char *text, uint32_t floor_ppm, struct arena *arena)
{
	size_t counted = 0;

	struct query *q = ARENA_NEW(arena, struct query, 1);
	struct candidate_set set;
	struct entity entity;
	struct error e = {.code = ST_OK};

	assert_non_null(q);
	if (entity_read(text_of(text), arena, &entity, &e) != ST_OK)
		fail_msg("%s: %s", text, e.message);
	assert_ok(query_prepare(list->index, &entity, arena, q, &e));
	assert_ok(candidates_find(q, floor_ppm, &set));
	assert_false(set.bounded);
	for (uint32_t slot = 0; slot < index_person_count(list->index); slot++) {
		struct scored s;
		bool found = false;

		if (!slot_score(q, slot, &set.joined, &s) ||
		    (s.score_ppm < 700000 && (floor_ppm || s.evidence_mbit < alert_evidence_mbit(0))))
			continue;
		counted++;
		for (size_t i = 0; i < set.count && !found; i++)
			found = set.slots[i] == slot;
		if (!found)
			fail_msg("%s misses %.*s at %u, %d", text, TEXT_ARG(index_entity_json(list->index, slot)),
				 s.score_ppm, s.evidence_mbit);
	}
	return counted;
}

static void nobody_who_counts_is_missed(void **state)
{
	static char lines[PEOPLE][320];
	const char *entities[PEOPLE];
	uint64_t seed = 20261123;
	size_t counted = 0;
	struct small_list list;
	struct arena arena;

	(void)state;
	for (size_t i = 0; i < PEOPLE; i++) {
		person(&seed, "p", i, lines[i], sizeof lines[i]);
		entities[i] = lines[i];
	}
	small_list_build(&list, entities, PEOPLE);
	arena_init(&arena, (size_t)64 << 20);
	for (size_t i = 0; i < QUERIES; i++) {
		char query[320];

		person(&seed, "q", i, query, sizeof query);
		damage(&seed, query);
		arena_clear(&arena);
		counted += check_complete(&list, query, i % 2 ? 700000 : 0, &arena);
	}
	assert_true(counted > QUERIES);
	arena_release(&arena);
	small_list_free(&list);
}

/* What a cut-off leaves out is never above it: with and without one, the same people are given with the same figures. */
static void a_cutoff_only_cuts(void **state)
{
	static char lines[PEOPLE][320];
	const char *entities[PEOPLE];
	uint64_t seed = 20261124;
	struct small_list list;
	struct arena arena;
	size_t told = 0;

	(void)state;
	for (size_t i = 0; i < PEOPLE; i++) {
		person(&seed, "p", i, lines[i], sizeof lines[i]);
		entities[i] = lines[i];
	}
	small_list_build(&list, entities, PEOPLE);
	arena_init(&arena, (size_t)64 << 20);
	for (size_t i = 0; i < QUERIES; i++) {
		struct screen_options all = {.limit = 500, .threshold_ppm = 700000};
		struct screen_options cut = {.limit = 500, .threshold_ppm = 700000, .cutoff_ppm = 700000};
		struct screen_answer a, b;
		struct entity entity;
		char query[320];
		size_t above = 0;

		person(&seed, "q", i, query, sizeof query);
		damage(&seed, query);
		arena_clear(&arena);
		assert_ok(entity_read(text_of(query), &arena, &entity, NULL));
		assert_ok(screen_run(list.index, &entity, &all, &arena, &a, NULL));
		assert_ok(screen_run(list.index, &entity, &cut, &arena, &b, NULL));
		assert_int_equal(a.matches, b.matches);
		for (size_t k = 0; k < a.count; k++) {
			if (a.results[k].score_ppm < 700000)
				continue;
			assert_in_range(above, 0, b.count - 1);
			assert_int_equal(a.results[k].ref, b.results[above].ref);
			assert_int_equal(a.results[k].score_ppm, b.results[above].score_ppm);
			assert_int_equal(a.results[k].evidence_mbit, b.results[above].evidence_mbit);
			above++;
		}
		if (a.count < 500)
			assert_int_equal(above, b.count);
		told += above;
	}
	assert_true(told > QUERIES);
	arena_release(&arena);
	small_list_free(&list);
}

/* Ten thousand of one name: the work stays bounded, and the answer says so. */
static void a_common_name_stays_within_the_bound(void **state)
{
	enum { SAME = 10000 };
	static char lines[SAME][200];
	static const char *entities[SAME];
	struct small_list list;
	struct screen_answer a;
	struct arena arena;

	(void)state;
	for (size_t i = 0; i < SAME; i++) {
		snprintf(lines[i], sizeof lines[i],
			 "{\"id\":\"m-%05zu\",\"schema\":\"Person\",\"properties\":{\"name\":[\"KIM MINSU\"],"
			 "\"birthDate\":[\"%04zu-%02zu-%02zu\"]}}",
			 i, 1950 + i % 50, 1 + i / 50 % 12, 1 + i / 600 % 28);
		entities[i] = lines[i];
	}
	small_list_build(&list, entities, SAME);
	arena_init(&arena, (size_t)64 << 20);
	a = small_list_ask(&list, "{\"schema\":\"Person\",\"properties\":{\"name\":[\"KIM MIN SOO\"]}}", &arena);
	assert_true(a.bounded);
	assert_in_range(a.candidates, 1, CANDIDATES_SLOTS_MAX);
	assert_int_equal(a.count, 5);
	a = small_list_ask(&list,
			   "{\"schema\":\"Person\",\"properties\":{\"name\":[\"KIM MIN SOO\"],\"birthDate\":[\"1961-02-01\"]}}",
			   &arena);
	assert_false(a.bounded);
	arena_release(&arena);
	small_list_free(&list);
}

/* Eighty aliases on one person do not stop the query. */
static void many_aliases_are_all_found(void **state)
{
	struct buffer json;
	struct small_list list;
	struct screen_answer a;
	struct arena arena;
	const char *entities[1];

	(void)state;
	buffer_init(&json, 1 << 20);
	buffer_printf(&json, "{\"id\":\"many\",\"schema\":\"Person\",\"properties\":{\"name\":[\"SOK DARA\"],\"alias\":[");
	for (unsigned i = 0; i < 80; i++)
		buffer_printf(&json, "%s\"VICHEA%c%c SOVANN%c\"", i ? "," : "", (char)('A' + i % 20), (char)('A' + i / 20),
			      (char)('A' + i % 7));
	buffer_printf(&json, "]}}");
	buffer_add_char(&json, '\0');
	entities[0] = (const char *)json.data;
	small_list_build(&list, entities, 1);
	arena_init(&arena, (size_t)64 << 20);
	a = small_list_ask(&list, "{\"schema\":\"Person\",\"properties\":{\"name\":[\"VICHEATD SOVANNC\"]}}", &arena);
	assert_int_equal(a.count, 1);
	assert_true(a.results[0].match);
	arena_release(&arena);
	small_list_free(&list);
	buffer_release(&json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_who_counts_is_missed),
		cmocka_unit_test(a_cutoff_only_cuts),
		cmocka_unit_test(a_common_name_stays_within_the_bound),
		cmocka_unit_test(many_aliases_are_all_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
