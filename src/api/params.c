#include "api/params.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/entity_json.h"

#define EXCLUDED_MAX 50u

void faults_init(struct api_faults *faults)
{
	buffer_init(&faults->list, (size_t)1 << 20);
	faults->count = 0;
}

void faults_add(struct api_faults *faults, const char *type, struct text loc, const char *message, struct text input,
		const char *context)
{
	buffer_printf(&faults->list, "%s{\"type\":\"%s\",\"loc\":", faults->count ? "," : "", type);
	buffer_add_text(&faults->list, loc);
	buffer_printf(&faults->list, ",\"msg\":");
	json_add_string(&faults->list, text_of(message));
	buffer_printf(&faults->list, ",\"input\":");
	buffer_add_text(&faults->list, input);
	if (context)
		buffer_printf(&faults->list, ",\"ctx\":%s", context);
	buffer_add_char(&faults->list, '}');
	faults->count++;
}

bool faults_answer(struct api_faults *faults, struct http_response *response)
{
	bool any = faults->count != 0;

	if (any) {
		buffer_clear(&response->body);
		api_json(response, 422);
		buffer_printf(&response->body, "{\"detail\":[");
		buffer_add_text(&response->body, buffer_text(&faults->list));
		buffer_printf(&response->body, "]}");
	}
	buffer_release(&faults->list);
	return any;
}

static void query_fault(struct api_faults *faults, const char *type, const char *name, const char *message,
			struct text input, const char *context)
{
	struct buffer loc, value;

	buffer_init(&loc, 256);
	buffer_init(&value, (size_t)1 << 20);
	buffer_printf(&loc, "[\"query\",\"%s\"]", name);
	json_add_string(&value, input);
	faults_add(faults, type, buffer_text(&loc), message, buffer_text(&value), context);
	buffer_release(&loc);
	buffer_release(&value);
}

uint32_t param_count(const struct http_request *request, const char *name, struct api_range range,
		     struct api_faults *faults)
{
	struct text t = http_query(request, name), digits = text_trim(t);
	char message[96], context[48];
	bool negative = digits.len && digits.data[0] == '-';
	uint64_t value = 0;
	enum status st;

	if (t.data == NULL)
		return range.preset;
	if (digits.len && (digits.data[0] == '+' || negative))
		digits = (struct text){digits.data + 1, digits.len - 1};
	st = text_to_uint(digits, UINT32_MAX, &value);
	if (st == ST_MALFORMED) {
		query_fault(faults, "int_parsing", name,
			    "Input should be a valid integer, unable to parse string as an integer", t, NULL);
	} else if (negative && range.drawn_in) {
		return 0;
	} else if (st != ST_LIMIT && ((negative && value) || value < range.least)) {
		snprintf(message, sizeof message, "Input should be greater than or equal to %u", range.least);
		snprintf(context, sizeof context, "{\"ge\":%u}", range.least);
		query_fault(faults, "greater_than_equal", name, message, t, context);
	} else if (st == ST_LIMIT || value > range.most) {
		snprintf(message, sizeof message, "Input should be less than or equal to %u", range.most);
		snprintf(context, sizeof context, "{\"le\":%u}", range.most);
		query_fault(faults, "less_than_equal", name, message, t, context);
	} else {
		return (uint32_t)value;
	}
	return range.preset;
}

uint32_t param_share(const struct http_request *request, const char *name, uint32_t preset,
		     struct api_faults *faults)
{
	struct text t = http_query(request, name), s = text_trim(t);
	char number[32];
	char *end = number;
	double v = 0;

	if (t.data == NULL)
		return preset;
	if (s.len && s.len < sizeof number && !isalpha((unsigned char)s.data[0])) {
		memcpy(number, s.data, s.len);
		number[s.len] = 0;
		v = strtod(number, &end);
	}
	if (end != number + s.len || s.len == 0) {
		query_fault(faults, "float_parsing", name,
			    "Input should be a valid number, unable to parse string as a number", t, NULL);
		return preset;
	}
	return v <= 0 ? 0 : v >= 1 ? API_SHARE_MILLION : (uint32_t)(v * API_SHARE_MILLION + 0.5);
}

size_t param_word(const struct http_request *request, const char *name, size_t n, const char *const *words, size_t preset,
		  struct api_faults *faults)
{
	struct text t = http_query_nth(request, name, n);
	struct buffer expected, context, message;

	if (t.data == NULL)
		return preset;
	for (size_t i = 0; words[i]; i++)
		if (text_equal(t, text_of(words[i])))
			return i;
	buffer_init(&expected, 1024);
	buffer_init(&context, 1024);
	buffer_init(&message, 1024);
	for (size_t i = 0; words[i]; i++)
		buffer_printf(&expected, "%s'%s'", i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
	buffer_printf(&message, "Input should be %.*s%c", TEXT_ARG(buffer_text(&expected)), 0);
	buffer_printf(&context, "{\"expected\":");
	json_add_string(&context, buffer_text(&expected));
	buffer_printf(&context, "}%c", 0);
	if (buffer_status(&message) == ST_OK && buffer_status(&context) == ST_OK)
		query_fault(faults, "enum", name, (const char *)message.data, t, (const char *)context.data);
	buffer_release(&expected);
	buffer_release(&context);
	buffer_release(&message);
	return preset;
}

bool param_flag(const struct http_request *request, const char *name, bool preset, struct api_faults *faults)
{
	static const char *const words[] = {"true", "1", "yes", "on", "t", "y", "false", "0", "no", "off", "f", "n"};
	struct text t = http_query(request, name);

	if (t.data == NULL)
		return preset;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (text_equal_nocase(t, text_of(words[i])))
			return i < 6;
	query_fault(faults, "bool_parsing", name, "Input should be a valid boolean, unable to interpret input", t, NULL);
	return preset;
}

/* ---- the filter ---- */

/* ^\d{4}-\d{2}-\d{2}(T\d{2}(:\d{2}(:\d{2})?)?)?$ */
static bool is_moment(struct text t)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";

	if (t.len != 10 && t.len != 13 && t.len != 16 && t.len != 19)
		return false;
	for (size_t i = 0; i < t.len; i++)
		if (form[i] == 'd' ? t.data[i] < '0' || t.data[i] > '9' : t.data[i] != form[i])
			return false;
	return true;
}

/* A place for every dataset, set where the parameter names it; NULL where there is no such parameter. */
static enum status mark_datasets(const struct http_request *request, const struct lists_snapshot *lists, const char *name,
				 const bool **ret)
{
	bool *marks = NULL;

	for (size_t i = 0; i < request->query_count; i++) {
		size_t dataset;

		if (!text_equal(request->query[i].name, text_of(name)))
			continue;
		if (marks == NULL)
			marks = ARENA_NEW(request->arena, bool, lists->dataset_count + 1);
		if (marks == NULL)
			return arena_failure(request->arena, NULL);
		dataset = snapshot_dataset(lists, request->query[i].value);
		marks[dataset] = true; /* past the last for unknown ones */
	}
	*ret = marks;
	return ST_OK;
}

static enum status filter_lists(const struct http_request *request, struct api_filter *f)
{
	bool *schemata = ARENA_NEW(request->arena, bool, ftm_schema_count());
	struct text *topics = ARENA_NEW(request->arena, struct text, request->query_count + 1);
	entity_ref *ids = ARENA_NEW(request->arena, entity_ref, request->query_count + 1);

	if (schemata == NULL || topics == NULL || ids == NULL)
		return arena_failure(request->arena, NULL);
	TRY(mark_datasets(request, f->lists, "include_dataset", &f->included));
	TRY(mark_datasets(request, f->lists, "exclude_dataset", &f->excluded));
	for (size_t i = 0; i < request->query_count; i++) {
		struct text name = request->query[i].name, value = request->query[i].value;
		const struct ftm_schema *schema;

		if (text_equal(name, TEXT("topics"))) {
			topics[f->topic_count++] = value;
			f->topics = topics;
		} else if (text_equal(name, TEXT("exclude_entity_ids"))) {
			ids[f->id_count++] = index_find(f->lists->index, value);
			f->ids = ids;
		} else if (text_equal(name, TEXT("exclude_schema")) && (schema = ftm_schema(value)) != NULL) {
			schemata[schema - ftm_schema_at(0)] = true;
			f->schemata = schemata;
		}
	}
	return ST_OK;
}

bool filter_read(const struct http_request *request, const struct lists_snapshot *lists, struct text dataset,
		 struct api_filter *ret_filter, struct http_response *response, struct api_faults *faults)
{
	static const char pattern[] = "^\\\\d{4}-\\\\d{2}-\\\\d{2}(T\\\\d{2}(:\\\\d{2}(:\\\\d{2})?)?)?$";
	struct api_filter f = {.lists = lists};
	char context[96];

	f.dataset = snapshot_dataset(lists, dataset);
	if (f.dataset == lists->dataset_count && !text_equal(dataset, TEXT("default")) &&
	    !text_equal(dataset, TEXT("all"))) {
		buffer_release(&faults->list);
		api_detail(response, 404, "No such dataset.");
		return false;
	}
	f.changed_since = http_query(request, "changed_since");
	if (f.changed_since.data && !is_moment(f.changed_since)) {
		snprintf(context, sizeof context, "{\"pattern\":\"%s\"}", pattern);
		query_fault(faults, "string_pattern_mismatch", "changed_since",
			    "String should match pattern '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}(:\\d{2}(:\\d{2})?)?)?$'",
			    f.changed_since, context);
	}
	if (filter_lists(request, &f) != ST_OK) {
		buffer_release(&faults->list);
		api_detail(response, 500, "Memory is short.");
		return false;
	}
	if (f.id_count > EXCLUDED_MAX)
		query_fault(faults, "too_long", "exclude_entity_ids",
			    "List should have at most 50 items after validation", TEXT(""), "{\"max_length\":50}");
	*ret_filter = f;
	return true;
}

void filter_scope_only(struct api_filter *f)
{
	*f = (struct api_filter){.lists = f->lists, .dataset = f->dataset, .changed_since = f->changed_since};
}

/* One dataset that is asked for and not excluded is enough. The file an entity came in stands for those that the
 * entity names itself, so it counts only where it is asked for, or where the entity names none. */
static bool is_included(const struct api_filter *f, const struct lists_entry *entry)
{
	bool named = false;

	for (uint32_t i = 0; i < entry->dataset_count; i++)
		named = named || f->lists->datasets[entry->datasets[i]].file.len == 0;
	for (uint32_t i = 0; i < entry->dataset_count; i++) {
		uint32_t d = entry->datasets[i];

		if (f->included ? !f->included[d] : named && f->lists->datasets[d].file.len)
			continue;
		if (!f->excluded || !f->excluded[d])
			return true;
	}
	return false;
}

static bool is_in_scope(const struct api_filter *f, const struct lists_entry *entry)
{
	for (uint32_t i = 0; i < entry->dataset_count; i++)
		if (entry->datasets[i] == f->dataset)
			return true;
	return f->dataset == f->lists->dataset_count;
}

static bool has_topic(const struct api_filter *f, const struct lists_entry *entry)
{
	for (size_t n = 0; n < f->topic_count; n++)
		for (uint32_t i = 0; i < entry->topic_count; i++)
			if (text_equal(entry->topics[i], f->topics[n]))
				return true;
	return false;
}

bool filter_keep(void *filter, entity_ref ref)
{
	const struct api_filter *f = filter;
	const struct lists_entry *entry = &f->lists->entries[ref];

	if (!is_in_scope(f, entry))
		return false;
	if (f->schema && !(entry->schema && (ftm_is_a(entry->schema, f->schema->name) ||
					     (f->compatible && ftm_compatible(entry->schema, f->schema)))))
		return false;
	if ((f->included || f->excluded) && !is_included(f, entry))
		return false;
	if (f->topics && !has_topic(f, entry))
		return false;
	if (f->changed_since.data && text_compare(entry->last_change, f->changed_since) <= 0)
		return false;
	if (f->schemata && entry->schema && f->schemata[entry->schema - ftm_schema_at(0)])
		return false;
	for (size_t n = 0; n < f->id_count; n++)
		if (f->ids[n] == ref)
			return false;
	return true;
}
