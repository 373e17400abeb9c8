#include "ident/phone.h"

#include "ident/plain.h"

#include "phone_plans.inc"

/* Digits up to an extension, and whether a '+' stood before them. A "(0)" that follows others is a trunk prefix that
 * is not dialled from abroad. */
static size_t digits_take(struct text in, char *out, bool *ret_plus)
{
	size_t at = 0, n = 0;

	*ret_plus = false;
	while (at < in.len) {
		uint32_t c = text_next(in, &at);
		int digit = plain_digit(c);

		if (digit >= 0)
			out[n++] = (char)('0' + digit);
		else if (n == 0 && (c == '+' || c == 0xff0b))
			*ret_plus = true;
		else if (n && *ret_plus && c == '(' && text_starts((struct text){in.data + at, in.len - at}, TEXT("0)")))
			at += 2;
		else if (n >= 4 && (c == '#' || c == ';' || c == ',' || c == '/' || plain_capital(c) == 'E' ||
				    plain_capital(c) == 'X'))
			break;
	}
	return n;
}

static void drop(char *digits, size_t *n, size_t count)
{
	memmove(digits, digits + count, *n - count);
	*n -= count;
}

static bool length_fits(const struct phone_plans_row *plan, size_t n)
{
	return n >= plan->min && n <= plan->max;
}

static uint64_t number_of(struct text t)
{
	uint64_t n = 0;

	return text_to_uint(t, UINT32_MAX, &n) == ST_OK ? n : 0;
}

/* "31-33" or "9" as two bounds. */
static void bounds(struct text range, struct text *ret_from, struct text *ret_to)
{
	size_t dash = text_find(range, '-', 0);

	*ret_from = (struct text){range.data, dash};
	*ret_to = dash < range.len ? (struct text){range.data + dash + 1, range.len - dash - 1} : *ret_from;
}

/* One of "31-33:9-10" has its first digits and its length. */
static bool is_among(struct text numbers, struct text national)
{
	struct text rest = numbers, item;

	while (rest.len && text_split(&rest, ',', &item)) {
		size_t colon = text_find(item, ':', 0);
		struct text from, to, min, max, first;

		bounds((struct text){item.data, colon}, &from, &to);
		bounds((struct text){item.data + colon + 1, item.len - colon - 1}, &min, &max);
		if (national.len < number_of(min) || national.len > number_of(max) || national.len < from.len)
			continue;
		first = (struct text){national.data, from.len};
		if (text_compare(first, from) >= 0 && text_compare(first, to) <= 0)
			return true;
	}
	return false;
}

static const struct phone_plans_row *plan_of_country(struct text country)
{
	for (size_t i = 0; i < PHONE_PLANS_COUNT; i++)
		if (text_equal_nocase(phone_plans_rows[i].country, country))
			return &phone_plans_rows[i];
	return NULL;
}

static const struct phone_plans_row *plan_of_number(struct text digits)
{
	for (size_t i = 0; i < PHONE_PLANS_COUNT; i++)
		if (text_starts(digits, phone_plans_rows[i].code))
			return &phone_plans_rows[i];
	return NULL;
}

static struct text national_part(const struct phone_plans_row *plan, struct text digits)
{
	return (struct text){digits.data + plan->code.len, digits.len - plan->code.len};
}

/* After the country code a trunk prefix is left out: +855 012 345 678. */
static void international(char *digits, size_t *n)
{
	const struct phone_plans_row *plan = plan_of_number((struct text){digits, *n});
	size_t code, trunk;

	if (plan == NULL || plan->trunk.len == 0)
		return;
	code = plan->code.len;
	trunk = plan->trunk.len;
	if (text_starts((struct text){digits + code, *n - code}, plan->trunk) && plan->trunk.data[0] == '0' &&
	    length_fits(plan, *n - code - trunk)) {
		memmove(digits + code, digits + code + trunk, *n - code - trunk);
		*n -= trunk;
	}
}

/* Takes away the prefix of a call abroad, if what follows begins with a country code that a plan has. */
static bool abroad(const struct phone_plans_row *plan, char *digits, size_t *n)
{
	struct text rest = plan->abroad, prefix;

	while (text_split(&rest, '|', &prefix)) {
		if (!text_starts((struct text){digits, *n}, prefix))
			continue;
		for (size_t i = 0; i < PHONE_PLANS_COUNT; i++) {
			const struct phone_plans_row *other = &phone_plans_rows[i];
			size_t taken = prefix.len + other->code.len;

			if (*n > taken && length_fits(other, *n - taken) &&
			    text_starts((struct text){digits + prefix.len, *n - prefix.len}, other->code)) {
				drop(digits, n, prefix.len);
				return true;
			}
		}
	}
	return false;
}

/* A number of another country, written with its code but without '+': 85591234567, seen from Korea. A code of one digit proves nothing. */
static bool is_foreign(const struct phone_plans_row *plan, struct text digits)
{
	const struct phone_plans_row *other = plan_of_number(digits);

	return other && other != plan && other->code.len > 1 && !is_among(plan->numbers, digits) && is_among(other->numbers, national_part(other, digits));
}

/* Whether it became a number with its country's code. */
static bool national(const struct phone_plans_row *plan, char *digits, size_t *n)
{
	size_t skip = 0;

	if (abroad(plan, digits, n))
		return true;
	if (plan->trunk.len && text_starts((struct text){digits, *n}, plan->trunk))
		skip = plan->trunk.len;
	else if (text_starts((struct text){digits, *n}, plan->code) && length_fits(plan, *n - plan->code.len))
		return true;
	else if (is_foreign(plan, (struct text){digits, *n}))
		return true;
	if (!length_fits(plan, *n - skip))
		return false;
	memmove(digits + plan->code.len, digits + skip, *n - skip);
	memcpy(digits, plan->code.data, plan->code.len);
	*n = *n - skip + plan->code.len;
	return true;
}

/* The form of phone_canonical(), and whether it has its country's code for certain. */
static bool bring_into_form(struct text in, struct text country, char *out, size_t *ret_len)
{
	const struct phone_plans_row *plan = plan_of_country(country);
	bool plus;

	*ret_len = digits_take(in, out, &plus);
	if (!plus && *ret_len > 8 && out[0] == '0' && out[1] == '0' && out[2] != '0' && country.len == 0) {
		drop(out, ret_len, 2);
		plus = true;
	}
	if (plus) {
		international(out, ret_len);
		return true;
	}
	return plan && national(plan, out, ret_len);
}

size_t phone_canonical(struct text in, struct text country, char *out)
{
	size_t n;

	(void)bring_into_form(in, country, out, &n);
	return n;
}

enum phone_fault phone_read(struct text in, struct text country, struct phone_number *ret_number)
{
	struct phone_number number = {.code_len = 0};
	char room[PHONE_TEXT_MAX + 4];
	const struct phone_plans_row *plan;
	size_t n;

	if (in.len > PHONE_TEXT_MAX)
		return PHONE_LENGTH;
	if (!bring_into_form(in, country, room, &n))
		return plan_of_country(country) ? PHONE_LENGTH : PHONE_COUNTRY;
	plan = plan_of_number((struct text){room, n});
	if (n < PHONE_DIGITS_MIN || n > PHONE_DIGITS_MAX || (plan && !length_fits(plan, n - plan->code.len)))
		return PHONE_LENGTH;
	if (room[0] == '0')
		return PHONE_COUNTRY;
	memcpy(number.digits, room, n);
	number.len = n;
	if (plan) {
		number.code_len = plan->code.len;
		number.usual = is_among(plan->numbers, national_part(plan, (struct text){room, n}));
	}
	*ret_number = number;
	return PHONE_GOOD;
}

bool phone_dials_nought(struct text country, struct text national)
{
	const struct phone_plans_row *plan = plan_of_country(country);

	return plan && text_equal(plan->trunk, TEXT("0")) && !is_among(plan->bare, national);
}
