#include "bulletin/lines.h"

#include <sodium.h>

#define HEX_MAX 32u

bool lines_take(struct text *rest, struct text whole)
{
	struct text after = *rest, line;

	if (after.len == 0 || !text_split(&after, '\n', &line) || !text_equal(line, whole))
		return false;
	*rest = after;
	return true;
}

struct text lines_value(struct text *rest, struct text word)
{
	struct text after = *rest, line;

	if (after.len == 0 || !text_split(&after, '\n', &line) || !text_starts(line, word) || line.len <= word.len + 1 || line.data[word.len] != ' ')
		return TEXT_NONE;
	*rest = after;
	return (struct text){line.data + word.len + 1, line.len - word.len - 1};
}

bool lines_hex(struct text in, uint8_t *out, size_t size)
{
	char again[2 * HEX_MAX + 1];
	size_t len;

	return size <= HEX_MAX && in.len == 2 * size && sodium_hex2bin(out, size, in.data, in.len, NULL, &len, NULL) == 0 && len == size &&
	       text_equal(text_of(sodium_bin2hex(again, sizeof again, out, size)), in);
}

void lines_add_hex(struct buffer *out, const uint8_t *data, size_t size)
{
	char hex[2 * HEX_MAX + 1];

	buffer_add_text(out, text_of(sodium_bin2hex(hex, sizeof hex, data, size)));
}

enum status lines_malformed(const char *field, struct error *ret_error)
{
	return error_because(ret_error, ST_MALFORMED, "bulletin-malformed", field, "this is no text of a bulletin: its %s", field);
}
