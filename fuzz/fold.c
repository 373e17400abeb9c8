/* Folding takes any checked text, and folding again changes nothing. */
#include <stdlib.h>

#include "text/fold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in, once, twice;
	struct arena arena;

	if (text_check((struct bytes){data, size}, &in, NULL) != ST_OK)
		return 0;
	arena_init(&arena, 1 << 20);
	if (text_fold(in, &arena, &once) == ST_OK && text_fold(once, &arena, &twice) == ST_OK &&
	    !text_equal(once, twice))
		abort();
	arena_release(&arena);
	return 0;
}
