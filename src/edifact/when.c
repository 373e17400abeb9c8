#include "edifact/when.h"

#include <stdio.h>

#include "model/time.h"

/* Code list 2379: Y year, M month, D day, h hour, m minute, s second. What has no code is told by its length, in this order. */
static const struct {
	char code[4];
	const char *digits;
} formats[] = {
	{"101", "YYMMDD"}, {"102", "YYYYMMDD"}, {"201", "YYMMDDhhmm"}, {"203", "YYYYMMDDhhmm"}, {"204", "YYYYMMDDhhmmss"}, {"202", "YYMMDDhhmmss"},
	{"602", "YYYY"},   {"610", "YYYYMM"},
};

struct when {
	unsigned year, month, day, hour, minute;
	bool short_year;
};

static const char *format_find(struct text value, struct text format)
{
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (format.len ? text_equal(format, text_of(formats[i].code)) : value.len == strlen(formats[i].digits))
			return formats[i].digits;
	return NULL;
}

static bool when_read(struct text value, struct text format, struct when *ret)
{
	const char *digits = format_find(value, format);
	struct when w = {0};

	if (digits == NULL || value.len != strlen(digits))
		return false;
	for (size_t i = 0; i < value.len; i++) {
		unsigned *part = digits[i] == 'Y' ? &w.year : digits[i] == 'M' ? &w.month : digits[i] == 'D' ? &w.day
				 : digits[i] == 'h' ? &w.hour : &w.minute;

		if (value.data[i] < '0' || value.data[i] > '9')
			return false;
		if (digits[i] != 's')
			*part = *part * 10 + (unsigned)(value.data[i] - '0');
	}
	w.short_year = digits[2] != 'Y';
	*ret = w;
	return true;
}

/* A day that there is. */
static bool day_good(const struct when *w)
{
	char text[40];
	int64_t ms;

	snprintf(text, sizeof text, "%04u-%02u-%02u", w->year, w->month, w->day);
	return time_read(text_of(text), &ms, NULL) == ST_OK;
}

int64_t when_moment(struct text value, struct text format)
{
	char text[64];
	struct when w;
	int64_t ms;

	if (!when_read(value, format, &w))
		return WHEN_NONE;
	snprintf(text, sizeof text, "%04u-%02u-%02uT%02u:%02u:00Z", w.year + (w.short_year ? 2000 : 0), w.month, w.day, w.hour, w.minute);
	return time_read(text_of(text), &ms, NULL) == ST_OK ? ms : WHEN_NONE;
}

size_t when_date(struct text value, struct text format, enum when_century century, int64_t now_ms, char out[11])
{
	char now[TIME_SIZE], text[40];
	struct when w;

	out[0] = '\0';
	if (!when_read(value, format, &w))
		return 0;
	/* It may be tomorrow where the child was born. */
	time_write(now_ms + TIME_DAY_MS, now);
	if (w.short_year) {
		unsigned year_now = (unsigned)(now[0] - '0') * 1000 + (unsigned)(now[1] - '0') * 100 + (unsigned)(now[2] - '0') * 10 +
				    (unsigned)(now[3] - '0');

		w.year += 2000;
		snprintf(text, sizeof text, "%04u-%02u-%02u", w.year, w.month, w.day);
		if (century == WHEN_BIRTH ? text_compare(text_of(text), (struct text){now, 10}) > 0 : w.year > year_now + 50)
			w.year -= 100;
	}
	if (w.year < 1800 || w.month > 12 || (w.month && w.day && !day_good(&w)) || (w.month == 0 && w.day))
		return 0;
	snprintf(out, 11, "%04u-%02u-%02u", w.year % 10000, w.month % 100, w.day % 100);
	out[w.month == 0 ? 4 : w.day == 0 ? 7 : 10] = '\0';
	return strlen(out);
}
