/* The server: a listening socket, one thread that accepts, and threads that each drive their own connections.
 *
 * Each thread owns a libmicrohttpd daemon that it runs from its own epoll loop (the library's own loop may block when
 * exactly 128 events are pending). Handlers run in that thread and must not block.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "http/router.h"

struct http_observation {
	const char *pattern; /* of the route, or "" where none fitted */
	enum http_method method;
	unsigned status;
	uint64_t took_us;
};

struct http_server_options {
	const char *address;     /* numeric; NULL: 127.0.0.1 */
	uint16_t port;           /* 0: any free one */
	const char *unix_path;   /* a socket file instead of address and port, or NULL */
	int listener;            /* a listening TCP socket of the caller's instead of both, non-blocking; it stays the caller's; 0: none */
	unsigned threads;        /* 0: 2 */
	size_t body_max;         /* bytes; 0: 8 MiB */
	/* Bytes of bodies beyond 64 KiB each that are held at once, all threads together, a quarter of it for one network; more: 503. One beyond
	 * 1 MiB must come with 16 KB a second; when more than half is held all of them must, and ever faster: 256 KB when all is (http/hold.h).
	 * 0: 256 MiB */
	size_t bodies_max;
	unsigned pace_ms;        /* over which that is measured; 0: 5,000 */
	size_t target_max;       /* bytes of path and query; 0: 60,000 */
	unsigned idle_ms;        /* a connection without a request; 0: 60,000 */
	/* From a request's first byte to the answer's last, beyond the idle time; a body that comes at 16 KB a second, never
	 * further behind than this time, is waited for beyond that. 0: 30,000 */
	unsigned request_ms;
	unsigned alive_ms;       /* a stream without news gets a comment this often; 0: 15,000 */
	unsigned unread_ms;      /* a stream whose client does not read is dropped; 0: 30,000 */
	unsigned connections_max; /* all threads together; 0: 4,096 */
	/* A proxy of ours stands in front, on a loopback address or the socket file: the last address of X-Forwarded-For is the
	 * client's, X-Forwarded-Proto tells of TLS, X-Client-Fingerprint of a certificate that the proxy verified. It must set
	 * all three itself, always. */
	bool proxied;
	/* PEM files: TLS 1.2 or newer where the first two are named. With `tls_clients` (authorities) a client may show a
	 * certificate; one that does not verify counts as none. */
	const char *tls_certificate, *tls_key, *tls_clients;
	/* Told after each answer, by the thread that gave it; may be NULL. */
	void (*observe)(void *context, const struct http_observation *observation);
	void *observe_context;
};

struct http_server;

/* A TCP socket that listens at a numeric address (NULL: 127.0.0.1) and port (0: any free one), for `listener` of a process that may not
 * open one. Fails: ST_UNAVAILABLE, ST_MALFORMED (address). */
MUST_USE enum status http_listen(const char *address, uint16_t port, int *ret_fd, uint16_t *ret_port, struct error *ret_error);

/* The tables must outlive the server. Fails: ST_UNAVAILABLE (address taken...), ST_MALFORMED (address), ST_NO_MEMORY. */
MUST_USE enum status http_server_start(const struct http_server_options *options, const struct http_table *tables,
				       size_t table_count, struct http_server **ret_server, struct error *ret_error);

/* Has every stream pull; from any thread. */
void http_server_wake(struct http_server *server);

/* The port that was taken; 0 for a socket file. */
uint16_t http_server_port(const struct http_server *server);

/* Takes no new connection, lets running requests end (three seconds at most), frees everything. NULL is fine. */
void http_server_stop(struct http_server *server);

/* ---- answers ---- */

/* Sets status and content type and appends `body`. */
void http_answer(struct http_response *response, unsigned status, struct text content_type, struct text body);

/* "Not Found" for 404: of the statuses that refuse something. */
const char *http_status_title(unsigned status);

/* An error as its part of the site tells it: RFC 9457 problem details under /api/, {"detail": ...} elsewhere. */
void http_refuse(const struct http_request *request, struct http_response *response, unsigned status,
		 struct text detail);

/* A file of the program's own, with an entity tag from its content; answers 304 to If-None-Match. */
struct http_asset {
	const char *content_type;
	struct bytes data;
	bool immutable; /* its name changes with its content */
};
void http_asset_answer(const struct http_request *request, const struct http_asset *asset,
		       struct http_response *response);

/* Whether If-None-Match (a list, "*", weak tags too) names `etag`, quotes included. Source: RFC 9110, 13.1.2. */
bool http_etag_known(const struct http_request *request, struct text etag);

#endif
