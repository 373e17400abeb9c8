/* Telephone numbers in one form. Table: data/phone_plans.tsv. Source: ITU-T E.164 and the national plans it lists. */
#ifndef IDENT_PHONE_H
#define IDENT_PHONE_H

#include "base/slice.h"

/* Writes the digits of the number as E.164 has them, without '+': "+82 (0)10-1234-5678", "00821012345678" and, with
 * `country` "kr", "010-1234-5678" become "821012345678". Digits of any script count; "tel:" and extensions ("ext. 5",
 * "x5") do not. `country` (alpha-2, or none) is where a number written without a country code is dialled; one that fits
 * no plan, or has no country, is left as its digits. Takes at least `in.len` + 4 bytes of room where there is a country,
 * `in.len` where there is none; gives the length, 0 where there are no digits. */
size_t phone_canonical(struct text in, struct text country, char *out);

#define PHONE_TEXT_MAX 60u
#define PHONE_DIGITS_MIN 7u
#define PHONE_DIGITS_MAX 15u /* E.164, 6.1 */

struct phone_number {
	char digits[PHONE_DIGITS_MAX + 1]; /* as phone_canonical() writes them, and a NUL */
	size_t len;
	size_t code_len; /* of the country's code; 0 where no plan of ours has it */
	bool usual;      /* the plan gives such numbers out; false where there is no plan */
};

enum phone_fault {
	PHONE_GOOD,
	PHONE_COUNTRY, /* neither '+' nor a country whose plan we have */
	PHONE_LENGTH,  /* too short or too long for the country it names */
};

/* The same, and only what is a whole number with its country's code. */
MUST_USE enum phone_fault phone_read(struct text in, struct text country, struct phone_number *ret_number);

/* Whether this number, as it is without, is dialled with a nought before it there: so that without it, it is hardly a telephone's. */
bool phone_dials_nought(struct text country, struct text national);

#endif
