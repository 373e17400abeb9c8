/* What reading and writing entities as JSON share with entity.c and with other writers of JSON. */
#ifndef MODEL_ENTITY_JSON_H
#define MODEL_ENTITY_JSON_H

#include "model/entity.h"

/* As entity_add, the property's name being text from outside. */
MUST_USE enum status entity_add_text(struct entity *entity, struct text property, struct text value);

/* Appends `t` as a JSON string with its quotes. Source: RFC 8259, section 7. */
void json_add_string(struct buffer *out, struct text t);

#endif
