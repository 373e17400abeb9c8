#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/worker.h"

#define THREADS_MAX 64u

/* ---- accepting ---- */

static void *accept_run(void *context)
{
	struct http_server *server = context;
	struct pollfd wanted[2] = {{server->listener, POLLIN, 0}, {server->stop, POLLIN, 0}};
	unsigned turn = 0;

	for (;;) {
		int fd;

		if (poll(wanted, 2, -1) < 0 && errno != EINTR)
			return NULL;
		if (wanted[1].revents)
			return NULL;
		fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			struct worker *w = &server->workers[turn++ % server->worker_count];

			if (!worker_tell(w, fd))
				close(fd);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
			/* Waiting is all that helps, and spinning would hurt those being served. */
			poll(&wanted[1], 1, 100);
		}
	}
}

static enum status listen_unix(struct http_server *server, struct error *ret_error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = strlen(server->options.unix_path);

	if (len >= sizeof address.sun_path)
		return error_set(ret_error, ST_MALFORMED, "%s: too long for a socket's name", server->options.unix_path);
	memcpy(address.sun_path, server->options.unix_path, len);
	server->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (server->listener >= 0)
		unlink(address.sun_path);
	if (server->listener < 0 || bind(server->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
	    listen(server->listener, 1024) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, "%s: %s", server->options.unix_path, strerror(errno));
	return ST_OK;
}

enum status http_listen(const char *given, uint16_t port, int *ret_fd, uint16_t *ret_port, struct error *ret_error)
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_storage bound;
	const char *address = given ? given : "127.0.0.1";
	bool is_six = inet_pton(AF_INET6, address, &six.sin6_addr) == 1;
	socklen_t len = is_six ? sizeof six : sizeof four, bound_len = sizeof bound;
	int on = 1, fd;

	if (!is_six && inet_pton(AF_INET, address, &four.sin_addr) != 1)
		return error_set(ret_error, ST_MALFORMED, "'%s' is not a numeric address", address);
	fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (fd < 0 || bind(fd, is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four, len) != 0 || listen(fd, 1024) != 0 ||
	    getsockname(fd, (struct sockaddr *)&bound, &bound_len) != 0) {
		enum status st = error_set(ret_error, ST_UNAVAILABLE, "%s port %u: %s", address, port, strerror(errno));

		if (fd >= 0)
			close(fd);
		return st;
	}
	memcpy(&six, &bound, sizeof six);
	memcpy(&four, &bound, sizeof four);
	*ret_port = ntohs(is_six ? six.sin6_port : four.sin_port);
	*ret_fd = fd;
	return ST_OK;
}

static enum status listen_any(struct http_server *server, struct error *ret_error)
{
	const struct http_server_options *o = &server->options;

	if (o->listener) {
		server->listener = o->listener;
		return ST_OK;
	}
	return o->unix_path ? listen_unix(server, ret_error) : http_listen(o->address, o->port, &server->listener, &server->port, ret_error);
}

static void options_complete(struct http_server_options *o)
{
	o->threads = o->threads == 0 ? 2 : o->threads > THREADS_MAX ? THREADS_MAX : o->threads;
	o->body_max = o->body_max ? o->body_max : (size_t)8 << 20;
	o->bodies_max = o->bodies_max ? o->bodies_max : (size_t)256 << 20;
	o->pace_ms = o->pace_ms ? o->pace_ms : 5000;
	o->target_max = o->target_max ? o->target_max : 60000;
	o->idle_ms = o->idle_ms ? o->idle_ms : 60000;
	o->request_ms = o->request_ms ? o->request_ms : 30000;
	o->alive_ms = o->alive_ms ? o->alive_ms : 15000;
	o->unread_ms = o->unread_ms ? o->unread_ms : 30000;
	o->connections_max = o->connections_max ? o->connections_max : 4096;
}

static enum status server_open(struct http_server *server, struct error *ret_error)
{
	server->workers = calloc(server->options.threads, sizeof *server->workers);
	if (server->workers == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	server->worker_count = server->options.threads;
	for (unsigned i = 0; i < server->worker_count; i++)
		server->workers[i].inbox[0] = server->workers[i].inbox[1] = server->workers[i].epoll = -1;
	server->stop = eventfd(0, EFD_CLOEXEC);
	if (server->stop < 0)
		return error_set(ret_error, ST_UNAVAILABLE, "eventfd: %s", strerror(errno));
	if (server->options.tls_certificate)
		TRY(http_tls_read(server->options.tls_certificate, server->options.tls_key, server->options.tls_clients,
				  &server->tls, ret_error));
	TRY(listen_any(server, ret_error));
	for (unsigned i = 0; i < server->worker_count; i++)
		TRY(worker_start(&server->workers[i], server, ret_error));
	if (pthread_create(&server->acceptor, NULL, accept_run, server) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, "a thread cannot be started");
	server->accepting = true;
	return ST_OK;
}

enum status http_server_start(const struct http_server_options *options, const struct http_table *tables,
			      size_t table_count, struct http_server **ret_server, struct error *ret_error)
{
	struct http_server *server = calloc(1, sizeof *server);
	enum status st;

	if (server == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	server->options = *options;
	server->tables = tables;
	server->table_count = table_count;
	server->listener = server->stop = -1;
	options_complete(&server->options);
	hold_room_init(&server->room, server->options.bodies_max);
	st = server_open(server, ret_error);
	if (st != ST_OK) {
		http_server_stop(server);
		return st;
	}
	*ret_server = server;
	return ST_OK;
}

void http_server_wake(struct http_server *server)
{
	/* One sign in an inbox is enough: what it makes pull sees everything that is new by then. */
	for (unsigned i = 0; i < server->worker_count; i++)
		if (!atomic_exchange(&server->workers[i].woken, true))
			(void)worker_tell(&server->workers[i], WORKER_WAKE);
}

uint16_t http_server_port(const struct http_server *server)
{
	return server->port;
}

void http_server_stop(struct http_server *server)
{
	uint64_t one = 1;

	if (server == NULL)
		return;
	if (server->accepting) {
		while (write(server->stop, &one, sizeof one) < 0 && errno == EINTR)
			;
		pthread_join(server->acceptor, NULL);
	}
	if (server->listener >= 0 && !server->options.listener)
		close(server->listener);
	if (server->options.unix_path && server->listener >= 0)
		unlink(server->options.unix_path);
	for (unsigned i = 0; server->workers && i < server->worker_count; i++)
		worker_end(&server->workers[i]);
	if (server->stop >= 0)
		close(server->stop);
	http_tls_release(&server->tls);
	free(server->workers);
	free(server);
}
