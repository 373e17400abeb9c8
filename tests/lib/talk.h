/* A client of one's own for tests of the server: plain sockets, so that it can be as slow or as wrong as it likes. */
#ifndef TESTS_LIB_TALK_H
#define TESTS_LIB_TALK_H

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/server.h"
#include "lib/test.h"

static inline int dial(const struct http_server *server)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(http_server_port(server)),
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

static inline void say(int fd, const char *s)
{
	assert_int_equal(send(fd, s, strlen(s), MSG_NOSIGNAL), (ssize_t)strlen(s));
}

/* Reads until `end` was seen, the peer closed, or five seconds passed; gives what came, NUL-terminated. */
static inline bool hear(int fd, const char *end, char *out, size_t room)
{
	size_t n = 0;

	out[0] = 0;
	while (n + 1 < room && strstr(out, end) == NULL) {
		struct pollfd wanted = {fd, POLLIN, 0};
		ssize_t got;

		if (poll(&wanted, 1, 5000) <= 0)
			return false;
		got = recv(fd, out + n, room - n - 1, 0);
		if (got <= 0)
			return false;
		n += (size_t)got;
		out[n] = 0;
	}
	return true;
}

#endif
