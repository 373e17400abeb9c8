#include "exchange/record.h"

#include <stdio.h>

#include "ident/country.h"
#include "ident/date.h"

enum status record_begin_in(struct record *r, struct reader *reader, struct arena *arena, const char *dataset,
			    struct text reference, const char *schema)
{
	char id[ENTITY_ID_MAX + 1];
	int n = snprintf(id, sizeof id, "%s-%.*s", dataset, TEXT_ARG(reference));

	*r = (struct record){.reader = reader};
	if (n < 0 || (size_t)n >= sizeof id)
		return ST_LIMIT;
	TRY(entity_begin(&r->entity, arena, (struct text){id, (size_t)n}, schema, text_of(dataset)));
	r->entity.target = true;
	return ST_OK;
}

enum status record_begin(struct record *r, struct reader *reader, const char *dataset, struct text reference,
			 const char *schema)
{
	arena_clear(&reader->arena);
	return record_begin_in(r, reader, &reader->arena, dataset, reference, schema);
}

enum status record_add(struct record *r, const char *property, struct text value)
{
	enum status st = entity_add(&r->entity, property, value);

	if (st == ST_LIMIT && !r->entity.arena->refused) {
		reader_skip(r->reader, property, "too long or too many");
		return ST_OK;
	}
	return st;
}

enum status record_add_parts(struct record *r, const char *property, const struct text *parts, size_t count,
			     const char *between)
{
	struct buffer whole;
	enum status st;

	buffer_init(&whole, ENTITY_VALUE_MAX * 2);
	for (size_t i = 0; i < count; i++) {
		struct text part = text_trim(parts[i]);

		if (part.len && whole.len)
			buffer_add_text(&whole, text_of(between));
		buffer_add_text(&whole, part);
	}
	st = buffer_status(&whole);
	if (st == ST_OK && whole.len)
		st = record_add(r, property, buffer_text(&whole));
	else if (st == ST_LIMIT)
		reader_skip(r->reader, property, "too long or too many");
	buffer_release(&whole);
	return st == ST_LIMIT && !r->entity.arena->refused ? ST_OK : st;
}

/* Of a thing told in several rows, what cannot be read is reported once: `notes` has it then. */
static bool is_noted(const struct record *r, struct text wording)
{
	const struct property *notes = entity_get(&r->entity, "notes");

	for (size_t i = 0; notes && i < notes->count; i++)
		if (text_equal(notes->values[i], wording))
			return true;
	return false;
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
	if (n == 0 && !is_noted(r, published))
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
	if (n == 0 && !is_noted(r, name))
		reader_skip(r->reader, property, "no such country is known");
	return record_add(r, "notes", name);
}

static bool is_same_document(const struct entity *d, const char *schema, struct text number, struct text country)
{
	return text_equal(d->schema, text_of(schema)) && text_equal(entity_first(d, "number"), number) &&
	       text_equal(entity_first(d, "country"), country);
}

/* Room for one neighbour more. */
static enum status document_room(struct record *r)
{
	size_t room = r->document_room ? r->document_room * 2 : 4;
	struct entity *grown;

	if (r->document_count < r->document_room)
		return ST_OK;
	grown = ARENA_NEW(r->entity.arena, struct entity, room);
	if (grown == NULL)
		return arena_failure(r->entity.arena, NULL);
	if (r->document_count)
		memcpy(grown, r->documents, r->document_count * sizeof *grown);
	r->documents = grown;
	r->document_room = room;
	return ST_OK;
}

enum status record_document(struct record *r, const char *property, struct text number, struct text country,
			    struct text type)
{
	const char *schema = strcmp(property, "passportNumber") == 0 ? "Passport" : "Identification";
	char id[ENTITY_ID_MAX + 1], code[3] = "";
	struct entity *d;
	int n;

	number = text_trim(number);
	if (number.len == 0)
		return ST_OK;
	TRY(record_add(r, property, number));
	if (country.len)
		(void)country_from_name(country, code);
	for (size_t i = 0; i < r->document_count; i++)
		if (is_same_document(&r->documents[i], schema, number, text_of(code)))
			return ST_OK;
	n = snprintf(id, sizeof id, "%.*s-doc-%zu", TEXT_ARG(r->entity.id), r->document_count + 1);
	if (n < 0 || (size_t)n >= sizeof id || r->document_count == RECORD_DOCUMENTS_MAX)
		return ST_OK;
	TRY(document_room(r));
	d = &r->documents[r->document_count];
	TRY(entity_begin(d, r->entity.arena, (struct text){id, (size_t)n}, schema, r->entity.datasets[0]));
	TRY(entity_add(d, "holder", r->entity.id));
	if (entity_add(d, "number", number) != ST_OK)
		return ST_OK;
	TRY(entity_add(d, "country", text_of(code)));
	TRY(entity_add(d, "type", type));
	r->document_count++;
	return ST_OK;
}

enum status record_end(struct record *r, struct error *ret_error)
{
	if (entity_get(&r->entity, "name") == NULL && entity_get(&r->entity, "alias") == NULL &&
	    entity_get(&r->entity, "weakAlias") == NULL && entity_get(&r->entity, "previousName") == NULL) {
		reader_skip(r->reader, "name", "an entry without a name");
		return ST_OK;
	}
	TRY(entity_add(&r->entity, "topics", TEXT("sanction")));
	TRY(reader_entity(r->reader, &r->entity, ret_error));
	for (size_t i = 0; i < r->document_count; i++)
		TRY(reader_entity(r->reader, &r->documents[i], ret_error));
	return ST_OK;
}
