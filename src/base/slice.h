/* Two slice types, by value: `struct bytes` is anything, `struct text` is checked UTF-8.
 * Neither owns its memory and neither ends in NUL.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/status.h"

struct bytes {
	const uint8_t *data;
	size_t len;
};

struct text {
	const char *data;
	size_t len;
};

/* A string literal as text; only for literals. */
#define TEXT(literal) ((struct text){"" literal, sizeof(literal) - 1})
#define TEXT_NONE ((struct text){NULL, 0})
/* For printf's "%.*s". */
#define TEXT_ARG(t) (int)(t).len, (t).len ? (t).data : ""

/* Checks UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF, no NUL).
 * Gives *ret_text over the same memory. Fails: ST_MALFORMED with the offset of the first bad byte. Cost: O(n). */
MUST_USE enum status text_check(struct bytes in, struct text *ret_text, struct error *ret_error);

/* A NUL-terminated string of ours (a literal, an argument already checked) as text. */
static inline struct text text_of(const char *s)
{
	return (struct text){s, s ? strlen(s) : 0};
}

static inline struct bytes text_bytes(struct text t)
{
	return (struct bytes){(const uint8_t *)t.data, t.len};
}

static inline bool text_equal(struct text a, struct text b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* Byte order, shorter first on a common prefix: <0, 0, >0. */
int text_compare(struct text a, struct text b);

/* ASCII case folded equality. */
bool text_equal_nocase(struct text a, struct text b);

bool text_starts(struct text t, struct text prefix);
bool text_ends(struct text t, struct text suffix);

/* Whether `part` stands somewhere in `t`; an empty part does. */
bool text_has(struct text t, struct text part);

/* Without leading and trailing ASCII white space. */
struct text text_trim(struct text t);

/* The longest beginning of checked text that has at most `max` bytes and ends with a whole letter. */
struct text text_within(struct text t, size_t max);

/* Position of the first `c` at or after `from`, or t.len. */
size_t text_find(struct text t, char c, size_t from);

/* Takes the part of *rest up to `separator` (or all of it) into *ret_part and moves *rest past it.
 * Gives false when *rest was exhausted; a trailing separator yields a last empty part. Start with rest.data != NULL. */
bool text_split(struct text *rest, char separator, struct text *ret_part);

/* Decodes one code point of checked text at *at (which must be < t.len) and moves *at past it. */
uint32_t text_next(struct text t, size_t *at);

/* Writes `c` as UTF-8 into out[4]; returns the number of bytes. */
size_t text_encode(uint32_t c, char out[4]);

/* Whole decimal number without sign or space. Fails: ST_MALFORMED, ST_LIMIT above `max`. */
MUST_USE enum status text_to_uint(struct text t, uint64_t max, uint64_t *ret_value);

#endif
