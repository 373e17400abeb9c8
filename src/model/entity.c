#include "model/entity.h"

#include "model/entity_json.h"

#define PROPERTY_NAME_MAX 64u

void entity_init(struct entity *entity, struct arena *arena)
{
	*entity = (struct entity){.arena = arena};
}

static enum status list_add(struct arena *arena, struct text **list, size_t *count, struct text value)
{
	struct text copy, *grown = *list;

	/* Room is taken in powers of two, so the count tells when the list is full. */
	if ((*count & (*count - 1)) == 0) {
		grown = ARENA_NEW(arena, struct text, *count ? *count * 2 : 1);
		if (grown == NULL)
			return arena_failure(arena, NULL);
		if (*count)
			memcpy(grown, *list, *count * sizeof *grown);
	}
	TRY(arena_text(arena, value, &copy));
	grown[(*count)++] = copy;
	*list = grown;
	return ST_OK;
}

static enum status property_find(struct entity *entity, struct text name, struct property **ret_property)
{
	struct property *property;

	for (size_t i = 0; i < entity->property_count; i++)
		if (text_equal(entity->properties[i].name, name)) {
			*ret_property = &entity->properties[i];
			return ST_OK;
		}
	if (entity->property_count == entity->property_capacity) {
		size_t capacity = entity->property_capacity ? entity->property_capacity * 2 : 8;
		struct property *grown = ARENA_NEW(entity->arena, struct property, capacity);

		if (grown == NULL)
			return arena_failure(entity->arena, NULL);
		if (entity->property_count)
			memcpy(grown, entity->properties, entity->property_count * sizeof *grown);
		entity->properties = grown;
		entity->property_capacity = capacity;
	}
	property = &entity->properties[entity->property_count];
	*property = (struct property){0};
	TRY(arena_text(entity->arena, name, &property->name));
	entity->property_count++;
	*ret_property = property;
	return ST_OK;
}

enum status entity_add_text(struct entity *entity, struct text name, struct text value)
{
	struct property *property = NULL;

	value = text_trim(value);
	if (value.len == 0)
		return ST_OK;
	if (value.len > ENTITY_VALUE_MAX || name.len == 0 || name.len > PROPERTY_NAME_MAX)
		return ST_LIMIT;
	TRY(property_find(entity, name, &property));
	if (property->count >= ENTITY_VALUES_MAX)
		return ST_LIMIT;
	for (size_t i = 0; i < property->count; i++)
		if (text_equal(property->values[i], value))
			return ST_OK;
	return list_add(entity->arena, &property->values, &property->count, value);
}

enum status entity_add(struct entity *entity, const char *property, struct text value)
{
	return entity_add_text(entity, text_of(property), value);
}

const struct property *entity_get(const struct entity *entity, const char *property)
{
	struct text name = text_of(property);

	for (size_t i = 0; i < entity->property_count; i++)
		if (text_equal(entity->properties[i].name, name))
			return &entity->properties[i];
	return NULL;
}

struct text entity_first(const struct entity *entity, const char *property)
{
	const struct property *p = entity_get(entity, property);

	return p && p->count ? p->values[0] : TEXT_NONE;
}

enum status entity_begin(struct entity *entity, struct arena *arena, struct text id, const char *schema,
			 struct text dataset)
{
	entity_init(entity, arena);
	id = text_trim(id);
	if (id.len == 0 || id.len > ENTITY_ID_MAX)
		return ST_LIMIT;
	TRY(arena_text(arena, id, &entity->id));
	TRY(arena_text(arena, text_of(schema), &entity->schema));
	return dataset.len ? entity_add_dataset(entity, dataset) : ST_OK;
}

enum status entity_add_dataset(struct entity *entity, struct text dataset)
{
	return list_add(entity->arena, &entity->datasets, &entity->dataset_count, dataset);
}

enum status entity_add_referent(struct entity *entity, struct text referent)
{
	return list_add(entity->arena, &entity->referents, &entity->referent_count, referent);
}

struct text entity_caption(const struct entity *entity)
{
	static const char *const properties[] = {"name",  "alias", "weakAlias", "previousName", "lastName", "number",
						 "publicKey", "registrationNumber", "imoNumber", "full", "summary"};

	if (entity->caption.len)
		return entity->caption;
	for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
		struct text t = entity_first(entity, properties[i]);

		if (t.len)
			return t;
	}
	return entity->id;
}
