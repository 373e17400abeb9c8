/* Finds the route of a path. Pure. */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include "http/http.h"

#define ROUTE_CAPTURES_MAX 8u

/* How an error that no handler gave (404, 405, 413...) is told. */
typedef void http_refuser(void *context, const struct http_request *request, struct http_response *response, unsigned status,
			  struct text detail);

/* Routes of one owner, with the context its handlers take. */
struct http_table {
	const struct http_route *routes;
	size_t count;
	void *context;
	const char *prefix; /* that all its patterns begin with, or NULL: other paths need not look */
	/* The rest only with a prefix. */
	http_refuser *refuse; /* NULL: http_refuse */
	bool same_origin;     /* scripts of other sites are not told that they may read it */
};

struct route_found {
	const struct http_route *route; /* NULL: see `allowed` */
	void *context;
	struct text captures[ROUTE_CAPTURES_MAX]; /* parts of the path, still encoded */
	size_t capture_count;
	unsigned allowed; /* methods (1 << enum http_method) that other routes take at this path; 0: no such path */
};

/* `path` is as sent, without the query. Where several patterns fit, the one with a literal in the earliest segment
 * where they differ wins. Cost: O(routes). */
void route_find(const struct http_table *tables, size_t table_count, enum http_method method, struct text path,
		struct route_found *ret);

#endif
