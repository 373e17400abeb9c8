#include "model/canonical.h"

#include <stdlib.h>

#include "model/entity_json.h"

#define DEPTH_MAX 32u
#define KEYS_MAX 256u

static enum status write_value(const json_t *value, unsigned depth, struct buffer *out);

/* Among keys of ASCII the order of bytes is the order of UTF-16 units that RFC 8785, 3.2.3 asks for. */
static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum status write_object(const json_t *value, unsigned depth, struct buffer *out)
{
	const char *keys[KEYS_MAX], *key;
	size_t count = 0;
	json_t *member;

	/* jansson's iteration wants a writable object, which it does not change */
	json_object_foreach((json_t *)(uintptr_t)value, key, member)
	{
		for (const char *c = key; *c; c++)
			if ((unsigned char)*c >= 0x80)
				return ST_MALFORMED;
		if (count == KEYS_MAX)
			return ST_LIMIT;
		keys[count++] = key;
	}
	qsort(keys, count, sizeof keys[0], by_bytes);
	buffer_add_char(out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_add_char(out, ',');
		json_add_string(out, text_of(keys[i]));
		buffer_add_char(out, ':');
		TRY(write_value(json_object_get(value, keys[i]), depth + 1, out));
	}
	buffer_add_char(out, '}');
	return ST_OK;
}

static enum status write_value(const json_t *value, unsigned depth, struct buffer *out)
{
	if (depth > DEPTH_MAX)
		return ST_MALFORMED;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return write_object(value, depth, out);
	case JSON_ARRAY:
		buffer_add_char(out, '[');
		for (size_t i = 0; i < json_array_size(value); i++) {
			if (i)
				buffer_add_char(out, ',');
			TRY(write_value(json_array_get(value, i), depth + 1, out));
		}
		buffer_add_char(out, ']');
		return ST_OK;
	case JSON_STRING:
		json_add_string(out, (struct text){json_string_value(value), json_string_length(value)});
		return ST_OK;
	case JSON_INTEGER:
		buffer_printf(out, "%lld", (long long)json_integer_value(value));
		return ST_OK;
	case JSON_TRUE:
		buffer_add_text(out, TEXT("true"));
		return ST_OK;
	case JSON_FALSE:
		buffer_add_text(out, TEXT("false"));
		return ST_OK;
	case JSON_NULL:
		buffer_add_text(out, TEXT("null"));
		return ST_OK;
	case JSON_REAL:
		break;
	}
	return ST_MALFORMED;
}

enum status canonical_write(const json_t *value, struct buffer *out)
{
	TRY(write_value(value, 0, out));
	return buffer_status(out);
}
