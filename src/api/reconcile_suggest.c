/* Suggestions while somebody types, and values of properties to add to a table. */
#include <stdlib.h>

#include "api/reconcile.h"
#include "api/resources.h"
#include "api/text_query.h"
#include "api/topics.h"
#include "ident/country.h"
#include "model/entity_json.h"

#define SUGGESTIONS_MAX 5u
#define PREFIX_WORDS_MAX 32u

struct suggesting {
	struct lists_snapshot *lists;
	struct api_filter filter;
	struct text prefix;
	uint32_t limit;
};

/* Gives false after answering; else the lists are held. */
static bool suggest_begin(struct api_context *api, const struct http_request *request, struct suggesting *s,
			  struct http_response *response)
{
	struct api_faults faults;

	*s = (struct suggesting){.lists = api_hold(api, response)};
	if (s->lists == NULL)
		return false;
	faults_init(&faults);
	s->prefix = http_query(request, "prefix");
	if (filter_read(request, s->lists, request->captures[0], &s->filter, response, &faults)) {
		s->limit = param_count(request, "limit", (struct api_range){10, 0, 500, true}, &faults);
		filter_scope_only(&s->filter);
		if (!faults_answer(&faults, response))
			return true;
	}
	snapshot_release(s->lists);
	return false;
}

static void suggest_open(const struct suggesting *s, struct http_response *response)
{
	api_json(response, 200);
	buffer_printf(&response->body, "{\"code\":\"/api/status/ok\",\"status\":\"200 OK\",\"prefix\":");
	json_add_string(&response->body, s->prefix);
	buffer_printf(&response->body, ",\"result\":[");
}

static bool starts(struct text text, struct text prefix)
{
	prefix = text_trim(prefix);
	return prefix.len && text.len >= prefix.len && text_equal_nocase((struct text){text.data, prefix.len}, prefix);
}

/* All words but the last whole, the last as a beginning, in names. */
static enum status prefix_find(struct suggesting *s, struct finding *f, struct hits *ret)
{
	struct clause *all, **end, *word;
	struct word_list words;
	size_t kept = 0;

	TRY(words_cut(s->prefix, false, f->arena, &words));
	if (words.count > PREFIX_WORDS_MAX)
		return ST_LIMIT;
	TRY(clause_new(f->arena, words.count ? CLAUSE_AND : CLAUSE_NONE, TEXT(""), TEXT(""), &all));
	end = &all->first;
	for (size_t i = 0; i < words.count; i++) {
		struct text t = words.list[i];

		if (i + 1 == words.count) {
			char *copy = arena_alloc(f->arena, t.len + 1, 1);

			if (copy == NULL)
				return arena_failure(f->arena, NULL);
			memcpy(copy, t.data, t.len);
			copy[t.len] = '*';
			t = (struct text){copy, t.len + 1};
		}
		TRY(clause_new(f->arena, CLAUSE_WORDS, TEXT("names"), t, &word));
		word->wild = i + 1 == words.count;
		*end = word;
		end = &word->next;
	}
	TRY(text_query_find(f, all, ret, NULL));
	for (size_t i = 0; i < ret->count; i++)
		if (filter_keep(&s->filter, ret->list[i].ref))
			ret->list[kept++] = ret->list[i];
	ret->count = kept;
	return ST_OK;
}

static int by_weight(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return x->ref < y->ref ? -1 : x->ref > y->ref;
}

void api_suggest_entity(void *context, const struct http_request *request, struct http_response *response)
{
	struct finding f = {.arena = request->arena};
	struct hits hits = {NULL, 0};
	struct suggesting s;
	enum status st;

	if (!suggest_begin(context, request, &s, response))
		return;
	f.lists = s.lists;
	arena_init(&f.scratch, (size_t)64 << 20);
	st = prefix_find(&s, &f, &hits);
	if (st == ST_OK && hits.count)
		qsort(hits.list, hits.count, sizeof *hits.list, by_weight);
	suggest_open(&s, response);
	for (size_t i = 0; st == ST_OK && i < hits.count && i < s.limit; i++) {
		if (i)
			buffer_add_char(&response->body, ',');
		st = reconcile_entity_open(s.lists, hits.list[i].ref, request->arena, &response->body);
		buffer_add_char(&response->body, '}');
	}
	buffer_printf(&response->body, "]}");
	if (st != ST_OK)
		api_detail(response, st == ST_LIMIT ? 400 : 500, "The prefix asks for too much at once.");
	arena_release(&f.scratch);
	snapshot_release(s.lists);
}

/* A property of the first schema in the model's order that declares it, whose name or label begins so. */
void api_suggest_property(void *context, const struct http_request *request, struct http_response *response)
{
	struct reconcile_types types;
	struct suggesting s;
	unsigned count = 0;

	if (!suggest_begin(context, request, &s, response))
		return;
	if (reconcile_types_of(&s.filter, request->arena, &types) != ST_OK) {
		api_detail(response, 500, "Memory is short.");
		snapshot_release(s.lists);
		return;
	}
	suggest_open(&s, response);
	for (size_t i = 0; i < ftm_property_count() && count < SUGGESTIONS_MAX; i++) {
		const struct ftm_property *p = ftm_property_at(i);
		const struct ftm_schema *schema = ftm_schema(p->schema);

		if (schema == NULL || !types.has[schema - ftm_schema_at(0)] || p->range.len ||
		    !(starts(p->name, s.prefix) || starts(p->label, s.prefix)))
			continue;
		buffer_printf(&response->body, "%s{\"id\":\"%.*s:%.*s\",\"name\":", count++ ? "," : "", TEXT_ARG(p->schema),
			      TEXT_ARG(p->name));
		json_add_string(&response->body, p->label);
		buffer_printf(&response->body, ",\"description\":null}");
	}
	buffer_printf(&response->body, "]}");
	snapshot_release(s.lists);
}

void api_suggest_type(void *context, const struct http_request *request, struct http_response *response)
{
	struct reconcile_types types;
	struct suggesting s;
	unsigned count = 0;

	if (!suggest_begin(context, request, &s, response))
		return;
	if (reconcile_types_of(&s.filter, request->arena, &types) != ST_OK) {
		api_detail(response, 500, "Memory is short.");
		snapshot_release(s.lists);
		return;
	}
	suggest_open(&s, response);
	for (size_t i = 0; i < ftm_schema_count() && count < SUGGESTIONS_MAX; i++) {
		const struct ftm_schema *schema = ftm_schema_at(i);

		if (!types.has[i] || !(starts(schema->name, s.prefix) || starts(schema->label, s.prefix)))
			continue;
		if (count++)
			buffer_add_char(&response->body, ',');
		reconcile_add_type(&response->body, schema);
	}
	buffer_printf(&response->body, "]}");
	snapshot_release(s.lists);
}

/* ---- extending ---- */

static int by_label(const void *a, const void *b)
{
	const struct ftm_property *const *x = a, *const *y = b;

	return text_compare((*x)->label, (*y)->label);
}

void api_extend_property(void *context, const struct http_request *request, struct http_response *response)
{
	struct text name = http_query(request, "type");
	const struct ftm_schema *schema = ftm_schema(name.data ? name : TEXT("Thing"));
	const struct ftm_property **found = ARENA_NEW(request->arena, const struct ftm_property *, ftm_property_count());
	struct suggesting s;
	size_t count = 0;

	if (!suggest_begin(context, request, &s, response))
		return;
	if (http_query(request, "limit").data == NULL)
		s.limit = 0;
	if (schema == NULL || found == NULL) {
		api_detail(response, 400, "Invalid type: %.*s", (int)(name.len < 100 ? name.len : 100), name.len ? name.data : "");
		snapshot_release(s.lists);
		return;
	}
	for (size_t i = 0; i < ftm_property_count() && (s.limit == 0 || count < s.limit); i++)
		if (ftm_property(schema, ftm_property_at(i)->name) == ftm_property_at(i) && ftm_property_at(i)->range.len == 0)
			found[count++] = ftm_property_at(i);
	qsort(found, count, sizeof *found, by_label);
	api_json(response, 200);
	buffer_printf(&response->body, "{\"limit\":%u,\"type\":\"%.*s\",\"properties\":[", s.limit, TEXT_ARG(schema->name));
	for (size_t i = 0; i < count; i++) {
		buffer_printf(&response->body, "%s{\"id\":\"%.*s\",\"name\":", i ? "," : "", TEXT_ARG(found[i]->name));
		json_add_string(&response->body, found[i]->label);
		buffer_add_char(&response->body, '}');
	}
	buffer_printf(&response->body, "]}");
	snapshot_release(s.lists);
}

static void add_value(const struct ftm_property *property, struct text value, bool raw, struct buffer *out)
{
	struct text caption = TEXT("");

	if (!raw && text_equal(property->type, TEXT("country")))
		caption = country_name(value, TEXT("en"));
	else if (!raw && text_equal(property->type, TEXT("topic")))
		caption = topic_label(value);
	buffer_printf(out, "{\"str\":");
	json_add_string(out, caption.len ? caption : value);
	buffer_add_char(out, '}');
}

/* One row; gives false after answering. */
static bool add_row(const struct lists_snapshot *lists, const struct http_request *request, struct text id,
		    json_t *properties, struct http_response *response)
{
	entity_ref ref = index_find(lists->index, id);
	struct buffer *out = &response->body;
	struct entity e;
	json_t *asked;
	size_t i;
	bool first = true;

	json_add_string(out, id);
	buffer_printf(out, ":{");
	if (ref != ENTITY_NONE && !text_equal(index_entity_id(lists->index, ref), id)) {
		api_detail(response, 400, "Please specify the canonical entity ID, not a referent");
		return false;
	}
	if (ref != ENTITY_NONE && entity_read(index_entity_json(lists->index, ref), request->arena, &e, NULL) != ST_OK) {
		api_detail(response, 500, "Memory is short.");
		return false;
	}
	json_array_foreach(properties, i, asked) {
		const char *name = json_string_value(json_object_get(asked, "id"));
		json_t *settings = json_object_get(asked, "settings"), *limit = json_object_get(settings, "limit");
		const char *render = json_string_value(json_object_get(settings, "render"));
		const struct ftm_schema *schema = ref != ENTITY_NONE ? lists->entries[ref].schema : NULL;
		const struct ftm_property *property = schema && name ? ftm_property(schema, text_of(name)) : NULL;
		const struct property *values = property ? entity_get(&e, name) : NULL;
		size_t most = json_integer_value(limit) > 0 ? (size_t)json_integer_value(limit) : SIZE_MAX;

		if (property == NULL)
			continue;
		buffer_printf(out, "%s", first ? "" : ",");
		first = false;
		json_add_string(out, property->name);
		buffer_printf(out, ":[");
		for (size_t k = 0; values && k < values->count && k < most; k++) {
			if (k)
				buffer_add_char(out, ',');
			add_value(property, values->values[k], render && strcmp(render, "raw") == 0, out);
		}
		buffer_add_char(out, ']');
	}
	buffer_add_char(out, '}');
	return true;
}

/* The properties asked for that one of the entities may have. */
static void add_meta(const struct lists_snapshot *lists, json_t *ids, json_t *properties, struct buffer *out)
{
	json_t *asked, *id;
	size_t i, k;
	bool first = true;

	buffer_printf(out, "\"meta\":[");
	json_array_foreach(properties, i, asked) {
		const char *name = json_string_value(json_object_get(asked, "id"));
		const struct ftm_property *property = NULL;

		json_array_foreach(ids, k, id) {
			entity_ref ref = index_find(lists->index, text_of(json_string_value(id)));

			if (property == NULL && name && ref != ENTITY_NONE && lists->entries[ref].schema)
				property = ftm_property(lists->entries[ref].schema, text_of(name));
		}
		if (property == NULL)
			continue;
		buffer_printf(out, "%s{\"id\":\"%.*s\",\"name\":", first ? "" : ",", TEXT_ARG(property->name));
		json_add_string(out, property->label);
		buffer_add_char(out, '}');
		first = false;
	}
	buffer_add_char(out, ']');
}

static bool all_strings(json_t *list)
{
	json_t *item;
	size_t i;

	if (!json_is_array(list))
		return false;
	json_array_foreach(list, i, item)
		if (!json_is_string(item))
			return false;
	return true;
}

void reconcile_extend(const struct lists_snapshot *lists, const struct http_request *request, struct text extend,
		      struct http_response *response)
{
	json_error_t why;
	json_t *root = json_loadb(extend.data, extend.len, 0, &why), *id;
	json_t *ids = json_object_get(root, "ids"), *properties = json_object_get(root, "properties");
	struct buffer *out = &response->body;
	bool good = true;
	size_t i;

	if (!all_strings(ids) || !json_is_array(properties)) {
		api_detail(response, 400, "Cannot decode extension request");
	} else if (json_array_size(ids) > RECONCILE_BATCH_MAX || json_array_size(properties) > RECONCILE_BATCH_MAX) {
		api_detail(response, 400, "Too many queries in one batch (limit: %u)", RECONCILE_BATCH_MAX);
	} else {
		api_json(response, 200);
		buffer_add_char(out, '{');
		add_meta(lists, ids, properties, out);
		buffer_printf(out, ",\"rows\":{");
		json_array_foreach(ids, i, id) {
			if (i)
				buffer_add_char(out, ',');
			good = good && add_row(lists, request, text_of(json_string_value(id)), properties, response);
			if (!good)
				break;
		}
		if (good) {
			buffer_printf(out, "}}");
			reconcile_batch_size(request, response, json_array_size(ids));
		}
	}
	json_decref(root);
}
