/* What the parts of the reconciliation service share. Source: Reconciliation Service API 0.2, and what yente makes of it. */
#ifndef API_RECONCILE_H
#define API_RECONCILE_H

#include <jansson.h>

#include "api/params.h"

#define RECONCILE_BATCH_MAX 100u

/* The schemata of a dataset: of its entities that can be matched, and all they inherit from. By number in the model. */
struct reconcile_types {
	bool *has; /* ftm_schema_count() of them */
};
MUST_USE enum status reconcile_types_of(struct api_filter *filter, struct arena *arena, struct reconcile_types *ret);

/* {"id","name","description"} of a schema. */
void reconcile_add_type(struct buffer *out, const struct ftm_schema *schema);

/* "id","name","description","type" of an entity, without the closing brace. Fails: as entity_read. */
MUST_USE enum status reconcile_entity_open(const struct lists_snapshot *lists, entity_ref ref, struct arena *arena,
					   struct buffer *out);

/* Answers a request to extend: values of properties of entities. */
void reconcile_extend(const struct lists_snapshot *lists, const struct http_request *request, struct text extend,
		      struct http_response *response);

/* Sets x-batch-size. */
void reconcile_batch_size(const struct http_request *request, struct http_response *response, size_t size);

#endif
