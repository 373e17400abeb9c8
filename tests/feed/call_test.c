/* Calls over a connection that stays open, and downloads that go on where they broke. The other side is a socket of the test's. */
#include "feed/call.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/test.h"

#define STEPS_MAX 4u

/* What the other side does with one request after another. */
struct step {
	const char *answer;
	bool hang_up; /* and closes, without having said so */
};

struct other_side {
	const struct step *steps;
	size_t count, connections;
	char asked[STEPS_MAX][2048];
	int listening;
	pthread_t thread;
	char address[64];
};

/* Up to the empty line; false: the connection ended. */
static bool request_read(int fd, char *out, size_t room)
{
	size_t len = 0;

	while (len + 1 < room) {
		ssize_t n = read(fd, out + len, 1);

		if (n != 1)
			return false;
		out[++len] = '\0';
		if (len >= 4 && strcmp(out + len - 4, "\r\n\r\n") == 0)
			return true;
	}
	return false;
}

static void *answer_all(void *context)
{
	struct other_side *o = context;
	int fd = -1;

	for (size_t i = 0; i < o->count;) {
		if (fd < 0) {
			fd = accept(o->listening, NULL, NULL);
			o->connections++;
		}
		if (fd >= 0 && request_read(fd, o->asked[i], sizeof o->asked[i])) {
			if (write(fd, o->steps[i].answer, strlen(o->steps[i].answer)) < 0)
				break;
			if (!o->steps[i++].hang_up)
				continue;
		}
		close(fd);
		fd = -1;
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}

static void other_side_start(struct other_side *o, const struct step *steps, size_t count)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;

	*o = (struct other_side){.steps = steps, .count = count, .listening = socket(AF_INET, SOCK_STREAM, 0)};
	assert_int_equal(bind(o->listening, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(o->listening, 4), 0);
	assert_int_equal(getsockname(o->listening, (struct sockaddr *)&at, &len), 0);
	snprintf(o->address, sizeof o->address, "http://127.0.0.1:%u/x", ntohs(at.sin_port));
	assert_int_equal(pthread_create(&o->thread, NULL, answer_all, o), 0);
}

static void other_side_end(struct other_side *o)
{
	pthread_join(o->thread, NULL);
	close(o->listening);
}

#define WHOLE(text) "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"one\"\r\n\r\n" text

static void ask(const struct call *call, struct buffer *out, const char *wanted)
{
	unsigned status = 0;
	struct error error = {.code = ST_OK};

	if (call_make(call, &status, out, &error) != ST_OK)
		fail_msg("%s", error.message);
	buffer_add_char(out, '\0');
	assert_string_equal((const char *)out->data, wanted);
}

static void the_connection_stays(void **state)
{
	static const struct step steps[] = {{WHOLE("first"), false}, {WHOLE("secon"), true}, {WHOLE("third"), true}};
	struct other_side o;
	struct call_line *line = NULL;
	struct call call;
	struct buffer out;

	(void)state;
	other_side_start(&o, steps, 3);
	assert_ok(call_line_open(&line, NULL));
	buffer_init(&out, 1000);
	call = (struct call){.address = o.address, .line = line};
	ask(&call, &out, "first");
	ask(&call, &out, "secon");
	assert_int_equal(o.connections, 1);
	/* It went dead, and nobody had said so. */
	ask(&call, &out, "third");
	other_side_end(&o);
	assert_int_equal(o.connections, 2);
	call_line_close(line);
	buffer_release(&out);
}

/* Half of a file came; `again` is what is answered to the question for the rest. */
static void rest_asked(const char *again, const char *wanted)
{
	const struct step steps[] = {{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nEtag: \"one\"\r\n\r\n01234", true}, {again, true}};
	struct other_side o;
	struct call_line *line = NULL;
	char etag[CALL_ETAG_SIZE] = "";
	struct call call;
	struct buffer out;
	unsigned status;

	other_side_start(&o, steps, 2);
	assert_ok(call_line_open(&line, NULL));
	buffer_init(&out, 1000);
	call = (struct call){.address = o.address, .line = line, .resume = true, .etag = etag};
	assert_int_equal(call_make(&call, &status, &out, NULL), ST_UNAVAILABLE);
	assert_int_equal(out.len, 5);
	assert_string_equal(etag, "\"one\"");
	ask(&call, &out, wanted);
	other_side_end(&o);
	assert_null(strstr(o.asked[0], "Range"));
	assert_non_null(strstr(o.asked[1], "\r\nRange: bytes=5-\r\n"));
	assert_non_null(strstr(o.asked[1], "\r\nIf-Range: \"one\"\r\n"));
	call_line_close(line);
	buffer_release(&out);
}

static void a_download_goes_on(void **state)
{
	(void)state;
	rest_asked("HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nContent-Range: bytes 5-9/10\r\nETag: \"one\"\r\n\r\n56789", "0123456789");
	/* It is another file by now: what had come is no beginning of it. */
	rest_asked("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"two\"\r\n\r\nabcdefghij", "abcdefghij");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_connection_stays), cmocka_unit_test(a_download_goes_on)};

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
