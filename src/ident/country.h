/* Countries by the codes and names that lists and documents use. Table: data/countries.tsv. */
#ifndef IDENT_COUNTRY_H
#define IDENT_COUNTRY_H

#include "base/slice.h"

/* "KOR" or a machine-readable zone's "D", "GBD", "RKS" -> "kr", "de", "gb", "xk" with a NUL. Gives false for codes of
 * no country (XXA, UNO, UTO...) and unknown ones. */
bool country_from_alpha3(struct text code, char ret_alpha2[3]);

/* "Korea, North", "Russian Federation", "Viet Nam" -> "kp", "ru", "vn"; also takes alpha-2 and alpha-3 codes.
 * Case, accents apart, punctuation and "the" do not matter. */
bool country_from_name(struct text name, char ret_alpha2[3]);

#endif
