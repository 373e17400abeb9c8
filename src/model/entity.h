/* An entity: a plain value in the vocabulary of FollowTheMoney.
 *
 * Every list reader maps to it, the engine indexes it, every answer is written from it. Persons, companies,
 * vessels, wallets and also what stands beside them (Passport, Identification, Sanction, Address, Ownership...):
 * a neighbour points to its person through a property that holds the person's id (`holder`, `entity`, `owner`...).
 * Values are text exactly as FollowTheMoney writes them: countries are ISO 3166 alpha-2 in lower case, dates are
 * YYYY, YYYY-MM or YYYY-MM-DD, an uncertain date is also kept as published in `notes`.
 * Source: FollowTheMoney schema model (followthemoney.tech), as far as data/ftm names it.
 */
#ifndef MODEL_ENTITY_H
#define MODEL_ENTITY_H

#include "base/arena.h"
#include "base/buffer.h"

/* Limits a reader refuses beyond (ST_LIMIT, naming the property). */
#define ENTITY_ID_MAX 255u
#define ENTITY_VALUE_MAX 65535u    /* bytes in one value */
#define ENTITY_VALUES_MAX 100000u  /* values in one entity, all properties together */

struct property {
	struct text name;
	struct text *values;
	size_t count;
	size_t capacity;
};

/* All memory belongs to the arena the entity was made in. */
struct entity {
	struct arena *arena;
	struct text id;
	struct text schema;
	struct text caption; /* empty: entity_caption() chooses */
	struct text *datasets;
	size_t dataset_count;
	struct text *referents;
	size_t referent_count;
	struct text first_seen, last_seen, last_change; /* as published, or empty */
	bool target;
	struct property *properties;
	size_t property_count;
	size_t property_capacity;
};

void entity_init(struct entity *entity, struct arena *arena);

/* Adds a value (copied into the arena, trimmed); an empty value or one already there is left out.
 * Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status entity_add(struct entity *entity, const char *property, struct text value);

/* The property, or NULL. */
const struct property *entity_get(const struct entity *entity, const char *property);

/* First value of the property, or TEXT_NONE. */
struct text entity_first(const struct entity *entity, const char *property);

/* Sets id, schema and one dataset in one go, copying them. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status entity_begin(struct entity *entity, struct arena *arena, struct text id, const char *schema,
				  struct text dataset);

MUST_USE enum status entity_add_dataset(struct entity *entity, struct text dataset);
MUST_USE enum status entity_add_referent(struct entity *entity, struct text referent);

/* The caption given, else the first `name`, else `alias`, `weakAlias`, `registrationNumber`..., else the id. */
struct text entity_caption(const struct entity *entity);

/* Appends the entity as one FollowTheMoney JSON object, no line end:
 * {"id","caption","schema","properties","datasets","referents","target","first_seen","last_seen","last_change"}. */
void entity_write(const struct entity *entity, struct buffer *out);

/* Reads one FollowTheMoney JSON object; values that are numbers or booleans become text, null is left out,
 * `properties` values may be a string or a list. Everything is copied into `arena`.
 * Fails: ST_MALFORMED (field and position say where), ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status entity_read(struct text json, struct arena *arena, struct entity *ret_entity,
				 struct error *ret_error);

#endif
