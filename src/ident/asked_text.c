#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include "ident/asked_parts.h"
#include "ident/plain.h"

bool asked_is_unseen(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} ranges[] = {
		{0x00, 0x08}, {0x0b, 0x0c}, {0x0e, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x34f, 0x34f}, {0x61c, 0x61c},
		{0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x206f},
		{0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0] && c >= ranges[i].from; i++)
		if (c <= ranges[i].to)
			return true;
	return false;
}

bool asked_is_mark(uint32_t c)
{
	if (c < 0x80)
		return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
	return c <= 0xbf || c == 0xd7 || c == 0xf7 || (c >= 0x2000 && c <= 0x206f) || (c >= 0x2190 && c <= 0x23ff) ||
	       (c >= 0x2500 && c <= 0x27bf) || (c >= 0x3000 && c <= 0x303f) || c == 0x30fb || c == 0x2212 || c == 0x17d4 || c == 0x17d5 ||
	       (c >= 0x1f000 && c <= 0x1faff);
}

/* The next code point of units without half pairs. */
static uint32_t unit_next(const UChar *units, int32_t *at)
{
	uint32_t c = units[(*at)++];

	if (!U16_IS_LEAD(c))
		return c;
	return 0x10000u + ((c & 0x3ffu) << 10 | (units[(*at)++] & 0x3ffu));
}

/* NFKC. Fails: ST_LIMIT where it grows above what is read. */
static enum status compose(struct text in, UChar out[ASKED_INPUT_MAX], int32_t *ret_len, struct error *ret_error)
{
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&code);
	UChar units[ASKED_INPUT_MAX];
	int32_t len = 0;

	u_strFromUTF8(units, ASKED_INPUT_MAX, &len, in.data, (int32_t)in.len, &code);
	*ret_len = unorm2_normalize(nfkc, units, len, out, ASKED_INPUT_MAX, &code);
	if (code == U_BUFFER_OVERFLOW_ERROR)
		return error_because(ret_error, ST_LIMIT, "identifier-long", NULL, "more than one identifier has");
	return U_FAILURE(code) ? error_set(ret_error, ST_NO_MEMORY, "normalisation failed") : ST_OK;
}

/* A way of writing a link so that nobody opens it by mistake. Blanks around a dot go with it. */
static size_t defanged(struct text rest, const char **ret_meant)
{
	static const struct {
		const char *written, *meant;
	} ways[] = {
		{"[.]", "."}, {"(.)", "."}, {"{.}", "."}, {"[dot]", "."}, {"(dot)", "."}, {"{dot}", "."}, {"[://]", "://"},
		{"[:]", ":"}, {"[/]", "/"}, {"[@]", "@"}, {"[at]", "@"}, {"(at)", "@"},
	};

	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		size_t len = strlen(ways[i].written);

		if (rest.len >= len && text_equal_nocase((struct text){rest.data, len}, text_of(ways[i].written))) {
			*ret_meant = ways[i].meant;
			return len;
		}
	}
	return 0;
}

/* In place: what is meant is never longer than what was written. */
static size_t refang(char *data, size_t len)
{
	size_t n = 0, at = 0;

	if (len >= 4 && text_equal_nocase((struct text){data, 4}, TEXT("hxxp")))
		data[1] = data[2] = 't';
	while (at < len) {
		const char *meant = NULL;
		size_t taken = defanged((struct text){data + at, len - at}, &meant);

		if (taken == 0) {
			data[n++] = data[at++];
			continue;
		}
		at += taken;
		if (meant[0] == '.') {
			while (n && data[n - 1] == ' ')
				n--;
			while (at < len && data[at] == ' ')
				at++;
		}
		for (size_t i = 0; meant[i]; i++)
			data[n++] = meant[i];
	}
	return n;
}

static struct text digits_plain(struct text in, char *out)
{
	size_t at = 0, n = 0;

	while (at < in.len) {
		size_t from = at;
		uint32_t c = text_next(in, &at);
		int digit = c < 0x80 ? -1 : plain_digit(c);

		if (digit >= 0) {
			out[n++] = (char)('0' + digit);
			continue;
		}
		memcpy(out + n, in.data + from, at - from);
		n += at - from;
	}
	return (struct text){out, n};
}

enum status asked_text_make(struct text in, struct asked_text *ret_text, struct error *ret_error)
{
	UChar units[ASKED_INPUT_MAX];
	int32_t len = 0, at = 0;
	size_t n = 0;

	if (in.len > ASKED_INPUT_MAX)
		return error_because(ret_error, ST_LIMIT, "identifier-long", NULL, "longer than %u bytes", ASKED_INPUT_MAX);
	TRY(compose(in, units, &len, ret_error));
	while (at < len) {
		uint32_t c = unit_next(units, &at);
		char bytes[4];
		size_t size;

		if (asked_is_unseen(c))
			continue;
		if (c == 0x1e9e) /* capital ß: Unicode 15.1 maps it otherwise than what came before */
			c = 0xdf;
		size = text_encode(c, bytes);
		if (n + size > ASKED_INPUT_MAX)
			return error_because(ret_error, ST_LIMIT, "identifier-long", NULL, "more than one identifier has");
		memcpy(ret_text->whole_room + n, bytes, size);
		n += size;
	}
	ret_text->whole = text_trim((struct text){ret_text->whole_room, n});
	memmove(ret_text->whole_room, ret_text->whole.data, ret_text->whole.len);
	ret_text->whole = (struct text){ret_text->whole_room, refang(ret_text->whole_room, ret_text->whole.len)};
	ret_text->plain = digits_plain(ret_text->whole, ret_text->plain_room);
	return ST_OK;
}
