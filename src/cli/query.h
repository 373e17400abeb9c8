/* A query as people and machines write it: a JSON object with properties, or with an MRZ. */
#ifndef CLI_QUERY_H
#define CLI_QUERY_H

#include "model/entity.h"

/* {"id"?, "schema"?, "properties"?{}, "mrz"?[lines] or text}. `schema` defaults to Person. ret_query->id is set as soon
 * as it is known, also on failure. Fails: ST_MALFORMED (field, position), ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status query_parse(struct text json, struct arena *arena, struct entity *ret_query,
				 struct error *ret_error);

/* The query that a machine readable zone makes, lines separated by line ends, in an initialised entity. Fails as mrz_parse does. */
MUST_USE enum status query_of_mrz(struct text zone, struct arena *arena, struct entity *ret_query, struct error *ret_error);

/* Appends {"schema":..., "properties":{...}}. */
void query_write(const struct entity *query, struct buffer *out);

#endif
