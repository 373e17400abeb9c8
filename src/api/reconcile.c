/* /reconcile/{dataset}: what the service is, and its queries. */
#include "api/reconcile.h"

#include "api/match.h"
#include "api/resources.h"
#include "model/entity_json.h"

#define LIMIT 5
#define LIMIT_MAX 500
#define SPACE "https://www.opensanctions.org/reference/#schema"

enum status reconcile_types_of(struct api_filter *filter, struct arena *arena, struct reconcile_types *ret)
{
	uint32_t count = index_entity_count(filter->lists->index);

	ret->has = ARENA_NEW(arena, bool, ftm_schema_count());
	if (ret->has == NULL)
		return arena_failure(arena, NULL);
	for (entity_ref ref = 0; ref < count; ref++) {
		const struct ftm_schema *schema = filter->lists->entries[ref].schema;

		if (schema && schema->matchable && !ret->has[schema - ftm_schema_at(0)] && filter_keep(filter, ref))
			ret->has[schema - ftm_schema_at(0)] = true;
	}
	for (size_t i = 0; i < ftm_schema_count(); i++)
		for (size_t k = 0; ret->has[i] && k < ftm_schema_count(); k++)
			ret->has[k] = ret->has[k] || ftm_is_a(ftm_schema_at(i), ftm_schema_at(k)->name);
	return ST_OK;
}

void reconcile_add_type(struct buffer *out, const struct ftm_schema *schema)
{
	buffer_printf(out, "{\"id\":");
	json_add_string(out, schema->name);
	buffer_printf(out, ",\"name\":");
	json_add_string(out, schema->plural);
	buffer_printf(out, ",\"description\":");
	json_add_string(out, schema->label);
	buffer_add_char(out, '}');
}

enum status reconcile_entity_open(const struct lists_snapshot *lists, entity_ref ref, struct arena *arena, struct buffer *out)
{
	const struct ftm_schema *schema = lists->entries[ref].schema;
	struct entity e;

	TRY(entity_read(index_entity_json(lists->index, ref), arena, &e, NULL));
	buffer_printf(out, "{\"id\":");
	json_add_string(out, e.id);
	buffer_printf(out, ",\"name\":");
	json_add_string(out, entity_caption(&e));
	buffer_printf(out, ",\"description\":");
	json_add_string(out, schema ? schema->label : e.schema);
	buffer_printf(out, ",\"type\":[");
	if (schema)
		reconcile_add_type(out, schema);
	buffer_add_char(out, ']');
	return ST_OK;
}

void reconcile_batch_size(const struct http_request *request, struct http_response *response, size_t size)
{
	struct buffer text;
	struct text copy;

	buffer_init(&text, 32);
	buffer_printf(&text, "%zu", size);
	if (arena_text(request->arena, buffer_text(&text), &copy) == ST_OK)
		http_set_header(response, TEXT("x-batch-size"), copy);
	buffer_release(&text);
}

/* ---- what the service is ---- */

/* The address by which the client reached us; a proxy in front tells its scheme. */
static void add_base(const struct http_request *request, struct buffer *out)
{
	struct text host = http_header(request, "Host"), scheme = http_header(request, "X-Forwarded-Proto");

	buffer_printf(out, "%s://", text_equal(scheme, TEXT("https")) ? "https" : "http");
	buffer_add_text(out, host.len ? host : TEXT("127.0.0.1"));
}

/* With the request's own query behind it, so that a key in it is kept. */
static void add_service(const struct http_request *request, const char *name, const char *path, struct buffer *out)
{
	size_t mark = text_find(request->target, '?', 0);
	struct buffer address;

	buffer_init(&address, (size_t)1 << 20);
	add_base(request, &address);
	buffer_add_text(&address, (struct text){request->target.data, mark});
	buffer_printf(out, "\"%s\":{\"service_url\":", name);
	json_add_string(out, buffer_text(&address));
	buffer_clear(&address);
	buffer_printf(&address, "%s", path);
	buffer_add_text(&address, (struct text){request->target.data + mark, request->target.len - mark});
	buffer_printf(out, ",\"service_path\":");
	json_add_string(out, buffer_text(&address));
	buffer_add_char(out, '}');
	if (buffer_status(&address) != ST_OK)
		out->failed = ST_LIMIT;
	buffer_release(&address);
}

static void add_page_address(const struct http_request *request, const char *member, struct buffer *out)
{
	struct buffer address;

	buffer_init(&address, (size_t)1 << 16);
	add_base(request, &address);
	buffer_printf(&address, "/e/{{id}}");
	buffer_printf(out, "\"%s\":{\"url\":", member);
	json_add_string(out, buffer_text(&address));
	buffer_release(&address);
}

static void manifest_answer(struct api_filter *filter, const struct http_request *request,
			    struct http_response *response)
{
	struct buffer *out = &response->body;
	struct text name = filter->dataset < filter->lists->dataset_count ? filter->lists->datasets[filter->dataset].title :
									    request->captures[0];
	struct reconcile_types types;
	struct buffer title;
	bool first = true;

	if (reconcile_types_of(filter, request->arena, &types) != ST_OK) {
		api_detail(response, 500, "Memory is short.");
		return;
	}
	api_json(response, 200);
	buffer_init(&title, (size_t)1 << 16);
	buffer_add_text(&title, name);
	buffer_printf(&title, " (Cordon)");
	buffer_printf(out, "{\"versions\":[\"0.2\"],\"name\":");
	json_add_string(out, buffer_text(&title));
	buffer_release(&title);
	buffer_printf(out, ",\"identifierSpace\":\"" SPACE "\",\"schemaSpace\":\"" SPACE
			   "\",\"documentation\":\"https://www.opensanctions.org/docs/\",\"batchSize\":3,");
	add_page_address(request, "view", out);
	buffer_printf(out, "},");
	add_page_address(request, "preview", out);
	buffer_printf(out, ",\"width\":430,\"height\":600},\"suggest\":{");
	add_service(request, "entity", "/suggest/entity", out);
	buffer_add_char(out, ',');
	add_service(request, "type", "/suggest/type", out);
	buffer_add_char(out, ',');
	add_service(request, "property", "/suggest/property", out);
	buffer_printf(out, "},\"extend\":{");
	add_service(request, "propose_properties", "/extend/property", out);
	buffer_printf(out, ",\"propose_settings\":[{\"name\":\"limit\",\"label\":\"Limit\",\"type\":\"number\",\"default\":0,"
			   "\"help_text\":\"Values to return per row at most (0: all).\",\"choices\":[]},"
			   "{\"name\":\"render\",\"label\":\"Value rendering\",\"type\":\"select\",\"default\":\"caption\","
			   "\"help_text\":\"As people read it (Russia) or as machines do (ru).\",\"choices\":["
			   "{\"id\":\"caption\",\"name\":\"User-readable value\"},"
			   "{\"id\":\"raw\",\"name\":\"Machine-readable value\"}]}]},\"defaultTypes\":[");
	for (size_t i = 0; i < ftm_schema_count(); i++) {
		if (!types.has[i])
			continue;
		if (!first)
			buffer_add_char(out, ',');
		first = false;
		reconcile_add_type(out, ftm_schema_at(i));
	}
	buffer_printf(out, "]}");
}

/* ---- queries ---- */

static void properties_take(json_t *query, json_t *properties)
{
	json_t *list = json_object_get(query, "properties"), *item;
	size_t i;

	json_array_foreach(list, i, item) {
		const char *pid = json_string_value(json_object_get(item, "pid"));
		struct text whole = text_of(pid ? pid : ""), schema_name;
		size_t colon = text_find(whole, ':', 0);
		json_t *value = json_object_get(item, "v"), *values, *one;
		const struct ftm_schema *schema;
		size_t k;

		schema_name = (struct text){whole.data, colon};
		schema = ftm_schema(schema_name);
		if (colon == whole.len || schema == NULL || ftm_property(schema, text_of(pid + colon + 1)) == NULL)
			continue;
		values = json_object_get(properties, pid + colon + 1);
		if (values == NULL) {
			json_object_set_new(properties, pid + colon + 1, json_array());
			values = json_object_get(properties, pid + colon + 1);
		}
		if (!json_is_array(value))
			json_array_append(values, value);
		else
			json_array_foreach(value, k, one)
				json_array_append(values, one);
	}
}

/* The example that a query stands for; owned by the caller. */
static json_t *example_of(json_t *query)
{
	json_t *type = json_object_get(query, "type"), *text = json_object_get(query, "query");
	json_t *example = json_object(), *properties = json_object();
	const char *schema = json_string_value(json_is_array(type) ? json_array_get(type, 0) : type);

	json_object_set_new(example, "schema", json_string(schema ? schema : "Thing"));
	if (json_is_string(text))
		json_object_set_new(properties, "name", json_pack("[O]", text));
	properties_take(query, properties);
	json_object_set_new(example, "properties", properties);
	return example;
}

struct reconciling {
	struct api_filter *filter;
	const struct http_request *request;
	struct http_response *response;
};

static enum status results_add(struct reconciling *r, const struct screen_answer *answer, struct buffer *out)
{
	for (size_t i = 0; i < answer->count; i++) {
		if (i)
			buffer_add_char(out, ',');
		TRY(reconcile_entity_open(r->filter->lists, answer->results[i].ref, r->request->arena, out));
		buffer_printf(out, ",\"score\":");
		api_add_share(out, answer->results[i].score_ppm);
		buffer_printf(out, ",\"match\":%s}", answer->results[i].match ? "true" : "false");
	}
	return ST_OK;
}

/* Gives false after answering. */
static bool query_answer(struct reconciling *r, json_t *query)
{
	struct screen_options options = {.threshold_ppm = 700000, .cutoff_ppm = 1, .keep = filter_keep, .keep_context = r->filter};
	json_t *limit = json_object_get(query, "limit"), *example = example_of(query);
	json_int_t wanted = json_is_integer(limit) ? json_integer_value(limit) : LIMIT;
	struct screen_answer answer = {.count = 0};
	struct error error = {.code = ST_OK};
	struct entity e;
	bool good = match_query_read(example, "", r->request->arena, &e, r->response);

	options.limit = wanted < 1 ? 1 : wanted > LIMIT_MAX ? LIMIT_MAX : (uint32_t)wanted;
	json_decref(example);
	if (!good)
		return false;
	if (screen_run(r->filter->lists->index, &e, &options, r->request->arena, &answer, &error) != ST_OK) {
		api_detail(r->response, error.code == ST_MALFORMED || error.code == ST_LIMIT ? 400 : 500, "%s", error.message);
		return false;
	}
	if (wanted < 1)
		answer.count = 0;
	buffer_printf(&r->response->body, "{\"result\":[");
	if (results_add(r, &answer, &r->response->body) != ST_OK) {
		api_detail(r->response, 500, "Memory is short.");
		return false;
	}
	buffer_printf(&r->response->body, "]}");
	return true;
}

static void queries_answer(struct reconciling *r, struct text text)
{
	json_error_t why;
	json_t *queries = json_loadb(text.len ? text.data : "", text.len, 0, &why), *query;
	struct buffer *out = &r->response->body;
	const char *key;
	bool first = true, good = json_is_object(queries);

	if (good)
		json_object_foreach(queries, key, query)
			good = good && json_is_object(query);
	if (!good) {
		api_detail(r->response, 400, "Cannot decode reconciliation queries");
	} else if (json_object_size(queries) > RECONCILE_BATCH_MAX) {
		api_detail(r->response, 400, "Too many queries in one batch (limit: %u)", RECONCILE_BATCH_MAX);
	} else {
		api_json(r->response, 200);
		buffer_add_char(out, '{');
		json_object_foreach(queries, key, query) {
			if (!first)
				buffer_add_char(out, ',');
			first = false;
			json_add_string(out, text_of(key));
			buffer_add_char(out, ':');
			if (!query_answer(r, query))
				break;
		}
		if (r->response->status == 200) {
			buffer_add_char(out, '}');
			reconcile_batch_size(r->request, r->response, json_object_size(queries));
		}
	}
	json_decref(queries);
}

static void answer(struct api_context *api, const struct http_request *request, struct text queries, struct text extend,
		   struct http_response *response)
{
	struct lists_snapshot *lists = api_hold(api, response);
	struct text wanted = http_query(request, "algorithm");
	struct api_filter filter;
	struct reconciling r = {&filter, request, response};
	struct api_faults faults;

	if (lists == NULL)
		return;
	faults_init(&faults);
	if (filter_read(request, lists, request->captures[0], &filter, response, &faults) &&
	    !faults_answer(&faults, response)) {
		filter_scope_only(&filter);
		if (text_trim(extend).len)
			reconcile_extend(lists, request, extend, response);
		else if (queries.data == NULL && request->method != HTTP_POST)
			manifest_answer(&filter, request, response);
		else if (match_algorithm(wanted) == NULL)
			api_detail(response, 400, "Invalid algorithm: %.*s", (int)(wanted.len < 100 ? wanted.len : 100), wanted.data);
		else
			queries_answer(&r, queries);
	}
	snapshot_release(lists);
}

void api_reconcile(void *context, const struct http_request *request, struct http_response *response)
{
	answer(context, request, http_query(request, "queries"), http_query(request, "extend"), response);
}

void api_reconcile_post(void *context, const struct http_request *request, struct http_response *response)
{
	struct text body, queries = TEXT_NONE, extend = TEXT_NONE;
	struct http_field *fields;
	size_t count;

	if (text_check(request->body, &body, NULL) != ST_OK ||
	    http_form(body, request->arena, &fields, &count, NULL) != ST_OK) {
		api_detail(response, 400, "The form cannot be read.");
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (text_equal(fields[i].name, TEXT("queries")))
			queries = fields[i].value;
		else if (text_equal(fields[i].name, TEXT("extend")))
			extend = fields[i].value;
	answer(context, request, queries, extend, response);
}
