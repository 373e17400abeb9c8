/* One cell of a workbook's sheet as the text that a person sees in it, or why there is none. */
#ifndef EXCHANGE_SHEET_CELL_H
#define EXCHANGE_SHEET_CELL_H

#include "exchange/workbook.h"

struct sheet_cell {
	struct text text;   /* empty for an empty cell; of the workbook's own texts or in the arena */
	const char *why;    /* what is wrong with it, in English; NULL: nothing, the text counts */
	const char *reason; /* the same as a word of data/problems.tsv */
	bool formula;       /* the text is what was saved with a formula */
};

/* Takes a <c> element. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status sheet_cell_read(const struct workbook *book, const xmlNode *cell, struct arena *arena,
				     struct sheet_cell *ret_cell);

/* "H" for column 7, with a NUL. */
void sheet_column_letters(size_t column, char out[4]);

#endif
