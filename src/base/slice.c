#include "base/slice.h"

/* Length of the well-formed sequence at p (end exclusive), 0 if ill-formed. Unicode 15, table 3-7. */
static size_t utf8_sequence(const uint8_t *p, const uint8_t *end)
{
	uint8_t low = 0x80, high = 0xBF;
	size_t n;

	if (p[0] == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xC2 && p[0] <= 0xDF) {
		n = 2;
	} else if ((p[0] & 0xF0) == 0xE0) {
		n = 3;
		if (p[0] == 0xE0)
			low = 0xA0;
		else if (p[0] == 0xED)
			high = 0x9F;
	} else if (p[0] >= 0xF0 && p[0] <= 0xF4) {
		n = 4;
		if (p[0] == 0xF0)
			low = 0x90;
		else if (p[0] == 0xF4)
			high = 0x8F;
	} else {
		return 0;
	}
	if ((size_t)(end - p) < n || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return n;
}

enum status text_check(struct bytes in, struct text *ret_text, struct error *ret_error)
{
	const uint8_t *p = in.data, *end = in.data + in.len;

	while (p < end) {
		size_t n = utf8_sequence(p, end);

		if (n == 0)
			return error_at(ret_error, ST_MALFORMED, "", p - in.data,
					"not UTF-8 text at byte %td", p - in.data);
		p += n;
	}
	*ret_text = (struct text){(const char *)in.data, in.len};
	return ST_OK;
}

int text_compare(struct text a, struct text b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.data, b.data, n) : 0;

	return c ? c : (a.len > b.len) - (a.len < b.len);
}

static char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool text_equal_nocase(struct text a, struct text b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (ascii_lower(a.data[i]) != ascii_lower(b.data[i]))
			return false;
	return true;
}

bool text_starts(struct text t, struct text prefix)
{
	return t.len >= prefix.len && (prefix.len == 0 || memcmp(t.data, prefix.data, prefix.len) == 0);
}

bool text_ends(struct text t, struct text suffix)
{
	return t.len >= suffix.len && (suffix.len == 0 || memcmp(t.data + t.len - suffix.len, suffix.data, suffix.len) == 0);
}

bool text_has(struct text t, struct text part)
{
	/* memmem may not be given a null pointer, not even with length 0. */
	return part.len == 0 || (t.len && memmem(t.data, t.len, part.data, part.len) != NULL);
}

static bool ascii_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct text text_within(struct text t, size_t max)
{
	if (t.len <= max)
		return t;
	for (t.len = max; t.len && ((uint8_t)t.data[t.len] & 0xc0) == 0x80; t.len--)
		;
	return t;
}

struct text text_trim(struct text t)
{
	while (t.len && ascii_space(t.data[0])) {
		t.data++;
		t.len--;
	}
	while (t.len && ascii_space(t.data[t.len - 1]))
		t.len--;
	return t;
}

size_t text_find(struct text t, char c, size_t from)
{
	const char *hit = from < t.len ? memchr(t.data + from, c, t.len - from) : NULL;

	return hit ? (size_t)(hit - t.data) : t.len;
}

bool text_split(struct text *rest, char separator, struct text *ret_part)
{
	size_t at;

	if (rest->data == NULL)
		return false;
	at = text_find(*rest, separator, 0);
	*ret_part = (struct text){rest->data, at};
	if (at == rest->len)
		*rest = TEXT_NONE;
	else
		*rest = (struct text){rest->data + at + 1, rest->len - at - 1};
	return true;
}

uint32_t text_next(struct text t, size_t *at)
{
	const uint8_t *p = (const uint8_t *)t.data + *at;

	if (p[0] < 0x80) {
		*at += 1;
		return p[0];
	}
	if (p[0] < 0xE0) {
		*at += 2;
		return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
	}
	if (p[0] < 0xF0) {
		*at += 3;
		return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
	}
	*at += 4;
	return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 | (uint32_t)(p[2] & 0x3F) << 6 |
	       (p[3] & 0x3F);
}

size_t text_encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

enum status text_to_uint(struct text t, uint64_t max, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (t.len == 0)
		return ST_MALFORMED;
	for (size_t i = 0; i < t.len; i++) {
		unsigned digit = (unsigned char)t.data[i] - (unsigned)'0';

		if (digit > 9)
			return ST_MALFORMED;
		if (value > (max - digit) / 10 || digit > max)
			return ST_LIMIT;
		value = value * 10 + digit;
	}
	*ret_value = value;
	return ST_OK;
}
