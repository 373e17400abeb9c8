/* Characters that stand for a digit or capital of ASCII: digits of other scripts, full width, letters of one look. */
#ifndef IDENT_PLAIN_H
#define IDENT_PLAIN_H

#include "base/slice.h"

/* The value 0 to 9 of a decimal digit of any script of data/ident/digits.tsv, or -1. */
int plain_digit(uint32_t c);

/* The capital or digit of ASCII that `c` is or looks just like (a, Cyrillic А, Greek Α, full width Ａ), else `c`. */
uint32_t plain_capital(uint32_t c);

#endif
