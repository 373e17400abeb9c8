#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/serve.h"

#define THREADS_MAX 64u
#define POOL_MAX ((size_t)192 << 10) /* request line and headers of one connection */
#define ARENA_MAX ((size_t)256 << 20)
#define DRAIN_MS 3000
#define TICK_MS 1000

/* A connection has from the end of one answer to the end of the next the idle time and the request time together,
 * so that a client that trickles bytes is cut off even where it is never idle. */
struct connection {
	struct connection *next, **link;
	int64_t deadline_ms;
	int fd;
};

struct worker {
	struct http_server *server;
	struct MHD_Daemon *daemon;
	struct arena arena;
	struct connection *connections;
	pthread_t thread;
	int inbox[2]; /* a pipe of accepted sockets; -1 asks to end */
	int epoll;
	unsigned running; /* requests begun and not yet answered */
	bool stopping;
	bool started;
};

struct http_server {
	struct http_server_options options;
	const struct http_table *tables;
	size_t table_count;
	struct worker *workers;
	unsigned worker_count;
	pthread_t acceptor;
	bool accepting;
	int listener;
	int stop; /* an eventfd */
	uint16_t port;
};

static int64_t now_ms(void)
{
	return serve_now_us() / 1000;
}

/* ---- what the library calls ---- */

static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
	struct worker *w = context;

	(void)connection;
	w->running++;
	return serving_new(target, &w->server->options);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *data, size_t *data_len,
				  void **state)
{
	struct worker *w = context;
	struct serving *serving = *state;
	struct serve_call call = {&w->server->options, w->server->tables, w->server->table_count, &w->arena,
				  connection, method, w->stopping};

	(void)url;
	(void)version;
	if (serving == NULL)
		return MHD_NO;
	if (!serving->started) {
		serving_begin(serving, &call, MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length"));
		if (!serving->refused)
			return MHD_YES;
		/* Answered before the body comes: the connection cannot be used for another request. */
		call.closing = true;
		return serve(&call, serving);
	}
	if (*data_len) {
		serving_body(serving, data, *data_len);
		*data_len = 0;
		return MHD_YES;
	}
	return serve(&call, serving);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
			 enum MHD_RequestTerminationCode why)
{
	struct worker *w = context;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct connection *c = info ? info->socket_context : NULL;

	(void)why;
	w->running--;
	if (c)
		c->deadline_ms = now_ms() + w->server->options.idle_ms + w->server->options.request_ms;
	serving_free(*state);
	*state = NULL;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **state,
			  enum MHD_ConnectionNotificationCode what)
{
	struct worker *w = context;
	struct connection *c = *state;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

		c = calloc(1, sizeof *c);
		*state = c;
		if (c == NULL || info == NULL)
			return;
		c->fd = info->connect_fd;
		c->deadline_ms = now_ms() + w->server->options.request_ms;
		c->next = w->connections;
		c->link = &w->connections;
		if (c->next)
			c->next->link = &c->next;
		w->connections = c;
	} else if (c) {
		if (c->link)
			*c->link = c->next;
		if (c->next)
			c->next->link = c->link;
		free(c);
		*state = NULL;
	}
}

/* Percent decoding is ours: the library's would hide bad UTF-8 and encoded slashes. */
static size_t no_unescape(void *context, struct MHD_Connection *connection, char *s)
{
	(void)context;
	(void)connection;
	return strlen(s);
}

static void no_log(void *context, const char *format, va_list arguments)
{
	(void)context;
	(void)format;
	(void)arguments;
}

/* ---- a worker ---- */

static void inbox_empty(struct worker *w)
{
	struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
	int fd;

	while (read(w->inbox[0], &fd, sizeof fd) == (ssize_t)sizeof fd) {
		socklen_t len = sizeof address;

		if (fd < 0) {
			w->stopping = true;
			continue;
		}
		if (getpeername(fd, (struct sockaddr *)&address, &len) != 0) {
			close(fd);
			continue;
		}
		/* Closes the socket itself where it fails. */
		(void)MHD_add_connection(w->daemon, fd, (struct sockaddr *)&address, len);
	}
}

static void connections_expire(struct worker *w)
{
	int64_t now = now_ms();

	for (struct connection *c = w->connections; c; c = c->next)
		if (c->deadline_ms < now)
			shutdown(c->fd, SHUT_RDWR);
}

static int wait_ms(struct worker *w)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (MHD_get_timeout(w->daemon, &ms) != MHD_YES || ms > TICK_MS)
		return w->stopping ? 50 : TICK_MS;
	return (int)ms;
}

static void *worker_run(void *context)
{
	struct worker *w = context;
	int64_t expire_at = now_ms() + TICK_MS, drain_until = INT64_MAX;
	struct epoll_event events[2];

	for (;;) {
		int n = epoll_wait(w->epoll, events, 2, wait_ms(w));

		for (int i = 0; i < n; i++)
			if (events[i].data.fd == w->inbox[0])
				inbox_empty(w);
		(void)MHD_run(w->daemon);
		if (now_ms() >= expire_at) {
			connections_expire(w);
			expire_at = now_ms() + TICK_MS;
		}
		if (w->stopping && drain_until == INT64_MAX)
			drain_until = now_ms() + DRAIN_MS;
		if (w->stopping && (w->running == 0 || now_ms() > drain_until))
			return NULL;
	}
}

static enum status worker_start(struct worker *w, struct http_server *server, struct error *ret_error)
{
	const struct http_server_options *o = &server->options;
	const union MHD_DaemonInfo *info;
	struct epoll_event event = {.events = EPOLLIN};

	w->server = server;
	arena_init(&w->arena, ARENA_MAX);
	w->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, w,
		MHD_OPTION_URI_LOG_CALLBACK, on_target, w, MHD_OPTION_NOTIFY_COMPLETED, on_completed, w,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, w, MHD_OPTION_UNESCAPE_CALLBACK, no_unescape, NULL,
		MHD_OPTION_EXTERNAL_LOGGER, no_log, NULL, MHD_OPTION_CONNECTION_TIMEOUT, (o->idle_ms + 999) / 1000,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_MAX, MHD_OPTION_CONNECTION_LIMIT,
		o->connections_max / server->worker_count + 1, MHD_OPTION_END);
	info = w->daemon ? MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (info == NULL || w->epoll < 0 || pipe2(w->inbox, O_CLOEXEC) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, "a thread's event loop cannot be made");
	fcntl(w->inbox[0], F_SETFL, O_NONBLOCK);
	event.data.fd = w->inbox[0];
	if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->inbox[0], &event) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, "epoll: %s", strerror(errno));
	event.data.fd = info->epoll_fd;
	if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, info->epoll_fd, &event) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, "epoll: %s", strerror(errno));
	if (pthread_create(&w->thread, NULL, worker_run, w) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, "a thread cannot be started");
	w->started = true;
	return ST_OK;
}

static void worker_end(struct worker *w)
{
	int ask = -1;

	if (w->started) {
		while (write(w->inbox[1], &ask, sizeof ask) < 0 && errno == EINTR)
			;
		pthread_join(w->thread, NULL);
	}
	if (w->daemon)
		MHD_stop_daemon(w->daemon);
	for (unsigned i = 0; i < 2; i++)
		if (w->inbox[i] >= 0)
			close(w->inbox[i]);
	if (w->epoll >= 0)
		close(w->epoll);
	arena_release(&w->arena);
}

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

			if (write(w->inbox[1], &fd, sizeof fd) != (ssize_t)sizeof fd)
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

static enum status listen_tcp(struct http_server *server, struct error *ret_error)
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(server->options.port)};
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(server->options.port)};
	struct sockaddr_storage bound;
	const char *address = server->options.address ? server->options.address : "127.0.0.1";
	bool is_six = inet_pton(AF_INET6, address, &six.sin6_addr) == 1;
	socklen_t len = is_six ? sizeof six : sizeof four;
	int on = 1;

	if (!is_six && inet_pton(AF_INET, address, &four.sin_addr) != 1)
		return error_set(ret_error, ST_MALFORMED, "'%s' is not a numeric address", address);
	server->listener = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (server->listener >= 0)
		setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (server->listener < 0 ||
	    bind(server->listener, is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four, len) != 0 ||
	    listen(server->listener, 1024) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, "%s port %u: %s", address, server->options.port,
				 strerror(errno));
	len = sizeof bound;
	if (getsockname(server->listener, (struct sockaddr *)&bound, &len) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, "%s: %s", address, strerror(errno));
	memcpy(&six, &bound, sizeof six);
	memcpy(&four, &bound, sizeof four);
	server->port = ntohs(is_six ? six.sin6_port : four.sin_port);
	return ST_OK;
}

static void options_complete(struct http_server_options *o)
{
	o->threads = o->threads == 0 ? 2 : o->threads > THREADS_MAX ? THREADS_MAX : o->threads;
	o->body_max = o->body_max ? o->body_max : (size_t)8 << 20;
	o->target_max = o->target_max ? o->target_max : 60000;
	o->idle_ms = o->idle_ms ? o->idle_ms : 60000;
	o->request_ms = o->request_ms ? o->request_ms : 30000;
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
	TRY(server->options.unix_path ? listen_unix(server, ret_error) : listen_tcp(server, ret_error));
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
	st = server_open(server, ret_error);
	if (st != ST_OK) {
		http_server_stop(server);
		return st;
	}
	*ret_server = server;
	return ST_OK;
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
	if (server->listener >= 0)
		close(server->listener);
	if (server->options.unix_path && server->listener >= 0)
		unlink(server->options.unix_path);
	for (unsigned i = 0; server->workers && i < server->worker_count; i++)
		worker_end(&server->workers[i]);
	if (server->stop >= 0)
		close(server->stop);
	free(server->workers);
	free(server);
}
