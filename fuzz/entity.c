#include "model/entity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read can be written, and what was written reads as the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct entity e, again;
	struct arena arena;
	struct buffer out, twice;
	struct error why;

	arena_init(&arena, (size_t)16 << 20);
	buffer_init(&out, (size_t)16 << 20);
	buffer_init(&twice, (size_t)16 << 20);
	if (entity_read((struct text){(const char *)data, size}, &arena, &e, &why) == ST_OK) {
		entity_write(&e, &out);
		if (buffer_status(&out) == ST_OK) {
			if (entity_read(buffer_text(&out), &arena, &again, &why) != ST_OK)
				__builtin_trap();
			entity_write(&again, &twice);
			if (!text_equal(buffer_text(&out), buffer_text(&twice)))
				__builtin_trap();
		}
	}
	buffer_release(&out);
	buffer_release(&twice);
	arena_release(&arena);
	return 0;
}
