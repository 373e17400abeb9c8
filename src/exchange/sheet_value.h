/* What a cell of a spreadsheet holds, as the text that a person sees in it. Source: ECMA-376 part 1, 18.3.1.4 (c),
 * 18.8.30 (numFmt), 18.17.4 (dates). */
#ifndef EXCHANGE_SHEET_VALUE_H
#define EXCHANGE_SHEET_VALUE_H

#include "base/slice.h"

/* What a number format makes of a number. */
enum sheet_format {
	SHEET_PLAIN,
	SHEET_DAY,      /* a date with its day */
	SHEET_MONTH,    /* a date that shows year and month */
	SHEET_YEAR,     /* a date that shows its year only */
	SHEET_NO_YEAR,  /* a date that does not show its year */
	SHEET_PADDED,   /* zeros in front, up to as many digits as the format has: SHEET_PADDED + digits */
};

#define SHEET_DIGITS_MAX 15u /* what a spreadsheet keeps of a number */

/* Of a numFmtId that the standard defines; others are SHEET_PLAIN. */
int sheet_format_builtin(uint64_t id);

/* Of a formatCode: "yyyy\-mm\-dd", "[$-409]d mmm yyyy", "00000000", "General". */
int sheet_format_of(struct text code);

#define SHEET_TEXT_SIZE 64u

/* "123456", "1.23456E5", "32939" and a format as text with a NUL: 123456, 1990-03-07. Gives NULL, or why the number cannot
 * be taken: "has more than 15 digits...". `since_1904`: the workbook counts its days from 1904. */
const char *sheet_number(struct text value, int format, bool since_1904, char ret_text[SHEET_TEXT_SIZE]);

/* "B12" -> column 1, row 12; either may be missing (row 0, or SIZE_MAX for the column). */
bool sheet_reference(struct text reference, size_t *ret_column, uint64_t *ret_row);

#endif
