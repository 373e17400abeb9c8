/* Changes over an index: an overlay answers as an index built anew from all of it. */
#include "screen/overlay.h"

#include <stdio.h>

#include "lib/lists.h"

#define PEOPLE 800u
#define ADDED 40u
#define LINE 360u

static const char *const family[] = {"KIM", "LEE", "PARK", "김", "陈", "CHEA", "SOK", "ចាន់", "NGUYEN", "ORLOV", "SMITH", "GARCIA"};
static const char *const given[] = {"MINSU", "MIN SOO", "민수", "志明", "DARA", "សុភាព", "THI LAN", "SERGEI", "JOHN", "JIHOON"};

static void person(size_t number, size_t version, char out[LINE])
{
	size_t n = number * 7 + version * 3;

	snprintf(out, LINE,
		 "{\"id\":\"p-%04zu\",\"schema\":\"Person\",\"properties\":{\"name\":[\"%s %s\"],\"birthDate\":[\"%04zu-%02zu-%02zu\"],"
		 "\"passportNumber\":[\"M%07zu\"]}}",
		 number, family[n % 12], given[n / 12 % 10], 1950 + n % 50, 1 + n % 12, 1 + n % 28, number * 13 + version);
}

struct states {
	struct small_list base, changed, anew;
	struct overlay *overlay;
	struct text removed[20];
	char ids[20][8];
};

/* Of every twenty people one changes and one goes; some are added. */
static void states_build(struct states *s)
{
	static char lines[3][PEOPLE + ADDED][LINE];
	const char *base[PEOPLE], *changed[PEOPLE + ADDED], *anew[PEOPLE + ADDED];
	size_t changes = 0, total = 0, gone = 0;

	for (size_t i = 0; i < PEOPLE + ADDED; i++) {
		bool is_new = i >= PEOPLE, changes_now = i % 20 == 3;

		person(i, 0, lines[0][i]);
		person(i, 1, lines[1][i]);
		if (!is_new)
			base[i] = lines[0][i];
		if (!is_new && i % 40 == 8) {
			snprintf(s->ids[gone], sizeof s->ids[gone], "p-%04zu", i);
			s->removed[gone] = text_of(s->ids[gone]);
			gone++;
			continue;
		}
		if (is_new || changes_now)
			changed[changes++] = lines[1][i];
		anew[total++] = lines[is_new || changes_now ? 1 : 0][i];
	}
	assert_int_equal(gone, 20);
	small_list_build(&s->base, base, PEOPLE);
	small_list_build(&s->changed, changed, changes);
	small_list_build(&s->anew, anew, total);
	assert_ok(overlay_new((const struct index *const[]){s->base.index, s->changed.index}, 2, s->removed, gone, &s->overlay, NULL));
}

static void states_free(struct states *s)
{
	overlay_free(s->overlay);
	small_list_free(&s->base);
	small_list_free(&s->changed);
	small_list_free(&s->anew);
}

static bool no_koreans(void *context, entity_ref ref)
{
	struct text json = overlay_entity_json(context, ref);

	return memmem(json.data, json.len, "KIM", 3) == NULL;
}

static bool no_koreans_anew(void *context, entity_ref ref)
{
	struct text json = index_entity_json(context, ref);

	return memmem(json.data, json.len, "KIM", 3) == NULL;
}

static void check_same(const struct states *s, const char *query, bool filtered, struct arena *arena)
{
	struct screen_options over = {.limit = 5, .threshold_ppm = 700000, .keep = filtered ? no_koreans : NULL, .keep_context = s->overlay};
	struct screen_options anew = {.limit = 5, .threshold_ppm = 700000, .keep = filtered ? no_koreans_anew : NULL, .keep_context = s->anew.index};
	struct screen_answer a, b;
	struct entity entity;

	arena_clear(arena);
	assert_ok(entity_read(text_of(query), arena, &entity, NULL));
	assert_ok(overlay_run(s->overlay, &entity, &over, arena, &a, NULL));
	assert_ok(screen_run(s->anew.index, &entity, &anew, arena, &b, NULL));
	assert_int_equal(a.count, b.count);
	assert_int_equal(a.matches, b.matches);
	for (size_t i = 0; i < a.count; i++) {
		struct text x = overlay_entity_id(s->overlay, a.results[i].ref), y = index_entity_id(s->anew.index, b.results[i].ref);

		if (!text_equal(x, y))
			fail_msg("%s: %.*s, not %.*s", query, TEXT_ARG(x), TEXT_ARG(y));
		assert_int_equal(a.results[i].score_ppm, b.results[i].score_ppm);
		assert_int_equal(a.results[i].evidence_mbit, b.results[i].evidence_mbit);
		assert_int_equal(a.results[i].explanation_count, b.results[i].explanation_count);
	}
}

static void an_overlay_answers_as_an_index_built_anew(void **state)
{
	struct states s;
	struct arena arena;

	(void)state;
	states_build(&s);
	arena_init(&arena, (size_t)64 << 20);
	for (size_t i = 0; i < PEOPLE + ADDED; i++)
		for (size_t version = 0; version < 2; version++) {
			char query[LINE];

			person(i, version, query);
			check_same(&s, query, i % 3 == 0, &arena);
		}
	arena_release(&arena);
	states_free(&s);
}

static void what_is_gone_is_not_found_and_what_changed_is_found_once(void **state)
{
	struct states s;
	entity_ref ref;

	(void)state;
	states_build(&s);
	assert_int_equal(overlay_find(s.overlay, TEXT("p-0008")), ENTITY_NONE);
	assert_int_equal(overlay_find(s.overlay, TEXT("p-9999")), ENTITY_NONE);
	assert_true(overlay_find(s.overlay, TEXT("p-0001")) < PEOPLE);
	ref = overlay_find(s.overlay, TEXT("p-0003"));
	assert_true(ref >= PEOPLE && ref != ENTITY_NONE);
	assert_non_null(memmem(overlay_entity_json(s.overlay, ref).data, overlay_entity_json(s.overlay, ref).len, "M0000040", 8));
	assert_true(overlay_find(s.overlay, TEXT("p-0820")) >= PEOPLE);
	states_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_overlay_answers_as_an_index_built_anew),
		cmocka_unit_test(what_is_gone_is_not_found_and_what_changed_is_found_once),
	};

	return cmocka_run_group_tests_name("overlay", tests, NULL, NULL);
}
