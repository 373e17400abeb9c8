/* Machine-readable zones of travel documents. Source: ICAO Doc 9303, 8th edition, parts 3 (common), 4 (TD3), 5 (TD1),
 * 6 (TD2), 7 (MRV-A, MRV-B).
 *
 * What cannot be a zone (length, alphabet, a date that is none) is an error with its place. A wrong check digit is not:
 * it says which field to read again, and the fields that hold stand by themselves, for optics fail more often than
 * forgers succeed. Letters read for digits (O, I, Z, S, G, B...) are put right in dates whose check digit then holds
 * and in check digits; digits read for letters in names and countries; K read for fillers at the end of names.
 */
#ifndef IDENT_MRZ_H
#define IDENT_MRZ_H

#include "model/entity.h"

/* MRZ_FRENCH_ID: the identity card of France until 2021, two lines of 36 with fields of their own. */
enum mrz_kind { MRZ_TD1, MRZ_TD2, MRZ_TD3, MRZ_MRV_A, MRZ_MRV_B, MRZ_FRENCH_ID };

enum mrz_check { MRZ_CHECK_NONE, MRZ_CHECK_GOOD, MRZ_CHECK_BAD };

#define MRZ_LINE_MAX 44u
#define MRZ_NAME_MAX 40u

/* Text is upper case and ends in NUL; fillers inside names are spaces, at the end they are gone. */
struct mrz {
	enum mrz_kind kind;
	char code[3];          /* "P", "PM", "V", "I", "AC"... */
	char issuer[4];        /* as written: three letters, or "D" */
	char nationality[4];
	char family[MRZ_NAME_MAX];
	char given[MRZ_NAME_MAX]; /* empty for people of one name */
	bool truncated;        /* the last place of the name field holds a letter: the name may go on */
	char number[24];
	char birth[11];        /* YYYY-MM-DD, YYYY-MM, YYYY or empty, as much as is known */
	char expiry[11];
	char sex;              /* 'M', 'F', or 'X' where not stated */
	char optional[32];
	char optional2[12];    /* the second optional field, of TD1 alone */
	bool repaired;         /* characters that cannot stand where they were read were put right: 0 in a name is O */
	enum mrz_check number_check, birth_check, expiry_check, optional_check, composite_check;
};

/* Takes two or three lines in one text, divided by line ends or not at all (then by length); lower case and spaces at
 * line ends are put right. `year_now` settles the century of two-digit years: births are not in the future, expiries
 * within 50 years of now. Fails: ST_MALFORMED, with the offset in `in` of the character that cannot be. */
MUST_USE enum status mrz_parse(struct text in, int year_now, struct mrz *ret_mrz, struct error *ret_error);

/* Whether the text is shaped like a zone: '<' often enough and lines of the right length. */
bool mrz_looks_like(struct text in);

/* The name of the first field whose check digit is wrong, or NULL. */
const char *mrz_bad_field(const struct mrz *mrz);

/* Makes a query of it: a Person with name, birthDate, nationality, gender and passportNumber or idNumber; the issuing
 * country goes into "x-issuer", which only the engine reads. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status mrz_to_entity(const struct mrz *mrz, struct arena *arena, struct entity *ret_entity);

/* Check digit of ICAO Doc 9303-3, 4.9: weights 7 3 1; '0'..'9', or 0 if a character has no value. */
char mrz_check_digit(struct text t);

#endif
