/* Small lists for tests: entities written as JSON in the test, built and opened in one go. */
#ifndef TESTS_LIB_LISTS_H
#define TESTS_LIB_LISTS_H

#include "lib/test.h"
#include "screen/screen.h"

struct small_list {
	struct buffer image;
	struct index *index;
};

static inline void small_list_build(struct small_list *list, const char *const *entities, size_t count)
{
	struct index_builder *builder;
	struct arena arena;
	struct error e = {.code = ST_OK};

	arena_init(&arena, (size_t)64 << 20);
	buffer_init(&list->image, (size_t)1 << 32);
	assert_ok(index_builder_new(NULL, &builder, &e));
	for (size_t i = 0; i < count; i++) {
		struct entity entity;

		arena_clear(&arena);
		if (entity_read(text_of(entities[i]), &arena, &entity, &e) != ST_OK)
			fail_msg("%s: %s", entities[i], e.message);
		assert_ok(index_builder_add(builder, &entity, &e));
	}
	assert_ok(index_builder_finish(builder, &list->image, &e));
	index_builder_free(builder);
	arena_release(&arena);
	if (index_open(buffer_bytes(&list->image), &list->index, &e) != ST_OK)
		fail_msg("%s", e.message);
}

static inline void small_list_free(struct small_list *list)
{
	index_close(list->index);
	buffer_release(&list->image);
}

/* Runs one query given as JSON; results live in `arena`. */
static inline struct screen_answer small_list_ask(const struct small_list *list, const char *query, struct arena *arena)
{
	struct screen_options options = {.limit = 5, .threshold_ppm = 700000};
	struct screen_answer answer = {0};
	struct entity entity;
	struct error e = {.code = ST_OK};

	arena_clear(arena);
	if (entity_read(text_of(query), arena, &entity, &e) != ST_OK ||
	    screen_run(list->index, &entity, &options, arena, &answer, &e) != ST_OK)
		fail_msg("%s: %s", query, e.message);
	return answer;
}

#endif
