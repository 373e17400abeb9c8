#include "exchange/sheet_value.h"

#include <stdio.h>

/* Numbers 14 to 22, 27 to 36 and 50 to 58; those of times alone are plain. */
int sheet_format_builtin(uint64_t id)
{
	if (id == 17)
		return SHEET_MONTH;
	if (id == 16)
		return SHEET_NO_YEAR;
	if (id == 14 || id == 15 || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58))
		return SHEET_DAY;
	return SHEET_PLAIN;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* The letters of the first section that are no literals and stand in no brackets. */
static void code_letters(struct text code, bool seen[128])
{
	for (size_t i = 0; i < code.len && code.data[i] != ';'; i++) {
		char c = code.data[i], end = c == '"' ? '"' : c == '[' ? ']' : 0;

		if (c == '\\' || c == '_' || c == '*') {
			i++;
		} else if (end) {
			for (i++; i < code.len && code.data[i] != end; i++)
				;
		} else if ((unsigned char)c < 128) {
			seen[(unsigned char)lower(c)] = true;
		}
	}
}

int sheet_format_of(struct text code)
{
	bool seen[128] = {false};
	size_t zeros = 0;

	if (text_equal_nocase(code, TEXT("General")) || text_equal_nocase(code, TEXT("Standard")))
		return SHEET_PLAIN;
	while (zeros < code.len && code.data[zeros] == '0')
		zeros++;
	if (zeros > 1 && zeros == code.len && zeros <= SHEET_DIGITS_MAX)
		return SHEET_PADDED + (int)zeros;
	code_letters(code, seen);
	/* y, and b and e for the years of Thailand and Japan; m alone may be minutes. */
	if (seen['y'] || seen['b'] || (seen['e'] && !seen['0'] && !seen['#']))
		return seen['d'] ? SHEET_DAY : seen['m'] ? SHEET_MONTH : SHEET_YEAR;
	return seen['d'] ? SHEET_NO_YEAR : SHEET_PLAIN;
}

struct decimal {
	bool negative;
	char digits[32]; /* without leading zeros */
	size_t count;
	int64_t point;   /* digits before the point */
};

/* "-12.5E+3". Gives false for anything else, and for more digits than a number can mean. */
static bool decimal_read(struct text t, struct decimal *ret)
{
	bool fraction = false, any = false, down;
	int64_t exponent = 0;
	size_t i = 0;

	*ret = (struct decimal){.negative = t.len && t.data[0] == '-'};
	for (i = ret->negative; i < t.len && t.data[i] != 'E' && t.data[i] != 'e'; i++) {
		char c = t.data[i];

		if (c == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (c < '0' || c > '9' || ret->count == sizeof ret->digits || i > 400)
			return false;
		any = true;
		if (c != '0' || ret->count)
			ret->digits[ret->count++] = c;
		if (fraction ? ret->count == 0 : ret->count != 0)
			ret->point += fraction ? -1 : 1;
	}
	if (i < t.len) {
		down = ++i < t.len && t.data[i] == '-';
		i += i < t.len && (t.data[i] == '-' || t.data[i] == '+');
		if (i == t.len || t.len - i > 3)
			return false;
		for (; i < t.len; i++) {
			if (t.data[i] < '0' || t.data[i] > '9')
				return false;
			exponent = exponent * 10 + (t.data[i] - '0');
		}
		ret->point += down ? -exponent : exponent;
	}
	while (ret->count && ret->digits[ret->count - 1] == '0')
		ret->count--;
	return any;
}

/* Days since 1970-01-01 as a civil date. Source: Howard Hinnant, days_from_civil, turned round. */
static void civil(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

static const char *date_text(const struct decimal *d, int format, bool since_1904, char out[SHEET_TEXT_SIZE])
{
	int64_t serial = 0;
	int year, month, day;

	if (format == SHEET_NO_YEAR)
		return "a date that does not show its year";
	if (d->negative || d->point < 1 || d->point > 7)
		return "a date outside of what a spreadsheet can count";
	for (int64_t i = 0; i < d->point; i++)
		serial = serial * 10 + ((size_t)i < d->count ? d->digits[i] - '0' : 0);
	/* 1900 was no leap year, but day 60 is its 29 February to the programs. */
	if (serial > 2958465 || serial < 1 || (!since_1904 && serial == 60))
		return "a date outside of what a spreadsheet can count";
	civil(serial + (since_1904 ? -24107 : serial < 60 ? -25568 : -25569), &year, &month, &day);
	if (format == SHEET_DAY)
		snprintf(out, SHEET_TEXT_SIZE, "%04d-%02d-%02d", year, month, day);
	else if (format == SHEET_MONTH)
		snprintf(out, SHEET_TEXT_SIZE, "%04d-%02d", year, month);
	else
		snprintf(out, SHEET_TEXT_SIZE, "%04d", year);
	return NULL;
}

const char *sheet_number(struct text value, int format, bool since_1904, char out[SHEET_TEXT_SIZE])
{
	struct decimal d;
	size_t n = 0, pad;

	if (!decimal_read(value, &d))
		return "no number";
	if (format >= SHEET_DAY && format <= SHEET_NO_YEAR)
		return date_text(&d, format, since_1904, out);
	if (d.point > (int64_t)SHEET_DIGITS_MAX)
		return "a number of more than 15 digits, of which a spreadsheet keeps 15: write it as text";
	/* One with a fraction stays as it is written. */
	if ((int64_t)d.count > d.point) {
		snprintf(out, SHEET_TEXT_SIZE, "%.*s", TEXT_ARG(value));
		return value.len < SHEET_TEXT_SIZE ? NULL : "no number";
	}
	pad = format > SHEET_PADDED ? (size_t)(format - SHEET_PADDED) : 1;
	if (d.negative)
		out[n++] = '-';
	for (int64_t i = (int64_t)pad; i > d.point; i--)
		out[n++] = '0';
	for (int64_t i = 0; i < d.point; i++)
		out[n++] = (size_t)i < d.count ? d.digits[i] : '0';
	out[n] = '\0';
	return NULL;
}

bool sheet_reference(struct text reference, size_t *ret_column, uint64_t *ret_row)
{
	size_t column = 0, i = 0;

	*ret_column = SIZE_MAX;
	*ret_row = 0;
	for (; i < reference.len && lower(reference.data[i]) >= 'a' && lower(reference.data[i]) <= 'z'; i++) {
		if (i == 3)
			return false;
		column = column * 26 + (size_t)(lower(reference.data[i]) - 'a' + 1);
	}
	if (i) {
		*ret_column = column - 1;
		reference.data += i;
		reference.len -= i;
	}
	return reference.len == 0 || (text_to_uint(reference, 1048576, ret_row) == ST_OK && *ret_row);
}
