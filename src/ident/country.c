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

/* Letters only, lower case, without "the" and "of"; bytes above ASCII stay. */
static size_t squeeze(struct text t, char *out, size_t room)
{
	size_t n = 0, word = 0;

	for (size_t i = 0; i <= t.len && n < room; i++) {
		char c = i < t.len ? t.data[i] : ' ';

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		if ((c >= 'a' && c <= 'z') || (uint8_t)c >= 0x80) {
			out[n++] = c;
			continue;
		}
		if ((n - word == 3 && memcmp(out + word, "the", 3) == 0) ||
		    (n - word == 2 && memcmp(out + word, "of", 2) == 0))
			n = word;
		word = n;
	}
	return n;
}

static bool same_name(struct text a, struct text b)
{
	char x[96], y[96];
	size_t n = squeeze(a, x, sizeof x), m = squeeze(b, y, sizeof y);

	return n == m && n > 0 && memcmp(x, y, n) == 0;
}

bool country_from_name(struct text name, char ret_alpha2[3])
{
	name = text_trim(name);
	if (name.len == 3 && country_from_alpha3(name, ret_alpha2))
		return true;
	for (size_t i = 0; i < COUNTRIES_COUNT; i++)
		if ((name.len == 2 && text_equal_nocase(countries_rows[i].alpha2, name)) ||
		    in_list(countries_rows[i].names, name, same_name)) {
			give(&countries_rows[i], ret_alpha2);
			return true;
		}
	return false;
}
