/* Dates as lists publish them. */
#ifndef IDENT_DATE_H
#define IDENT_DATE_H

#include "base/slice.h"

enum date_quality { DATE_EXACT, DATE_CIRCA, DATE_RANGE };

/* YYYY, YYYY-MM or YYYY-MM-DD with a NUL; `to` is empty unless the quality is DATE_RANGE. */
struct published_date {
	enum date_quality quality;
	char from[11], to[11];
};

/* "10 Dec 1948", "1962", "circa 1962", "1957 to 1960", "between 1957 and 1960", "1969-02-05", "05/02/1969" (day first),
 * "26.11.1972", "2 December 1985", "Dec 1985", "00/00/1958", "19850312", "1960s", Buddhist years (2400 to 2600, less
 * 543), digits of any script. A day or month that cannot be is left out.
 * Fails: ST_MALFORMED where no year can be made out. */
MUST_USE enum status date_read_published(struct text in, struct published_date *ret_date);

#define DATES_MAX 8u

/* The same for a text of several: "4.5.1961 or 5.5.1961", "(a) 17.8.1957, (b) circa 1958", "1955; 1956". What has no
 * year (a remark, a year of another calendar) is passed over. Gives how many were read. */
size_t date_read_all(struct text in, struct published_date ret_dates[DATES_MAX]);

#endif
