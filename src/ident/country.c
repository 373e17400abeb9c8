#include "ident/country.h"

#include "countries.inc"

static bool in_list(struct text list, struct text wanted, bool (*same)(struct text, struct text))
{
	struct text rest = list, one;

	while (list.len && text_split(&rest, '|', &one))
		if (same(one, wanted))
			return true;
	return false;
}

static void give(const struct countries_row *row, char ret_alpha2[3])
{
	memcpy(ret_alpha2, row->alpha2.data, 2);
	ret_alpha2[2] = '\0';
}

bool country_from_alpha3(struct text code, char ret_alpha2[3])
{
	for (size_t i = 0; i < COUNTRIES_COUNT; i++)
		if (text_equal_nocase(countries_rows[i].alpha3, code) ||
		    in_list(countries_rows[i].other_codes, code, text_equal_nocase)) {
			give(&countries_rows[i], ret_alpha2);
			return true;
		}
	return false;
}

struct text country_alpha3(struct text alpha2)
{
	for (size_t i = 0; i < COUNTRIES_COUNT; i++)
		if (text_equal(countries_rows[i].alpha2, alpha2))
			return countries_rows[i].alpha3;
	return TEXT_NONE;
}

/* Bytes at `at` that part words: ASCII that is no letter, general punctuation (U+2000 to U+206F, among them the
 * invisible spaces of Khmer), full-width parentheses. Gives how many, 0 for a letter. */
static size_t parting(struct text t, size_t at)
{
	const uint8_t *b = (const uint8_t *)t.data + at;

	if (b[0] < 0x80)
		return !((b[0] >= 'a' && b[0] <= 'z') || (b[0] >= 'A' && b[0] <= 'Z'));
	if (t.len - at >= 3 && ((b[0] == 0xe2 && (b[1] == 0x80 || b[1] == 0x81)) ||
				(b[0] == 0xef && b[1] == 0xbc && (b[2] == 0x88 || b[2] == 0x89))))
		return 3;
	return 0;
}

/* Letters only, lower case, without "the" and "of". */
static size_t squeeze(struct text t, char *out, size_t room)
{
	size_t n = 0, word = 0, at = 0;

	while (at <= t.len && n < room) {
		size_t skip = at < t.len ? parting(t, at) : 1;
		char c;

		if (skip == 0) {
			c = t.data[at++];
			out[n++] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
			continue;
		}
		if ((n - word == 3 && memcmp(out + word, "the", 3) == 0) ||
		    (n - word == 2 && memcmp(out + word, "of", 2) == 0))
			n = word;
		word = n;
		at += skip;
	}
	return n;
}

#define SQUEEZED_MAX 256u

/* `b` is squeezed already. */
static bool same_name(struct text a, struct text b)
{
	char x[SQUEEZED_MAX];
	size_t n;

	/* Most names begin otherwise, and only a "the" is ever left out at the front. */
	if (a.len < b.len || b.len == 0 ||
	    (a.data[0] != b.data[0] && (a.data[0] | 0x20) != b.data[0] && (a.data[0] | 0x20) != 't'))
		return false;
	n = squeeze(a, x, sizeof x);
	return n == b.len && n > 0 && memcmp(x, b.data, n) == 0;
}

static bool from_squeezed(struct text squeezed, char ret_alpha2[3])
{
	for (size_t i = 0; i < COUNTRIES_COUNT; i++) {
		const struct countries_row *c = &countries_rows[i];

		if (in_list(c->names, squeezed, same_name) || same_name(c->name_km, squeezed) ||
		    same_name(c->name_ko, squeezed) || same_name(c->name_zh, squeezed)) {
			give(c, ret_alpha2);
			return true;
		}
	}
	return false;
}

bool country_from_name(struct text name, char ret_alpha2[3])
{
	char room[SQUEEZED_MAX];

	name = text_trim(name);
	if (name.len == 3 && country_from_alpha3(name, ret_alpha2))
		return true;
	for (size_t i = 0; name.len == 2 && i < COUNTRIES_COUNT; i++)
		if (text_equal_nocase(countries_rows[i].alpha2, name)) {
			give(&countries_rows[i], ret_alpha2);
			return true;
		}
	return from_squeezed((struct text){room, squeeze(name, room, sizeof room)}, ret_alpha2);
}

/* ---- several countries in one text ---- */

#define WORDS_MAX 40u     /* looked at in one text */
#define NAME_WORDS_MAX 7u /* of the longest names */

static size_t words_find(struct text t, struct text words[WORDS_MAX])
{
	size_t n = 0, at = 0;

	while (at < t.len && n < WORDS_MAX) {
		size_t from = at, skip = 0;

		while (at < t.len && (skip = parting(t, at)) == 0)
			at++;
		if (at > from)
			words[n++] = (struct text){t.data + from, at - from};
		at += skip;
	}
	return n;
}

static void add(const char alpha2[3], char ret_alpha2[COUNTRIES_MAX][3], size_t *count)
{
	for (size_t i = 0; i < *count; i++)
		if (memcmp(ret_alpha2[i], alpha2, 3) == 0)
			return;
	if (*count < COUNTRIES_MAX)
		memcpy(ret_alpha2[(*count)++], alpha2, 3);
}

size_t country_read_all(struct text in, char ret_alpha2[COUNTRIES_MAX][3])
{
	struct text words[WORDS_MAX];
	char one[3], room[SQUEEZED_MAX];
	size_t n, count = 0;

	if (country_from_name(in, one)) {
		add(one, ret_alpha2, &count);
		return count;
	}
	n = words_find(in, words);
	for (size_t i = 0; i < n;) {
		size_t taken = 0;

		/* The longest name that begins here; codes are no words, "in" and "no" would be countries. */
		for (size_t len = n - i < NAME_WORDS_MAX ? n - i : NAME_WORDS_MAX; len > 0 && taken == 0; len--) {
			const char *end = words[i + len - 1].data + words[i + len - 1].len;
			struct text span = {words[i].data, (size_t)(end - words[i].data)};

			if (from_squeezed((struct text){room, squeeze(span, room, sizeof room)}, one) &&
			    (span.len > 2 || span.data[0] < 'a')) {
				add(one, ret_alpha2, &count);
				taken = len;
			}
		}
		i += taken ? taken : 1;
	}
	return count;
}

struct text country_name(struct text alpha2, struct text language)
{
	for (size_t i = 0; i < COUNTRIES_COUNT; i++) {
		const struct countries_row *c = &countries_rows[i];

		if (!text_equal_nocase(c->alpha2, alpha2))
			continue;
		return text_equal(language, TEXT("km"))   ? c->name_km
		       : text_equal(language, TEXT("ko")) ? c->name_ko
		       : text_equal(language, TEXT("zh")) ? c->name_zh
							   : c->name;
	}
	return TEXT_NONE;
}
