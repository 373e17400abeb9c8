#include "ident/payment.h"

#define HEAD 4u /* two digits of tag, two of length */
#define CRC_TAG 63u

uint16_t payment_crc(struct text in)
{
	uint32_t crc = 0xffff;

	for (size_t i = 0; i < in.len; i++) {
		crc ^= (uint32_t)(uint8_t)in.data[i] << 8;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 0x8000 ? (crc << 1 ^ 0x1021) & 0xffff : crc << 1 & 0xffff;
	}
	return (uint16_t)crc;
}

static bool two_digits(struct text in, size_t at, unsigned *ret)
{
	if (in.len < at + 2 || in.data[at] < '0' || in.data[at] > '9' || in.data[at + 1] < '0' || in.data[at + 1] > '9')
		return false;
	*ret = (unsigned)(in.data[at] - '0') * 10 + (unsigned)(in.data[at + 1] - '0');
	return true;
}

static bool object_next(struct text *rest, bool count_bytes, unsigned *ret_tag, struct text *ret_value)
{
	unsigned tag, length;
	size_t at = HEAD;

	if (!two_digits(*rest, 0, &tag) || !two_digits(*rest, 2, &length))
		return false;
	for (unsigned i = 0; i < length; i++) {
		if (at >= rest->len)
			return false;
		if (count_bytes)
			at++;
		else
			(void)text_next(*rest, &at);
	}
	*ret_tag = tag;
	*ret_value = (struct text){rest->data + HEAD, at - HEAD};
	*rest = (struct text){rest->data + at, rest->len - at};
	return true;
}

bool payment_next(struct text *rest, unsigned *ret_tag, struct text *ret_value)
{
	return object_next(rest, false, ret_tag, ret_value);
}

static size_t length_counted(struct text in, bool count_bytes)
{
	struct text rest = in, value;
	unsigned tag;

	if (!object_next(&rest, count_bytes, &tag, &value) || tag != 0 || !text_equal(value, TEXT("01")))
		return 0;
	while (object_next(&rest, count_bytes, &tag, &value))
		if (tag == CRC_TAG)
			return value.len == 4 ? in.len - rest.len : 0;
	return 0;
}

size_t payment_length(struct text in)
{
	size_t n = length_counted(in, false);

	return n ? n : length_counted(in, true);
}

static int hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

static bool crc_holds(struct text code)
{
	uint16_t crc = payment_crc((struct text){code.data, code.len - 4});

	for (size_t i = 0; i < 4; i++)
		if (hex_value(code.data[code.len - 4 + i]) != (crc >> (12 - 4 * i) & 15))
			return false;
	return true;
}

static void object_take(unsigned tag, struct text value, struct text object, struct payment_code *code)
{
	if (tag == 1)
		code->dynamic = text_equal(value, TEXT("12"));
	else if (tag >= 26 && tag <= 51)
		code->accounts = code->accounts.data ? (struct text){code->accounts.data, (size_t)(object.data + object.len - code->accounts.data)}
						     : object;
	else if (tag == 53)
		code->currency = value;
	else if (tag == 54)
		code->amount = value;
	else if (tag == 58)
		code->country = value;
	else if (tag == 59)
		code->merchant = value;
	else if (tag == 60)
		code->city = value;
}

enum payment_fault payment_read(struct text in, struct payment_code *ret_code)
{
	struct payment_code code = {.dynamic = false};
	bool count_bytes = length_counted(in, false) != in.len;
	struct text rest = in, value;
	unsigned tag;

	if (in.len == 0 || (count_bytes && length_counted(in, true) != in.len))
		return PAYMENT_SHAPE;
	if (!crc_holds(in))
		return PAYMENT_CRC;
	while (rest.len) {
		const char *from = rest.data;

		if (!object_next(&rest, count_bytes, &tag, &value))
			return PAYMENT_SHAPE;
		object_take(tag, value, (struct text){from, (size_t)(rest.data - from)}, &code);
	}
	*ret_code = code;
	return PAYMENT_GOOD;
}
