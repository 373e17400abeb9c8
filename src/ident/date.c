#include "ident/date.h"

#include <stdio.h>

#include "ident/plain.h"

/* Numbers and words of a date, in order. */
struct pieces_of_date {
	struct {
		uint32_t number;
		uint32_t digits;
		uint32_t month; /* 1 to 12 where the piece is a month's name */
	} at[12];
	size_t count;
	bool circa, range, decade;
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

/* A run of digits of any script; more than eight are no date. "1960s" is ten years. */
static bool number_take(struct text t, size_t *at, struct pieces_of_date *p)
{
	uint32_t number = 0, digits = 0;
	size_t next = *at;
	int digit;

	while (next < t.len && (digit = plain_digit(text_next(t, &next))) >= 0) {
		number = digits < 8 ? number * 10 + (uint32_t)digit : 0;
		digits++;
		*at = next;
	}
	if (digits == 0)
		return false;
	if (p->count < 12) {
		p->at[p->count].number = number;
		p->at[p->count].month = 0;
		p->at[p->count++].digits = digits;
	}
	p->decade = p->decade || (digits == 4 && number % 10 == 0 && *at < t.len && t.data[*at] == 's');
	return true;
}

static void pieces_find(struct text t, struct pieces_of_date *p)
{
	size_t at = 0;

	*p = (struct pieces_of_date){.count = 0};
	while (at < t.len) {
		size_t from = at;

		if (number_take(t, &at, p))
			continue;
		while (at < t.len && is_letter(t.data[at]))
			at++;
		if (at > from)
			word_take(p, (struct text){t.data + from, at - from});
		else
			(void)text_next(t, &at);
	}
}

static uint32_t year_of(uint32_t n)
{
	if (n >= 2400 && n <= 2600)
		n -= 543;
	return n >= 1850 && n <= 2100 ? n : 0;
}

/* As much as there is: no 13th month, no 30 February. Month first (04/13/1964) where day first cannot be. */
static void write_date(uint32_t y, uint32_t m, uint32_t d, char out[11])
{
	static const uint8_t days[] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (m > 12 && d >= 1 && d <= 12) {
		uint32_t day = m;

		m = d;
		d = day;
	}
	snprintf(out, 11, "%04u-%02u-%02u", y % 10000, m % 100, d % 100);
	out[m == 0 || m > 12 ? 4 : d == 0 || d > days[m] ? 7 : 10] = '\0';
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
	if (n == 0 && p.count == 1 && p.at[0].digits == 8 && year_of(p.at[0].number / 10000)) {
		write_date(year_of(p.at[0].number / 10000), p.at[0].number / 100 % 100, p.at[0].number % 100, d.from);
		d.quality = p.circa ? DATE_CIRCA : DATE_EXACT;
		*ret_date = d;
		return ST_OK;
	}
	if (n == 0)
		return ST_MALFORMED;
	date_around(&p, years[0], d.from);
	if (n == 2 && (p.range || p.count == 2)) {
		d.quality = DATE_RANGE;
		date_around(&p, years[1], d.to);
	} else if (p.decade) {
		d.quality = DATE_RANGE;
		snprintf(d.to, sizeof d.to, "%04u", year_of(p.at[years[0]].number) + 9);
	} else if (p.circa || p.range) {
		/* "5 or 6 May 1960": neither day is known. */
		d.quality = DATE_CIRCA;
	}
	*ret_date = d;
	return ST_OK;
}

/* ---- several dates in one text ---- */

/* What divides alternatives at `at`: ';', "or", "(a)", "b)", and ',' after a year. Gives its length, or 0. */
static size_t divider(struct text t, size_t at, bool after_year)
{
	bool word_starts = at == 0 || !is_letter(t.data[at - 1]);
	size_t end = at;

	if (t.data[at] == ';' || (t.data[at] == ',' && after_year))
		return 1;
	if (word_starts && t.len - at >= 2 && text_equal_nocase((struct text){t.data + at, 2}, TEXT("or")) &&
	    (t.len - at == 2 || !is_letter(t.data[at + 2])))
		return 2;
	if (t.data[at] == '(')
		end++;
	else if (!word_starts)
		return 0;
	while (end < t.len && is_letter(t.data[end]) && end - at < 5)
		end++;
	return end > at + (t.data[at] == '(') && end - at <= 4 && end < t.len && t.data[end] == ')' ? end + 1 - at : 0;
}

/* Numbers and years of a part: one with numbers but none of four digits cannot stand alone. */
struct part_numbers {
	bool any, four, year;
};

static struct part_numbers part_look(struct text part)
{
	struct part_numbers look = {false, false, false};
	struct pieces_of_date p;

	pieces_find(part, &p);
	for (size_t i = 0; i < p.count; i++) {
		look.any = look.any || p.at[i].digits;
		look.four = look.four || p.at[i].digits == 4 || p.at[i].digits == 8;
		look.year = look.year || (p.at[i].digits == 4 && year_of(p.at[i].number)) || p.at[i].digits == 8;
	}
	return look;
}

/* Longer texts are remarks; reading them for every comma would cost their length squared. */
#define ALTERNATIVES_LEN_MAX 512u

size_t date_read_all(struct text in, struct published_date ret_dates[DATES_MAX])
{
	size_t from = 0, n = 0, skip;

	if (in.len > ALTERNATIVES_LEN_MAX)
		return date_read_published(in, &ret_dates[0]) == ST_OK;
	for (size_t at = 0; at <= in.len; at++) {
		struct text part = {in.data + from, at - from};
		struct part_numbers look;

		skip = at < in.len ? divider(in, at, in.data[at] == ',' && part_look(part).year) : 1;
		if (skip == 0)
			continue;
		look = part_look(part);
		if (look.any && !look.four)
			return date_read_published(in, &ret_dates[0]) == ST_OK;
		if (n < DATES_MAX && date_read_published(part, &ret_dates[n]) == ST_OK)
			n++;
		from = at + skip;
		at = from - 1;
	}
	return n;
}
