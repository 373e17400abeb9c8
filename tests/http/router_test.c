#include "lib/test.h"

#include "http/decode.h"
#include "http/router.h"

static void nothing(void *context, const struct http_request *request, struct http_response *response)
{
	(void)context;
	(void)request;
	(void)response;
}

static const struct http_route routes[] = {
	{HTTP_GET, "/", nothing, 0},
	{HTTP_GET, "/entities/{id}", nothing, 0},
	{HTTP_GET, "/entities/{id}/adjacent", nothing, 0},
	{HTTP_GET, "/entities/{id}/adjacent/{property}", nothing, 0},
	{HTTP_POST, "/match/{dataset}", nothing, 0},
	{HTTP_GET, "/entities/new", nothing, 0},
	{HTTP_GET, "/reconcile/{dataset}", nothing, 0},
	{HTTP_POST, "/reconcile/{dataset}", nothing, 0},
};

struct row {
	enum http_method method;
	const char *path;
	const char *pattern; /* NULL: none */
	const char *first;   /* first capture */
	bool elsewhere;      /* other methods fit */
};

static const struct row rows[] = {
	{HTTP_GET, "/", "/", NULL, true},
	{HTTP_GET, "/entities/NK-1", "/entities/{id}", "NK-1", true},
	{HTTP_HEAD, "/entities/NK-1", "/entities/{id}", "NK-1", true},
	{HTTP_GET, "/entities/new", "/entities/new", NULL, true},
	{HTTP_GET, "/entities/", NULL, NULL, false},
	{HTTP_GET, "/entities", NULL, NULL, false},
	{HTTP_GET, "/entities/a%2Fb", "/entities/{id}", "a%2Fb", true},
	{HTTP_GET, "/entities/a/b", NULL, NULL, false},
	{HTTP_GET, "/entities/a/adjacent/sanctions", "/entities/{id}/adjacent/{property}", "a", true},
	{HTTP_GET, "/match/x", NULL, NULL, true},
	{HTTP_POST, "/match/x", "/match/{dataset}", "x", true},
	{HTTP_POST, "/reconcile/x", "/reconcile/{dataset}", "x", true},
	{HTTP_POST, "", NULL, NULL, false},
	{HTTP_GET, "entities/a", NULL, NULL, false},
	{HTTP_GET, "//", NULL, NULL, false},
};

static void test_find(void **state)
{
	struct http_table table = {.routes = routes, .count = sizeof routes / sizeof routes[0]};
	struct route_found found;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		route_find(&table, 1, rows[i].method, text_of(rows[i].path), &found);
		if ((found.route == NULL) != (rows[i].pattern == NULL))
			fail_msg("row %zu: %s", i, rows[i].path);
		if (found.route)
			assert_string_equal(found.route->pattern, rows[i].pattern);
		if (rows[i].first)
			assert_text(found.captures[0], rows[i].first);
		assert_int_equal(found.allowed != 0, rows[i].elsewhere);
	}
}

struct decoding {
	const char *in;
	bool plus;
	const char *out; /* NULL: malformed */
};

static const struct decoding decodings[] = {
	{"a%20b", false, "a b"},        {"a+b", false, "a+b"},  {"a+b", true, "a b"}, {"%ea%b9%80", false, "김"},
	{"100%", false, "100%"},        {"%4", false, "%4"},    {"%zz", false, "%zz"}, {"%ff", false, NULL},
	{"%c0%80", false, NULL},        {"a%00b", false, NULL}, {"%2f", false, "/"},   {"", false, ""},
	{"%ed%a0%80", false, NULL},
};

static void test_decode(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < sizeof decodings / sizeof decodings[0]; i++) {
		struct text out = TEXT_NONE;
		enum status st = http_decode(text_of(decodings[i].in), decodings[i].plus, &arena, &out, NULL);

		assert_int_equal(st, decodings[i].out ? ST_OK : ST_MALFORMED);
		if (decodings[i].out)
			assert_text(out, decodings[i].out);
	}
	arena_release(&arena);
}

static void test_form(void **state)
{
	struct http_field *fields;
	struct arena arena;
	size_t count;

	(void)state;
	arena_init(&arena, 1 << 20);
	assert_ok(http_form(TEXT("a=1&&b&a=%26x%3d+y&=z"), &arena, &fields, &count, NULL));
	assert_int_equal(count, 4);
	assert_text(fields[1].name, "b");
	assert_text(fields[1].value, "");
	assert_text(fields[2].value, "&x= y");
	assert_text(fields[3].name, "");
	assert_ok(http_form(TEXT(""), &arena, &fields, &count, NULL));
	assert_int_equal(count, 0);
	assert_int_equal(http_form(TEXT("a=%ff"), &arena, &fields, &count, NULL), ST_MALFORMED);
	arena_release(&arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
