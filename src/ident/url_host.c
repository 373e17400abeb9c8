#include <unicode/uidna.h>

#include "ident/url.h"

#define DOMAIN_MAX 4096

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

void url_unescape(struct buffer *out, struct text in)
{
	for (size_t i = 0; i < in.len; i++) {
		int high = in.data[i] == '%' && in.len - i > 2 ? hex_value(in.data[i + 1]) : -1;
		int low = high >= 0 ? hex_value(in.data[i + 2]) : -1;

		buffer_add_char(out, low >= 0 ? (char)(high << 4 | low) : in.data[i]);
		i += low >= 0 ? 2 : 0;
	}
}

/* "forbidden host code point"; for domains also '%', controls and DEL. */
static bool is_forbidden(char c, bool domain)
{
	if (c == 0 || strchr("\t\n\r #/:<>?@[\\]^|", c))
		return true;
	return domain && ((uint8_t)c <= 0x1f || c == '%' || c == 0x7f);
}

/* "IPv4 number parser": hexadecimal, octal or decimal. false: it is none. Large numbers stop at a value that cannot be. */
static bool ipv4_number(struct text t, uint64_t *ret_value)
{
	unsigned base = 10;
	uint64_t value = 0;

	if (t.len == 0)
		return false;
	if (t.len >= 2 && t.data[0] == '0' && (t.data[1] | 0x20) == 'x') {
		base = 16;
		t = (struct text){t.data + 2, t.len - 2};
	} else if (t.len >= 2 && t.data[0] == '0') {
		base = 8;
		t = (struct text){t.data + 1, t.len - 1};
	}
	for (size_t i = 0; i < t.len; i++) {
		int digit = hex_value(t.data[i]);

		if (digit < 0 || (unsigned)digit >= base)
			return false;
		if (value <= UINT32_MAX)
			value = value * base + (unsigned)digit;
	}
	*ret_value = value;
	return true;
}

/* "ends in a number checker" */
static bool ends_in_number(struct text host)
{
	struct text last = host;
	bool digits = true;
	uint64_t value;

	if (last.len && last.data[last.len - 1] == '.')
		last.len--;
	if (last.len == 0)
		return false;
	for (size_t i = last.len; i-- > 0;)
		if (last.data[i] == '.') {
			last = (struct text){last.data + i + 1, last.len - i - 1};
			break;
		}
	for (size_t i = 0; i < last.len; i++)
		digits = digits && last.data[i] >= '0' && last.data[i] <= '9';
	return (digits && last.len) || ipv4_number(last, &value);
}

/* "IPv4 parser", and its serializer */
static enum status ipv4(struct text host, struct buffer *out)
{
	uint64_t numbers[4], address = 0;
	size_t count = 0;
	struct text part;

	if (host.len && host.data[host.len - 1] == '.')
		host.len--;
	while (text_split(&host, '.', &part))
		if (count == 4 || !ipv4_number(part, &numbers[count++]))
			return ST_MALFORMED;
	for (size_t i = 0; i + 1 < count; i++) {
		if (numbers[i] > 255)
			return ST_MALFORMED;
		address |= numbers[i] << (8 * (3 - i));
	}
	if (count == 0 || numbers[count - 1] >= (uint64_t)1 << (8 * (5 - count)))
		return ST_MALFORMED;
	address |= numbers[count - 1];
	buffer_printf(out, "%u.%u.%u.%u", (unsigned)(address >> 24 & 255), (unsigned)(address >> 16 & 255),
		      (unsigned)(address >> 8 & 255), (unsigned)(address & 255));
	return ST_OK;
}

/* The four numbers at the end of an IPv6 address: decimal, no noughts before. */
static bool ipv6_tail(struct text t, uint16_t pieces[2])
{
	unsigned numbers[4];
	size_t count = 0;
	struct text part;

	while (text_split(&t, '.', &part)) {
		uint64_t value;

		if (count == 4 || text_to_uint(part, 255, &value) != ST_OK || (part.len > 1 && part.data[0] == '0'))
			return false;
		numbers[count++] = (unsigned)value;
	}
	pieces[0] = (uint16_t)(numbers[0] << 8 | numbers[1]);
	pieces[1] = (uint16_t)(numbers[2] << 8 | numbers[3]);
	return count == 4;
}

/* "IPv6 parser" */
static bool ipv6_read(struct text in, uint16_t pieces[8])
{
	size_t count = 0, gap = SIZE_MAX, at = 0;

	memset(pieces, 0, 8 * sizeof pieces[0]);
	if (in.len && in.data[0] == ':') {
		if (in.len < 2 || in.data[1] != ':')
			return false;
		at = 2;
		gap = 0;
	}
	while (at < in.len) {
		size_t from = at;
		unsigned value = 0;

		if (in.data[at] == ':') {
			if (gap != SIZE_MAX)
				return false;
			at++;
			gap = count;
			continue;
		}
		if (count == 8)
			return false;
		while (at < in.len && at - from < 4 && hex_value(in.data[at]) >= 0)
			value = value << 4 | (unsigned)hex_value(in.data[at++]);
		if (at < in.len && in.data[at] == '.') {
			if (at == from || count > 6 || !ipv6_tail((struct text){in.data + from, in.len - from}, pieces + count))
				return false;
			count += 2;
			break;
		}
		if (at == from || (at < in.len && (in.data[at] != ':' || ++at == in.len)))
			return false;
		pieces[count++] = (uint16_t)value;
	}
	if (gap != SIZE_MAX && count < 8) {
		memmove(pieces + 8 - (count - gap), pieces + gap, (count - gap) * sizeof pieces[0]);
		memset(pieces + gap, 0, (8 - count) * sizeof pieces[0]);
		return true;
	}
	return count == 8 && gap == SIZE_MAX;
}

/* "IPv6 serializer": the first longest run of noughts is left out. */
static void ipv6_write(const uint16_t pieces[8], struct buffer *out)
{
	size_t best = 8, best_len = 1;

	for (size_t i = 0; i < 8; i++) {
		size_t n = 0;

		while (i + n < 8 && pieces[i + n] == 0)
			n++;
		if (n > best_len) {
			best = i;
			best_len = n;
		}
	}
	buffer_add_char(out, '[');
	for (size_t i = 0; i < 8; i++) {
		if (i == best) {
			buffer_add_text(out, i == 0 ? TEXT("::") : TEXT(":"));
			i += best_len - 1;
			continue;
		}
		buffer_printf(out, i == 7 ? "%x" : "%x:", pieces[i]);
	}
	buffer_add_char(out, ']');
}

static bool is_ascii(struct text domain)
{
	for (size_t i = 0; i < domain.len; i++)
		if ((uint8_t)domain.data[i] >= 0x80)
			return false;
	return true;
}

/* "domain to ASCII" with beStrict false: ASCII is only made small, whatever its labels say. Source: UTS #46, section 4; what CheckHyphens and VerifyDnsLength would refuse is let through. */
static enum status to_ascii(struct text domain, char *out, size_t size, size_t *ret_len)
{
	const uint32_t let_through = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG | UIDNA_ERROR_DOMAIN_NAME_TOO_LONG |
				     UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UErrorCode code = U_ZERO_ERROR;
	UIDNA *idna;
	int32_t n;

	if (domain.len > size)
		return ST_MALFORMED;
	if (is_ascii(domain)) {
		for (size_t i = 0; i < domain.len; i++)
			out[i] = domain.data[i] >= 'A' && domain.data[i] <= 'Z' ? (char)(domain.data[i] | 0x20) : domain.data[i];
		*ret_len = domain.len;
		return ST_OK;
	}
	idna = uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
			       &code);
	if (U_FAILURE(code))
		return ST_NO_MEMORY;
	n = uidna_nameToASCII_UTF8(idna, domain.data, (int32_t)domain.len, out, (int32_t)size, &info, &code);
	uidna_close(idna);
	if (U_FAILURE(code) || (info.errors & ~let_through) || n <= 0 || (size_t)n > size)
		return ST_MALFORMED;
	*ret_len = (size_t)n;
	return ST_OK;
}

static enum status opaque_host(struct text in, struct buffer *out, enum url_host_kind *ret_kind)
{
	for (size_t i = 0; i < in.len; i++)
		if (is_forbidden(in.data[i], false))
			return ST_MALFORMED;
	url_escape(out, in, URL_SET_C0);
	*ret_kind = URL_HOST_OPAQUE;
	return buffer_status(out);
}

static enum status domain(struct text in, struct buffer *out, enum url_host_kind *ret_kind)
{
	char room[DOMAIN_MAX];
	struct text host = {room, 0}, decoded;
	struct buffer raw;
	enum status st;

	buffer_init(&raw, URL_PART_MAX);
	url_unescape(&raw, in);
	TRY_OUT(buffer_status(&raw));
	TRY_OUT(text_check(buffer_bytes(&raw), &decoded, NULL));
	TRY_OUT(to_ascii(decoded, room, sizeof room, &host.len));
	st = host.len ? ST_OK : ST_MALFORMED;
	for (size_t i = 0; i < host.len; i++)
		if (is_forbidden(host.data[i], true))
			st = ST_MALFORMED;
	TRY_OUT(st);
	*ret_kind = ends_in_number(host) ? URL_HOST_IPV4 : URL_HOST_NAME;
	if (*ret_kind == URL_HOST_IPV4)
		TRY_OUT(ipv4(host, out));
	else
		buffer_add_text(out, host);
	st = buffer_status(out);
out:
	buffer_release(&raw);
	return st;
}

enum status url_host_parse(struct text in, bool special, struct buffer *out, enum url_host_kind *ret_kind)
{
	uint16_t pieces[8];

	if (in.len && in.data[0] == '[') {
		if (in.data[in.len - 1] != ']' || in.len < 2 || !ipv6_read((struct text){in.data + 1, in.len - 2}, pieces))
			return ST_MALFORMED;
		ipv6_write(pieces, out);
		*ret_kind = URL_HOST_IPV6;
		return buffer_status(out);
	}
	return special ? domain(in, out, ret_kind) : opaque_host(in, out, ret_kind);
}
