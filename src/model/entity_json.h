/* What reading and writing entities as JSON share with entity.c and with other writers of JSON. */
#ifndef MODEL_ENTITY_JSON_H
#define MODEL_ENTITY_JSON_H

#include <jansson.h>

#include "model/entity.h"

/* As entity_add, the property's name being text from outside. */
MUST_USE enum status entity_add_text(struct entity *entity, struct text property, struct text value);

/* As entity_read, of a value that is parsed already; a missing schema is "Person" (a query's usual one). */
MUST_USE enum status entity_from_json(json_t *root, struct arena *arena, struct entity *ret_entity,
				      struct error *ret_error);

/* Appends `t` as a JSON string with its quotes, in the one way of RFC 8785, 3.2.2.2. */
void json_add_string(struct buffer *out, struct text t);

/* Appends ,"NAME":["word",...] of `words` with | between; no words, an empty array. */
void json_add_words(struct buffer *out, const char *name, struct text words);

#endif
