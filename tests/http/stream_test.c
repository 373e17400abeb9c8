/* Event streams over real sockets: news, silence, clients that do not read or go away, a clean stop. */
#include <stdatomic.h>
#include <time.h>

#include "lib/talk.h"

struct news {
	atomic_int number; /* of the newest item */
	atomic_int opened, ended;
	size_t size;       /* of one item */
	atomic_bool over;
};

struct listener {
	struct news *news;
	int told;
};

static bool pull(void *context, struct buffer *out)
{
	struct listener *l = context;

	while (l->told < atomic_load(&l->news->number)) {
		buffer_printf(out, "data: %d\n", ++l->told);
		for (size_t i = 0; i < l->news->size; i++)
			buffer_add_char(out, 'x');
		buffer_printf(out, "\n\n");
	}
	return !atomic_load(&l->news->over);
}

static void end(void *context)
{
	struct listener *l = context;

	atomic_fetch_add(&l->news->ended, 1);
	free(l);
}

static void stream(void *context, const struct http_request *request, struct http_response *response)
{
	struct listener *l = calloc(1, sizeof *l);

	(void)request;
	assert_non_null(l);
	l->news = context;
	atomic_fetch_add(&l->news->opened, 1);
	http_answer(response, 200, TEXT("text/event-stream"), TEXT("retry: 1000\n\n"));
	response->stream = (struct http_stream){pull, end, l};
}

static const struct http_route routes[] = {{HTTP_GET, "/news", stream, 0}};
static const char request[] = "GET /news HTTP/1.1\r\nHost: a\r\n\r\n";

static struct http_server *start(struct news *news, unsigned alive_ms, unsigned unread_ms)
{
	static struct http_table table;
	struct http_server_options options = {.threads = 2, .alive_ms = alive_ms, .unread_ms = unread_ms, .idle_ms = 2000,
					      .request_ms = 1000};
	struct http_server *server = NULL;
	struct error error;

	table = (struct http_table){.routes = routes, .count = 1, .context = news};
	assert_ok(http_server_start(&options, &table, 1, &server, &error));
	return server;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool soon(atomic_int *what, int value, int64_t within_ms)
{
	for (int64_t until = now_ms() + within_ms; now_ms() < until; usleep(5000))
		if (atomic_load(what) == value)
			return true;
	return false;
}

static void test_news(void **state)
{
	struct news news = {.number = 0};
	struct http_server *server = start(&news, 60000, 60000);
	int fds[20];
	char answer[8192], wanted[32];

	(void)state;
	for (size_t i = 0; i < 20; i++) {
		fds[i] = dial(server);
		say(fds[i], request);
		assert_true(hear(fds[i], "retry: 1000", answer, sizeof answer));
		assert_non_null(strstr(answer, "text/event-stream"));
	}
	for (int round = 1; round <= 5; round++) {
		int64_t since = now_ms();

		atomic_store(&news.number, round);
		http_server_wake(server);
		snprintf(wanted, sizeof wanted, "data: %d\n", round);
		for (size_t i = 0; i < 20; i++)
			assert_true(hear(fds[i], wanted, answer, sizeof answer));
		/* Woken, not found by the second's turn. */
		assert_true(now_ms() - since < 500);
	}
	/* Longer than an idle connection or a request may last. */
	usleep(3500000);
	atomic_store(&news.number, 6);
	http_server_wake(server);
	assert_true(hear(fds[0], "data: 6", answer, sizeof answer));
	/* The stream's end is the answer's: the connection takes the next request. */
	atomic_store(&news.over, true);
	http_server_wake(server);
	assert_true(hear(fds[0], "0\r\n\r\n", answer, sizeof answer));
	assert_true(soon(&news.ended, 20, 2000));
	atomic_store(&news.over, false);
	say(fds[0], request);
	assert_true(hear(fds[0], "data: 6", answer, sizeof answer));
	for (size_t i = 0; i < 20; i++)
		close(fds[i]);
	http_server_stop(server);
	assert_int_equal(atomic_load(&news.ended), 21);
}

static void test_silence(void **state)
{
	struct news news = {.number = 0};
	struct http_server *server = start(&news, 300, 60000);
	int fd = dial(server);
	char answer[8192];

	(void)state;
	say(fd, request);
	assert_true(hear(fd, "\n:\n\n", answer, sizeof answer));
	/* A client that is gone is noticed when something is sent. */
	close(fd);
	assert_true(soon(&news.ended, 1, 5000));
	http_server_stop(server);
}

static void test_unread(void **state)
{
	struct news news = {.number = 0, .size = 200000};
	struct http_server *server = start(&news, 60000, 500);
	int fd = dial(server);

	(void)state;
	say(fd, request);
	/* More than the sockets take in. */
	for (int i = 1; i <= 100 && atomic_load(&news.ended) == 0; i++) {
		atomic_store(&news.number, i);
		http_server_wake(server);
		usleep(30000);
	}
	assert_true(soon(&news.ended, 1, 3000));
	close(fd);
	http_server_stop(server);
}

static void test_stop(void **state)
{
	struct news news = {.number = 1, .size = 200000};
	struct http_server *server = start(&news, 60000, 60000);
	int quiet = dial(server), unread = dial(server);
	char answer[1 << 19];
	int64_t since;

	(void)state;
	say(quiet, request);
	assert_true(hear(quiet, "x\n\n", answer, sizeof answer));
	say(unread, request);
	assert_true(soon(&news.opened, 2, 5000));
	since = now_ms();
	http_server_stop(server);
	assert_true(now_ms() - since < 4000);
	assert_int_equal(atomic_load(&news.ended), 2);
	/* Told in full: the last chunk came. */
	assert_true(hear(quiet, "0\r\n\r\n", answer, sizeof answer));
	close(quiet);
	close(unread);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_news), cmocka_unit_test(test_silence),
					   cmocka_unit_test(test_unread), cmocka_unit_test(test_stop)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
