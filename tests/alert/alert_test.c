/* One publication in several forms: CAP against its schema, feeds as their formats have them, a message that fits. */
#include "alert/alert.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/test.h"

struct world {
	json_t *root;
	struct arena arena;
	struct alerts alerts;
	size_t left_out;
	struct buffer out;
	xmlSchemaPtr schema;
};

static void path_of(const char *name, char out[512])
{
	snprintf(out, 512, "%s/tests/alert/data/%s", getenv("CORDON_SOURCE") ? getenv("CORDON_SOURCE") : ".", name);
}

static int make(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	xmlSchemaParserCtxtPtr parser;
	char path[512];

	*state = w;
	path_of("alerts.json", path);
	w->root = json_load_file(path, 0, NULL);
	assert_non_null(w->root);
	arena_init(&w->arena, 1 << 22);
	buffer_init(&w->out, 1 << 20);
	assert_ok(alerts_read(w->root, &w->arena, &w->alerts, &w->left_out, NULL));
	path_of("cap-1.2.xsd", path);
	parser = xmlSchemaNewParserCtxt(path);
	w->schema = xmlSchemaParse(parser);
	xmlSchemaFreeParserCtxt(parser);
	assert_non_null(w->schema);
	return 0;
}

static int unmake(void **state)
{
	struct world *w = *state;

	xmlSchemaFree(w->schema);
	buffer_release(&w->out);
	arena_release(&w->arena);
	json_decref(w->root);
	free(w);
	return 0;
}

static xmlDocPtr parsed(struct world *w)
{
	xmlDocPtr doc = xmlReadMemory((const char *)w->out.data, (int)w->out.len, "x.xml", NULL, XML_PARSE_NONET);

	assert_non_null(doc);
	return doc;
}

/* 0: valid. */
static int validate(struct world *w, xmlDocPtr doc)
{
	xmlSchemaValidCtxtPtr valid = xmlSchemaNewValidCtxt(w->schema);
	int result = xmlSchemaValidateDoc(valid, doc);

	xmlSchemaFreeValidCtxt(valid);
	return result;
}

/* What an XPath expression gives as a string. */
static void says(xmlDocPtr doc, const char *path, const char *expected)
{
	xmlXPathContextPtr context = xmlXPathNewContext(doc);
	xmlXPathObjectPtr found;
	xmlChar *string;

	xmlXPathRegisterNs(context, (const xmlChar *)"c", (const xmlChar *)"urn:oasis:names:tc:emergency:cap:1.2");
	found = xmlXPathEvalExpression((const xmlChar *)path, context);
	assert_non_null(found);
	string = xmlXPathCastToString(found);
	assert_string_equal((const char *)string, expected);
	xmlFree(string);
	xmlXPathFreeObject(found);
	xmlXPathFreeContext(context);
}

static void reads(void **state)
{
	struct world *w = *state;
	const struct alert *two = alert_find(&w->alerts, TEXT("2"));

	assert_int_equal(w->alerts.count, 3);
	assert_int_equal(w->left_out, 5);
	assert_non_null(two);
	assert_int_equal(two->country_count, 2);
	assert_text(two->severity, "Severe");
	assert_true(two->card[ALERT_KM] && two->poster[ALERT_KM] && !two->poster[ALERT_EN]);
	assert_false(alert_in_force(two, 0));
	assert_null(alert_find(&w->alerts, TEXT("99")));
	assert_text(alert_say(&w->alerts.items[2].title, ALERT_ZH), "훈련 경보");
}

static void refuses(void **state)
{
	static const struct {
		const char *json, *field;
	} rows[] = {
		{"[]", "site"},
		{"{\"site\":\"https://a.example/\",\"sender\":\"a\",\"items\":[]}", "site"},
		{"{\"site\":\"javascript:alert\",\"sender\":\"a\",\"items\":[]}", "site"},
		{"{\"site\":\"https://a.example\",\"sender\":\"a,b\",\"items\":[]}", "sender"},
		{"{\"site\":\"https://a.example\",\"sender\":\"a\"}", "items"},
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		json_t *root = json_loads(rows[i].json, 0, NULL);
		struct error error;
		struct alerts alerts;
		size_t left_out;

		assert_int_equal(alerts_read(root, &w->arena, &alerts, &left_out, &error), ST_MALFORMED);
		assert_string_equal(error.field, rows[i].field);
		json_decref(root);
	}
}

static void cap_is_valid(void **state)
{
	struct world *w = *state;
	xmlDocPtr doc;

	for (size_t i = 0; i < w->alerts.count; i++) {
		buffer_clear(&w->out);
		assert_ok(alert_cap(&w->alerts, &w->alerts.items[i], &w->out));
		doc = parsed(w);
		assert_int_equal(validate(w, doc), 0);
		xmlFreeDoc(doc);
	}
	/* The update: one <info> a language, its reference by sender, number and time; 99 is not there any more. */
	buffer_clear(&w->out);
	assert_ok(alert_cap(&w->alerts, alert_find(&w->alerts, TEXT("2")), &w->out));
	doc = parsed(w);
	says(doc, "count(/c:alert/c:info)", "4");
	says(doc, "/c:alert/c:references", "cordon.kh,1,2026-11-24T01:23:45-00:00");
	says(doc, "/c:alert/c:sent", "2026-11-25T01:23:45-00:00");
	says(doc, "/c:alert/c:msgType", "Update");
	says(doc, "/c:alert/c:info[c:language='km']/c:web", "https://check.cordon.example/km/alerts/2");
	says(doc, "/c:alert/c:info[c:language='ko']/c:area/c:geocode[2]/c:value", "KR");
	says(doc, "/c:alert/c:info[c:language='en']/c:headline", "False \"bank officers\" call & ask for codes");
	says(doc, "/c:alert/c:info[c:language='en']/c:description", "They say <your account> is blocked.\xEF\xBF\xBD");
	says(doc, "/c:alert/c:info[c:language='km']/c:resource[2]/c:uri", "https://check.cordon.example/media/alert-2.km.pdf");
	says(doc, "count(/c:alert/c:info[c:language='ko']/c:resource)", "0");
	xmlFreeDoc(doc);
	buffer_clear(&w->out);
	assert_ok(alert_cap(&w->alerts, alert_find(&w->alerts, TEXT("3")), &w->out));
	doc = parsed(w);
	says(doc, "/c:alert/c:msgType", "Cancel");
	says(doc, "/c:alert/c:references", "cordon.kh,2,2026-11-25T01:23:45-00:00 cordon.kh,1,2026-11-24T01:23:45-00:00");
	says(doc, "/c:alert/c:info/c:responseType", "AllClear");
	xmlFreeDoc(doc);
	buffer_clear(&w->out);
	assert_ok(alert_cap(&w->alerts, alert_find(&w->alerts, TEXT("1")), &w->out));
	doc = parsed(w);
	says(doc, "/c:alert/c:status", "Exercise");
	says(doc, "count(/c:alert/c:info)", "1");
	xmlFreeDoc(doc);
}

/* The schema is no rubber stamp. */
static void schema_refuses(void **state)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{"2026-11-25T01:23:45-00:00</sent>", "2026-11-25T01:23:45Z</sent>"},
		{"<status>Actual", "<status>Real"},
		{"<category>Security</category>", ""},
		{"<scope>Public</scope>", ""},
		{"<severity>Severe</severity>\n<certainty>Observed</certainty>", "<certainty>Observed</certainty>\n<severity>Severe</severity>"},
		{"<references>cordon.kh,", "<references>cordon.kh "},
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buffer whole;
		const char *at;
		xmlDocPtr doc;

		buffer_init(&whole, 1 << 20);
		assert_ok(alert_cap(&w->alerts, alert_find(&w->alerts, TEXT("2")), &whole));
		buffer_add(&whole, "", 1);
		at = strstr((const char *)whole.data, rows[i].from);
		assert_non_null(at);
		buffer_clear(&w->out);
		buffer_add(&w->out, whole.data, (size_t)(at - (const char *)whole.data));
		buffer_printf(&w->out, "%s%s", rows[i].to, at + strlen(rows[i].from));
		doc = parsed(w);
		assert_int_not_equal(validate(w, doc), 0);
		xmlFreeDoc(doc);
		buffer_release(&whole);
	}
}

static void rss(void **state)
{
	struct world *w = *state;
	xmlDocPtr doc;

	buffer_clear(&w->out);
	assert_ok(alert_rss(&w->alerts, ALERT_KM, ALERT_LINK_PAGE, &w->out));
	doc = parsed(w);
	says(doc, "/rss/@version", "2.0");
	says(doc, "count(/rss/channel/item)", "3");
	says(doc, "/rss/channel/item[1]/pubDate", "Thu, 26 Nov 2026 01:23:45 +0000");
	says(doc, "/rss/channel/item[2]/link", "https://check.cordon.example/km/alerts/2");
	says(doc, "/rss/channel/item[2]/guid", "cordon.kh,2");
	xmlFreeDoc(doc);
	buffer_clear(&w->out);
	assert_ok(alert_rss(&w->alerts, ALERT_EN, ALERT_LINK_CAP, &w->out));
	doc = parsed(w);
	says(doc, "/rss/channel/item[2]/link", "https://check.cordon.example/alerts/2.cap");
	says(doc, "/rss/channel/item[1]/title", "[Withdrawn] Calls from +855 12 345 678 have ended");
	xmlFreeDoc(doc);
}

static void json_feed(void **state)
{
	struct world *w = *state;
	json_t *root, *item;

	buffer_clear(&w->out);
	assert_ok(alert_json_feed(&w->alerts, ALERT_KM, &w->out));
	root = json_loadb((const char *)w->out.data, w->out.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, "version")), "https://jsonfeed.org/version/1.1");
	assert_int_equal(json_array_size(json_object_get(root, "items")), 3);
	item = json_array_get(json_object_get(root, "items"), 1);
	assert_string_equal(json_string_value(json_object_get(item, "image")), "https://check.cordon.example/media/alert-2.km.png");
	assert_int_equal(json_array_size(json_object_get(item, "attachments")), 2);
	assert_string_equal(json_string_value(json_object_get(item, "date_published")), "2026-11-25T01:23:45.000Z");
	json_decref(root);
}

static size_t units(struct text t)
{
	size_t count = 0;

	for (size_t at = 0; at < t.len;)
		count += text_next(t, &at) > 0xFFFF ? 2 : 1;
	return count;
}

static void message(void **state)
{
	static const char expected[] = "[Update] False \"bank officers\" call & ask for codes\n\nThey say <your account> is blocked.\x01\n\n"
				       "What to do: Hang up. Call your bank yourself.\n\nRead it at: https://check.cordon.example/en/alerts/2\n"
				       "Help by telephone: 117";
	struct world *w = *state;
	struct alert alert = *alert_find(&w->alerts, TEXT("2"));
	char longer[20000];

	buffer_clear(&w->out);
	assert_ok(alert_message(&w->alerts, &alert, ALERT_EN, &w->out));
	assert_text(buffer_text(&w->out), expected);
	/* Two units each: 10,000 of a mathematical letter. */
	for (size_t i = 0; i < sizeof longer; i += 4)
		memcpy(longer + i, "\xF0\x9D\x94\xB8", 4);
	alert.text.of[ALERT_EN] = (struct text){longer, sizeof longer};
	buffer_clear(&w->out);
	assert_ok(alert_message(&w->alerts, &alert, ALERT_EN, &w->out));
	assert_in_range(units(buffer_text(&w->out)), ALERT_MESSAGE_MAX - 1, ALERT_MESSAGE_MAX);
	assert_true(text_has(buffer_text(&w->out), TEXT("\xE2\x80\xA6\n\nWhat to do")));
	/* Not within a word. */
	memset(longer, 'a', sizeof longer);
	longer[3000] = ' ';
	buffer_clear(&w->out);
	assert_ok(alert_message(&w->alerts, &alert, ALERT_EN, &w->out));
	assert_true(text_has(buffer_text(&w->out), TEXT("aa\xE2\x80\xA6\n\nWhat")));
	assert_true(units(buffer_text(&w->out)) < 3400);
	/* What to do is too long by itself: nobody is sent half of that. */
	alert.advice.of[ALERT_EN] = (struct text){longer, 4000};
	buffer_clear(&w->out);
	assert_int_equal(alert_message(&w->alerts, &alert, ALERT_EN, &w->out), ST_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(reads), cmocka_unit_test(refuses), cmocka_unit_test(cap_is_valid),
					   cmocka_unit_test(schema_refuses), cmocka_unit_test(rss), cmocka_unit_test(json_feed),
					   cmocka_unit_test(message)};

	return cmocka_run_group_tests(tests, make, unmake);
}
