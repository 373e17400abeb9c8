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

/* After the country code a trunk prefix is left out: +855 012 345 678. */
static void international(char *digits, size_t *n)
{
	for (size_t i = 0; i < PHONE_PLANS_COUNT; i++) {
		const struct phone_plans_row *plan = &phone_plans_rows[i];
		size_t code = plan->code.len, trunk = plan->trunk.len;

		if (!text_starts((struct text){digits, *n}, plan->code) || trunk == 0)
			continue;
		if (text_starts((struct text){digits + code, *n - code}, plan->trunk) && plan->trunk.data[0] == '0' &&
		    length_fits(plan, *n - code - trunk)) {
			memmove(digits + code, digits + code + trunk, *n - code - trunk);
			*n -= trunk;
		}
		return;
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

static void national(const struct phone_plans_row *plan, char *digits, size_t *n)
{
	size_t skip = 0;

	if (abroad(plan, digits, n))
		return;
	if (plan->trunk.len && text_starts((struct text){digits, *n}, plan->trunk))
		skip = plan->trunk.len;
	else if (text_starts((struct text){digits, *n}, plan->code) && length_fits(plan, *n - plan->code.len))
		return;
	if (!length_fits(plan, *n - skip))
		return;
	memmove(digits + plan->code.len, digits + skip, *n - skip);
	memcpy(digits, plan->code.data, plan->code.len);
	*n = *n - skip + plan->code.len;
}

size_t phone_canonical(struct text in, struct text country, char *out)
{
	bool plus;
	size_t n = digits_take(in, out, &plus);

	if (!plus && n > 8 && out[0] == '0' && out[1] == '0' && out[2] != '0' && country.len == 0) {
		drop(out, &n, 2);
		plus = true;
	}
	if (plus) {
		international(out, &n);
		return n;
	}
	for (size_t i = 0; i < PHONE_PLANS_COUNT; i++)
		if (text_equal_nocase(phone_plans_rows[i].country, country)) {
			national(&phone_plans_rows[i], out, &n);
			break;
		}
	return n;
}
