/* The WHATWG's and Safe Browsing's own vectors, where they lie beside the project; a few rows of ours always. */
#include "ident/url.h"

#include "ident/suffix.h"
#include "ident/url_safe.h"
#include "lib/real.h"

/* Halves of pairs cannot be in UTF-8: a browser reads U+FFFD for them, and so do we here. */
static void mend_halves(char *json)
{
	for (char *at = json; (at = strstr(at, "\\u")) != NULL; at += 6) {
		bool lead = strspn(at + 2, "dD") == 1 && strchr("89abAB", at[3]) != NULL;
		bool trail = strspn(at + 2, "dD") == 1 && strchr("cdefCDEF", at[3]) != NULL;

		if (lead && at[6] == '\\' && at[7] == 'u' && strspn(at + 8, "dD") == 1 && strchr("cdefCDEF", at[9]))
			at += 6;
		else if (lead || trail)
			memcpy(at + 2, "fffd", 4);
	}
}

static json_t *vectors(const char *name)
{
	static char json[1 << 20];
	FILE *file = real_find(name);
	size_t n;

	if (file == NULL)
		return NULL;
	n = fread(json, 1, sizeof json - 1, file);
	(void)fclose(file);
	json[n] = 0;
	mend_halves(json);
	return json_loadb(json, n, JSON_ALLOW_NUL, NULL);
}

static struct text member(json_t *row, const char *name)
{
	json_t *value = json_object_get(row, name);

	return json_is_string(value) ? (struct text){json_string_value(value), json_string_length(value)} : TEXT_NONE;
}

static enum status parse(struct text in, struct text base_text, struct url *url)
{
	struct url base;
	enum status st = ST_OK;

	url_init(url);
	url_init(&base);
	if (base_text.data)
		st = url_parse(base_text, NULL, &base);
	if (st == ST_OK)
		st = url_parse(in, base_text.data ? &base : NULL, url);
	url_release(&base);
	return st;
}

/* `expected` is empty where it must be refused. */
static bool address_is(struct text in, struct text base, struct text expected)
{
	struct url url;
	struct buffer out;
	enum status st = parse(in, base, &url);
	bool same;

	buffer_init(&out, URL_PART_MAX);
	if (st == ST_OK)
		url_write(&url, &out);
	same = expected.len ? st == ST_OK && text_equal(buffer_text(&out), expected) : st == ST_MALFORMED;
	if (!same)
		print_message("# differs: %.*s (base %.*s): %.*s, expected %.*s\n", TEXT_ARG(in), TEXT_ARG(base), TEXT_ARG(buffer_text(&out)),
			      TEXT_ARG(expected));
	buffer_release(&out);
	url_release(&url);
	return same;
}

static void addresses_are_read_as_browsers_do(void **state)
{
	static const char *const rows[][3] = {
		{"http://EXAMPLE.com:80/../a/./b/%2e%2e/c?q'#f", NULL, "http://example.com/a/c?q%27#f"},
		{"//x/y", "https://h/a", "https://x/y"}, {"?q", "http://h/a/b", "http://h/a/b?q"}, {"..\\c", "http://h/a/b/d", "http://h/a/c"},
		{"http://a:b@c:29/d", NULL, "http://a:b@c:29/d"}, {"http://1.2.3/", NULL, "http://1.2.0.3/"}, {"http://[::1.2.3.4]/", NULL, "http://[::102:304]/"},
		{"http://256.1.1.1/", NULL, NULL}, {"http://a b/", NULL, NULL}, {"http://h:65536/", NULL, NULL}, {"a", NULL, NULL},
		{"file:///C|/x/..", NULL, "file:///C:/"}, {"mailto:a b", NULL, "mailto:a b"}, {"http://faß.example/", NULL, "http://xn--fa-hia.example/"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_true(address_is(text_of(rows[i][0]), text_of(rows[i][1]), text_of(rows[i][2])));
}

/* What ICU 72 knows less of than the standard's present text may differ, and is printed; not more than one in two hundred. */
static void whatwg_vectors(void **state)
{
	json_t *all = vectors("vectors/whatwg_urltestdata.json"), *row;
	size_t i, count = 0, good = 0;

	(void)state;
	if (all == NULL) {
		print_message("# no vectors beside the project: skipped\n");
		return;
	}
	json_array_foreach(all, i, row) {
		if (!json_is_object(row))
			continue;
		count++;
		good += address_is(member(row, "input"), member(row, "base"), member(row, "href"));
	}
	json_decref(all);
	print_message("# %zu of %zu\n", good, count);
	assert_true(count > 500 && good * 1000 >= count * 995);
}

/* ICU 72 maps a few characters as Unicode 15.0 did: those of UTS #46 since 15.1 differ, and are printed. */
static void whatwg_domains(void **state)
{
	json_t *all = vectors("vectors/whatwg_toascii.json"), *row;
	size_t i, count = 0, good = 0;

	(void)state;
	if (all == NULL) {
		print_message("# no vectors beside the project: skipped\n");
		return;
	}
	json_array_foreach(all, i, row) {
		struct text in = member(row, "input"), expected = member(row, "output");
		enum url_host_kind kind;
		struct buffer out;
		enum status st;

		if (in.data == NULL)
			continue;
		buffer_init(&out, URL_PART_MAX);
		st = url_host_parse(in, true, &out, &kind);
		count++;
		if (expected.data ? st == ST_OK && text_equal(buffer_text(&out), expected) : st != ST_OK)
			good++;
		else
			print_message("# differs: %.*s: %.*s, expected %.*s\n", TEXT_ARG(in), TEXT_ARG(buffer_text(&out)), TEXT_ARG(expected));
		buffer_release(&out);
	}
	json_decref(all);
	print_message("# %zu of %zu\n", good, count);
	assert_true(count > 50 && good * 100 >= count * 90);
}

/* Characters are bytes there, as Latin-1. */
static size_t latin1(const char *in, char *out)
{
	struct text t = text_of(in);
	size_t at = 0, n = 0;

	while (at < t.len)
		out[n++] = (char)text_next(t, &at);
	return n;
}

static bool safe_is(const char *test, struct bytes in, json_t *row)
{
	json_t *expected = json_object_get(row, "output");
	bool fails = json_is_true(json_object_get(row, "fail")), expressions = json_is_array(expected);
	struct url_safe url;
	struct buffer out;
	enum status st;
	bool same;

	url_safe_init(&url);
	buffer_init(&out, URL_PART_MAX);
	st = url_safe_parse(in, &url);
	if (strcmp(test, "TestParseIPAddress") == 0) {
		st = ST_OK;
		(void)url_safe_ip((struct text){(const char *)in.data, in.len}, &out);
	} else if (st == ST_OK && expressions) {
		st = url_safe_expressions(&url, &out);
	} else if (st == ST_OK && strcmp(test, "TestCanonicalHost") == 0) {
		buffer_add_text(&out, buffer_text(&url.host));
	} else if (st == ST_OK && strcmp(test, "TestCanonicalPath") == 0) {
		buffer_add_text(&out, buffer_text(&url.path));
	} else if (st == ST_OK) {
		buffer_printf(&out, "%.*s://%.*s%.*s", TEXT_ARG(buffer_text(&url.scheme)), TEXT_ARG(buffer_text(&url.host)),
			      TEXT_ARG(buffer_text(&url.path)));
	}
	same = fails ? st != ST_OK : st == ST_OK;
	if (same && !fails && expressions) {
		size_t lines = 0, wanted = 0;
		bool hosts = strcmp(test, "TestGenerateLookupHosts") == 0;
		struct text rest = buffer_text(&out), line, host;

		while (out.len && text_split(&rest, '\n', &line)) {
			json_t *item;
			size_t i;

			host = (struct text){line.data, text_find(line, '/', 0)};
			lines += line.len && !hosts;
			json_array_foreach(expected, i, item)
				if (text_equal(text_of(json_string_value(item)), hosts ? host : line)) {
					wanted++;
					break;
				}
			if (line.len && i == json_array_size(expected))
				same = false;
		}
		same = same && (hosts ? wanted >= json_array_size(expected) : lines == json_array_size(expected));
	} else if (same && !fails) {
		same = text_equal(buffer_text(&out), text_of(json_string_value(expected)));
	}
	if (!same)
		print_message("# differs: %s %.*s: %.*s\n", test, (int)in.len, (const char *)in.data, TEXT_ARG(buffer_text(&out)));
	buffer_release(&out);
	url_safe_release(&url);
	return same;
}

static void safe_browsing_vectors(void **state)
{
	char line[8192], bytes[8192];
	size_t count = 0, good = 0;
	FILE *file = real_find("vectors/safebrowsing_urls.jsonl");

	(void)state;
	if (file == NULL) {
		print_message("# no vectors beside the project: skipped\n");
		return;
	}
	while (fgets(line, sizeof line, file)) {
		json_t *row = json_loads(line, 0, NULL);
		size_t n = latin1(json_string_value(json_object_get(row, "url")), bytes);

		count++;
		good += safe_is(json_string_value(json_object_get(row, "test")), (struct bytes){(uint8_t *)bytes, n}, row);
		json_decref(row);
	}
	(void)fclose(file);
	print_message("# %zu of %zu\n", good, count);
	assert_true(count > 50 && good == count);
}

static void what_can_be_registered(void **state)
{
	static const char *const rows[][2] = {
		{"a.b.com", "b.com"}, {"com", "com"}, {"a.b.com.kh", "b.com.kh"}, {"com.kh", "com.kh"}, {"a.b.ck", "a.b.ck"}, {"x.a.b.ck", "a.b.ck"},
		{"x.www.ck", "www.ck"}, {"a.city.kobe.jp", "city.kobe.jp"}, {"a.b.c.kobe.jp", "b.c.kobe.jp"}, {"a.b.github.io", "b.github.io"},
		{"github.io", "github.io"}, {"a.b.unknowntop", "b.unknowntop"}, {"localhost", "localhost"}, {"police.gov.kh", "police.gov.kh"},
		{"notcom.kh", "notcom.kh"}, {"a.xn--h1ahn.xn--p1acf", "a.xn--h1ahn.xn--p1acf"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_text(suffix_registrable(text_of(rows[i][0])), rows[i][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_as_browsers_do),
		cmocka_unit_test(whatwg_vectors),
		cmocka_unit_test(whatwg_domains),
		cmocka_unit_test(safe_browsing_vectors),
		cmocka_unit_test(what_can_be_registered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
