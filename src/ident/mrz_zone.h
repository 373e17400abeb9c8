/* The characters of a machine-readable zone and where its fields stand. Used by mrz.c and mrz_french.c only. */
#ifndef IDENT_MRZ_ZONE_H
#define IDENT_MRZ_ZONE_H

#include "ident/mrz.h"

/* Line and column from 0, length; length 0: the layout has no such field. */
struct mrz_field {
	uint8_t line, at, len;
};

struct mrz_layout {
	enum mrz_kind kind;
	uint8_t lines, width;
	struct mrz_field name, number, nationality, birth, sex, expiry, optional, composite;
};

struct mrz_zone {
	const struct mrz_layout *layout;
	char c[3][MRZ_LINE_MAX];
	size_t at[3][MRZ_LINE_MAX]; /* where each character stood in the input */
	bool repaired;
};

/* Takes lines divided by line ends or glued together; blanks are skipped, lower case is raised.
 * Fails: ST_MALFORMED with the offset in `in` where the zone stops being one. */
MUST_USE enum status mrz_zone_read(struct text in, struct mrz_zone *ret_zone, struct error *ret_error);

/* Whether it has the letters and the length of a zone. */
bool mrz_zone_is_like(struct text in);

static inline struct text mrz_zone_text(const struct mrz_zone *z, struct mrz_field f)
{
	return (struct text){&z->c[f.line][f.at], f.len};
}

/* The check digit that stands right after a field, optical slips put right; '<' where there is none. */
char mrz_zone_digit_after(struct mrz_zone *z, struct mrz_field f);

/* Digits where only letters stand become the letters they look like. */
void mrz_zone_letters(struct mrz_zone *z, struct mrz_field f);

/* Letters where only digits and fillers stand become what they look like, as long as the digit after the field then
 * holds: O for 0 is an optical slip, O for 0 with a sum that fails is anyone's guess.
 * Fails: ST_MALFORMED at the letter. */
MUST_USE enum status mrz_zone_digits(struct mrz_zone *z, struct mrz_field f, struct error *ret_error);

/* Good, bad, or none where an empty field has '<' for its digit. */
enum mrz_check mrz_zone_check(struct text t, char digit);

/* Without the fillers at its end, cut to `size` with its NUL. */
void mrz_zone_copy(struct text t, char *out, size_t size);

/* Names of a field: `family` up to the first double filler, the rest `given`, fillers as single spaces. */
bool mrz_names_read(struct text field, char family[MRZ_NAME_MAX], char given[MRZ_NAME_MAX]);

/* A date of six characters, "<<" where unknown, not after the year `latest`; written as YYYY-MM-DD, as far as known. */
MUST_USE enum status mrz_date_read(struct mrz_zone *z, struct mrz_field f, int latest, char out[11],
				   struct error *ret_error);

/* The two lines of 36 that French identity cards bore until 2021. */
MUST_USE enum status mrz_french_read(struct mrz_zone *z, int year_now, struct mrz *ret_mrz, struct error *ret_error);

#endif
