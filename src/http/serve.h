/* One request from the library's shape to ours and back: what the threads of server.c share. */
#ifndef HTTP_SERVE_H
#define HTTP_SERVE_H

#include <microhttpd.h>

#include "http/hold.h"
#include "http/server.h"
#include "http/tls.h"

/* Who is at the other end; lives as long as the connection. */
struct peer {
	char address[46];
	char certificate[TLS_FINGERPRINT_SIZE]; /* empty: none that verifies */
	bool local; /* on this machine, by a loopback address or a socket file */
	bool known; /* filled in */
};

/* A request being received; made when its first line is known. */
struct serving {
	struct text target; /* as sent; owned */
	struct text path;   /* the part of it before the query */
	struct route_found found;
	struct buffer body;
	struct hold hold; /* what it holds of the room for large bodies; .size 0: it is small */
	int64_t since_us;
	unsigned refused; /* a status decided before the handler: 413, 414, 503 */
	bool started;
	bool drains; /* the refused body is read to its end: who still sends would not hear the answer */
};

struct serving *serving_new(const char *target, const struct http_server_options *options);
void serving_free(struct serving *serving);

struct serve_call;

/* Finds the route, and with it how large the body may be; `length` is what the client says of it (NULL: nothing). */
void serving_begin(struct serving *serving, const struct serve_call *call, const char *length);

/* Adds a piece of the body. */
void serving_body(struct serving *serving, const struct serve_call *call, const char *data, size_t len);

struct serve_call {
	const struct http_server_options *options;
	const struct http_table *tables;
	size_t table_count;
	struct arena *arena; /* cleared at the end */
	struct MHD_Connection *connection;
	struct worker *worker;
	struct hold_room *room; /* for large bodies */
	struct peer *peer;
	const char *method;
	bool closing; /* tell the client that this connection ends */
};

/* Runs the route's handler, queues the answer; the body is gone then, but where a stream began. */
enum MHD_Result serve(const struct serve_call *call, struct serving *serving, bool *ret_streaming);

int64_t serve_now_us(void);

#endif
