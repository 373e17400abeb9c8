/* How a check is told. */
#include <stdio.h>

#include "ident/country.h"
#include "model/time.h"
#include "post/check.h"
#include "text/script.h"

json_t *json_of_text(struct text t)
{
	return json_stringn(t.len ? t.data : "", t.len);
}

json_t *json_of_time(int64_t ms)
{
	char text[TIME_SIZE];

	if (ms == 0)
		return json_null();
	time_write(ms, text);
	return json_string(text);
}

json_t *json_of_person(const struct entity *person, bool engine)
{
	json_t *properties = json_object(), *root = json_pack("{s:o, s:o}", "schema", json_of_text(person->schema), "properties", properties);

	for (size_t i = 0; root && i < person->property_count; i++) {
		const struct property *p = &person->properties[i];
		char name[128];
		json_t *values;

		if ((!engine && text_starts(p->name, TEXT("x-"))) || p->name.len >= sizeof name)
			continue;
		memcpy(name, p->name.data, p->name.len);
		name[p->name.len] = '\0';
		values = json_array();
		for (size_t k = 0; k < p->count; k++)
			json_array_append_new(values, json_of_text(p->values[k]));
		json_object_set_new(properties, name, values);
	}
	return root;
}

static void names_add(json_t *names, const struct entity *person, const char *property)
{
	const struct property *p = entity_get(person, property);

	for (size_t i = 0; p && i < p->count && json_array_size(names) < 32; i++)
		json_array_append_new(names, json_pack("{s:o, s:s}", "text", json_of_text(p->values[i]), "script",
						       script_code(script_main(p->values[i]))));
}

json_t *json_of_names(const struct entity *person)
{
	json_t *names = json_array();

	names_add(names, person, "name");
	names_add(names, person, "alias");
	names_add(names, person, "weakAlias");
	return names;
}

static json_t *document_json(const struct check *c)
{
	const struct entity *p = &c->person;
	bool card = entity_get(p, "passportNumber") == NULL && entity_get(p, "idNumber");
	struct text number = entity_first(p, card ? "idNumber" : "passportNumber"), country = entity_first(p, "x-issuer");

	if (number.len == 0)
		return json_null();
	if (country.len == 0)
		country = entity_first(p, "nationality");
	return json_pack("{s:s, s:o, s:o}", "kind", card ? "identity-card" : "passport", "number", json_of_text(number), "country",
			 json_of_text(country));
}

json_t *check_traveller(const struct check *c)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "names", json_of_names(&c->person), "birthDate",
			 json_of_text(entity_first(&c->person, "birthDate")), "sex", json_of_text(entity_first(&c->person, "gender")),
			 "nationality", json_of_text(entity_first(&c->person, "nationality")), "document", document_json(c));
}

/* Every field whose check digit is wrong, by its name. */
static json_t *reading_json(const struct check *c)
{
	const struct {
		enum mrz_check check;
		const char *name;
	} fields[] = {{c->mrz.number_check, "number"}, {c->mrz.birth_check, "birth"}, {c->mrz.expiry_check, "expiry"},
		      {c->mrz.optional_check, "optional"}, {c->mrz.composite_check, "composite"}};
	json_t *bad = json_array();

	for (size_t i = 0; c->zoned && i < sizeof fields / sizeof fields[0]; i++)
		if (fields[i].check == MRZ_CHECK_BAD)
			json_array_append_new(bad, json_string(fields[i].name));
	return json_pack("{s:b, s:o, s:b, s:b}", "good", json_array_size(bad) == 0, "bad", bad, "again", c->again, "camera", c->camera);
}

static json_t *chip_json(const struct check *c)
{
	static const char *const words[] = {"valid", "not-checked", "invalid"};

	if (!c->chip_read)
		return json_null();
	return json_pack("{s:s, s:s, s:s?}", "result", words[c->chip.result], "reason", c->chip.reason, "warning",
			 c->chip.warned ? c->chip.warning : NULL);
}

static json_t *guards_json(const struct verdict *v)
{
	json_t *guards = json_array();

	for (size_t i = 0; i < v->guard_count; i++)
		json_array_append_new(guards, json_of_text(v->guards[i]));
	return guards;
}

json_t *check_json(const struct check *c, unsigned language)
{
	const struct verdict *v = &c->answer.verdict;
	json_t *root = json_pack("{s:s, s:o, s:o, s:o, s:o, s:{s:I, s:s, s:I}, s:b, s:I}", "id", c->id, "at", json_of_time(c->at_ms),
				 "traveller", check_traveller(c), "reading", reading_json(c), "chip", chip_json(c), "list", "number",
				 (json_int_t)c->answer.number, "colour", c->now.colour, "ageMs", (json_int_t)c->age_ms, "bounded",
				 c->answer.bounded, "tookUs", (json_int_t)c->took_us);
	json_t *more;

	if (root == NULL)
		return NULL;
	more = c->again ? json_pack("{s:n, s:n}", "result", "hit")
			: json_pack("{s:s, s:b, s:o, s:o, s:o, s:o, s:o}", "result", verdict_result_word(v->result), "quiet", v->quiet,
				    "act", json_of_text(v->act), "title", json_of_text(verdict_act_title(v->act, language)), "text",
				    json_of_text(verdict_act_text(v->act, language)), "guards", guards_json(v), "hit",
				    c->hit[0] ? json_string(c->hit) : json_null());
	if (more == NULL || json_object_update(root, more) != 0) {
		json_decref(more);
		json_decref(root);
		return NULL;
	}
	json_decref(more);
	return root;
}
