#include "text/charset.h"

#include <unicode/ucnv.h>

#include "text/units.h"

#define HANGUL_LEAST 30u /* percent of a Korean file's characters above ASCII */

struct charset {
	const char *name;      /* ours */
	const char *converter; /* ICU's */
	const char *labels;    /* what may be declared, divided by '|' */
};

static const struct charset charsets[] = {
	{"utf-8", NULL, "utf-8|utf8|us-ascii"},
	{"utf-16le", "UTF-16LE", "utf-16|utf-16le|unicode"},
	{"utf-16be", "UTF-16BE", "utf-16be"},
	{"cp949", "windows-949", "cp949|euc-kr|ks_c_5601-1987|windows-949|uhc"},
	{"gb18030", "gb18030", "gb18030|gbk|gb2312|cp936|windows-936"},
	{"big5", "windows-950", "big5|cp950|windows-950"},
};

static const struct charset *charset_named(struct text label)
{
	for (size_t i = 0; label.len && i < sizeof charsets / sizeof charsets[0]; i++) {
		struct text rest = text_of(charsets[i].labels), one;

		while (text_split(&rest, '|', &one))
			if (text_equal_nocase(one, label))
				return &charsets[i];
	}
	return NULL;
}

/* Every byte must have a meaning. Gives ST_MALFORMED otherwise. */
static enum status convert(struct bytes in, const char *converter, struct arena *arena, struct text *ret)
{
	UErrorCode failed = U_ZERO_ERROR;
	UConverter *conv;
	UChar *units;
	int32_t len = 0;

	if (in.len > INT32_MAX / 4)
		return ST_LIMIT;
	units = ARENA_NEW(arena, UChar, in.len + 1);
	if (units == NULL)
		return arena_failure(arena, NULL);
	conv = ucnv_open(converter, &failed);
	ucnv_setToUCallBack(conv, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &failed);
	if (U_SUCCESS(failed))
		len = ucnv_toUChars(conv, units, (int32_t)in.len + 1, (const char *)in.data, (int32_t)in.len, &failed);
	ucnv_close(conv);
	if (U_FAILURE(failed))
		return failed == U_MEMORY_ALLOCATION_ERROR ? ST_NO_MEMORY : ST_MALFORMED;
	return units_to_text(units, len, arena, ret);
}

/* Bytes of well-formed sequences above ASCII, and of all others above it. */
static void utf8_count(struct bytes in, size_t *ret_good, size_t *ret_bad)
{
	struct text t;

	*ret_good = *ret_bad = 0;
	for (size_t i = 0; i < in.len;) {
		size_t len = in.data[i] >= 0xF0 ? 4 : in.data[i] >= 0xE0 ? 3 : 2;

		if (in.data[i] < 0x80) {
			i++;
		} else if (len <= in.len - i && text_check((struct bytes){in.data + i, len}, &t, NULL) == ST_OK) {
			*ret_good += len;
			i += len;
		} else {
			++*ret_bad;
			i++;
		}
	}
}

/* Share of Hangul syllables among the characters above ASCII, in percent. */
static size_t hangul_percent(struct text t)
{
	size_t hangul = 0, all = 0, at = 0;

	while (at < t.len) {
		uint32_t c = text_next(t, &at);

		all += c >= 0x80;
		hangul += c >= 0xAC00 && c <= 0xD7A3;
	}
	return all ? hangul * 100 / all : 0;
}

static enum status bad_encoding(struct bytes in, int64_t position, struct error *ret_error)
{
	int64_t row = 1;

	for (int64_t i = 0; i < position; i++)
		row += in.data[i] == '\n';
	error_because(ret_error, ST_MALFORMED, "file-encoding", NULL,
		      position < 0 ? "the file is in no character set that is known here" : "the file is UTF-8 up to line %lld only",
		      (long long)row);
	if (ret_error) {
		ret_error->row = position < 0 ? 0 : row;
		ret_error->position = position;
	}
	return ST_MALFORMED;
}

/* UTF-16 without a mark: the high bytes of commas, digits and line ends are zero, all on one side. */
static const struct charset *utf16_guess(struct bytes in)
{
	size_t zeros[2] = {0, 0}, len = in.len < 65536 ? in.len : 65536;

	for (size_t i = 0; i < len; i++)
		zeros[i & 1] += in.data[i] == 0;
	if (in.len % 2 || zeros[0] + zeros[1] < len / 100 + 1)
		return NULL;
	return zeros[1] >= zeros[0] * 4 ? &charsets[1] : zeros[0] >= zeros[1] * 4 ? &charsets[2] : NULL;
}

/* Korean or Chinese: much of either can be read as the other, but then the Hangul is not what most of it is. */
static enum status double_byte(struct bytes in, struct text language, struct arena *arena, struct text *ret,
			       const char **ret_charset)
{
	size_t wanted = text_equal(language, TEXT("ko")) ? 40 : text_equal(language, TEXT("zh")) ? 90 : 70;
	struct text korean, chinese;
	enum status as_korean = convert(in, "windows-949", arena, &korean), as_chinese;

	if (as_korean != ST_OK && as_korean != ST_MALFORMED)
		return as_korean;
	as_chinese = as_korean == ST_OK && hangul_percent(korean) >= wanted ? ST_MALFORMED
									     : convert(in, "gb18030", arena, &chinese);
	if (as_chinese == ST_OK) {
		*ret = chinese;
		*ret_charset = "gb18030";
		return ST_OK;
	}
	if (as_chinese != ST_MALFORMED || as_korean != ST_OK)
		return as_chinese;
	if (hangul_percent(korean) < HANGUL_LEAST)
		return ST_MALFORMED;
	*ret = korean;
	*ret_charset = "cp949";
	return ST_OK;
}

static enum status named(struct bytes in, const struct charset *set, struct arena *arena, struct text *ret,
			 const char **ret_charset, struct error *ret_error)
{
	struct error why = {.position = -1};
	enum status st = set->converter ? convert(in, set->converter, arena, ret) : text_check(in, ret, &why);

	*ret_charset = set->name;
	return st == ST_MALFORMED ? bad_encoding(in, why.position, ret_error) : st;
}

static bool starts(struct bytes in, const char *mark, size_t len)
{
	return in.len >= len && memcmp(in.data, mark, len) == 0;
}

enum status charset_decode(struct bytes in, const struct charset_hint *hint, struct arena *arena, struct text *ret_text,
			   const char **ret_charset, struct error *ret_error)
{
	const struct charset *set = charset_named(hint->declared);
	struct error why = {.position = -1};
	size_t good, bad, mark = 0;
	enum status st;

	if (starts(in, "\xEF\xBB\xBF", 3)) {
		mark = 3;
		set = &charsets[0];
	} else if (starts(in, "\xFF\xFE", 2) || starts(in, "\xFE\xFF", 2)) {
		mark = 2;
		set = &charsets[in.data[0] == 0xFF ? 1 : 2];
	} else if (set == NULL) {
		set = utf16_guess(in);
	}
	in.data += mark;
	in.len -= mark;
	if (set)
		return named(in, set, arena, ret_text, ret_charset, ret_error);
	*ret_charset = "utf-8";
	if (text_check(in, ret_text, &why) == ST_OK)
		return ST_OK;
	/* UTF-8 with a few broken bytes could be read as Chinese too, into nonsense. */
	utf8_count(in, &good, &bad);
	if (good >= bad * 9)
		return bad_encoding(in, why.position, ret_error);
	st = double_byte(in, hint->language, arena, ret_text, ret_charset);
	return st == ST_MALFORMED ? bad_encoding(in, -1, ret_error) : st;
}
