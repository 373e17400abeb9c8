/* GET /entities/{id} */
#include "api/resources.h"

#include "model/entity_json.h"

entity_ref api_entity_find(const struct lists_snapshot *lists, const struct http_request *request,
			   struct http_response *response)
{
	entity_ref ref = index_find(lists->index, request->captures[0]);
	struct buffer location;
	struct text copy;

	if (ref == ENTITY_NONE) {
		api_detail(response, 404, "No such entity!");
		return ENTITY_NONE;
	}
	if (text_equal(index_entity_id(lists->index, ref), request->captures[0]))
		return ref;
	buffer_init(&location, 1024);
	buffer_printf(&location, "/entities/");
	for (size_t i = 0; i < index_entity_id(lists->index, ref).len; i++) {
		uint8_t c = (uint8_t)index_entity_id(lists->index, ref).data[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			     c == '-' || c == '_' || c == '.' || c == '~';

		if (plain)
			buffer_add_char(&location, (char)c);
		else
			buffer_printf(&location, "%%%02X", c);
	}
	response->status = 308;
	if (buffer_status(&location) == ST_OK &&
	    arena_text(request->arena, buffer_text(&location), &copy) == ST_OK)
		http_set_header(response, TEXT("Location"), copy);
	buffer_release(&location);
	return ENTITY_NONE;
}

struct nesting {
	const struct lists_snapshot *lists;
	struct arena *arena;
	entity_ref path[3]; /* from the entity asked for down to the one being written */
	unsigned depth;
};

static bool on_path(const struct nesting *n, entity_ref ref)
{
	for (unsigned i = 0; i < n->depth; i++)
		if (n->path[i] == ref)
			return true;
	return false;
}

/* Neighbours are followed from the entity itself, and one step more from what only joins two others. */
static bool follows(const struct nesting *n, const struct ftm_schema *schema)
{
	return n->depth == 1 || (n->depth == 2 && schema && ftm_is_edge(schema));
}

static void add_nested(struct nesting *n, entity_ref ref, struct buffer *out);

static void add_property(struct nesting *n, const struct property *p, bool expand, struct buffer *out)
{
	json_add_string(out, p->name);
	buffer_printf(out, ":[");
	for (size_t i = 0; i < p->count; i++) {
		entity_ref ref = expand ? index_find(n->lists->index, p->values[i]) : ENTITY_NONE;

		if (i)
			buffer_add_char(out, ',');
		if (ref == ENTITY_NONE || on_path(n, ref))
			json_add_string(out, p->values[i]);
		else
			add_nested(n, ref, out);
	}
	buffer_add_char(out, ']');
}

static void add_reverses(struct nesting *n, entity_ref ref, bool first, struct buffer *out)
{
	const struct ftm_property *open = NULL;
	size_t count;
	const struct lists_reference *references = snapshot_references(n->lists, ref, &count);

	for (size_t i = 0; i < count; i++) {
		if (references[i].property->reverse.len == 0 || on_path(n, references[i].source))
			continue;
		if (references[i].property != open) {
			buffer_printf(out, open ? "]," : first ? "" : ",");
			json_add_string(out, references[i].property->reverse);
			buffer_printf(out, ":[");
			open = references[i].property;
		} else {
			buffer_add_char(out, ',');
		}
		add_nested(n, references[i].source, out);
	}
	if (open)
		buffer_add_char(out, ']');
}

static void add_properties(struct nesting *n, entity_ref ref, struct buffer *out)
{
	const struct ftm_schema *schema = n->lists->entries[ref].schema;
	bool expand = follows(n, schema);
	struct entity e;
	struct error error;

	if (entity_read(index_entity_json(n->lists->index, ref), n->arena, &e, &error) != ST_OK) {
		out->failed = ST_NO_MEMORY;
		return;
	}
	for (size_t i = 0; i < e.property_count; i++) {
		const struct ftm_property *p = schema ? ftm_property(schema, e.properties[i].name) : NULL;

		if (i)
			buffer_add_char(out, ',');
		add_property(n, &e.properties[i], expand && p && p->range.len, out);
	}
	if (expand && n->depth == 1)
		add_reverses(n, ref, e.property_count == 0, out);
}

/* The stored object with its properties replaced; no closing brace is missing. */
static void add_nested(struct nesting *n, entity_ref ref, struct buffer *out)
{
	static const char properties[] = ",\"properties\":{", datasets[] = "},\"datasets\":[";
	struct buffer flat;
	const char *start, *end = NULL;

	buffer_init(&flat, (size_t)64 << 20);
	api_entity_open(n->lists, ref, &flat);
	start = flat.data ? memmem(flat.data, flat.len, properties, sizeof properties - 1) : NULL;
	/* Outside values this stands once: quotes inside values are escaped. */
	for (const char *at = start; at != NULL;) {
		end = at;
		at = memmem(at + 1, flat.len - (size_t)((const uint8_t *)at - flat.data) - 1, datasets, sizeof datasets - 1);
	}
	if (start == NULL || end == start || buffer_status(&flat) != ST_OK) {
		out->failed = ST_NO_MEMORY;
	} else {
		n->path[n->depth++] = ref;
		buffer_add(out, flat.data, (size_t)((const uint8_t *)start - flat.data) + sizeof properties - 1);
		add_properties(n, ref, out);
		buffer_add(out, end, flat.len - (size_t)((const uint8_t *)end - flat.data));
		buffer_add_char(out, '}');
		n->depth--;
	}
	buffer_release(&flat);
}

void api_entity_below(const struct lists_snapshot *lists, entity_ref root, entity_ref ref, struct arena *arena,
		      struct buffer *out)
{
	struct nesting nesting = {.lists = lists, .arena = arena, .path = {root}, .depth = 1};

	add_nested(&nesting, ref, out);
}

void api_entity(void *context, const struct http_request *request, struct http_response *response)
{
	struct lists_snapshot *lists = api_hold(context, response);
	struct nesting nesting = {.lists = lists, .arena = request->arena};
	struct api_faults faults;
	entity_ref ref;
	bool nested;

	if (lists == NULL)
		return;
	faults_init(&faults);
	nested = param_flag(request, "nested", true, &faults);
	if (!faults_answer(&faults, response)) {
		ref = api_entity_find(lists, request, response);
		if (ref != ENTITY_NONE) {
			api_json(response, 200);
			if (nested) {
				add_nested(&nesting, ref, &response->body);
			} else {
				api_entity_open(lists, ref, &response->body);
				buffer_add_char(&response->body, '}');
			}
		}
	}
	snapshot_release(lists);
}
