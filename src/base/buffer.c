#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>

void buffer_init(struct buffer *buffer, size_t ceiling)
{
	*buffer = (struct buffer){.ceiling = ceiling};
}

void buffer_release(struct buffer *buffer)
{
	free(buffer->data);
	buffer_init(buffer, buffer->ceiling);
}

void buffer_clear(struct buffer *buffer)
{
	buffer->len = 0;
	buffer->failed = ST_OK;
}

static bool buffer_reserve(struct buffer *buffer, size_t more)
{
	size_t capacity = buffer->capacity ? buffer->capacity : 256;
	uint8_t *data;

	if (buffer->failed != ST_OK)
		return false;
	if (more <= buffer->capacity - buffer->len)
		return true;
	if (more > buffer->ceiling || buffer->len > buffer->ceiling - more) {
		buffer->failed = ST_LIMIT;
		return false;
	}
	while (capacity - buffer->len < more || capacity < buffer->len) {
		if (capacity > buffer->ceiling / 2) {
			capacity = buffer->ceiling;
			break;
		}
		capacity *= 2;
	}
	data = realloc(buffer->data, capacity);
	if (data == NULL) {
		buffer->failed = ST_NO_MEMORY;
		return false;
	}
	buffer->data = data;
	buffer->capacity = capacity;
	return true;
}

uint8_t *buffer_extend(struct buffer *buffer, size_t len)
{
	uint8_t *at;

	if (!buffer_reserve(buffer, len ? len : 1))
		return NULL;
	at = buffer->data + buffer->len;
	buffer->len += len;
	return at;
}

void buffer_add(struct buffer *buffer, const void *data, size_t len)
{
	uint8_t *at = buffer_extend(buffer, len);

	if (at && len)
		memcpy(at, data, len);
}

void buffer_add_text(struct buffer *buffer, struct text t)
{
	buffer_add(buffer, t.data, t.len);
}

void buffer_add_char(struct buffer *buffer, char c)
{
	buffer_add(buffer, &c, 1);
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list args, again;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	/* vsnprintf ends with a NUL, which is reserved and then given back. */
	if (n >= 0 && buffer_reserve(buffer, (size_t)n + 1)) {
		vsnprintf((char *)buffer->data + buffer->len, (size_t)n + 1, format, again);
		buffer->len += (size_t)n;
	}
	va_end(again);
	va_end(args);
}

enum status buffer_status(const struct buffer *buffer)
{
	return buffer->failed;
}
