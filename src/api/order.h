/* The order of results: sort=field, field:asc, field:desc, several times; then by weight, then by entity. */
#ifndef API_ORDER_H
#define API_ORDER_H

#include "api/params.h"
#include "api/text_query.h"

#define SORTS_MAX 8u

struct sorting {
	struct text field;
	bool down;
};

struct ordering {
	struct sorting sorts[SORTS_MAX];
	size_t count;
};

/* Gives false after answering 400 (no such field). */
bool ordering_read(const struct http_request *request, struct ordering *ret_ordering, struct http_response *response);

/* Fails: ST_LIMIT (READS_MAX, memory), ST_NO_MEMORY. */
MUST_USE enum status ordering_apply(const struct ordering *ordering, struct finding *finding, struct hits *hits,
				    struct error *ret_error);

#endif
