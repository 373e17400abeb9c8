#include "ident/mrz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error e = {.position = -1};
	struct arena arena;
	struct entity entity;
	struct text t;
	struct mrz m;

	if (text_check((struct bytes){data, size}, &t, NULL) != ST_OK)
		return 0;
	if (mrz_parse(t, 2026, &m, &e) != ST_OK) {
		if (e.position < 0 || e.position > (int64_t)size || e.message[0] == '\0')
			__builtin_trap();
		return 0;
	}
	arena_init(&arena, 1 << 20);
	if (mrz_to_entity(&m, &arena, &entity) != ST_OK || entity_first(&entity, "name").len == 0)
		__builtin_trap();
	arena_release(&arena);
	return 0;
}
