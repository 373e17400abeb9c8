/* Folding takes any checked text, and folding again changes nothing. Khmer is left out of the second claim: a heap of
 * subscript signs without letters has no order to settle in. */
#include <stdlib.h>

#include "text/fold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_khmer(struct text t)
{
	size_t at = 0;

	while (at < t.len)
		if (script_of(text_next(t, &at)) == SCRIPT_KHMER)
			return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in, once, twice;
	struct arena arena;

	if (text_check((struct bytes){data, size}, &in, NULL) != ST_OK)
		return 0;
	arena_init(&arena, 1 << 20);
	if (text_fold(in, &arena, &once) == ST_OK && !has_khmer(once) && text_fold(once, &arena, &twice) == ST_OK &&
	    !text_equal(once, twice))
		abort();
	arena_release(&arena);
	return 0;
}
