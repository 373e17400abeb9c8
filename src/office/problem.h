/* Why something was refused, in the four languages of data/problems.tsv. Pure. */
#ifndef OFFICE_PROBLEM_H
#define OFFICE_PROBLEM_H

#include "base/buffer.h"
#include "office/office.h"

/* What a reason's text may name; what is not known stays empty. */
struct problem_values {
	struct text field, value, limit, detail;
};

/* Appends the text of `reason`, its {field} {value} {limit} {detail} put in, as plain text; false for a word that the table
 * does not know (nothing is appended). */
bool problem_text(struct buffer *out, enum office_language language, struct text reason, const struct problem_values *values);

/* "en", "km", "ko", "zh". */
const char *office_language_word(enum office_language language);
bool office_language_find(struct text word, enum office_language *ret_language);

#endif
