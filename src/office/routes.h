/* The table of the officers' routes, made by the build from data/api/openapi.yaml, and what the frame does for each. */
#ifndef OFFICE_ROUTES_H
#define OFFICE_ROUTES_H

#include "office/office.h"

/* What http/ does not need to know of a route; in the order of office_http_routes. */
struct office_route {
	office_handler *handler;
	const char *action;    /* word of data/account/policy.tsv */
	const char *thing;     /* kind that the first capture names, or NULL */
	const char *media;     /* types of body that it takes, with | between, or NULL */
	bool quiet;            /* what pages ask by themselves: no use of the session */
	uint32_t cost;         /* against the limits of whoever asks */
};

extern const struct office_route office_routes[];
extern const struct http_route office_http_routes[];
extern const size_t office_http_route_count;

/* Answers one request: what every route has in common, then its handler. `context` is the struct office. */
void office_answer(void *context, const struct http_request *request, struct http_response *response);

#endif
