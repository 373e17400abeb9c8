#include "screen/screen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A query's name and a listed name from the same bytes: built, asked, answered, whatever they are. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct screen_options options = {.limit = 3, .threshold_ppm = 700000};
	struct text all, listed, asked;
	struct index_builder *b = NULL;
	struct screen_answer answer;
	struct index *index = NULL;
	struct buffer image;
	struct arena arena;
	struct entity e;
	size_t cut;

	if (size > 400 || text_check((struct bytes){data, size}, &all, NULL) != ST_OK)
		return 0;
	cut = text_find(all, '\n', 0);
	listed = (struct text){all.data, cut};
	asked = cut < all.len ? (struct text){all.data + cut + 1, all.len - cut - 1} : listed;
	arena_init(&arena, (size_t)64 << 20);
	buffer_init(&image, (size_t)64 << 20);
	if (entity_begin(&e, &arena, TEXT("x"), "Person", TEXT_NONE) != ST_OK || entity_add(&e, "name", listed) != ST_OK ||
	    index_builder_new(NULL, &b, NULL) != ST_OK || index_builder_add(b, &e, NULL) != ST_OK ||
	    index_builder_finish(b, &image, NULL) != ST_OK || index_open(buffer_bytes(&image), &index, NULL) != ST_OK)
		__builtin_trap();
	if (entity_begin(&e, &arena, TEXT("q"), "Person", TEXT_NONE) == ST_OK && entity_add(&e, "name", asked) == ST_OK &&
	    screen_run(index, &e, &options, &arena, &answer, NULL) == ST_OK && answer.count > 1)
		__builtin_trap();
	index_close(index);
	index_builder_free(b);
	buffer_release(&image);
	arena_release(&arena);
	return 0;
}
