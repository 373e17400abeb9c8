/* Bytes as letters of one script, so that every input says something: folding settles at once, and reading the name gives
 * a-z, best first. */
#ifndef FUZZ_BLOCK_H
#define FUZZ_BLOCK_H

#include <stdlib.h>

#include "text/fold.h"
#include "text/name.h"

/* Byte 0xFF is a space; the others are the `count` code points from `first`. */
static inline struct text block_text(const uint8_t *data, size_t size, uint32_t first, uint32_t count, char *room)
{
	size_t n = 0;

	for (size_t i = 0; i < size && n + 4 <= FOLD_INPUT_MAX; i++)
		n += text_encode(data[i] == 0xFF ? ' ' : first + data[i] % count, room + n);
	return (struct text){room, n};
}

static inline void block_check(struct text in)
{
	struct arena arena;
	struct text once, twice;
	struct name name;

	arena_init(&arena, 1 << 24);
	if (text_fold(in, &arena, &once) != ST_OK || text_fold(once, &arena, &twice) != ST_OK || !text_equal(once, twice))
		abort();
	if (name_read(in, "", &arena, &name) != ST_OK)
		abort();
	for (size_t p = 0; name.form_count && p < name.forms[0].part_count; p++) {
		const struct name_part *part = &name.forms[0].parts[p];

		for (size_t r = 0; r < part->reading_count; r++) {
			const struct reading *reading = &part->readings[r];

			if (reading->latin.len == 0 || (r && reading->weight_ppm > reading[-1].weight_ppm))
				abort();
			for (size_t i = 0; i < reading->latin.len; i++)
				if (reading->latin.data[i] < 'a' || reading->latin.data[i] > 'z')
					abort();
		}
	}
	arena_release(&arena);
}

#endif
