#include "http/stream.h"

#include <stdlib.h>
#include <sys/socket.h>

#define PENDING_MAX ((size_t)256 << 10)
#define BLOCK_SIZE 4096u

/* While nothing is to be sent the connection is suspended: the library does not look at it. */
struct streaming {
	struct streaming *next, **link;
	struct http_stream stream;
	struct MHD_Connection *connection;
	struct buffer pending;
	size_t sent;
	int64_t spoke_us; /* when bytes were last put into `pending` */
	bool suspended, ending;
};

/* The library notices the closed socket and frees the stream. */
static void drop(struct streaming *s)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(s->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	s->ending = true;
	if (info)
		shutdown(info->connect_fd, SHUT_RDWR);
}

static void refill(struct streaming *s)
{
	if (!s->stream.pull(s->stream.context, &s->pending))
		s->ending = true;
	if (buffer_status(&s->pending) != ST_OK) {
		buffer_clear(&s->pending);
		drop(s);
	}
	if (s->pending.len)
		s->spoke_us = serve_now_us();
}

static ssize_t read_pending(void *context, uint64_t position, char *out, size_t room)
{
	struct streaming *s = context;
	size_t n;

	(void)position;
	if (s->pending.len == 0 && !s->ending)
		refill(s);
	n = s->pending.len - s->sent;
	if (n == 0 && s->ending)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (n == 0) {
		s->suspended = true;
		MHD_suspend_connection(s->connection);
		return 0;
	}
	n = n < room ? n : room;
	memcpy(out, s->pending.data + s->sent, n);
	s->sent += n;
	if (s->sent == s->pending.len) {
		buffer_clear(&s->pending);
		s->sent = 0;
	}
	return (ssize_t)n;
}

static void streaming_free(void *context)
{
	struct streaming *s = context;

	*s->link = s->next;
	if (s->next)
		s->next->link = s->link;
	s->stream.end(s->stream.context);
	buffer_release(&s->pending);
	free(s);
}

struct MHD_Response *stream_begin(const struct serve_call *call, const struct http_stream *stream, const struct buffer *first)
{
	struct streaming *s = calloc(1, sizeof *s);
	struct MHD_Response *answer;

	if (s == NULL) {
		stream->end(stream->context);
		return NULL;
	}
	s->stream = *stream;
	s->connection = call->connection;
	s->spoke_us = serve_now_us();
	s->ending = call->closing;
	buffer_init(&s->pending, PENDING_MAX);
	buffer_add(&s->pending, first->data, first->len);
	s->next = call->worker->streams;
	s->link = &call->worker->streams;
	if (s->next)
		s->next->link = &s->next;
	call->worker->streams = s;
	answer = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_SIZE, read_pending, s, streaming_free);
	if (answer == NULL)
		streaming_free(s);
	return answer;
}

static void resume(struct streaming *s)
{
	if (!s->suspended)
		return;
	s->suspended = false;
	MHD_resume_connection(s->connection);
}

void streams_pump(struct worker *worker)
{
	int64_t now = serve_now_us(), alive_us = (int64_t)worker->server->options.alive_ms * 1000;
	int64_t unread_us = (int64_t)worker->server->options.unread_ms * 1000;

	for (struct streaming *s = worker->streams; s; s = s->next) {
		if (s->ending)
			continue;
		if (s->pending.len) {
			if (now - s->spoke_us >= unread_us)
				drop(s);
			continue;
		}
		refill(s);
		if (s->pending.len == 0 && !s->ending && now - s->spoke_us >= alive_us) {
			buffer_add_text(&s->pending, TEXT(":\n\n"));
			s->spoke_us = now;
		}
		if (s->pending.len || s->ending)
			resume(s);
	}
}

void streams_end(struct worker *worker)
{
	for (struct streaming *s = worker->streams; s; s = s->next) {
		s->ending = true;
		resume(s);
	}
}
