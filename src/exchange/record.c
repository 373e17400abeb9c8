#include "exchange/record.h"

#include <stdio.h>

#include "ident/country.h"
#include "ident/date.h"

enum status record_begin(struct record *r, struct reader *reader, const char *dataset, struct text reference,
			 const char *schema)
{
	char id[ENTITY_ID_MAX + 1];
	int n = snprintf(id, sizeof id, "%s-%.*s", dataset, TEXT_ARG(reference));

	arena_clear(&reader->arena);
	r->reader = reader;
	r->document_count = 0;
	if (n < 0 || (size_t)n >= sizeof id)
		return ST_LIMIT;
	TRY(entity_begin(&r->entity, &reader->arena, (struct text){id, (size_t)n}, schema, text_of(dataset)));
	r->entity.target = true;
	return ST_OK;
}

enum status record_add(struct record *r, const char *property, struct text value)
{
	enum status st = entity_add(&r->entity, property, value);

	if (st == ST_LIMIT && !r->reader->arena.refused) {
		reader_skip(r->reader, property, "too long or too many");
		return ST_OK;
	}
	return st;
}

static enum status birth_date_add(struct record *r, struct published_date d)
{
	/* A day that is a guess or the end of a range is no day: what both ends share is what is known. */
	if (d.quality == DATE_RANGE && strlen(d.from) >= 7 && strncmp(d.from, d.to, 7) == 0)
		d.from[7] = d.to[7] = '\0';
	else if (d.quality != DATE_EXACT)
		d.from[4] = d.to[4] = '\0';
	TRY(record_add(r, "birthDate", text_of(d.from)));
	if (d.quality == DATE_RANGE)
		TRY(record_add(r, "birthDate", text_of(d.to)));
	return ST_OK;
}

enum status record_birth_date(struct record *r, struct text published)
{
	struct published_date dates[DATES_MAX];
	bool exact = true;
	size_t n;

	published = text_trim(published);
	if (published.len == 0)
		return ST_OK;
	n = date_read_all(published, dates);
	if (n == 0)
		reader_skip(r->reader, "birthDate", "no date could be made out");
	for (size_t i = 0; i < n; i++) {
		exact = exact && dates[i].quality == DATE_EXACT;
		TRY(birth_date_add(r, dates[i]));
	}
	return n == 1 && exact ? ST_OK : record_add(r, "notes", published);
}

enum status record_country(struct record *r, const char *property, struct text name)
{
	char codes[COUNTRIES_MAX][3];
	size_t n;

	name = text_trim(name);
	if (name.len == 0)
		return ST_OK;
	n = country_read_all(name, codes);
	for (size_t i = 0; i < n; i++)
		TRY(record_add(r, property, text_of(codes[i])));
	if (n == 1)
		return ST_OK;
	/* Several, or none: the wording says more. */
	if (n == 0)
		reader_skip(r->reader, property, "no such country is known");
	return record_add(r, "notes", name);
}

enum status record_document(struct record *r, const char *property, struct text number, struct text country,
			    struct text type)
{
	bool passport = strcmp(property, "passportNumber") == 0;
	char id[ENTITY_ID_MAX + 1], code[3] = "";
	struct entity *d = &r->documents[r->document_count];
	int n;

	number = text_trim(number);
	if (number.len == 0)
		return ST_OK;
	TRY(record_add(r, property, number));
	if (r->document_count == sizeof r->documents / sizeof r->documents[0])
		return ST_OK;
	n = snprintf(id, sizeof id, "%.*s-doc-%zu", TEXT_ARG(r->entity.id), r->document_count + 1);
	if (n < 0 || (size_t)n >= sizeof id)
		return ST_OK;
	TRY(entity_begin(d, &r->reader->arena, (struct text){id, (size_t)n}, passport ? "Passport" : "Identification",
			 r->entity.datasets[0]));
	TRY(entity_add(d, "holder", r->entity.id));
	if (entity_add(d, "number", number) != ST_OK)
		return ST_OK;
	if (country.len && country_from_name(country, code))
		TRY(entity_add(d, "country", text_of(code)));
	TRY(entity_add(d, "type", type));
	r->document_count++;
	return ST_OK;
}

enum status record_end(struct record *r, struct error *ret_error)
{
	if (entity_get(&r->entity, "name") == NULL && entity_get(&r->entity, "alias") == NULL &&
	    entity_get(&r->entity, "weakAlias") == NULL) {
		reader_skip(r->reader, "name", "an entry without a name");
		return ST_OK;
	}
	TRY(entity_add(&r->entity, "topics", TEXT("sanction")));
	TRY(reader_entity(r->reader, &r->entity, ret_error));
	for (size_t i = 0; i < r->document_count; i++)
		TRY(reader_entity(r->reader, &r->documents[i], ret_error));
	return ST_OK;
}
