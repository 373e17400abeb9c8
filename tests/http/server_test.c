/* The server over real sockets: many connections kept alive, limits, slow clients, a clean stop. */
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/talk.h"

static void hello(void *context, const struct http_request *request, struct http_response *response)
{
	(void)context;
	http_answer(response, 200, TEXT("text/plain"), TEXT("hello "));
	if (request->capture_count)
		buffer_add_text(&response->body, request->captures[0]);
}

static void echo(void *context, const struct http_request *request, struct http_response *response)
{
	(void)context;
	http_answer(response, 200, TEXT("application/octet-stream"), TEXT(""));
	buffer_add(&response->body, request->body.data, request->body.len);
}

static void size(void *context, const struct http_request *request, struct http_response *response)
{
	(void)context;
	http_answer(response, 200, TEXT("text/plain"), TEXT(""));
	buffer_printf(&response->body, "%zu bytes", request->body.len);
}

#define LARGE ((size_t)3 << 20)

static const struct http_route routes[] = {
	{HTTP_GET, "/hello/{name}", hello, 0},
	{HTTP_POST, "/echo", echo, 0},
	{HTTP_POST, "/size", size, LARGE},
};
static const struct http_table table = {.routes = routes, .count = 3};

static struct http_server *start(unsigned request_ms)
{
	struct http_server_options options = {.threads = 2, .body_max = 10000, .request_ms = request_ms,
					      .idle_ms = request_ms ? 1000 : 0};
	struct http_server *server = NULL;
	struct error error;

	assert_ok(http_server_start(&options, &table, 1, &server, &error));
	return server;
}

/* An event loop that handles 128 events at a time may sleep when exactly 128 are waiting. */
static void test_many_connections(void **state)
{
	static const size_t counts[] = {127, 128, 129, 256, 300, 512};
	struct http_server *server = start(0);
	char answer[2048];

	(void)state;
	for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
		int *fds = calloc(counts[k], sizeof *fds);

		assert_non_null(fds);
		for (size_t i = 0; i < counts[k]; i++)
			fds[i] = dial(server);
		for (unsigned round = 0; round < 5; round++) {
			for (size_t i = 0; i < counts[k]; i++)
				say(fds[i], "GET /hello/all HTTP/1.1\r\nHost: a\r\n\r\n");
			for (size_t i = 0; i < counts[k]; i++)
				if (!hear(fds[i], "hello all", answer, sizeof answer))
					fail_msg("%zu connections: number %zu waits", counts[k], i);
		}
		for (size_t i = 0; i < counts[k]; i++)
			close(fds[i]);
		free(fds);
	}
	http_server_stop(server);
}

struct talk {
	const char *request;
	const char *expected;
	const char *also;
};

static const struct talk talks[] = {
	{"GET /hello/%EA%B9%80 HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200", "hello 김"},
	{"GET /none HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 404", "{\"detail\":\"Not Found\"}"},
	{"GET /api/none HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 404", "application/problem+json"},
	{"POST /hello/x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 405", "Allow: GET, HEAD"},
	{"GET /hello/%ff HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400", "UTF-8"},
	{"GET /hello/x?q=%c0%80 HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400", "UTF-8"},
	{"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\nExpect: 100-continue\r\n\r\n", "HTTP/1.1 413", "too large"},
	{"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nsalut", "HTTP/1.1 200", "salut"},
	{"OPTIONS /echo HTTP/1.1\r\nHost: a\r\nOrigin: b\r\nAccess-Control-Request-Method: POST\r\n\r\n", "HTTP/1.1 200",
	 "Access-Control-Allow-Methods"},
	{"GET /hello/x HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200", "Access-Control-Allow-Origin: *"},
};

static void test_talks(void **state)
{
	struct http_server *server = start(0);
	char answer[8192];

	(void)state;
	for (size_t i = 0; i < sizeof talks / sizeof talks[0]; i++) {
		int fd = dial(server);

		say(fd, talks[i].request);
		if (!hear(fd, talks[i].also, answer, sizeof answer) || strstr(answer, talks[i].expected) == NULL)
			fail_msg("talk %zu: %s", i, answer);
		close(fd);
	}
	http_server_stop(server);
}

/* Whoever sends too much hears so, for what he sends is read to its end. */
static void test_large_body(void **state)
{
	static char body[20001];
	struct http_server *server = start(0);
	char answer[4096];
	int fd = dial(server);

	(void)state;
	memset(body, 'x', sizeof body - 1);
	say(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n");
	say(fd, body);
	assert_true(hear(fd, "too large", answer, sizeof answer));
	assert_non_null(strstr(answer, "HTTP/1.1 413"));
	say(fd, "GET /hello/again HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_true(hear(fd, "hello again", answer, sizeof answer));
	close(fd);
	http_server_stop(server);
}

/* Those who send much hold no more memory than was said; small questions are answered meanwhile, and afterwards large ones again. */
static void test_large_bodies_together(void **state)
{
	const struct http_server_options options = {.threads = 1, .bodies_max = 10 << 20};
	struct http_server *server = NULL;
	struct error error;
	char *body = malloc(LARGE + 1), answer[4096];
	int fds[8], small;
	size_t refused = 0;

	(void)state;
	assert_non_null(body);
	memset(body, 'x', LARGE);
	body[LARGE] = '\0';
	assert_ok(http_server_start(&options, &table, 1, &server, &error));
	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
		fds[i] = dial(server);
		say(fds[i], "POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 3145728\r\n\r\n");
		say(fds[i], body + 1); /* all but a byte: each is held */
	}
	small = dial(server);
	say(small, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nsmall");
	assert_true(hear(small, "small", answer, sizeof answer));
	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
		say(fds[i], "x");
		assert_true(hear(fds[i], "\r\n\r\n", answer, sizeof answer));
		refused += strstr(answer, "HTTP/1.1 503") != NULL;
		close(fds[i]);
	}
	assert_in_range(refused, 1, 7);
	say(small, "POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 3145728\r\n\r\n");
	say(small, body);
	assert_true(hear(small, "3145728 bytes", answer, sizeof answer));
	close(small);
	http_server_stop(server);
	free(body);
}

/* Many middling ones are held in the same room: a file's part each, not one of them large. */
static void test_middling_bodies_together(void **state)
{
	enum { EACH = 128 << 10, FEW = 4, MANY = 12 };
	const struct http_server_options options = {.threads = 1, .bodies_max = 1 << 20};
	struct http_server *server = NULL;
	struct error error;
	char *body = malloc(EACH + 1), answer[4096];
	int fds[MANY];
	size_t refused = 0;

	(void)state;
	assert_non_null(body);
	memset(body, 'x', EACH);
	body[EACH] = '\0';
	assert_ok(http_server_start(&options, &table, 1, &server, &error));
	for (size_t i = 0; i < MANY; i++) {
		fds[i] = dial(server);
		say(fds[i], "POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 131072\r\n\r\n");
		say(fds[i], body + 1);
	}
	for (size_t i = 0; i < MANY; i++) {
		say(fds[i], "x");
		assert_true(hear(fds[i], "\r\n\r\n", answer, sizeof answer));
		refused += strstr(answer, "HTTP/1.1 503") != NULL;
		close(fds[i]);
	}
	assert_in_range(refused, MANY - FEW * 2, MANY - 1);
	http_server_stop(server);
	free(body);
}

/* Who has sent much fast and then trickles holds what he sent for some seconds, not for as long as he likes; who keeps the pace is heard. */
static void test_slow_large_body(void **state)
{
	const struct http_server_options options = {.threads = 1, .bodies_max = 32 << 20, .pace_ms = 1000};
	static const char begin[] = "POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 3145728\r\n\r\n";
	struct http_server *server = NULL;
	struct error error;
	char *body = malloc(LARGE + 1), answer[4096];
	size_t left = LARGE - (LARGE >> 1);
	int slow, steady;
	bool cut = false;

	(void)state;
	assert_non_null(body);
	memset(body, 'x', LARGE);
	body[LARGE] = '\0';
	assert_ok(http_server_start(&options, &table, 1, &server, &error));
	slow = dial(server);
	steady = dial(server);
	say(slow, begin);
	say(slow, body + (LARGE >> 2)); /* a quarter is left */
	say(steady, begin);
	say(steady, body + left); /* half is left */
	for (unsigned turn = 0; turn < 60 && !cut; turn++) {
		struct pollfd wanted = {slow, POLLIN, 0};
		size_t piece = left > 20000 ? 20000 : 0;

		cut = send(slow, "xxxxxxxxxx", 10, MSG_NOSIGNAL) != 10 || poll(&wanted, 1, 100) > 0;
		assert_int_equal(send(steady, body, piece, MSG_NOSIGNAL), piece);
		left -= piece;
	}
	assert_true(cut);
	say(steady, body + LARGE - left);
	assert_true(hear(steady, "3145728 bytes", answer, sizeof answer));
	close(slow);
	close(steady);
	http_server_stop(server);
	free(body);
}

static void test_long_target(void **state)
{
	struct http_server *server = start(0);
	size_t len = 70000;
	char *request = malloc(len + 64), answer[4096];
	int fd = dial(server);

	(void)state;
	assert_non_null(request);
	memset(request, 'a', len);
	memcpy(request, "GET /hello/x?q=", 15);
	memcpy(request + len, " HTTP/1.1\r\nHost: a\r\n\r\n", 23);
	say(fd, request);
	assert_true(hear(fd, "{\"detail\":\"Request URI too long\"}", answer, sizeof answer));
	assert_non_null(strstr(answer, "HTTP/1.1 414"));
	close(fd);
	free(request);
	http_server_stop(server);
}

/* One byte a moment is never idle, and yet must not hold its connection for ever. */
static void test_slow_client(void **state)
{
	struct http_server *server = start(1500);
	static const char bytes[] = "GET /hello/x HTTP/1.1\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	int fd = dial(server);
	bool cut = false;

	(void)state;
	for (size_t i = 0; i < sizeof bytes - 1 && !cut; i++) {
		struct pollfd wanted = {fd, POLLIN, 0};

		cut = send(fd, bytes + i, 1, MSG_NOSIGNAL) != 1 || poll(&wanted, 1, 100) > 0;
	}
	assert_true(cut);
	close(fd);
	http_server_stop(server);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_connections),
		cmocka_unit_test(test_talks),
		cmocka_unit_test(test_large_body),
		cmocka_unit_test(test_large_bodies_together),
		cmocka_unit_test(test_middling_bodies_together),
		cmocka_unit_test(test_slow_large_body),
		cmocka_unit_test(test_long_target),
		cmocka_unit_test(test_slow_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
