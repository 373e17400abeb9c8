#include "portal/line.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

union ancillary {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int) * LINE_FILES_MAX)];
};

enum status line_pair(int ret_ends[2], struct error *ret_error)
{
	int size = (int)(2 * LINE_SIZE_MAX), ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, "socketpair: %s", strerror(errno));
	/* Room for one of the longest messages; a system that gives less says so when one is sent. */
	for (unsigned i = 0; i < 2; i++)
		(void)setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	memcpy(ret_ends, ends, sizeof ends);
	return ST_OK;
}

enum status line_send(int fd, const struct line_message *m, struct error *ret_error)
{
	struct iovec part = {m->data, m->len};
	union ancillary ancillary = {.head = {.cmsg_len = 0}};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	ssize_t sent;

	if (m->len == 0 || m->len > LINE_SIZE_MAX || m->file_count > LINE_FILES_MAX)
		return error_set(ret_error, ST_LIMIT, "a message between processes is empty or too long");
	if (m->file_count) {
		message.msg_control = &ancillary;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * m->file_count);
		ancillary.head = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int) * m->file_count), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
		memcpy(CMSG_DATA(&ancillary.head), m->files, sizeof(int) * m->file_count);
	}
	do
		sent = sendmsg(fd, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)m->len ? ST_OK : error_set(ret_error, ST_UNAVAILABLE, "another process of the portal is gone: %s", strerror(errno));
}

static void files_take(struct msghdr *message, struct line_message *m)
{
	m->file_count = 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		size_t count = c->cmsg_len >= CMSG_LEN(0) ? (c->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS || count > LINE_FILES_MAX - m->file_count)
			continue;
		memcpy(m->files + m->file_count, CMSG_DATA(c), count * sizeof(int));
		m->file_count += count;
	}
}

enum status line_receive(int fd, int timeout_ms, struct line_message *m, struct error *ret_error)
{
	struct iovec part = {m->data, m->room};
	union ancillary ancillary;
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &ancillary, .msg_controllen = sizeof ancillary};
	struct pollfd wanted = {fd, POLLIN, 0};
	ssize_t got;
	int ready = 1;

	while (timeout_ms >= 0 && (ready = poll(&wanted, 1, timeout_ms)) < 0 && errno == EINTR)
		;
	if (ready == 0)
		return error_set(ret_error, ST_NOT_FOUND, "another process of the portal did not answer in time");
	do
		got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return error_set(ret_error, ST_UNAVAILABLE, "another process of the portal is gone");
	files_take(&message, m);
	if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
		for (size_t i = 0; i < m->file_count; i++)
			close(m->files[i]);
		m->file_count = 0;
		return error_set(ret_error, ST_LIMIT, "a message between processes is too long");
	}
	m->len = (size_t)got;
	return ST_OK;
}
