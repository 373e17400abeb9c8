/* The flat JSON lines in which collections of published lists are often kept: one listed person or thing a line,
 * {"id","list","type","names":[{"name","kind","quality"}],"dob":[...],"nat":[...],"identifiers":[...],...}. */
#include <jansson.h>

#include "exchange/ofac_identifiers.h"

static struct text string_of(const json_t *value)
{
	return json_is_string(value) ? (struct text){json_string_value(value), json_string_length(value)} : TEXT_NONE;
}

static struct text member(const json_t *object, const char *name)
{
	return string_of(json_object_get(object, name));
}

static enum status names_add(struct record *r, const json_t *names)
{
	for (size_t i = 0; i < json_array_size(names); i++) {
		const json_t *n = json_array_get(names, i);
		struct text kind = member(n, "kind");
		const char *property = "alias";

		if (text_equal(kind, TEXT("primary")))
			property = "name";
		else if (text_equal(member(n, "quality"), TEXT("weak")))
			property = "weakAlias";
		else if (text_equal(kind, TEXT("fka")) || text_equal(kind, TEXT("nka")))
			property = "previousName";
		TRY(record_add(r, property, member(n, "name")));
	}
	return ST_OK;
}

/* A date as published precision has it, or {"from","to","q"}. */
static enum status dates_add(struct record *r, const json_t *dates)
{
	for (size_t i = 0; i < json_array_size(dates); i++) {
		const json_t *d = json_array_get(dates, i);

		if (json_is_string(d)) {
			TRY(record_add(r, "birthDate", string_of(d)));
		} else {
			TRY(record_birth_date(r, member(d, "from")));
			TRY(record_birth_date(r, member(d, "to")));
		}
	}
	return ST_OK;
}

static enum status identifiers_add(struct record *r, const json_t *identifiers)
{
	for (size_t i = 0; i < json_array_size(identifiers); i++) {
		const json_t *id = json_array_get(identifiers, i);
		struct text type = member(id, "type");
		const char *property = ofac_identifier_property(type);

		if (property == NULL)
			property = text_has(type, TEXT("assport")) ? "passportNumber" : "idNumber";
		TRY(ofac_identifier_add(r, property, member(id, "value"), member(id, "country"), type));
	}
	return ST_OK;
}

static enum status texts_add(struct record *r, const json_t *list, const char *property)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		TRY(record_add(r, property, string_of(json_array_get(list, i))));
	return ST_OK;
}

static enum status person_read(struct reader *reader, const json_t *root, struct error *ret_error)
{
	struct text id = member(root, "id"), list = member(root, "list"), type = member(root, "type");
	struct record r;

	if (id.len == 0 || list.len == 0 || !json_is_array(json_object_get(root, "names"))) {
		reader_skip(reader, "id", "id, list or names are missing");
		return ST_OK;
	}
	TRY(record_begin(&r, reader, "list", id, text_equal(type, TEXT("person")) ? "Person" : "Organization"));
	/* Ids and lists are given by the file. */
	TRY(arena_text(&reader->arena, id, &r.entity.id));
	TRY(arena_text(&reader->arena, list, &r.entity.datasets[0]));
	TRY(names_add(&r, json_object_get(root, "names")));
	TRY(dates_add(&r, json_object_get(root, "dob")));
	TRY(texts_add(&r, json_object_get(root, "nat"), "nationality"));
	TRY(texts_add(&r, json_object_get(root, "pob"), "birthPlace"));
	TRY(texts_add(&r, json_object_get(root, "programs"), "programId"));
	TRY(record_add(&r, "gender", member(root, "gender")));
	TRY(record_add(&r, "position", member(root, "title")));
	TRY(identifiers_add(&r, json_object_get(root, "identifiers")));
	return record_end(&r, ret_error);
}

enum status persons_read(struct reader *reader, struct error *ret_error)
{
	struct text line;

	reader->report.format = "persons";
	for (;;) {
		json_error_t why;
		json_t *root;
		enum status st;

		TRY(reader_line(reader, &line, ret_error));
		if (line.data == NULL)
			return ST_OK;
		if (text_trim(line).len == 0)
			continue;
		root = json_loadb(line.data, line.len, JSON_REJECT_DUPLICATES, &why);
		if (root == NULL) {
			reader_skip(reader, "json", why.text);
			continue;
		}
		st = person_read(reader, root, ret_error);
		json_decref(root);
		if (st != ST_OK)
			return st;
	}
}
