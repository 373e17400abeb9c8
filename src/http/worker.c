#include "http/worker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/stream.h"

/* Request line and headers of one connection, the target more than once. The library clears all of it after each request: three times 192 KB
 * for an address of 2,000 bytes cost as much as the rest of a small answer. */
#define POOL_SIZE(target_max) (3 * (target_max) + ((size_t)26 << 10))
#define ARENA_MAX ((size_t)256 << 20)
#define DRAIN_MS 3000
#define TICK_MS 1000
#define BODY_PACED ((size_t)1 << 20)
#define BODY_RATE_MIN 16u /* bytes a millisecond: who sends at this rate is waited for */

/* A connection has from the end of one answer to the end of the next the idle time and the request time together,
 * so that a client that trickles bytes is cut off even where it is never idle. A stream looks after itself. */
struct connection {
	struct connection *next, **link;
	struct peer peer;
	const struct serving *serving; /* or NULL */
	int64_t deadline_ms;
	int64_t pace_ms; /* what came since: */
	size_t pace_bytes;
	int fd;
};

static int64_t now_ms(void)
{
	return serve_now_us() / 1000;
}

bool worker_tell(struct worker *w, int what)
{
	ssize_t n;

	do
		n = write(w->inbox[1], &what, sizeof what);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof what;
}

/* ---- what the library calls ---- */

static struct connection *connection_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static void peer_fill(struct MHD_Connection *connection, bool secure, struct peer *peer)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *address = info ? info->client_addr : NULL;

	peer->known = true;
	peer->local = address && address->sa_family == AF_UNIX;
	if (address && address->sa_family == AF_INET) {
		const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)address;

		inet_ntop(AF_INET, &four->sin_addr, peer->address, sizeof peer->address);
		peer->local = ntohl(four->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	} else if (address && address->sa_family == AF_INET6) {
		const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
		bool four = memcmp(six->s6_addr, mapped, sizeof mapped) == 0;

		inet_ntop(four ? AF_INET : AF_INET6, four ? (const void *)&six->s6_addr[12] : six, peer->address,
			  sizeof peer->address);
		peer->local = IN6_IS_ADDR_LOOPBACK(six) || (four && six->s6_addr[12] == IN_LOOPBACKNET);
	}
	if (secure)
		http_tls_fingerprint(connection, peer->certificate);
}

static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
	struct worker *w = context;

	(void)connection;
	w->running++;
	return serving_new(target, &w->server->options);
}

static enum MHD_Result answer(const struct serve_call *call, struct serving *serving, struct connection *c)
{
	bool streaming = false;
	enum MHD_Result result = serve(call, serving, &streaming);

	if (streaming)
		c->deadline_ms = INT64_MAX;
	return result;
}

/* Somebody who sends is waited for as long as he keeps the pace; what he sent faster before buys him no slowness afterwards. */
static void piece_count(struct worker *w, struct connection *c, size_t len)
{
	int64_t later = c->deadline_ms + (int64_t)(len / BODY_RATE_MIN), most = now_ms() + w->server->options.request_ms;

	later = later < most ? later : most;
	c->deadline_ms = c->deadline_ms > later ? c->deadline_ms : later;
	c->pace_bytes += len;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *data, size_t *data_len,
				  void **state)
{
	struct worker *w = context;
	struct serving *serving = *state;
	struct connection *c = connection_of(connection);
	struct serve_call call = {&w->server->options, w->server->tables, w->server->table_count, &w->arena,
				  connection, w, &w->server->room, c ? &c->peer : NULL, method, w->stopping};

	(void)url;
	(void)version;
	if (serving == NULL || c == NULL)
		return MHD_NO;
	if (!c->peer.known)
		peer_fill(connection, w->server->tls.key != NULL, &c->peer);
	if (!serving->started) {
		serving_begin(serving, &call, MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length"));
		c->serving = serving;
		c->pace_ms = now_ms();
		c->pace_bytes = 0;
		if (!serving->refused || serving->drains)
			return MHD_YES;
		/* Answered before the body comes: the connection cannot be used for another request. */
		call.closing = true;
		return answer(&call, serving, c);
	}
	if (*data_len) {
		serving_body(serving, &call, data, *data_len);
		piece_count(w, c, *data_len);
		*data_len = 0;
		return MHD_YES;
	}
	return answer(&call, serving, c);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
			 enum MHD_RequestTerminationCode why)
{
	struct worker *w = context;
	struct connection *c = connection_of(connection);

	(void)why;
	w->running--;
	if (c) {
		c->serving = NULL;
		c->deadline_ms = now_ms() + w->server->options.idle_ms + w->server->options.request_ms;
	}
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

		if (fd == WORKER_WAKE)
			atomic_store(&w->woken, false);
		if (fd == WORKER_STOP)
			w->stopping = true;
		if (fd < 0)
			continue;
		if (getpeername(fd, (struct sockaddr *)&address, &len) != 0) {
			close(fd);
			continue;
		}
		/* Closes the socket itself where it fails. */
		(void)MHD_add_connection(w->daemon, fd, (struct sockaddr *)&address, len);
	}
}

/* Whether a large body comes too slowly for the memory that it holds. One of less than BODY_PACED may come as slowly as a weak network is, in the
 * time of a request, until others want the memory. */
static bool too_slow(const struct worker *w, struct connection *c, int64_t now)
{
	int64_t passed = now - c->pace_ms;
	unsigned pace = hold_pace(&w->server->room);
	bool slow;

	if (c->serving == NULL || passed < w->server->options.pace_ms)
		return false;
	slow = (c->serving->hold.size > BODY_PACED || (c->serving->hold.size && pace > HOLD_PACE_LEAST)) && c->pace_bytes < (uint64_t)passed * pace;
	c->pace_ms = now;
	c->pace_bytes = 0;
	return slow;
}

static void connections_expire(struct worker *w)
{
	int64_t now = now_ms();

	for (struct connection *c = w->connections; c; c = c->next)
		if (c->deadline_ms < now || too_slow(w, c, now))
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
		if (w->stopping)
			streams_end(w);
		else if (w->streams)
			streams_pump(w);
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

static struct MHD_Daemon *daemon_start(struct worker *w)
{
	const struct http_server_options *o = &w->server->options;
	const struct http_tls *tls = &w->server->tls;
	unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG | MHD_ALLOW_SUSPEND_RESUME;
	struct MHD_OptionItem secure[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, tls->certificate}, {MHD_OPTION_HTTPS_MEM_KEY, 0, tls->key},
		{MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES},
		{tls->clients ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0, tls->clients}, {MHD_OPTION_END, 0, NULL}};

	return MHD_start_daemon(
		tls->key ? flags | MHD_USE_TLS : flags, 0, NULL, NULL, on_request, w, MHD_OPTION_URI_LOG_CALLBACK, on_target, w,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, w, MHD_OPTION_NOTIFY_CONNECTION, on_connection, w,
		MHD_OPTION_UNESCAPE_CALLBACK, no_unescape, NULL, MHD_OPTION_EXTERNAL_LOGGER, no_log, NULL,
		MHD_OPTION_CONNECTION_TIMEOUT, (o->idle_ms + 999) / 1000, MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_SIZE(o->target_max),
		MHD_OPTION_CONNECTION_LIMIT, o->connections_max / w->server->worker_count + 1, MHD_OPTION_ARRAY,
		tls->key ? secure : &secure[4], MHD_OPTION_END);
}

enum status worker_start(struct worker *w, struct http_server *server, struct error *ret_error)
{
	const union MHD_DaemonInfo *info;
	struct epoll_event event = {.events = EPOLLIN};

	w->server = server;
	arena_init(&w->arena, ARENA_MAX);
	w->daemon = daemon_start(w);
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

void worker_end(struct worker *w)
{
	if (w->started) {
		(void)worker_tell(w, WORKER_STOP);
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
