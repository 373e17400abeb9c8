#include "exchange/eu.h"

#include <stdio.h>

enum status eu_name_add(struct record *r, const struct eu_name *n)
{
	bool first = entity_get(&r->entity, "name") == NULL;
	bool weak = text_has(n->remark, TEXT("ow quality")) || text_equal_nocase(n->strong, TEXT("false"));
	const char *property = weak ? "weakAlias" : first ? "name" : "alias";
	const struct property *known = entity_get(&r->entity, "name");

	/* Told again in another row, the name is no alias of itself. */
	if (n->whole.len && known && text_equal(known->values[0], n->whole))
		property = "name";
	TRY(n->whole.len ? record_add(r, property, n->whole) : record_add_parts(r, property, n->parts, 3, " "));
	TRY(record_add(r, "position", n->function));
	TRY(record_add(r, "title", n->title));
	if (n->gender.len && (n->gender.data[0] == 'F' || n->gender.data[0] == 'M'))
		TRY(record_add(r, "gender", n->gender.data[0] == 'F' ? TEXT("female") : TEXT("male")));
	return ST_OK;
}

enum status eu_birth_add(struct record *r, const struct eu_birth *b)
{
	struct text date = b->date, places[3];
	char wording[64];
	int n = 0;

	if (date.len == 0 && b->year.len && b->month.len && b->day.len)
		n = snprintf(wording, sizeof wording, "%.*s.%.*s.%.*s", TEXT_ARG(b->day), TEXT_ARG(b->month),
			     TEXT_ARG(b->year));
	else if (date.len == 0)
		date = b->year;
	if (text_equal_nocase(b->circa, TEXT("true")) && date.len)
		n = snprintf(wording, sizeof wording, "circa %.*s", TEXT_ARG(date));
	if (n > 0)
		date = (struct text){wording, n < (int)sizeof wording ? (size_t)n : sizeof wording - 1};
	TRY(record_birth_date(r, date));
	if (b->from.len && b->to.len) {
		n = snprintf(wording, sizeof wording, "%.*s to %.*s", TEXT_ARG(b->from), TEXT_ARG(b->to));
		TRY(record_birth_date(r, (struct text){wording, n < (int)sizeof wording ? (size_t)n : sizeof wording - 1}));
	} else {
		TRY(record_birth_date(r, b->from.len ? b->from : b->to));
	}
	for (size_t i = 0; i < 3; i++)
		places[i] = text_equal_nocase(b->places[i], TEXT("UNKNOWN")) ? TEXT_NONE : b->places[i];
	return record_add_parts(r, "birthPlace", places, 3, ", ");
}

enum status eu_identification_add(struct record *r, struct text type, struct text number, struct text country)
{
	if (text_equal(type, TEXT("regnumber")))
		return record_add(r, "registrationNumber", number);
	if (text_equal(type, TEXT("imo")))
		return record_add(r, "imoNumber", number);
	return record_document(r, text_equal(type, TEXT("passport")) ? "passportNumber" : "idNumber", number, country, type);
}

enum status eu_citizenship_add(struct record *r, struct text country)
{
	return text_equal(country, TEXT("00")) ? ST_OK : record_country(r, "nationality", country);
}
