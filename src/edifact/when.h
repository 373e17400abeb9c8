/* Dates and times as PAXLST writes them: digits, whose meaning is a code of list 2379 or else their number. UN/EDIFACT D.05B. Pure. */
#ifndef EDIFACT_WHEN_H
#define EDIFACT_WHEN_H

#include "base/slice.h"

#define WHEN_NONE INT64_MIN

/* "2111091620" with "201" as if it were UTC; WHEN_NONE where it is none. Two digits of a year are of this century: flights are. */
int64_t when_moment(struct text value, struct text format);

/* YYYY-MM-DD, or YYYY-MM or YYYY where day or month are told as 00; empty where it is no date. Two digits of a year are a birth's
 * (not after `now_ms`), or of what may lie fifty years ahead. Gives the length. */
enum when_century { WHEN_BIRTH, WHEN_EXPIRY };
size_t when_date(struct text value, struct text format, enum when_century century, int64_t now_ms, char out[11]);

#endif
