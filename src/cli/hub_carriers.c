#include "cli/hub_carriers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "account/accounts.h"
#include "border/line.h"
#include "border/reversal.h"
#include "edifact/edifact.h"

#define LINES_MAX 64u
#define TOKEN_MAX 200u
#define OUT_MAX ((size_t)16 << 20)
#define READ_SIZE 65536u
#define ARENA_MAX ((size_t)256 << 20)
#define TURN_MS 1000
#define HELLO_MS ((int64_t)10000)   /* until a line must have said who it is */
#define UNREAD_MS ((int64_t)60000)  /* an answer that nobody takes ends it */
#define COST 5u

struct line {
	int fd;
	struct buffer in, out;
	size_t sent;          /* of out */
	int64_t waits_ms;     /* since when something is waited for: who it is, or that it reads */
	char token[TOKEN_MAX + 1], address[64], last[64];
	bool known, closing;
};

struct hub_carriers {
	struct hub_carriers_options options;
	int listener, bell;
	struct line lines[LINES_MAX];
	size_t count;
	int64_t looked_ms; /* for answers that turned round */
	bool look;
	struct arena arena;
	pthread_t thread;
	bool started;
};

/* ---- what is said ---- */

static void say_error(struct line *l, const struct error *error)
{
	buffer_printf(&l->out, "ERROR %s: %s\n", error->reason[0] ? error->reason : "unavailable", error->message);
}

static enum status who(struct hub_carriers *c, struct line *l, struct actor *ret, struct error *ret_error)
{
	struct office *office = c->options.office;

	TRY(accounts_token(office->accounts, text_of(l->token), &c->arena, ret, ret_error));
	ret->address = text_of(l->address);
	if (may(ret, TEXT("arrival.send"), NULL, office->host, env_now(office->env)) != POLICY_ALLOWED)
		return error_because(ret_error, ST_DENIED, ret->id.len ? "denied" : "sign-in", NULL, "the first line is to be a carrier's token");
	return ST_OK;
}

/* ---- one interchange ---- */

struct taking {
	struct hub_carriers *carriers;
	struct actor actor;
	struct bytes bytes;
	struct arrival_interchange lists;
	bool acknowledgement;
	struct buffer *out;
	size_t out_len;
};

static enum status take_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct taking *t = context;
	struct office *office = t->carriers->options.office;
	const struct audit_event event = {.actor = &t->actor, .action = "arrival.send", .thing_kind = t->acknowledgement ? "reversal" : "arrival",
					  .outcome = "done"};
	size_t count;

	t->out->len = t->out_len;
	TRY(audit_add(tx, office->env, &event, ret_error));
	if (t->acknowledgement)
		return reversal_acknowledge(office->border, tx, t->actor.id, t->bytes, &t->carriers->arena, &count, ret_error);
	return arrival_keep(office->border, tx, &t->actor, &t->lists, &t->carriers->arena, t->out, ret_error);
}

static enum status interchange_take(struct hub_carriers *c, struct line *l, struct bytes bytes, struct error *ret_error)
{
	struct office *office = c->options.office;
	struct taking t = {.carriers = c, .bytes = bytes, .out = &l->out, .out_len = l->out.len};
	enum status st;

	TRY(who(c, l, &t.actor, ret_error));
	TRY(accounts_count(office->accounts, &t.actor, COST, env_now(office->env), ret_error));
	st = arrival_read(office->border, bytes, &c->arena, &t.lists, ret_error);
	t.acknowledgement = st == ST_MALFORMED && strcmp(ret_error->reason, "paxlst-none") == 0;
	if (!t.acknowledgement)
		TRY(st);
	TRY(db_transact(office->db, DB_WRITE, take_work, &t, ret_error));
	office->committed(office->context);
	return ST_OK;
}

/* ---- answers that turned round ---- */

struct pushing {
	struct hub_carriers *carriers;
	struct line *line;
	struct text sender, last;
	size_t out_len;
	bool waits;
};

static enum status waits_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct pushing *p = context;

	return reversal_waits(tx, p->sender, text_of(p->line->last), &p->carriers->arena, &p->waits, ret_error);
}

static enum status push_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct pushing *p = context;

	p->line->out.len = p->out_len;
	return reversal_fetch(p->carriers->options.office->border, tx, p->sender, text_of(p->line->last), &p->carriers->arena, &p->line->out,
			      &p->last, ret_error);
}

/* What it was not sent over this line yet. */
static void push(struct hub_carriers *c, struct line *l)
{
	struct pushing p = {.carriers = c, .line = l, .out_len = l->out.len};
	struct db *db = c->options.office->db;
	struct error error = {.code = ST_OK};
	struct actor actor;

	if (!c->look || !l->known || l->closing)
		return;
	arena_clear(&c->arena);
	if (who(c, l, &actor, &error) != ST_OK) {
		l->closing = error.code == ST_DENIED;
		return;
	}
	p.sender = actor.id;
	if (db_transact(db, DB_READ, waits_work, &p, &error) != ST_OK || !p.waits)
		return;
	if (db_transact(db, DB_WRITE, push_work, &p, &error) != ST_OK) {
		l->out.len = p.out_len;
		return;
	}
	if (p.last.len < sizeof l->last) {
		memcpy(l->last, p.last.data, p.last.len);
		l->last[p.last.len] = '\0';
	}
}

/* ---- bytes ---- */

static void in_drop(struct line *l, size_t len)
{
	l->in.len -= len;
	memmove(l->in.data, l->in.data + len, l->in.len);
}

/* The first line: who it is. False: it is not there yet. */
static bool hello(struct hub_carriers *c, struct line *l)
{
	struct text all = {(const char *)l->in.data, l->in.len}, token;
	struct error error = {.code = ST_OK};
	struct actor actor;
	size_t end = text_find(all, '\n', 0);

	if (end == all.len && all.len <= TOKEN_MAX)
		return false;
	token = text_trim((struct text){all.data, end});
	if (end > TOKEN_MAX)
		token.len = 0;
	if (token.len)
		memcpy(l->token, token.data, token.len);
	l->token[token.len] = '\0';
	arena_clear(&c->arena);
	l->known = who(c, l, &actor, &error) == ST_OK;
	l->closing = !l->known;
	if (l->known)
		buffer_add_text(&l->out, TEXT("OK\n"));
	else
		say_error(l, &error);
	in_drop(l, end < all.len ? end + 1 : end);
	return true;
}

/* Interchanges that have come whole, as long as the former's answer is taken. */
static void in_take(struct hub_carriers *c, struct line *l)
{
	struct error error = {.code = ST_OK, .position = -1};
	size_t skip, len;

	if (!l->known && !hello(c, l))
		return;
	while (!l->closing && l->out.len == 0 && l->in.len) {
		enum line_found found = line_find(buffer_bytes(&l->in), &skip, &len);

		if (found == LINE_MORE)
			return;
		if (found == LINE_BROKEN) {
			(void)error_because(&error, ST_MALFORMED, "edifact-syntax", NULL, "an interchange begins with UNA or UNB");
			say_error(l, &error);
			l->closing = true;
			return;
		}
		arena_clear(&c->arena);
		if (interchange_take(c, l, (struct bytes){l->in.data + skip, len}, &error) != ST_OK)
			say_error(l, &error);
		in_drop(l, skip + len);
	}
}

static void line_end(struct hub_carriers *c, size_t i)
{
	struct line *l = &c->lines[i];

	close(l->fd);
	buffer_release(&l->in);
	buffer_release(&l->out);
	explicit_bzero(l->token, sizeof l->token);
	if (i != --c->count)
		c->lines[i] = c->lines[c->count];
}

/* False: it is over. */
static bool line_read(struct line *l)
{
	uint8_t piece[READ_SIZE];
	ssize_t got = recv(l->fd, piece, sizeof piece, 0);

	if (got <= 0)
		return got < 0 && (errno == EAGAIN || errno == EINTR);
	buffer_add(&l->in, piece, (size_t)got);
	return buffer_status(&l->in) == ST_OK; /* else no interchange is so long */
}

static bool line_write(struct hub_carriers *c, struct line *l)
{
	ssize_t put;

	if (l->out.len == 0)
		return !l->closing;
	if (buffer_status(&l->out) != ST_OK)
		return false;
	put = send(l->fd, l->out.data + l->sent, l->out.len - l->sent, MSG_NOSIGNAL);
	if (put < 0)
		return errno == EAGAIN || errno == EINTR;
	l->sent += (size_t)put;
	l->waits_ms = env_now(c->options.office->env);
	if (l->sent < l->out.len)
		return true;
	buffer_clear(&l->out);
	l->sent = 0;
	return !l->closing;
}

static void line_accept(struct hub_carriers *c)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof from;
	int fd = accept4(c->listener, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC), on = 1;
	struct line *l;

	if (fd < 0)
		return;
	if (c->count == LINES_MAX) {
		close(fd);
		return;
	}
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	l = &c->lines[c->count++];
	*l = (struct line){.fd = fd, .waits_ms = env_now(c->options.office->env)};
	if (from.ss_family == AF_INET6)
		inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&from)->sin6_addr, l->address, sizeof l->address);
	else
		inet_ntop(AF_INET, &((struct sockaddr_in *)&from)->sin_addr, l->address, sizeof l->address);
	buffer_init(&l->in, EDIFACT_SIZE_MAX + READ_SIZE);
	buffer_init(&l->out, OUT_MAX);
}

/* ---- the loop ---- */

static bool line_turn(struct hub_carriers *c, struct line *l, short events)
{
	int64_t waited_ms = env_now(c->options.office->env) - l->waits_ms;

	if ((!l->known && waited_ms > HELLO_MS) || (l->out.len && waited_ms > UNREAD_MS))
		return false;
	if ((events & (POLLIN | POLLHUP | POLLERR)) && l->out.len == 0 && !line_read(l))
		return false;
	for (;;) {
		if (l->out.len == 0)
			in_take(c, l);
		if (l->out.len == 0)
			push(c, l);
		if (l->out.len == 0)
			return !l->closing;
		if (l->sent == 0)
			l->waits_ms = env_now(c->options.office->env);
		if (!line_write(c, l))
			return false;
		if (l->out.len)
			return true; /* it reads slowly */
	}
}

/* When it was rung, and each turn: another hub may have screened. */
static void look_now(struct hub_carriers *c, bool rung)
{
	int64_t now_ms = env_now(c->options.office->env);

	c->look = rung || now_ms - c->looked_ms >= TURN_MS || now_ms < c->looked_ms;
	if (c->look)
		c->looked_ms = now_ms;
}

static void *run(void *context)
{
	struct hub_carriers *c = context;
	struct pollfd fds[LINES_MAX + 2];
	uint64_t rung;

	for (;;) {
		size_t count = c->count;

		fds[0] = (struct pollfd){.fd = c->bell, .events = POLLIN};
		fds[1] = (struct pollfd){.fd = c->listener, .events = POLLIN};
		for (size_t i = 0; i < count; i++)
			fds[i + 2] = (struct pollfd){.fd = c->lines[i].fd, .events = c->lines[i].out.len ? POLLOUT : POLLIN};
		(void)poll(fds, count + 2, TURN_MS);
		rung = 0;
		if (fds[0].revents && read(c->bell, &rung, sizeof rung) == (ssize_t)sizeof rung && rung >= UINT32_MAX)
			break;
		look_now(c, rung != 0);
		/* From the last: the one that takes the place of an ended line had its turn. */
		for (size_t i = count; i-- > 0;)
			if (!line_turn(c, &c->lines[i], fds[i + 2].revents))
				line_end(c, i);
		if (fds[1].revents)
			line_accept(c);
	}
	while (c->count)
		line_end(c, c->count - 1);
	return NULL;
}

static enum status listen_begin(struct hub_carriers *c, struct error *ret_error)
{
	const char *address = c->options.address ? c->options.address : "127.0.0.1";
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(c->options.port)};
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(c->options.port)};
	bool is_six = inet_pton(AF_INET6, address, &six.sin6_addr) == 1;
	int on = 1;

	if (!is_six && inet_pton(AF_INET, address, &four.sin_addr) != 1)
		return error_set(ret_error, ST_MALFORMED, "--carrier-address: '%s' is not a numeric address", address);
	c->listener = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->listener >= 0)
		setsockopt(c->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (c->listener < 0 ||
	    bind(c->listener, is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four, is_six ? sizeof six : sizeof four) != 0 ||
	    listen(c->listener, LINES_MAX) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, "carriers: %s port %u: %s", address, c->options.port, strerror(errno));
	return ST_OK;
}

enum status hub_carriers_start(const struct hub_carriers_options *options, struct hub_carriers **ret, struct error *ret_error)
{
	struct hub_carriers *c = calloc(1, sizeof *c);
	enum status st;

	if (c == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	c->options = *options;
	c->listener = -1;
	arena_init(&c->arena, ARENA_MAX);
	c->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->bell < 0) {
		st = error_set(ret_error, ST_UNAVAILABLE, "carriers: %s", strerror(errno));
		goto out;
	}
	TRY_OUT(listen_begin(c, ret_error));
	c->started = pthread_create(&c->thread, NULL, run, c) == 0;
	if (c->started) {
		*ret = c;
		return ST_OK;
	}
	st = error_set(ret_error, ST_UNAVAILABLE, "a thread cannot be started");
out:
	hub_carriers_stop(c);
	return st;
}

static void ring(struct hub_carriers *c, uint64_t value)
{
	(void)!write(c->bell, &value, sizeof value);
}

void hub_carriers_wake(struct hub_carriers *c)
{
	if (c)
		ring(c, 1);
}

void hub_carriers_stop(struct hub_carriers *c)
{
	if (c == NULL)
		return;
	if (c->started) {
		ring(c, UINT32_MAX);
		pthread_join(c->thread, NULL);
	}
	if (c->listener >= 0)
		close(c->listener);
	if (c->bell >= 0)
		close(c->bell);
	arena_release(&c->arena);
	free(c);
}
