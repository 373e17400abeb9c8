/* Countries by the codes and names that lists and documents use. Table: data/countries.tsv. */
#ifndef IDENT_COUNTRY_H
#define IDENT_COUNTRY_H

#include "base/slice.h"

/* "KOR" or a machine-readable zone's "D", "GBD", "RKS" -> "kr", "de", "gb", "xk" with a NUL. Gives false for codes of
 * no country (XXA, UNO, UTO...) and unknown ones. */
bool country_from_alpha3(struct text code, char ret_alpha2[3]);

/* "KOR" of "kr"; empty where the code is unknown. */
struct text country_alpha3(struct text alpha2);

/* "Korea, North", "Russian Federation", "Viet Nam" -> "kp", "ru", "vn"; also takes alpha-2 and alpha-3 codes.
 * Case, punctuation, "the" and "of" do not matter; Khmer, Korean and Chinese names are known too. */
bool country_from_name(struct text name, char ret_alpha2[3]);

#define COUNTRIES_MAX 8u

/* The same for a text that may name several: "(a) Algerian, (b) German", "Myanmar/Burma", "possibly Ethiopian". Codes
 * count only where they are all there is. Gives how many different ones were found. */
size_t country_read_all(struct text in, char ret_alpha2[COUNTRIES_MAX][3]);

/* What people call it in "en", "km", "ko" or "zh" (another language: English); empty where the code is unknown. */
struct text country_name(struct text alpha2, struct text language);

#endif
