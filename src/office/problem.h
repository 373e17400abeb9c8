/* Why something was refused, as the officers' interface says it. */
#ifndef OFFICE_PROBLEM_H
#define OFFICE_PROBLEM_H

#include "http/problem.h"
#include "office/office.h"

/* "en", "km", "ko", "zh". */
const char *office_language_word(enum office_language language);

#endif
