/* The handlers of the single resources; each takes a `struct api_context *`. */
#ifndef API_RESOURCES_H
#define API_RESOURCES_H

#include "api/params.h"

http_handler api_healthz, api_readyz, api_catalog, api_algorithms, api_updatez;
http_handler api_search;
http_handler api_reconcile, api_reconcile_post, api_suggest_entity, api_suggest_property, api_suggest_type, api_extend_property;
http_handler api_entity, api_adjacent, api_metrics;

/* The entity that the request's first capture names. Answers 404, or 308 for a former id, and gives ENTITY_NONE unless
 * the id is an entity's own. */
entity_ref api_entity_find(const struct lists_snapshot *lists, const struct http_request *request,
			   struct http_response *response);

/* Appends the entity as it stands under `root`: what only joins two others holds the other one in place of its id. */
void api_entity_below(const struct lists_snapshot *lists, entity_ref root, entity_ref ref, struct arena *arena,
		      struct buffer *out);

#endif
