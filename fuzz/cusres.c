/* What carriers answer: read, or refused with a reason and a place. */
#include <stdlib.h>

#include "edifact/cusres.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct cusres_received *received;
	struct error error = {0};
	struct arena arena;
	size_t count, bytes = 0;

	if (size > 65536)
		return 0;
	arena_init(&arena, (size_t)64 << 20);
	if (cusres_read((struct bytes){data, size}, &arena, &received, &count, &error) != ST_OK) {
		if (error.code != ST_NO_MEMORY && (error.reason[0] == 0 || error.position > (int64_t)size))
			abort();
		count = 0;
	} else if (count == 0) {
		abort();
	}
	for (size_t i = 0; i < count; i++) {
		const struct text values[] = {received[i].code, received[i].control, received[i].message, received[i].transaction,
					      received[i].locator, received[i].reference, received[i].erc};
		struct text whole;

		/* Each is text, whatever came in. */
		for (size_t k = 0; k < sizeof values / sizeof values[0]; k++)
			if (text_check(text_bytes(values[k]), &whole, NULL) != ST_OK)
				abort();
		bytes += received[i].erc.len;
	}
	if (bytes > 3 * size + 3)
		abort();
	arena_release(&arena);
	return 0;
}
