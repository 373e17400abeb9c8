#include "ident/date.h"

#include <stdio.h>

/* Numbers and words of a date, in order. */
struct pieces_of_date {
	struct {
		uint32_t number;
		uint32_t digits;
		uint32_t month; /* 1 to 12 where the piece is a month's name */
	} at[12];
	size_t count;
	bool circa, range;
};

static uint32_t month_of(struct text word)
{
	static const char months[12][4] = {"jan", "feb", "mar", "apr", "may", "jun",
					   "jul", "aug", "sep", "oct", "nov", "dec"};

	for (uint32_t m = 0; word.len >= 3 && m < 12; m++)
		if (text_equal_nocase((struct text){word.data, 3}, (struct text){months[m], 3}))
			return m + 1;
	return 0;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void word_take(struct pieces_of_date *p, struct text word)
{
	static const char *const circa[] = {"circa", "approximately", "about", "approx", "c", "ca", "around"};
	static const char *const range[] = {"to", "between", "and", "or"};
	uint32_t month = month_of(word);

	for (size_t i = 0; i < sizeof circa / sizeof circa[0]; i++)
		p->circa = p->circa || text_equal_nocase(word, text_of(circa[i]));
	for (size_t i = 0; i < sizeof range / sizeof range[0]; i++)
		p->range = p->range || text_equal_nocase(word, text_of(range[i]));
	if (month && p->count < 12) {
		p->at[p->count].number = p->at[p->count].digits = 0;
		p->at[p->count++].month = month;
	}
}

static void pieces_find(struct text t, struct pieces_of_date *p)
{
	size_t at = 0;

	*p = (struct pieces_of_date){.count = 0};
	while (at < t.len) {
		size_t from = at;

		while (at < t.len && t.data[at] >= '0' && t.data[at] <= '9' && at - from < 8)
			at++;
		if (at > from && p->count < 12) {
			uint64_t n = 0;

			if (text_to_uint((struct text){t.data + from, at - from}, UINT32_MAX, &n) == ST_OK) {
				p->at[p->count].number = (uint32_t)n;
				p->at[p->count].month = 0;
				p->at[p->count++].digits = (uint32_t)(at - from);
			}
			continue;
		}
		while (at < t.len && is_letter(t.data[at]))
			at++;
		if (at > from)
			word_take(p, (struct text){t.data + from, at - from});
		else
			at++;
	}
}

static uint32_t year_of(uint32_t n)
{
	if (n >= 2400 && n <= 2600)
		n -= 543;
	return n >= 1850 && n <= 2100 ? n : 0;
}

static void write_date(uint32_t y, uint32_t m, uint32_t d, char out[11])
{
	if (m == 0 || m > 12)
		snprintf(out, 11, "%04u", y);
	else if (d == 0 || d > 31)
		snprintf(out, 11, "%04u-%02u", y, m);
	else
		snprintf(out, 11, "%04u-%02u-%02u", y, m, d);
}

/* Day and month around the year at `y`: "d Mon y", "Mon y", "y-m-d", "d/m/y". */
static void date_around(const struct pieces_of_date *p, size_t y, char out[11])
{
	uint32_t year = year_of(p->at[y].number), month = 0, day = 0;

	if (y >= 1 && p->at[y - 1].month) {
		month = p->at[y - 1].month;
		day = y >= 2 && p->at[y - 2].digits <= 2 ? p->at[y - 2].number : 0;
		if (day == 0 && y + 1 < p->count && p->at[y + 1].digits && p->at[y + 1].digits <= 2)
			day = 0;
	} else if (y >= 2 && p->at[y - 1].digits <= 2 && p->at[y - 1].digits && p->at[y - 2].month) {
		month = p->at[y - 2].month; /* "December 2, 1985" */
		day = p->at[y - 1].number;
	} else if (y >= 2 && p->at[y - 1].digits && p->at[y - 1].digits <= 2 && p->at[y - 2].digits &&
		   p->at[y - 2].digits <= 2) {
		day = p->at[y - 2].number;
		month = p->at[y - 1].number;
	} else if (y == 0 && p->count >= 2 && p->at[1].digits && p->at[1].digits <= 2) {
		month = p->at[1].number;
		day = p->count >= 3 && p->at[2].digits <= 2 ? p->at[2].number : 0;
	}
	write_date(year, month, day, out);
}

enum status date_read_published(struct text in, struct published_date *ret_date)
{
	struct published_date d = {DATE_EXACT, "", ""};
	struct pieces_of_date p;
	size_t years[2], n = 0;

	pieces_find(in, &p);
	for (size_t i = 0; i < p.count && n < 2; i++)
		if (p.at[i].digits == 4 && year_of(p.at[i].number))
			years[n++] = i;
	if (n == 0)
		return ST_MALFORMED;
	date_around(&p, years[0], d.from);
	if (n == 2 && (p.range || p.count == 2)) {
		d.quality = DATE_RANGE;
		date_around(&p, years[1], d.to);
	} else if (p.circa) {
		d.quality = DATE_CIRCA;
	}
	*ret_date = d;
	return ST_OK;
}
