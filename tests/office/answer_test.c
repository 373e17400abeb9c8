/* What handlers read from requests and write into answers; every reason in every language. */
#include "office/call.h"
#include "office/problem.h"

struct page_row {
	const char *limit, *cursor; /* NULL: not there */
	enum status st;
	uint32_t want;
	const char *after;
};

static const struct page_row pages[] = {
	{NULL, NULL, ST_OK, 50, ""},
	{"1", "", ST_OK, 1, ""},
	{"500", "6162", ST_OK, 500, "ab"},
	{"0", NULL, ST_MALFORMED, 0, NULL},
	{"501", NULL, ST_MALFORMED, 0, NULL},
	{"-1", NULL, ST_MALFORMED, 0, NULL},
	{"99999999999999999999", NULL, ST_MALFORMED, 0, NULL},
	{NULL, "6", ST_MALFORMED, 0, NULL},
	{NULL, "zz", ST_MALFORMED, 0, NULL},
	{NULL, "6A", ST_MALFORMED, 0, NULL},
	{NULL, "ff", ST_MALFORMED, 0, NULL},
	{NULL, "00", ST_MALFORMED, 0, NULL},
	{NULL, "eab980", ST_OK, 50, "김"},
};

static void test_page(void **state)
{
	struct office_page page;
	struct call c;

	(void)state;
	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		size_t n = 0;

		call_init(&c, NULL, NULL, "");
		if (pages[i].limit)
			c.query[n++] = (struct http_field){TEXT("limit"), text_of(pages[i].limit)};
		if (pages[i].cursor)
			c.query[n++] = (struct http_field){TEXT("cursor"), text_of(pages[i].cursor)};
		c.request.query_count = n;
		if (office_page(&c.call, &page, &c.error) != pages[i].st)
			fail_msg("row %zu", i);
		if (pages[i].st == ST_OK) {
			assert_int_equal(page.limit, pages[i].want);
			assert_text(page.after, pages[i].after);
			/* The cursor that a page ends with is the one that is read again. */
			office_page_end(&c.call, page.after, 12);
			assert_non_null(strstr((const char *)c.response.body.data, page.after.len ? "\"next\":\"" : "\"next\":null"));
			assert_non_null(strstr((const char *)c.response.body.data, pages[i].cursor ? pages[i].cursor : "null"));
		}
		call_release(&c);
	}
}

struct match_row {
	const char *header;
	int64_t version; /* -1: refused */
};

static const struct match_row matches[] = {
	{"\"7\"", 7},    {" \"0\" ", 0}, {"\"9223372036854775807\"", INT64_MAX}, {"\"9223372036854775808\"", -1},
	{"7", -1},       {"W/\"7\"", -1}, {"*", -1},  {"\"\"", -1},  {"\"7\", \"8\"", -1}, {"", -1}, {"\"-1\"", -1}, {"\"", -1},
};

static void test_if_match(void **state)
{
	struct call c;

	(void)state;
	for (size_t i = 0; i < sizeof matches / sizeof matches[0]; i++) {
		int64_t version = -1;

		call_init(&c, NULL, "x", "");
		c.headers[0] = (struct http_field){TEXT("If-Match"), text_of(matches[i].header)};
		assert_int_equal(office_if_match(&c.call, &version, &c.error) == ST_OK, matches[i].version >= 0);
		assert_int_equal(version, matches[i].version);
		if (version < 0)
			assert_string_equal(c.error.reason, "if-match-missing");
		call_release(&c);
	}
}

static void test_problem(void **state)
{
	static const char *const wanted[] = {
		"\"detail\":\"A header is missing: X-Cordon\"", "\"detail\":\"ខ្វះក្បាលសំណើ៖ X-Cordon\"",
		"\"detail\":\"필요한 헤더가 없습니다: X-Cordon\"", "\"detail\":\"缺少请求头：X-Cordon\""};
	struct error error;
	struct call c;

	(void)state;
	(void)error_because(&error, ST_DENIED, "x-cordon-missing", "X-Cordon", "secret inside");
	for (unsigned language = 0; language < 4; language++) {
		call_init(&c, NULL, NULL, "");
		c.call.language = (enum office_language)language;
		buffer_add_text(&c.response.body, TEXT("{\"half\":"));
		office_problem(&c.call, &error);
		buffer_add_char(&c.response.body, '\0');
		assert_int_equal(c.response.status, 403);
		assert_non_null(strstr((const char *)c.response.body.data, wanted[language]));
		assert_null(strstr((const char *)c.response.body.data, "half"));
		assert_null(strstr((const char *)c.response.body.data, "secret"));
		assert_non_null(strstr((const char *)c.response.body.data, "\"reason\":\"x-cordon-missing\",\"field\":\"X-Cordon\"}"));
		call_release(&c);
	}
}

static void test_codes(void **state)
{
	static const struct {
		enum status code;
		const char *reason;
		unsigned status;
	} rows[] = {
		{ST_MALFORMED, "", 400},    {ST_LIMIT, "", 413},       {ST_NOT_FOUND, "", 404},     {ST_CONFLICT, "", 409},
		{ST_DENIED, "", 403},       {ST_NO_MEMORY, "", 503},   {ST_UNAVAILABLE, "", 503},   {ST_CORRUPT, "", 500},
		{ST_DENIED, "sign-in", 401}, {ST_CONFLICT, "version", 412}, {ST_MALFORMED, "if-match-missing", 428},
		{ST_LIMIT, "slow-down", 429}, {ST_CONFLICT, "nobody-wrote-this-down", 409}, {ST_MALFORMED, "required", 422},
	};
	struct error error;
	struct call c;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		(void)error_because(&error, rows[i].code, rows[i].reason, NULL, "x");
		call_init(&c, NULL, NULL, "");
		office_problem(&c.call, &error);
		if (c.response.status != rows[i].status)
			fail_msg("row %zu: %u", i, c.response.status);
		call_release(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_page), cmocka_unit_test(test_if_match),
					   cmocka_unit_test(test_problem), cmocka_unit_test(test_codes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
