#include <sodium.h>

#include "merkle/base64.h"

enum status base64_read(struct text in, uint8_t *out, size_t size, size_t *ret_len)
{
	/* libsodium wants a place to write to, even for nothing. */
	uint8_t none;

	if (in.len == 0) {
		*ret_len = 0;
		return ST_OK;
	}
	if (sodium_base642bin(size ? out : &none, size, in.data, in.len, NULL, ret_len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return ST_MALFORMED;
	return ST_OK;
}

enum status base64_read_exactly(struct text in, uint8_t *out, size_t size)
{
	size_t len;

	TRY(base64_read(in, out, size, &len));
	return len == size ? ST_OK : ST_MALFORMED;
}

void base64_add(struct buffer *out, struct bytes in)
{
	size_t size = sodium_base64_ENCODED_LEN(in.len, sodium_base64_VARIANT_ORIGINAL);
	uint8_t *room = buffer_extend(out, size);

	if (room == NULL)
		return;
	sodium_bin2base64((char *)room, size, in.data, in.len, sodium_base64_VARIANT_ORIGINAL);
	out->len--; /* the NUL */
}
