#include "text/units.h"

#include <unicode/utf16.h>

enum status units_to_text(const UChar *units, int32_t len, struct arena *arena, struct text *ret_text)
{
	char *out = arena_alloc(arena, (size_t)len * 3 + 1, 1);
	size_t n = 0;

	if (out == NULL)
		return arena_failure(arena, NULL);
	for (int32_t at = 0; at < len;) {
		uint32_t c = units[at++];

		if (U16_IS_LEAD(c) && at < len && U16_IS_TRAIL(units[at]))
			c = (uint32_t)U16_GET_SUPPLEMENTARY(c, units[at++]);
		n += text_encode(c, out + n);
	}
	return text_check((struct bytes){(uint8_t *)out, n}, ret_text, NULL);
}
