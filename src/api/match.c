/* POST /match/{dataset}: query by example, up to a hundred at once. */
#include "api/match.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/entity_json.h"

#define BATCH_MAX 100u
#define MATCH_LIMIT 5u
#define LIMIT_MAX 500u

const char *const match_algorithms[] = {"logic-v2", "ofac", "name-based", "name-qualified", "logic-v1", "regression-v1"};
const size_t match_algorithm_count = sizeof match_algorithms / sizeof match_algorithms[0];

const struct match_setting match_settings[] = {
	{"nm_name_property", "string", "null", "The property whose values are compared as names."},
	{"nm_number_mismatch", "float", "0.3", "Penalty for numbers that do not agree."},
	{"nm_extra_query_name", "float", "0.8", "Weight of name parts that only the query has."},
	{"nm_extra_result_name", "float", "0.2", "Weight of name parts that only the result has."},
	{"nm_family_name_weight", "float", "1.3", "Weight of family names."},
	{"nm_fuzzy_cutoff_factor", "float", "1.0", "Factor on the edits that are let pass."},
};
const size_t match_setting_count = sizeof match_settings / sizeof match_settings[0];

const char *match_algorithm(struct text t)
{
	t = text_trim(t);
	if (t.data == NULL || text_equal_nocase(t, TEXT("best")))
		return match_algorithms[0];
	for (size_t i = 0; i < match_algorithm_count; i++)
		if (text_equal_nocase(t, text_of(match_algorithms[i])))
			return match_algorithms[i];
	return NULL;
}

/* Gives false after answering. */
static bool config_check(json_t *body, const char *algorithm, struct http_response *response)
{
	json_t *config = json_object_get(body, "config"), *value;
	const char *key;

	json_object_foreach(config, key, value) {
		bool known = false;

		for (size_t i = 0; i < match_setting_count; i++)
			known = known || strcmp(key, match_settings[i].name) == 0;
		if (!known) {
			api_detail(response, 400, "Invalid configuration parameter: %.100s for algorithm %s", key, algorithm);
			return false;
		}
	}
	return true;
}

static void body_fault(struct api_faults *faults, const char *type, const char *loc, const char *message, json_t *input)
{
	char *dump = input ? json_dumps(input, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

	faults_add(faults, type, text_of(loc), message, dump ? text_of(dump) : TEXT("null"), NULL);
	free(dump);
}

static void query_fault(struct api_faults *faults, const char *key, const char *member, const char *type,
			const char *message, json_t *input)
{
	struct buffer loc;

	buffer_init(&loc, (size_t)1 << 20);
	buffer_printf(&loc, "[\"body\",\"queries\",");
	json_add_string(&loc, text_of(key));
	buffer_printf(&loc, "%s%s%s]%c", member ? ",\"" : "", member ? member : "", member ? "\"" : "", 0);
	body_fault(faults, type, loc.data ? (const char *)loc.data : "[]", message, input);
	buffer_release(&loc);
}

/* What a query holds must be a text or a list, property by property. */
static void properties_check(const char *key, json_t *properties, struct api_faults *faults)
{
	const char *name;
	json_t *value;

	json_object_foreach(properties, name, value) {
		struct buffer member;

		if (json_is_string(value) || json_is_array(value))
			continue;
		buffer_init(&member, (size_t)1 << 20);
		buffer_printf(&member, "properties\",");
		json_add_string(&member, text_of(name));
		buffer_printf(&member, ",\"str%c", 0);
		if (buffer_status(&member) == ST_OK)
			query_fault(faults, key, (const char *)member.data, "string_type", "Input should be a valid string", value);
		buffer_release(&member);
	}
}

static void query_check(const char *key, json_t *query, struct api_faults *faults)
{
	json_t *schema = json_object_get(query, "schema"), *properties = json_object_get(query, "properties");
	json_t *id = json_object_get(query, "id");

	if (!json_is_object(query)) {
		query_fault(faults, key, NULL, "model_attributes_type",
			    "Input should be a valid dictionary or object to extract fields from", query);
		return;
	}
	if (id && !json_is_null(id) && !json_is_string(id))
		query_fault(faults, key, "id", "string_type", "Input should be a valid string", id);
	if (schema == NULL)
		query_fault(faults, key, "schema", "missing", "Field required", query);
	else if (!json_is_string(schema))
		query_fault(faults, key, "schema", "string_type", "Input should be a valid string", schema);
	if (properties == NULL)
		query_fault(faults, key, "properties", "missing", "Field required", query);
	else if (!json_is_object(properties))
		query_fault(faults, key, "properties", "dict_type", "Input should be a valid dictionary", properties);
	else
		properties_check(key, properties, faults);
}

/* `weights` are numbers, `config` holds no lists and no objects. */
static void tuning_check(json_t *body, struct api_faults *faults)
{
	json_t *weights = json_object_get(body, "weights"), *config = json_object_get(body, "config"), *value;
	const char *key;

	if (weights && !json_is_object(weights))
		body_fault(faults, "dict_type", "[\"body\",\"weights\"]", "Input should be a valid dictionary", weights);
	json_object_foreach(weights, key, value)
		if (!json_is_number(value))
			body_fault(faults, "float_type", "[\"body\",\"weights\"]", "Input should be a valid number", value);
	if (config && !json_is_object(config))
		body_fault(faults, "dict_type", "[\"body\",\"config\"]", "Input should be a valid dictionary", config);
	json_object_foreach(config, key, value)
		if (json_is_object(value) || json_is_array(value))
			body_fault(faults, "string_type", "[\"body\",\"config\"]", "Input should be a valid string", value);
}

/* Shapes only; gives the queries. */
static json_t *body_check(json_t *body, struct api_faults *faults)
{
	json_t *queries = json_object_get(body, "queries"), *query;
	const char *key;

	if (!json_is_object(body)) {
		body_fault(faults, "model_attributes_type", "[\"body\"]",
			   "Input should be a valid dictionary or object to extract fields from", body);
		return NULL;
	}
	tuning_check(body, faults);
	if (!json_is_object(queries)) {
		body_fault(faults, queries ? "dict_type" : "missing", "[\"body\",\"queries\"]",
			   queries ? "Input should be a valid dictionary" : "Field required", queries ? queries : body);
		return NULL;
	}
	json_object_foreach(queries, key, query)
		query_check(key, query, faults);
	return queries;
}

static void add_explanation(struct buffer *out, const struct explanation *e)
{
	buffer_printf(out, "{\"detail\":");
	json_add_string(out, e->detail.len ? e->detail : text_of(e->rule));
	buffer_printf(out, ",\"score\":");
	api_add_share(out, e->score_ppm);
	buffer_printf(out, ",\"query\":");
	if (e->query.len)
		json_add_string(out, e->query);
	else
		buffer_printf(out, "null");
	buffer_printf(out, ",\"candidate\":");
	if (e->candidate.len)
		json_add_string(out, e->candidate);
	else
		buffer_printf(out, "null");
	buffer_printf(out, ",\"rule\":\"%s\",\"evidence\":", e->rule);
	api_add_share(out, (int64_t)e->evidence_mbit * 1000);
	buffer_add_char(out, '}');
}

/* One member a feature; where a feature has several reasons (the parts of a name), the later ones are numbered. */
static void add_explanations(struct buffer *out, const struct screen_result *r)
{
	buffer_printf(out, ",\"explanations\":{");
	for (size_t i = 0; i < r->explanation_count; i++) {
		const char *feature = r->explanations[i].feature;
		unsigned before = 0;

		for (size_t k = 0; k < i; k++)
			before += strcmp(r->explanations[k].feature, feature) == 0;
		buffer_printf(out, "%s\"%s", i ? "," : "", feature);
		if (before)
			buffer_printf(out, "_%u", before + 1);
		buffer_printf(out, "\":");
		add_explanation(out, &r->explanations[i]);
	}
	buffer_add_char(out, '}');
}

void match_add_results(struct buffer *out, const struct lists_snapshot *lists, const struct screen_answer *answer)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct screen_result *r = &answer->results[i];

		if (i)
			buffer_add_char(out, ',');
		api_entity_open(lists, r->ref, out);
		buffer_printf(out, ",\"score\":");
		api_add_share(out, r->score_ppm);
		buffer_printf(out, ",\"match\":%s,\"alert\":%s,\"evidence\":", r->match ? "true" : "false",
			      r->alert ? "true" : "false");
		api_add_share(out, (int64_t)r->evidence_mbit * 1000);
		add_explanations(out, r);
		buffer_add_char(out, '}');
	}
}

static void add_query(struct buffer *out, const struct entity *query)
{
	buffer_printf(out, "\"query\":{\"id\":");
	if (query->id.len)
		json_add_string(out, query->id);
	else
		buffer_printf(out, "null");
	buffer_printf(out, ",\"schema\":");
	json_add_string(out, query->schema);
	buffer_printf(out, ",\"properties\":{");
	for (size_t p = 0; p < query->property_count; p++) {
		buffer_printf(out, p ? "," : "");
		json_add_string(out, query->properties[p].name);
		for (size_t i = 0; i < query->properties[p].count; i++) {
			buffer_printf(out, i ? "," : ":[");
			json_add_string(out, query->properties[p].values[i]);
		}
		buffer_add_char(out, ']');
	}
	buffer_printf(out, "}}");
}

struct match {
	const struct lists_snapshot *lists;
	struct screen_options options;
	struct api_filter filter;
	struct arena *arena;
	bool counting; /* limit=0: no results, only how many */
};

/* Gives false after answering. */
static bool match_one(struct match *m, const char *key, json_t *json, struct http_response *response)
{
	struct screen_answer answer;
	struct error error = {.code = ST_OK};
	struct buffer *out = &response->body;
	struct entity query;

	if (!match_query_read(json, "Cannot parse example entity: ", m->arena, &query, response))
		return false;
	if (screen_run(m->lists->index, &query, &m->options, m->arena, &answer, &error) != ST_OK) {
		api_detail(response, error.code == ST_MALFORMED || error.code == ST_LIMIT ? 400 : 500,
			   "Cannot parse example entity: %s", error.message);
		return false;
	}
	json_add_string(out, text_of(key));
	buffer_printf(out, ":{\"status\":200,\"results\":[");
	if (!m->counting)
		match_add_results(out, m->lists, &answer);
	buffer_printf(out, "],\"total\":{\"value\":%u,\"relation\":\"%s\"},", answer.matches,
		      answer.bounded ? "gte" : "eq");
	add_query(out, &query);
	buffer_add_char(out, '}');
	return true;
}

static void match_all(struct match *m, json_t *queries, struct http_response *response)
{
	struct buffer size;
	const char *key;
	json_t *query;
	struct text copy;
	bool first = true;

	buffer_printf(&response->body, "{\"responses\":{");
	json_object_foreach(queries, key, query) {
		if (!first)
			buffer_add_char(&response->body, ',');
		first = false;
		if (!match_one(m, key, query, response))
			return;
	}
	buffer_printf(&response->body, "},\"limit\":%u}", m->counting ? 0 : m->options.limit);
	api_json(response, 200);
	buffer_init(&size, 32);
	buffer_printf(&size, "%zu", json_object_size(queries));
	if (arena_text(m->arena, buffer_text(&size), &copy) == ST_OK)
		http_set_header(response, TEXT("x-batch-size"), copy);
	buffer_release(&size);
}

static void match_checked(struct match *m, json_t *body, const struct http_request *request,
			  struct http_response *response, struct api_faults *faults)
{
	struct text wanted = http_query(request, "algorithm");
	const char *algorithm = match_algorithm(wanted);
	json_t *queries = body_check(body, faults);
	uint32_t cutoff;

	m->options.limit = param_count(request, "limit", (struct api_range){MATCH_LIMIT, 0, LIMIT_MAX, false}, faults);
	m->counting = m->options.limit == 0;
	m->options.limit += m->counting;
	m->options.threshold_ppm = param_share(request, "threshold", 700000, faults);
	cutoff = param_share(request, "cutoff", m->options.threshold_ppm, faults);
	/* What only reaches the cutoff is dropped too, and not counted. */
	m->options.cutoff_ppm = (cutoff < m->options.threshold_ppm ? cutoff : m->options.threshold_ppm) + 1;
	if (m->options.threshold_ppm < m->options.cutoff_ppm)
		m->options.threshold_ppm = m->options.cutoff_ppm;
	if (faults_answer(faults, response))
		return;
	m->options.keep = filter_keep;
	m->options.keep_context = &m->filter;
	if (algorithm == NULL)
		api_detail(response, 400, "Invalid algorithm: %.*s", (int)(wanted.len < 100 ? wanted.len : 100), wanted.data);
	else if (json_object_size(queries) > BATCH_MAX)
		api_detail(response, 400, "Too many queries in one batch (limit: %u)", BATCH_MAX);
	else if (json_object_size(queries) == 0)
		api_detail(response, 400, "No queries provided.");
	else if (config_check(body, algorithm, response))
		match_all(m, queries, response);
}

void api_match(void *context, const struct http_request *request, struct http_response *response)
{
	struct lists_snapshot *lists = api_hold(context, response);
	struct match m = {.lists = lists, .arena = request->arena};
	struct api_faults faults;
	json_error_t why;
	json_t *body;

	if (lists == NULL)
		return;
	faults_init(&faults);
	if (filter_read(request, lists, request->captures[0], &m.filter, response, &faults)) {
		body = json_loadb((const char *)request->body.data, request->body.len, JSON_DECODE_ANY, &why);
		if (body == NULL) {
			faults_add(&faults, "json_invalid", TEXT("[\"body\",0]"), "JSON decode error", TEXT("{}"),
				   "{\"error\":\"Expecting value\"}");
			(void)faults_answer(&faults, response);
		} else {
			match_checked(&m, body, request, response, &faults);
		}
		json_decref(body);
	}
	snapshot_release(lists);
}
