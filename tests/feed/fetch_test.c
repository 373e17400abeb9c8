#include "feed/fetch.h"

#include <fcntl.h>
#include <unistd.h>

#include "lib/test.h"

static void only_https_and_loopback_may_be_asked(void **state)
{
	static const struct {
		const char *address;
		bool good;
	} rows[] = {
		{"https://scsanctions.un.org/resources/xml/en/consolidated.xml", true},
		{"https://webgate.ec.europa.eu/fsd/content?token=dG9rZW4tMjAxNw", true},
		{"HTTPS://EXAMPLE.ORG/", true},
		{"http://127.0.0.1:8080/a", true},
		{"http://127.255.0.9/a", true},
		{"http://[::1]:8080/a", true},
		{"http://localhost/a", true},
		{"http://example.org/a", false},
		{"http://127.example.org/a", false},
		{"http://localhost.example.org/a", false},
		{"http://126.0.0.1/a", false},
		{"http://[::2]/a", false},
		{"http://0.0.0.0/a", false},
		{"https://user@example.org/a", false},
		{"https://user:secret@example.org/a", false},
		{"file:///etc/passwd", false},
		{"ftp://example.org/a", false},
		{"gopher://127.0.0.1/a", false},
		{"example.org/a", false},
		{"https://", false},
		{"https://exam ple.org/a", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct error e = {.code = ST_OK};
		enum status st = fetch_check_address(rows[i].address, &e);

		if (st != (rows[i].good ? ST_OK : ST_DENIED) || (st != ST_OK && e.message[0] == '\0'))
			fail_msg("%s: %d", rows[i].address, st);
	}
}

static void an_address_that_may_not_be_asked_is_not(void **state)
{
	struct fetch_limits limits = {1000, 1, NULL};
	struct fetch_request request = {.address = "http://192.0.2.1/", .limits = &limits};
	struct fetch_answer answer = {.bytes = 7};
	struct error e = {.code = ST_OK};
	int fd = open("/dev/null", O_WRONLY);

	(void)state;
	assert_int_equal(fetch_file(&request, fd, &answer, &e), ST_DENIED);
	assert_int_equal(answer.bytes, 7);
	request.address = "http://127.0.0.1:1/";
	assert_int_equal(fetch_file(&request, fd, &answer, &e), ST_UNAVAILABLE);
	assert_string_equal(e.field, FETCH_NO_NETWORK);
	close(fd);
}

/* Source: FIPS 180-4 examples, "abc". */
static void digests_are_those_of_the_standard(void **state)
{
	struct digest_pair pair;
	struct digest d;

	(void)state;
	assert_ok(digest_init(&d, NULL));
	digest_add(&d, (struct bytes){(const uint8_t *)"ab", 2});
	digest_add(&d, (struct bytes){(const uint8_t *)"c", 1});
	digest_finish(&d, &pair);
	digest_release(&d);
	assert_string_equal(pair.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(pair.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(only_https_and_loopback_may_be_asked),
					   cmocka_unit_test(an_address_that_may_not_be_asked_is_not),
					   cmocka_unit_test(digests_are_those_of_the_standard)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
