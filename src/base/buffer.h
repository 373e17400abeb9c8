/* A growing byte buffer, born with a ceiling.
 *
 * Appending after a failure does nothing, so a writer may append many times and ask once at the end.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/slice.h"

struct buffer {
	uint8_t *data; /* owned */
	size_t len;
	size_t capacity;
	size_t ceiling;
	enum status failed; /* the first failure, sticky */
};

void buffer_init(struct buffer *buffer, size_t ceiling);
void buffer_release(struct buffer *buffer);

/* Empties it and forgets a failure, keeps the memory. */
void buffer_clear(struct buffer *buffer);

void buffer_add(struct buffer *buffer, const void *data, size_t len);
void buffer_add_text(struct buffer *buffer, struct text t);
void buffer_add_char(struct buffer *buffer, char c);
void buffer_printf(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);

/* `len` fresh bytes to write into (uninitialised), or NULL after a failure. */
MUST_USE uint8_t *buffer_extend(struct buffer *buffer, size_t len);

/* The sticky status: ST_OK, ST_LIMIT (ceiling) or ST_NO_MEMORY. */
MUST_USE enum status buffer_status(const struct buffer *buffer);

static inline struct bytes buffer_bytes(const struct buffer *buffer)
{
	return (struct bytes){buffer->data, buffer->len};
}

/* Only where all that was added is UTF-8. */
static inline struct text buffer_text(const struct buffer *buffer)
{
	return (struct text){(const char *)buffer->data, buffer->len};
}

#endif
