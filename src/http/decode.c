#include "http/decode.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

enum status http_decode(struct text in, bool plus, struct arena *arena, struct text *ret_text,
			struct error *ret_error)
{
	char *out = arena_alloc(arena, in.len + 1, 1);
	size_t n = 0;

	if (out == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < in.len; i++) {
		int high = -1, low = -1;

		if (in.data[i] == '%' && in.len - i > 2) {
			high = hex_digit(in.data[i + 1]);
			low = hex_digit(in.data[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			out[n++] = (char)(high << 4 | low);
			i += 2;
		} else {
			out[n++] = plus && in.data[i] == '+' ? ' ' : in.data[i];
		}
	}
	return text_check((struct bytes){(const uint8_t *)out, n}, ret_text, ret_error);
}

static enum status field_decode(struct text part, struct arena *arena, struct http_field *ret_field,
				struct error *ret_error)
{
	size_t equals = text_find(part, '=', 0);
	struct text value = equals < part.len ? (struct text){part.data + equals + 1, part.len - equals - 1} : TEXT("");

	TRY(http_decode((struct text){part.data, equals}, true, arena, &ret_field->name, ret_error));
	return http_decode(value, true, arena, &ret_field->value, ret_error);
}

enum status http_fields(struct text in, struct arena *arena, struct http_field **ret_fields, size_t *ret_count,
			struct error *ret_error)
{
	struct text rest = in, part;
	struct http_field *fields;
	size_t count = 0, most = 1;

	for (size_t i = 0; i < in.len; i++)
		most += in.data[i] == '&';
	if (most > HTTP_FIELDS_MAX)
		return error_set(ret_error, ST_LIMIT, "more than %u fields", HTTP_FIELDS_MAX);
	fields = ARENA_NEW(arena, struct http_field, most);
	if (fields == NULL)
		return arena_failure(arena, ret_error);
	while (in.len && text_split(&rest, '&', &part))
		if (part.len)
			TRY(field_decode(part, arena, &fields[count++], ret_error));
	*ret_fields = fields;
	*ret_count = count;
	return ST_OK;
}

enum status http_form(struct text body, struct arena *arena, struct http_field **ret_fields, size_t *ret_count,
		      struct error *ret_error)
{
	return http_fields(body, arena, ret_fields, ret_count, ret_error);
}
