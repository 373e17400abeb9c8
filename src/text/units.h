/* ICU's UTF-16 back to UTF-8. */
#ifndef TEXT_UNITS_H
#define TEXT_UNITS_H

#include <unicode/umachine.h>

#include "base/arena.h"

/* Fails: ST_MALFORMED (half of a pair alone, a NUL), ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status units_to_text(const UChar *units, int32_t len, struct arena *arena, struct text *ret_text);

#endif
