#include <stdio.h>

#include "ident/asked_parts.h"
#include "ident/phone.h"

#define SHORT_MIN 3u
#define SHORT_MAX 6u

/* "x5", "ext. 5" behind a whole number. */
static bool is_extension(struct text rest)
{
	if (rest.len >= 3 && text_equal_nocase((struct text){rest.data, 3}, TEXT("ext")))
		return true;
	return rest.len >= 2 && (rest.data[0] | 0x20) == 'x' && rest.data[1] >= '0' && rest.data[1] <= '9';
}

bool asked_only_number(struct text plain)
{
	size_t at = 0, digits = 0;

	while (at < plain.len) {
		struct text rest = {plain.data + at, plain.len - at};
		uint32_t c = text_next(plain, &at);

		if (c >= '0' && c <= '9')
			digits++;
		else if (digits >= PHONE_DIGITS_MIN && is_extension(rest))
			break;
		else if (!asked_is_mark(c) || c == '@' || c == ':' || c == '\\' || c == '=' || c == '?' || c == '%' || c == '&')
			return false;
	}
	return digits > 0;
}

/* Digits with '+' and "(0)" as phone_read() knows them. Words may stand before and behind, and an extension behind, but a letter among
 * digits is a slip that nobody may guess. false: it is one, or the number is too long to be one. */
static bool reduce(struct text plain, char out[PHONE_TEXT_MAX], size_t *ret_len, size_t *ret_digits)
{
	size_t at = 0, n = 0, digits = 0;
	bool letter = false;

	while (at < plain.len) {
		struct text rest = {plain.data + at, plain.len - at};
		uint32_t c = text_next(plain, &at);

		if (n + 3 > PHONE_TEXT_MAX)
			return false;
		if (c >= '0' && c <= '9') {
			if (letter)
				return false;
			out[n++] = (char)c;
			digits++;
		} else if (c == '+' && n == 0) {
			out[n++] = '+';
		} else if (c == '(' && text_starts((struct text){plain.data + at, plain.len - at}, TEXT("0)"))) {
			memcpy(out + n, "(0)", 3);
			n += 3;
			digits++;
			at += 2;
		} else if ((digits >= 4 && c < 0x80 && strchr("#;,/", (int)c)) || (digits >= PHONE_DIGITS_MIN && is_extension(rest))) {
			break;
		} else if (digits && !asked_is_mark(c)) {
			letter = true;
		}
	}
	*ret_len = n;
	*ret_digits = digits;
	return digits > 0;
}

/* In threes from the end, long ones in fours: "91 234 567", "10 1234 5678". */
static void group(struct text digits, char out[2 * PHONE_DIGITS_MAX])
{
	size_t step = digits.len > 9 ? 4 : 3, n = 0;

	for (size_t i = 0; i < digits.len; i++) {
		if (i && (digits.len - i) % step == 0)
			out[n++] = ' ';
		out[n++] = digits.data[i];
	}
	out[n] = 0;
}

static enum status short_number(struct text digits, struct text country, struct asked *ret, struct error *ret_error)
{
	char lower[3] = {0};

	if (country.len != 2)
		return error_because(ret_error, ST_MALFORMED, "country-needed", NULL, "a short number is of one country");
	for (size_t i = 0; i < 2; i++)
		lower[i] = (char)(country.data[i] | 0x20);
	TRY(asked_write(ret->x, sizeof ret->x, ret_error, "phone|%s:%.*s", lower, TEXT_ARG(digits)));
	return asked_write(ret->shown, sizeof ret->shown, ret_error, "%.*s", TEXT_ARG(digits));
}

enum status asked_phone(struct text plain, const struct asked_query *query, struct asked *ret, struct error *ret_error)
{
	char room[PHONE_TEXT_MAX], grouped[2 * PHONE_DIGITS_MAX];
	struct phone_number number;
	struct text rest;
	size_t n, digits;

	if (!reduce(plain, room, &n, &digits))
		return error_because(ret_error, ST_MALFORMED, "unreadable", NULL, "not a telephone number");
	ret->kind = ASKED_PHONE;
	if (digits >= SHORT_MIN && digits <= SHORT_MAX && room[0] != '+' && n == digits)
		return short_number((struct text){room, n}, query->country, ret, ret_error);
	switch (phone_read((struct text){room, n}, query->country, &number)) {
	case PHONE_COUNTRY:
		return error_because(ret_error, ST_MALFORMED, "country-needed", NULL, "a number without its country's code");
	case PHONE_LENGTH:
		return error_because(ret_error, ST_MALFORMED, "phone-length", NULL, "too many or too few digits");
	case PHONE_GOOD:
		break;
	}
	TRY(asked_write(ret->x, sizeof ret->x, ret_error, "phone|%s", number.digits));
	if (number.code_len == 0)
		return asked_write(ret->shown, sizeof ret->shown, ret_error, "+%s", number.digits);
	ret->warnings |= number.usual ? 0 : ASKED_UNUSUAL;
	rest = (struct text){number.digits + number.code_len, number.len - number.code_len};
	group(rest, grouped);
	return asked_write(ret->shown, sizeof ret->shown, ret_error, "+%.*s %s", (int)number.code_len, number.digits, grouped);
}
