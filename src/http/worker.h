/* One thread of the server and the connections that it drives. */
#ifndef HTTP_WORKER_H
#define HTTP_WORKER_H

#include <pthread.h>
#include <stdatomic.h>

#include "http/serve.h"

struct worker {
	struct http_server *server;
	struct MHD_Daemon *daemon;
	struct arena arena;
	struct connection *connections;
	struct streaming *streams;
	pthread_t thread;
	int inbox[2]; /* a pipe of accepted sockets and of the signs below */
	int epoll;
	unsigned running; /* requests begun and not yet answered */
	atomic_bool woken; /* a WORKER_WAKE is on its way */
	bool stopping;
	bool started;
};

/* What may stand in the inbox beside a socket. */
enum { WORKER_STOP = -1, WORKER_WAKE = -2 };

struct http_server {
	struct http_server_options options;
	const struct http_table *tables;
	size_t table_count;
	struct http_tls tls;
	struct hold_room room; /* for large bodies */
	struct worker *workers;
	unsigned worker_count;
	pthread_t acceptor;
	bool accepting;
	int listener;
	int stop; /* an eventfd */
	uint16_t port;
};

MUST_USE enum status worker_start(struct worker *worker, struct http_server *server, struct error *ret_error);

/* Puts a socket or a sign into the inbox. */
bool worker_tell(struct worker *worker, int what);

/* Stops the thread and frees what it held; also one that was never started. */
void worker_end(struct worker *worker);

#endif
