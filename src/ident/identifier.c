#include "ident/identifier.h"

#include "ident/country.h"
#include "ident/plain.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool all_digits(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (!is_digit(t.data[i]))
			return false;
	return t.len > 0;
}

size_t identifier_canonical(struct text in, char *out)
{
	size_t at = 0, n = 0;

	while (at < in.len) {
		uint32_t c = plain_capital(text_next(in, &at));

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))
			out[n++] = (char)c;
	}
	if (n == 10 && memcmp(out, "IMO", 3) == 0 && all_digits((struct text){out + 3, 7})) {
		memmove(out, out + 3, 7);
		n = 7;
	}
	return n;
}

static uint32_t value_of(char c)
{
	return (uint32_t)(is_digit(c) ? c - '0' : c - 'A' + 10);
}

/* ISO 7064, mod 97-10: letters count as two digits. `from`: the character to begin with, going round. */
static uint32_t mod97(struct text t, size_t from)
{
	uint32_t m = 0;

	for (size_t i = 0; i < t.len; i++) {
		uint32_t v = value_of(t.data[(from + i) % t.len]);

		m = (m * (v < 10 ? 10 : 100) + v) % 97;
	}
	return m;
}

static bool weighted(struct text t, const uint8_t *weights, size_t count, uint32_t modulus)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += value_of(t.data[i]) * weights[i];
	return sum % modulus % 10 == value_of(t.data[count]);
}

static bool imo_good(struct text t)
{
	static const uint8_t ship[] = {7, 6, 5, 4, 3, 2}, company[] = {8, 6, 4, 2, 9, 7};
	uint32_t sum = 0;

	if (t.len != 7 || !all_digits(t))
		return false;
	for (size_t i = 0; i < 6; i++)
		sum += value_of(t.data[i]) * company[i];
	return weighted(t, ship, 6, 10) || (11 - sum % 11) % 11 % 10 == value_of(t.data[6]);
}

static bool mmsi_good(struct text t)
{
	return t.len == 9 && all_digits(t) && t.data[0] >= '2' && t.data[0] <= '7';
}

static bool lei_good(struct text t)
{
	return t.len == 20 && is_digit(t.data[18]) && is_digit(t.data[19]) && mod97(t, 0) == 1;
}

static bool iban_good(struct text t)
{
	return t.len >= 15 && t.len <= 34 && !is_digit(t.data[0]) && !is_digit(t.data[1]) && is_digit(t.data[2]) &&
	       is_digit(t.data[3]) && mod97(t, 4) == 1;
}

static bool isin_good(struct text t)
{
	uint32_t sum = 0;
	bool twice = false;

	if (t.len != 12 || is_digit(t.data[0]) || is_digit(t.data[1]) || !is_digit(t.data[11]))
		return false;
	for (size_t i = t.len; i-- > 0;) {
		uint32_t v = value_of(t.data[i]);

		do {
			uint32_t digit = v % 10 * (twice ? 2 : 1);

			sum += digit / 10 + digit % 10;
			twice = !twice;
			v /= 10;
		} while (v);
	}
	return sum % 10 == 0;
}

static bool bic_good(struct text t)
{
	char alpha2[3];

	if (t.len != 8 && t.len != 11)
		return false;
	for (size_t i = 0; i < 6; i++)
		if (is_digit(t.data[i]))
			return false;
	return country_from_name((struct text){t.data + 4, 2}, alpha2);
}

static bool inn_good(struct text t)
{
	static const uint8_t weights[] = {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8};

	if (!all_digits(t))
		return false;
	if (t.len == 10)
		return weighted(t, weights + 2, 9, 11);
	return t.len == 12 && weighted(t, weights + 1, 10, 11) && weighted(t, weights, 11, 11);
}

static bool ogrn_good(struct text t)
{
	uint64_t number;

	if ((t.len != 13 && t.len != 15) ||
	    text_to_uint((struct text){t.data, t.len - 1}, UINT64_MAX, &number) != ST_OK || !is_digit(t.data[t.len - 1]))
		return false;
	return number % (t.len - 2) % 10 == value_of(t.data[t.len - 1]);
}

enum identifier_check identifier_check(const char *property, struct text canonical)
{
	static const struct {
		const char *property;
		bool (*good)(struct text);
	} checks[] = {
		{"imoNumber", imo_good}, {"mmsi", mmsi_good},   {"leiCode", lei_good}, {"iban", iban_good},
		{"isin", isin_good},     {"swiftBic", bic_good}, {"innCode", inn_good}, {"ogrnCode", ogrn_good},
	};

	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
		if (strcmp(checks[i].property, property) == 0)
			return checks[i].good(canonical) ? IDENTIFIER_GOOD : IDENTIFIER_BAD;
	return IDENTIFIER_UNCHECKED;
}
