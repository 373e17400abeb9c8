/* What a search found, between finding, ordering, counting and writing it. */
#ifndef API_SEARCH_H
#define API_SEARCH_H

#include "api/params.h"
#include "api/text_query.h"

enum search_facet { FACET_DATASETS, FACET_SCHEMA, FACET_COUNTRIES, FACET_IDENTIFIERS, FACET_TOPICS, FACET_GENDERS, FACETS };

extern const char *const search_facet_words[FACETS + 1]; /* NULL-ended, in the order above */

/* Appends `"name":{"label":...,"values":[...]}`: the values of all hits, most frequent first, a thousand at most.
 * Fails: ST_NO_MEMORY. */
MUST_USE enum status search_add_facet(const struct lists_snapshot *lists, const struct hits *hits, enum search_facet facet,
				      struct arena *arena, struct buffer *out);

#endif
