/* A passport's machine-readable zone (TD3), written: for practice travellers. Source: ICAO Doc 9303-3, 4; 9303-4, 4.2. */
#ifndef IDENT_MRZ_WRITE_H
#define IDENT_MRZ_WRITE_H

#include "base/slice.h"

#define MRZ_PASSPORT_LINE 44u

struct mrz_passport {
	struct text issuer, nationality; /* alpha-2 */
	struct text family, given;       /* Latin; given may be empty. What is no letter parts words */
	struct text number;              /* at most 9 letters and digits of ASCII */
	struct text birth, expiry;       /* YYYY-MM-DD */
	char sex;                        /* 'M', 'F', anything else: not stated */
};

/* Both lines with their check digits, each with a NUL. Names too long are cut as Doc 9303-4, 4.2.2 does. false: a country, date or number
 * that cannot stand in one, or no family name. */
bool mrz_passport_write(const struct mrz_passport *passport, char ret_lines[2][MRZ_PASSPORT_LINE + 1]);

#endif
