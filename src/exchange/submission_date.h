/* A date that a person wrote into a submission. Stricter than ident/date, which makes the best of what a list publishes: here
 * somebody can be asked, so that nothing is guessed. */
#ifndef EXCHANGE_SUBMISSION_DATE_H
#define EXCHANGE_SUBMISSION_DATE_H

#include "base/slice.h"

struct submission_date {
	char iso[11]; /* YYYY, YYYY-MM or YYYY-MM-DD with a NUL */
	bool circa;   /* "about 1990" */
};

/* "1990-03-07", "19900307", "1990.3.7.", "7 March 1990", "March 7, 1990", "07.03.1990", "1990년 3월 7일", "1990年3月7日",
 * "៧ មីនា ១៩៩០", "1990", "1990-03", "ព.ស. ២៥៣៣" and years 2400 to 2600 (Buddhist), digits of any script, a time of midnight.
 * Takes cleaned text (text_clean). Gives NULL, or the reason: "date-unreadable", "date-impossible" (30 February),
 * "date-ambiguous" (03/07/1990: day or month first?). */
const char *submission_date_read(struct text in, struct submission_date *ret_date);

#endif
