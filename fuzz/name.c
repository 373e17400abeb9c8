/* Any checked text is read into a bounded name whose readings are a-z, the best first. */
#include <stdlib.h>

#include "text/fold.h"
#include "text/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void part_check(const struct name_part *part)
{
	if (part->reading_count > READINGS_MAX)
		abort();
	for (size_t r = 0; r < part->reading_count; r++) {
		const struct reading *reading = &part->readings[r];

		if (reading->latin.len == 0 || reading->latin.len > READING_MAX || reading->weight_ppm > 1000000)
			abort();
		if (r > 0 && reading->weight_ppm > reading[-1].weight_ppm)
			abort();
		for (size_t i = 0; i < reading->latin.len; i++)
			if (reading->latin.data[i] < 'a' || reading->latin.data[i] > 'z')
				abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in;
	struct arena arena;
	struct name name;

	if (size > FOLD_INPUT_MAX || text_check((struct bytes){data, size}, &in, NULL) != ST_OK)
		return 0;
	arena_init(&arena, 1 << 24);
	if (name_read(in, "", &arena, &name) != ST_OK)
		abort();
	for (size_t f = 0; f < name.form_count; f++) {
		if (name.forms[f].part_count == 0 || name.forms[f].part_count > NAME_PARTS_MAX)
			abort();
		for (size_t p = 0; p < name.forms[f].part_count; p++)
			part_check(&name.forms[f].parts[p]);
	}
	arena_release(&arena);
	return 0;
}
