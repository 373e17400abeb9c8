#include "base/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is taken as text can be walked to its end, code point by code point, and goes round. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text t;
	size_t at = 0;

	if (text_check((struct bytes){data, size}, &t, NULL) != ST_OK)
		return 0;
	while (at < t.len) {
		size_t from = at;
		char again[4];
		uint32_t c = text_next(t, &at);

		if (at <= from || at > t.len || text_encode(c, again) != at - from ||
		    memcmp(again, t.data + from, at - from) != 0)
			__builtin_trap();
	}
	return 0;
}
