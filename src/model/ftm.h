/* The FollowTheMoney schema model: which schemata there are, what each inherits, what its properties hold.
 * Source: data/ftm_schemata.tsv and data/ftm_properties.tsv.
 */
#ifndef MODEL_FTM_H
#define MODEL_FTM_H

#include "base/slice.h"

struct ftm_schema {
	struct text name;
	struct text extends; /* itself and all it inherits from, with commas between */
	struct text edge_source, edge_target; /* properties it joins, where it is an edge, else empty */
	struct text label, plural;
	bool matchable;
	bool abstract;
};

struct ftm_property {
	struct text name;
	struct text schema;  /* that declares it */
	struct text type;    /* "name", "date", "country", "entity", "identifier", "topic", "text"... */
	struct text range;   /* of type entity: the schema of its values */
	struct text reverse; /* of type entity: the property under which the value sees this entity */
	struct text label;
	bool matchable;
	bool stub; /* only a reverse: never stored */
};

/* NULL where the model has no such schema. Cost: O(log schemata). */
const struct ftm_schema *ftm_schema(struct text name);

size_t ftm_schema_count(void);
const struct ftm_schema *ftm_schema_at(size_t i);

/* Whether `schema` is `ancestor` or inherits from it. */
bool ftm_is_a(const struct ftm_schema *schema, struct text ancestor);

static inline bool ftm_is_edge(const struct ftm_schema *schema)
{
	return schema->edge_source.len != 0;
}

/* Whether an entity of one may be the entity of the other: one inherits from the other, and both are matchable. */
bool ftm_compatible(const struct ftm_schema *a, const struct ftm_schema *b);

/* The property as `schema` has or inherits it, or NULL. */
const struct ftm_property *ftm_property(const struct ftm_schema *schema, struct text name);

/* All properties of all schemata, by name. */
size_t ftm_property_count(void);
const struct ftm_property *ftm_property_at(size_t i);

#endif
