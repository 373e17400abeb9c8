#include "ident/mrz.h"

#include <stdio.h>

#include "ident/country.h"
#include "ident/mrz_zone.h"

/* A number too long for its field goes on at the start of the optional one, followed by its check digit and '<'
 * (parts 5 and 6, note j). Gives the characters it took there, or 0. */
static size_t number_long(const struct mrz_zone *z, struct mrz *m)
{
	struct text head = mrz_zone_text(z, z->layout->number), rest = mrz_zone_text(z, z->layout->optional);
	char whole[24];
	size_t n = 0;

	if ((z->layout->kind != MRZ_TD1 && z->layout->kind != MRZ_TD2) || head.data[9] != '<' || head.data[8] == '<')
		return 0;
	while (n < rest.len && rest.data[n] != '<')
		n++;
	if (n < 2)
		return 0;
	memcpy(whole, head.data, head.len);
	memcpy(whole + head.len, rest.data, n - 1);
	m->number_check = mrz_zone_check((struct text){whole, head.len + n - 1}, rest.data[n - 1]);
	mrz_zone_copy((struct text){whole, head.len + n - 1}, m->number, sizeof m->number);
	return n;
}

static void number_read(struct mrz_zone *z, struct mrz *m)
{
	const struct mrz_layout *l = z->layout;
	struct text optional = mrz_zone_text(z, l->optional);
	char digit = mrz_zone_digit_after(z, l->number);
	size_t used = number_long(z, m);

	if (used == 0) {
		mrz_zone_copy(mrz_zone_text(z, l->number), m->number, sizeof m->number);
		m->number_check = mrz_zone_check(mrz_zone_text(z, l->number), digit);
	}
	mrz_zone_copy((struct text){optional.data + used, optional.len - used}, m->optional, sizeof m->optional);
	if (l->kind == MRZ_TD1)
		mrz_zone_copy((struct text){&z->c[1][18], 11}, m->optional2, sizeof m->optional2);
	/* Only passports check their optional field; when it is empty the digit may be '<' or 0 (part 4, 4.2.2.2). */
	if (l->kind == MRZ_TD3)
		m->optional_check = mrz_zone_check(optional, mrz_zone_digit_after(z, l->optional));
}

static int two_digits(const char *c)
{
	return c[0] != '<' && c[1] != '<' ? (c[0] - '0') * 10 + c[1] - '0' : -1;
}

enum status mrz_date_read(struct mrz_zone *z, struct mrz_field f, int latest, char out[11], struct error *ret_error)
{
	static const int days[] = {31, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	const char *c = &z->c[f.line][f.at];
	int year, month, day;

	out[0] = '\0';
	TRY(mrz_zone_digits(z, f, ret_error));
	year = two_digits(c);
	month = two_digits(c + 2);
	day = two_digits(c + 4);
	if (month > 12 || day > days[month > 0 ? month : 0])
		return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)z->at[f.line][f.at + (month > 12 ? 2 : 4)],
				"there is no such %s", month > 12 ? "month" : "day");
	if (year < 0)
		return ST_OK;
	year += latest / 100 * 100;
	if (year > latest)
		year -= 100;
	snprintf(out, 11, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100);
	out[month <= 0 ? 4 : day <= 0 ? 7 : 10] = '\0';
	return ST_OK;
}

static enum mrz_check composite(struct mrz_zone *z)
{
	static const struct mrz_field td1[] = {{0, 5, 25}, {1, 0, 7}, {1, 8, 7}, {1, 18, 11}};
	static const struct mrz_field td2[] = {{1, 0, 10}, {1, 13, 7}, {1, 21, 14}};
	static const struct mrz_field td3[] = {{1, 0, 10}, {1, 13, 7}, {1, 21, 22}};
	const struct mrz_field *fields = z->layout->kind == MRZ_TD1 ? td1 : z->layout->kind == MRZ_TD2 ? td2 : td3;
	struct mrz_field before = z->layout->composite;
	size_t count = z->layout->kind == MRZ_TD1 ? 4 : 3, n = 0;
	char all[90];

	if (z->layout->composite.len == 0)
		return MRZ_CHECK_NONE;
	for (size_t i = 0; i < count; i++) {
		memcpy(all + n, &z->c[fields[i].line][fields[i].at], fields[i].len);
		n += fields[i].len;
	}
	before.at--;
	return mrz_check_digit((struct text){all, n}) == mrz_zone_digit_after(z, before) ? MRZ_CHECK_GOOD
											  : MRZ_CHECK_BAD;
}

static enum status fields_read(struct mrz_zone *z, int year_now, struct mrz *m, struct error *ret_error)
{
	const struct mrz_layout *l = z->layout;

	mrz_zone_letters(z, l->name);
	mrz_zone_letters(z, l->nationality);
	mrz_zone_copy(mrz_zone_text(z, l->nationality), m->nationality, sizeof m->nationality);
	m->truncated = mrz_names_read(mrz_zone_text(z, l->name), m->family, m->given);
	TRY(mrz_date_read(z, l->birth, year_now, m->birth, ret_error));
	TRY(mrz_date_read(z, l->expiry, year_now + 50, m->expiry, ret_error));
	number_read(z, m);
	m->birth_check = mrz_zone_check(mrz_zone_text(z, l->birth), mrz_zone_digit_after(z, l->birth));
	m->expiry_check = mrz_zone_check(mrz_zone_text(z, l->expiry), mrz_zone_digit_after(z, l->expiry));
	m->composite_check = composite(z);
	return ST_OK;
}

enum status mrz_parse(struct text in, int year_now, struct mrz *ret_mrz, struct error *ret_error)
{
	const struct mrz_field code = {0, 0, 1}, issuer = {0, 2, 3};
	struct mrz m = {.sex = 'X'};
	struct mrz_zone z;
	char sex;

	TRY(mrz_zone_read(in, &z, ret_error));
	m.kind = z.layout->kind;
	if (z.c[0][0] < 'A' || z.c[0][0] > 'Z')
		return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)z.at[code.line][code.at],
				"a document code begins with a letter");
	mrz_zone_letters(&z, issuer);
	mrz_zone_copy((struct text){z.c[0], 2}, m.code, sizeof m.code);
	mrz_zone_copy(mrz_zone_text(&z, issuer), m.issuer, sizeof m.issuer);
	TRY(m.kind == MRZ_FRENCH_ID ? mrz_french_read(&z, year_now, &m, ret_error)
				    : fields_read(&z, year_now, &m, ret_error));
	if (m.family[0] == '\0')
		return error_at(ret_error, ST_MALFORMED, "mrz", (int64_t)z.at[z.layout->name.line][z.layout->name.at],
				"there is no name");
	sex = mrz_zone_text(&z, z.layout->sex).data[0];
	m.sex = sex == 'M' || sex == 'F' ? sex : 'X';
	m.repaired = z.repaired;
	*ret_mrz = m;
	return ST_OK;
}

bool mrz_looks_like(struct text in)
{
	return mrz_zone_is_like(in);
}

const char *mrz_bad_field(const struct mrz *m)
{
	if (m->number_check == MRZ_CHECK_BAD)
		return "number";
	if (m->birth_check == MRZ_CHECK_BAD)
		return "birth";
	if (m->expiry_check == MRZ_CHECK_BAD)
		return "expiry";
	if (m->optional_check == MRZ_CHECK_BAD)
		return "optional";
	return m->composite_check == MRZ_CHECK_BAD ? "composite" : NULL;
}

enum status mrz_to_entity(const struct mrz *m, struct arena *arena, struct entity *ret_entity)
{
	char name[2 * MRZ_NAME_MAX + 2], country[3];
	bool passport = m->code[0] == 'P' || m->code[0] == 'V';
	struct entity e;

	TRY(entity_begin(&e, arena, TEXT("mrz"), "Person", TEXT_NONE));
	snprintf(name, sizeof name, "%s %s", m->family, m->given);
	TRY(entity_add(&e, "name", text_of(name)));
	TRY(entity_add(&e, "lastName", text_of(m->family)));
	TRY(entity_add(&e, "firstName", text_of(m->given)));
	TRY(entity_add(&e, "birthDate", text_of(m->birth)));
	if (country_from_alpha3(text_of(m->nationality), country))
		TRY(entity_add(&e, "nationality", text_of(country)));
	if (country_from_alpha3(text_of(m->issuer), country))
		TRY(entity_add(&e, "x-issuer", text_of(country)));
	if (m->sex != 'X')
		TRY(entity_add(&e, "gender", m->sex == 'M' ? TEXT("male") : TEXT("female")));
	TRY(entity_add(&e, passport ? "passportNumber" : "idNumber", text_of(m->number)));
	*ret_entity = e;
	return ST_OK;
}
