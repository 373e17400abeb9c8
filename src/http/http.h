/* HTTP for everybody above: a request as a value, a response as a value, a table of routes.
 *
 * Behind it is libmicrohttpd on an epoll loop of ours; nothing above this header knows that.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/arena.h"
#include "base/buffer.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_PATCH, HTTP_OPTIONS, HTTP_OTHER };

struct http_field {
	struct text name;
	struct text value;
};

struct http_route;

/* Lives until the handler returns; all text is checked UTF-8 and percent-decoded where HTTP asks for it. */
struct http_request {
	const struct http_route *route; /* the one that answers */
	enum http_method method;
	struct text path;   /* decoded, starts with '/' */
	struct text target; /* as sent: path and query */
	const struct http_field *query;
	size_t query_count;
	const struct http_field *headers;
	size_t header_count;
	struct bytes body;
	const struct text *captures; /* what the route's {names} stood for, in order */
	size_t capture_count;
	struct text address;     /* the client's, numeric; empty where a socket file hides it */
	struct text certificate; /* SHA-256 of the client's certificate, verified: 64 hexadecimal digits; or empty */
	bool secure;             /* TLS, here or at the proxy that is ours */
	struct arena *arena; /* for the handler's own use; cleared after the response was sent */
};

/* An answer that goes on: `pull` appends what is new, in the connection's thread, whenever the server is woken (and about once a
 * second); false ends it. `end` is called once when nobody listens any more. What goes out is text/event-stream; comments
 * keep it alive, and who does not read is dropped (server.h says when). */
struct http_stream {
	bool (*pull)(void *context, struct buffer *out);
	void (*end)(void *context);
	void *context;
};

struct http_response {
	unsigned status;
	struct buffer body;
	struct http_stream stream; /* set: goes on after `body` */
	struct http_field headers[24];
	size_t header_count;
};

/* First value of a query parameter or header (header names without case), or TEXT_NONE (data NULL). */
struct text http_query(const struct http_request *request, const char *name);
struct text http_header(const struct http_request *request, const char *name);
/* The n-th value of a repeated query parameter; data NULL past the last. */
struct text http_query_nth(const struct http_request *request, const char *name, size_t n);

/* Name and value must live until the response is sent (literals or request->arena). */
void http_set_header(struct http_response *response, struct text name, struct text value);

/* Parses application/x-www-form-urlencoded (the body of a form). Fails: ST_MALFORMED, ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status http_form(struct text body, struct arena *arena, struct http_field **ret_fields,
			       size_t *ret_count, struct error *ret_error);

typedef void http_handler(void *context, const struct http_request *request, struct http_response *response);

/* "/entities/{id}/adjacent/{property}": a {name} takes one segment. Literal segments win over captures. */
struct http_route {
	enum http_method method; /* GET also answers HEAD */
	const char *pattern;
	http_handler *handler;
	size_t body_max; /* bytes; 0: the server's */
};

#endif
