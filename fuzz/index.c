#include <stdlib.h>

#include "screen/hash.h"
#include "screen/image.h"
#include "screen/screen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const people[] = {
	("{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"김민수\",\"KIM MINSU\"],\"birthDate\":[\"1990-03-07\"],"
	"\"passportNumber\":[\"M12345678\"]}}"),
	"{\"id\":\"b\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Sok Dara\"],\"birthDate\":[\"1980\",\"1981\"]}}",
};

static enum status build(struct buffer *image)
{
	struct index_builder *b;
	struct arena arena;
	struct entity e;
	enum status st;

	arena_init(&arena, (size_t)16 << 20);
	st = index_builder_new(NULL, &b, NULL);
	for (size_t i = 0; i < 2 && st == ST_OK; i++) {
		st = entity_read(text_of(people[i]), &arena, &e, NULL);
		if (st == ST_OK)
			st = index_builder_add(b, &e, NULL);
	}
	if (st == ST_OK)
		st = index_builder_finish(b, image, NULL);
	index_builder_free(b);
	arena_release(&arena);
	return st;
}

/* Mends the checksums, so that the checks behind them are reached as by someone who can compute them. */
static void checksums_mend(struct buffer *image)
{
	struct image_header *h = (void *)image->data;
	struct image_range *ranges = (void *)(h + 1);

	for (size_t s = 0; s < SECTION_COUNT; s++)
		if (ranges[s].offset <= image->len && ranges[s].size <= image->len - ranges[s].offset)
			ranges[s].checksum = XXH3_64bits(image->data + ranges[s].offset, ranges[s].size);
	h->checksum = XXH3_64bits(ranges, SECTION_COUNT * sizeof *ranges);
}

static void ask(const struct index *index)
{
	static const char query[] = "{\"id\":\"q\",\"schema\":\"Person\",\"properties\":{\"name\":[\"KIM MIN SOO\"],"
				    "\"birthDate\":[\"1990-03-07\"],\"passportNumber\":[\"M12345678\"]}}";
	struct screen_options options = {.limit = 5, .threshold_ppm = 700000};
	struct screen_answer answer;
	struct arena arena;
	struct entity e;

	arena_init(&arena, (size_t)64 << 20);
	if (entity_read(text_of(query), &arena, &e, NULL) == ST_OK)
		(void)!screen_run(index, &e, &options, &arena, &answer, NULL);
	(void)index_find(index, TEXT("a"));
	arena_release(&arena);
}

/* Bytes of a real image are overwritten: { u16 place, u8 value } ..., an odd first byte mends the checksums. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer image;
	struct index *index;
	struct error e = {.code = ST_OK};

	buffer_init(&image, (size_t)16 << 20);
	if (size == 0 || build(&image) != ST_OK) {
		buffer_release(&image);
		return 0;
	}
	for (size_t i = 1; i + 2 < size; i += 3)
		image.data[((size_t)data[i] << 8 | data[i + 1]) % image.len] = data[i + 2];
	if (data[0] & 1)
		checksums_mend(&image);
	if (index_open(buffer_bytes(&image), &index, &e) == ST_OK) {
		ask(index);
		index_close(index);
	} else if (e.message[0] == '\0') {
		__builtin_trap();
	}
	buffer_release(&image);
	return 0;
}
