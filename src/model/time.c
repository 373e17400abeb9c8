#include "model/time.h"

#include <stdio.h>

/* Days since 1970-01-01 of a civil date, and back. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
static int64_t days_from_civil(int64_t y, unsigned m, unsigned d)
{
	int64_t era;
	unsigned yoe, doy, doe;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = (unsigned)(y - era * 400);
	doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + (int64_t)doe - 719468;
}

static void civil_from_days(int64_t z, int64_t *y, unsigned *m, unsigned *d)
{
	int64_t era;
	unsigned doe, yoe, doy, mp;

	z += 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = (unsigned)(z - era * 146097);
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*d = doy - (153 * mp + 2) / 5 + 1;
	*m = mp < 10 ? mp + 3 : mp - 9;
	*y = (int64_t)yoe + era * 400 + (*m <= 2);
}

#define FIRST_MS (days_from_civil(1, 1, 1) * TIME_DAY_MS)
#define LAST_MS (days_from_civil(10000, 1, 1) * TIME_DAY_MS - 1)

void time_write(int64_t ms, char out[TIME_SIZE])
{
	int64_t y, day;
	unsigned m, d, of_day;

	ms = ms < FIRST_MS ? FIRST_MS : ms > LAST_MS ? LAST_MS : ms;
	day = (ms - (ms < 0 ? TIME_DAY_MS - 1 : 0)) / TIME_DAY_MS;
	of_day = (unsigned)(ms - day * TIME_DAY_MS);
	civil_from_days(day, &y, &m, &d);
	snprintf(out, TIME_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)y % 10000u, m % 100, d % 100,
		 of_day / 3600000 % 100, of_day / 60000 % 60, of_day / 1000 % 60, of_day % 1000);
}

/* `n` digits at *at as a number, moving past them. */
static bool digits(struct text t, size_t *at, size_t n, unsigned *ret)
{
	unsigned value = 0;

	if (*at + n > t.len)
		return false;
	for (size_t end = *at + n; *at < end; (*at)++) {
		if (t.data[*at] < '0' || t.data[*at] > '9')
			return false;
		value = value * 10 + (unsigned)(t.data[*at] - '0');
	}
	*ret = value;
	return true;
}

static bool literal(struct text t, size_t *at, char upper, char lower)
{
	if (*at >= t.len || (t.data[*at] != upper && t.data[*at] != lower))
		return false;
	(*at)++;
	return true;
}

static bool clock_read(struct text t, size_t *at, int64_t *ret_ms)
{
	unsigned h, min, s, oh, om, scale = 100, fraction = 0;
	bool behind;

	if (!digits(t, at, 2, &h) || !literal(t, at, ':', ':') || !digits(t, at, 2, &min) || !literal(t, at, ':', ':') ||
	    !digits(t, at, 2, &s) || h > 23 || min > 59 || s > 60)
		return false;
	if (literal(t, at, '.', '.')) {
		size_t start = *at;

		for (; *at < t.len && t.data[*at] >= '0' && t.data[*at] <= '9'; (*at)++, scale /= 10)
			fraction += (unsigned)(t.data[*at] - '0') * scale;
		if (*at == start)
			return false;
	}
	*ret_ms = ((int64_t)h * 3600 + min * 60 + s) * 1000 + fraction;
	if (literal(t, at, 'Z', 'z'))
		return *at == t.len;
	behind = literal(t, at, '-', '-');
	if (!behind && !literal(t, at, '+', '+'))
		return false;
	if (!digits(t, at, 2, &oh) || !literal(t, at, ':', ':') || !digits(t, at, 2, &om) || oh > 23 || om > 59)
		return false;
	*ret_ms += (behind ? 60000 : -60000) * ((int64_t)oh * 60 + om);
	return *at == t.len;
}

enum status time_read(struct text t, int64_t *ret_ms, struct error *ret_error)
{
	static const unsigned char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	size_t at = 0;
	unsigned y, m, d;
	int64_t clock = 0;
	bool good = digits(t, &at, 4, &y) && literal(t, &at, '-', '-') && digits(t, &at, 2, &m) &&
		    literal(t, &at, '-', '-') && digits(t, &at, 2, &d) && y >= 1 && m >= 1 && m <= 12 && d >= 1;

	if (good) {
		bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);

		good = d <= lengths[m - 1] + (m == 2 && leap ? 1u : 0u);
	}
	if (good && at < t.len)
		good = literal(t, &at, 'T', 't') && clock_read(t, &at, &clock);
	if (!good)
		return error_at(ret_error, ST_MALFORMED, "time", (int64_t)at, "not a time as in 2026-11-26T01:23:45Z");
	*ret_ms = days_from_civil(y, m, d) * TIME_DAY_MS + clock;
	return ST_OK;
}
