/* An example of a query as the field understands it: values cleaned, a name made of its parts. */
#include <stdlib.h>

#include "api/match.h"
#include "ident/country.h"
#include "ident/date.h"
#include "model/entity_json.h"

static bool clean_country(struct text in, struct arena *arena, struct text *ret)
{
	char alpha2[3];

	*ret = in;
	return country_from_name(in, alpha2) ? arena_text(arena, text_of(alpha2), ret) == ST_OK :
					       country_name(in, TEXT("en")).len != 0;
}

static bool clean_date(struct text in, struct arena *arena, struct text *ret)
{
	struct published_date date;

	if (date_read_published(in, &date) != ST_OK)
		return false;
	/* A range is left to the engine, as it was written. */
	*ret = in;
	return date.quality != DATE_EXACT || arena_text(arena, text_of(date.from), ret) == ST_OK;
}

/* Source: FollowTheMoney's type of genders. */
static bool clean_gender(struct text in, struct text *ret)
{
	static const struct {
		const char *word, *gender;
	} words[] = {
		{"male", "male"}, {"female", "female"}, {"other", "other"}, {"m", "male"}, {"man", "male"}, {"masculin", "male"},
		{"männlich", "male"}, {"мужской", "male"}, {"男", "male"}, {"f", "female"}, {"woman", "female"},
		{"féminin", "female"}, {"weiblich", "female"}, {"женский", "female"}, {"女", "female"}, {"o", "other"},
		{"d", "other"}, {"divers", "other"},
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (text_equal_nocase(in, text_of(words[i].word))) {
			*ret = text_of(words[i].gender);
			return true;
		}
	return false;
}

static bool clean_value(struct text type, struct text in, struct arena *arena, struct text *ret)
{
	*ret = in;
	if (text_equal(type, TEXT("country")))
		return clean_country(in, arena, ret);
	if (text_equal(type, TEXT("date")))
		return clean_date(in, arena, ret);
	if (text_equal(type, TEXT("gender")))
		return clean_gender(in, ret);
	return true;
}

/* What is no property of the schema, and values that are none of their type, are left out: the echo shows it. */
static void clean(struct entity *query, const struct ftm_schema *schema)
{
	size_t kept = 0;

	for (size_t p = 0; p < query->property_count; p++) {
		struct property property = query->properties[p];
		const struct ftm_property *known = ftm_property(schema, property.name);
		size_t count = 0;

		for (size_t i = 0; known && !known->stub && i < property.count; i++) {
			struct text value;
			size_t k = 0;

			if (!clean_value(known->type, property.values[i], query->arena, &value))
				continue;
			while (k < count && !text_equal(property.values[k], value))
				k++;
			property.values[k] = value;
			count = k == count ? count + 1 : count;
		}
		property.count = count;
		if (count)
			query->properties[kept++] = property;
	}
	query->property_count = kept;
}

/* Given names before family names, as one writes them in most of the world; the engine takes any order. */
static enum status combine(struct entity *query)
{
	static const char *const named[] = {"name", "alias", "weakAlias", "previousName"};
	static const char *const parts[] = {"firstName", "secondName", "middleName", "fatherName", "lastName"};
	struct buffer whole;
	enum status st;

	for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
		if (entity_first(query, named[i]).len)
			return ST_OK;
	buffer_init(&whole, ENTITY_VALUE_MAX);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct text part = entity_first(query, parts[i]);

		if (part.len && whole.len)
			buffer_add_char(&whole, ' ');
		buffer_add_text(&whole, part);
	}
	st = buffer_status(&whole);
	if (st == ST_OK && whole.len)
		st = entity_add(query, "name", buffer_text(&whole));
	buffer_release(&whole);
	return st;
}

/* Lists and objects among the values become text, as in the field. */
static void flatten(json_t *properties)
{
	const char *name;
	json_t *values, *value;
	size_t i;

	json_object_foreach(properties, name, values)
		json_array_foreach(values, i, value) {
			char *dump = json_is_object(value) || json_is_array(value) ? json_dumps(value, JSON_COMPACT) : NULL;

			if (dump)
				json_array_set_new(values, i, json_string(dump));
			free(dump);
		}
}

bool match_query_read(json_t *json, const char *prefix, struct arena *arena, struct entity *ret,
		      struct http_response *response)
{
	struct error error = {.code = ST_OK};
	const char *name = json_string_value(json_object_get(json, "schema"));
	const struct ftm_schema *schema = ftm_schema(text_of(name));

	if (schema == NULL) {
		api_detail(response, 400, "%sUnknown schema: '%.100s'", prefix, name);
		return false;
	}
	if ((!schema->matchable || text_equal(schema->name, TEXT("Address"))) &&
	    !text_equal(schema->name, TEXT("Thing"))) {
		api_detail(response, 400, "%sNon-matchable schema for query: %s", prefix, name);
		return false;
	}
	flatten(json_object_get(json, "properties"));
	if (entity_from_json(json, arena, ret, &error) != ST_OK) {
		api_detail(response, 400, "%s%s", prefix, error.message);
		return false;
	}
	clean(ret, schema);
	if (combine(ret) != ST_OK) {
		api_detail(response, 400, "%sThe parts of the name are too long together.", prefix);
		return false;
	}
	return true;
}
