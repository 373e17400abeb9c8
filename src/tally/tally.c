#include "tally/tally.h"

#include <stdio.h>

#include "model/time.h"

bool tally_month_valid(int64_t month)
{
	return month >= 200001 && month <= 299912 && month % 100 >= 1 && month % 100 <= 12;
}

static int64_t first_moment(int64_t month)
{
	char date[16];
	int64_t ms = 0;

	snprintf(date, sizeof date, "%04d-%02d-01", (int)(month / 100), (int)(month % 100));
	return time_read(text_of(date), &ms, NULL) == ST_OK ? ms : 0;
}

void tally_month_bounds(int64_t month, int64_t *ret_from_ms, int64_t *ret_until_ms)
{
	*ret_from_ms = first_moment(month);
	*ret_until_ms = first_moment(month % 100 == 12 ? month + 89 : month + 1);
}

void tally_month_dates(int64_t month, char ret_from[TALLY_DATE_SIZE], char ret_to[TALLY_DATE_SIZE])
{
	int64_t from_ms, until_ms;
	char from[TIME_SIZE], last[TIME_SIZE];

	tally_month_bounds(month, &from_ms, &until_ms);
	time_write(from_ms, from);
	time_write(until_ms - 1, last);
	snprintf(ret_from, TALLY_DATE_SIZE, "%.10s", from);
	snprintf(ret_to, TALLY_DATE_SIZE, "%.10s", last);
}

bool tally_month_read(struct text text, int64_t *ret)
{
	uint64_t year, month;

	if (text.len != 7 || text.data[4] != '-' || text_to_uint((struct text){text.data, 4}, 2999, &year) != ST_OK ||
	    text_to_uint((struct text){text.data + 5, 2}, 12, &month) != ST_OK || !tally_month_valid((int64_t)(year * 100 + month)))
		return false;
	*ret = (int64_t)(year * 100 + month);
	return true;
}
