/* French identity cards of 1988 to 2021: a zone of their own, older than Doc 9303's TD2 and of the same size.
 *
 *   line 1   IDFRA family name (25) place of issue (6)
 *   line 2   number: issue YYMM, department (3), serial (5); digit; given names (14); birth (6); digit; sex; digit
 *
 * The last digit covers all before it, both lines. Source: layout as printed on the cards, checked on public specimens.
 */
#include "ident/mrz_zone.h"

static const struct mrz_field given_names = {1, 13, 14};

enum status mrz_french_read(struct mrz_zone *z, int year_now, struct mrz *m, struct error *ret_error)
{
	const struct mrz_layout *l = z->layout;
	char whole[71], other[MRZ_NAME_MAX];
	bool more;

	mrz_zone_letters(z, l->name);
	mrz_zone_letters(z, given_names);
	/* Family and given names have a field each; a double filler divides the given ones. */
	m->truncated = mrz_names_read(mrz_zone_text(z, l->name), m->family, other);
	more = mrz_names_read(mrz_zone_text(z, given_names), m->given, other);
	m->truncated = m->truncated || more;
	if (other[0] && strlen(m->given) + strlen(other) + 2 <= sizeof m->given) {
		size_t n = strlen(m->given);

		m->given[n] = ' ';
		memcpy(m->given + n + 1, other, strlen(other) + 1);
	}
	mrz_zone_copy(mrz_zone_text(z, l->number), m->number, sizeof m->number);
	mrz_zone_copy(mrz_zone_text(z, l->nationality), m->nationality, sizeof m->nationality);
	mrz_zone_copy(mrz_zone_text(z, l->optional), m->optional, sizeof m->optional);
	m->number_check = mrz_zone_check(mrz_zone_text(z, l->number), mrz_zone_digit_after(z, l->number));
	TRY(mrz_date_read(z, l->birth, year_now, m->birth, ret_error));
	m->birth_check = mrz_zone_check(mrz_zone_text(z, l->birth), mrz_zone_digit_after(z, l->birth));
	memcpy(whole, z->c[0], 36);
	memcpy(whole + 36, z->c[1], 35);
	m->composite_check = mrz_check_digit((struct text){whole, sizeof whole}) == z->c[1][35] ? MRZ_CHECK_GOOD
												 : MRZ_CHECK_BAD;
	return ST_OK;
}
