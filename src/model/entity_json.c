#include "model/entity_json.h"

#include <stdlib.h>

void json_add_string(struct buffer *out, struct text t)
{
	size_t start = 0;

	buffer_add_char(out, '"');
	for (size_t i = 0; i < t.len; i++) {
		uint8_t c = (uint8_t)t.data[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buffer_add(out, t.data + start, i - start);
		start = i + 1;
		if (c == '"' || c == '\\') {
			buffer_add_char(out, '\\');
			buffer_add_char(out, (char)c);
		} else if (c >= 0x08 && c <= 0x0d && c != 0x0b) {
			buffer_printf(out, "\\%c", "btn?fr"[c - 0x08]);
		} else {
			buffer_printf(out, "\\u%04x", c);
		}
	}
	buffer_add(out, t.data + start, t.len - start);
	buffer_add_char(out, '"');
}

void json_add_words(struct buffer *out, const char *name, struct text words)
{
	struct text one;
	bool first = true;

	buffer_printf(out, ",\"%s\":[", name);
	while (words.len && text_split(&words, '|', &one)) {
		if (!first)
			buffer_add_char(out, ',');
		json_add_string(out, one);
		first = false;
	}
	buffer_add_char(out, ']');
}

static void add_list(struct buffer *out, const char *name, const struct text *list, size_t count)
{
	buffer_printf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_add_char(out, ',');
		json_add_string(out, list[i]);
	}
	buffer_add_char(out, ']');
}

static void add_time(struct buffer *out, const char *name, struct text t)
{
	if (t.len == 0)
		return;
	buffer_printf(out, ",\"%s\":", name);
	json_add_string(out, t);
}

void entity_write(const struct entity *entity, struct buffer *out)
{
	buffer_add(out, "{\"id\":", 6);
	json_add_string(out, entity->id);
	buffer_add(out, ",\"caption\":", 11);
	json_add_string(out, entity_caption(entity));
	buffer_add(out, ",\"schema\":", 10);
	json_add_string(out, entity->schema);
	buffer_add(out, ",\"properties\":{", 15);
	for (size_t i = 0; i < entity->property_count; i++) {
		const struct property *p = &entity->properties[i];

		if (i)
			buffer_add_char(out, ',');
		json_add_string(out, p->name);
		buffer_add(out, ":[", 2);
		for (size_t k = 0; k < p->count; k++) {
			if (k)
				buffer_add_char(out, ',');
			json_add_string(out, p->values[k]);
		}
		buffer_add_char(out, ']');
	}
	buffer_add_char(out, '}');
	add_list(out, "datasets", entity->datasets, entity->dataset_count);
	add_list(out, "referents", entity->referents, entity->referent_count);
	buffer_printf(out, ",\"target\":%s", entity->target ? "true" : "false");
	add_time(out, "first_seen", entity->first_seen);
	add_time(out, "last_seen", entity->last_seen);
	add_time(out, "last_change", entity->last_change);
	buffer_add_char(out, '}');
}

/* ---- reading ---- */

static enum status bad(struct error *ret_error, const char *field, const char *why)
{
	return error_at(ret_error, ST_MALFORMED, field, -1, "%s: %s", field, why);
}

static struct text string_of(const json_t *value)
{
	return (struct text){json_string_value(value), json_string_length(value)};
}

/* A value of a property: text as it is, numbers and booleans as text, an object by its id (a nested entity). */
static enum status value_add(struct entity *entity, const char *name, const json_t *value, struct error *ret_error)
{
	char *dump;
	enum status st;

	if (json_is_null(value))
		return ST_OK;
	if (json_is_object(value)) {
		value = json_object_get(value, "id");
		if (!json_is_string(value))
			return bad(ret_error, name, "an entity inside a property needs an id");
	}
	if (json_is_array(value))
		return bad(ret_error, name, "a list inside a list");
	if (json_is_string(value)) {
		st = entity_add_text(entity, text_of(name), string_of(value));
	} else {
		dump = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
		if (dump == NULL)
			return error_set(ret_error, ST_NO_MEMORY, "out of memory");
		st = entity_add_text(entity, text_of(name), text_of(dump));
		free(dump);
	}
	if (st != ST_OK)
		return error_at(ret_error, st, name, -1, "%s: too long, too many or no memory", name);
	return ST_OK;
}

static enum status properties_read(json_t *properties, struct entity *entity, struct error *ret_error)
{
	const char *name;
	json_t *values;

	json_object_foreach(properties, name, values) {
		if (!json_is_array(values)) {
			TRY(value_add(entity, name, values, ret_error));
			continue;
		}
		for (size_t i = 0; i < json_array_size(values); i++)
			TRY(value_add(entity, name, json_array_get(values, i), ret_error));
	}
	return ST_OK;
}

static enum status texts_read(json_t *root, const char *name, struct entity *entity,
			      enum status (*add)(struct entity *, struct text), struct error *ret_error)
{
	json_t *list = json_object_get(root, name);

	if (list == NULL || json_is_null(list))
		return ST_OK;
	if (!json_is_array(list))
		return bad(ret_error, name, "not a list");
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *value = json_array_get(list, i);

		if (!json_is_string(value))
			return bad(ret_error, name, "not a list of text");
		if (add(entity, string_of(value)) != ST_OK)
			return arena_failure(entity->arena, ret_error);
	}
	return ST_OK;
}

static enum status text_read(json_t *root, const char *name, struct arena *arena, struct text *ret,
			     struct error *ret_error)
{
	json_t *value = json_object_get(root, name);

	if (value == NULL || json_is_null(value))
		return ST_OK;
	if (!json_is_string(value))
		return bad(ret_error, name, "not text");
	return arena_text(arena, string_of(value), ret) == ST_OK ? ST_OK : arena_failure(arena, ret_error);
}

static enum status root_read(json_t *root, struct entity *e, struct error *ret_error)
{
	json_t *properties = json_object_get(root, "properties");

	if (!json_is_object(root))
		return bad(ret_error, "entity", "not a JSON object");
	TRY(text_read(root, "id", e->arena, &e->id, ret_error));
	if (e->id.len > ENTITY_ID_MAX)
		return error_at(ret_error, ST_LIMIT, "id", -1, "id: longer than %u bytes", ENTITY_ID_MAX);
	TRY(text_read(root, "schema", e->arena, &e->schema, ret_error));
	if (e->schema.len == 0)
		return bad(ret_error, "schema", "missing");
	TRY(text_read(root, "caption", e->arena, &e->caption, ret_error));
	TRY(text_read(root, "first_seen", e->arena, &e->first_seen, ret_error));
	TRY(text_read(root, "last_seen", e->arena, &e->last_seen, ret_error));
	TRY(text_read(root, "last_change", e->arena, &e->last_change, ret_error));
	TRY(texts_read(root, "datasets", e, entity_add_dataset, ret_error));
	TRY(texts_read(root, "referents", e, entity_add_referent, ret_error));
	e->target = json_is_true(json_object_get(root, "target"));
	if (properties && !json_is_object(properties))
		return bad(ret_error, "properties", "not an object");
	return properties ? properties_read(properties, e, ret_error) : ST_OK;
}

enum status entity_from_json(json_t *root, struct arena *arena, struct entity *ret_entity, struct error *ret_error)
{
	struct entity e;

	entity_init(&e, arena);
	if (json_is_object(root) && json_object_get(root, "schema") == NULL)
		e.schema = TEXT("Person");
	TRY(root_read(root, &e, ret_error));
	*ret_entity = e;
	return ST_OK;
}

enum status entity_read(struct text json, struct arena *arena, struct entity *ret_entity, struct error *ret_error)
{
	json_error_t why;
	json_t *root = json_loadb(json.data, json.len, JSON_REJECT_DUPLICATES, &why);
	struct entity e;
	enum status st;

	if (root == NULL)
		return error_at(ret_error, ST_MALFORMED, "json", why.position, "not JSON: %s", why.text);
	entity_init(&e, arena);
	st = root_read(root, &e, ret_error);
	json_decref(root);
	if (st == ST_OK)
		*ret_entity = e;
	return st;
}
