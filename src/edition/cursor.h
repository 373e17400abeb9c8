/* A place in bytes that knows their end: it moves, or fails and stays. Numbers are big-endian. */
#ifndef EDITION_CURSOR_H
#define EDITION_CURSOR_H

#include "base/buffer.h"

struct cursor {
	struct bytes rest;
};

static inline bool cursor_take(struct cursor *c, size_t len, struct bytes *ret)
{
	if (c->rest.len < len)
		return false;
	*ret = (struct bytes){c->rest.data, len};
	c->rest = (struct bytes){c->rest.data + len, c->rest.len - len};
	return true;
}

static inline bool cursor_copy(struct cursor *c, void *out, size_t len)
{
	struct bytes taken;

	if (!cursor_take(c, len, &taken))
		return false;
	memcpy(out, taken.data, len);
	return true;
}

/* A number of `len` bytes, 1 to 8. */
static inline bool cursor_number(struct cursor *c, size_t len, uint64_t *ret)
{
	struct bytes taken;
	uint64_t value = 0;

	if (!cursor_take(c, len, &taken))
		return false;
	for (size_t i = 0; i < len; i++)
		value = value << 8 | taken.data[i];
	*ret = value;
	return true;
}

static inline void number_put(uint64_t value, size_t len, uint8_t *out)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
}

static inline void number_add(struct buffer *out, uint64_t value, size_t len)
{
	uint8_t bytes[8];

	number_put(value, len, bytes);
	buffer_add(out, bytes, len);
}

#endif
