/* GET /entities/{id}/adjacent[/{property}]: who is joined to an entity, by property, page by page. */
#include "api/order.h"
#include "api/resources.h"

#include "model/entity_json.h"

#define PROPERTIES_MAX 64u
#define SCRATCH_MAX ((size_t)64 << 20)

/* One property of the entity that leads to others, with those it leads to. */
struct adjacency {
	struct text property;
	entity_ref *refs;
	size_t count;
};

struct adjacencies {
	struct adjacency list[PROPERTIES_MAX];
	size_t count;
};

static struct adjacency *adjacency_of(struct adjacencies *all, struct text property)
{
	for (size_t i = 0; i < all->count; i++)
		if (text_equal(all->list[i].property, property))
			return &all->list[i];
	if (all->count == PROPERTIES_MAX)
		return NULL;
	all->list[all->count].property = property;
	return &all->list[all->count++];
}

/* Room is taken in powers of two, so the count tells when it is used up. */
static enum status adjacency_add(struct adjacencies *all, struct text property, entity_ref ref, struct arena *arena)
{
	struct adjacency *a = adjacency_of(all, property);

	if (a == NULL)
		return ST_LIMIT;
	if ((a->count & (a->count - 1)) == 0) {
		entity_ref *grown = ARENA_NEW(arena, entity_ref, a->count ? a->count * 2 : 1);

		if (grown == NULL)
			return arena_failure(arena, NULL);
		if (a->count)
			memcpy(grown, a->refs, a->count * sizeof *grown);
		a->refs = grown;
	}
	a->refs[a->count++] = ref;
	return ST_OK;
}

/* The entity's own properties that hold ids, and under their reverse names those of others that hold its id. */
static enum status adjacencies_find(const struct lists_snapshot *lists, entity_ref ref, struct arena *arena,
				    struct adjacencies *all)
{
	const struct ftm_schema *schema = lists->entries[ref].schema;
	const struct lists_reference *references;
	struct entity e;
	size_t count;

	all->count = 0;
	TRY(entity_read(index_entity_json(lists->index, ref), arena, &e, NULL));
	for (size_t i = 0; schema && i < e.property_count; i++) {
		const struct ftm_property *p = ftm_property(schema, e.properties[i].name);

		for (size_t k = 0; p && p->range.len && k < e.properties[i].count; k++) {
			entity_ref other = index_find(lists->index, e.properties[i].values[k]);

			if (other != ENTITY_NONE)
				TRY(adjacency_add(all, e.properties[i].name, other, arena));
		}
	}
	references = snapshot_references(lists, ref, &count);
	for (size_t i = 0; i < count; i++)
		if (references[i].property->reverse.len)
			TRY(adjacency_add(all, references[i].property->reverse, references[i].source, arena));
	return ST_OK;
}

struct page_of {
	uint32_t limit, offset;
	entity_ref root;
	struct arena *arena;
};

static void add_page(const struct lists_snapshot *lists, const struct adjacency *a, struct page_of page,
		     struct buffer *out)
{
	buffer_printf(out, "{\"results\":[");
	for (size_t i = page.offset; a && i < a->count && i - page.offset < page.limit; i++) {
		if (i > page.offset)
			buffer_add_char(out, ',');
		api_entity_below(lists, page.root, a->refs[i], page.arena, out);
	}
	buffer_printf(out, "],\"total\":{\"value\":%zu,\"relation\":\"eq\"},\"limit\":%u,\"offset\":%u}", a ? a->count : 0,
		      page.limit, page.offset);
}

static void answer_all(const struct lists_snapshot *lists, entity_ref ref, const struct adjacencies *all,
		       struct page_of page, struct http_response *response)
{
	struct buffer *out = &response->body;

	api_json(response, 200);
	buffer_printf(out, "{\"entity\":");
	api_entity_open(lists, ref, out);
	buffer_printf(out, "},\"adjacent\":{");
	for (size_t i = 0; i < all->count; i++) {
		if (i)
			buffer_add_char(out, ',');
		json_add_string(out, all->list[i].property);
		buffer_add_char(out, ':');
		add_page(lists, &all->list[i], page, out);
	}
	buffer_printf(out, "}}");
}

static void answer_one(const struct lists_snapshot *lists, entity_ref ref, const struct adjacencies *all,
		       struct text property, struct page_of page, struct http_response *response)
{
	const struct ftm_schema *schema = lists->entries[ref].schema;
	const struct ftm_property *known = schema ? ftm_property(schema, property) : NULL;
	const struct adjacency *found = NULL;

	for (size_t i = 0; i < all->count; i++)
		if (text_equal(all->list[i].property, property))
			found = &all->list[i];
	if (found == NULL && (known == NULL || known->range.len == 0)) {
		api_detail(response, 404, "No such property!");
		return;
	}
	api_json(response, 200);
	add_page(lists, found, page, &response->body);
}

/* As the request has it; without that they stand by property and id. */
static enum status adjacencies_order(const struct lists_snapshot *lists, const struct ordering *ordering, struct arena *arena,
				     struct adjacencies *all)
{
	struct finding f = {.lists = lists, .arena = arena};
	enum status st = ST_OK;

	arena_init(&f.scratch, SCRATCH_MAX);
	for (size_t i = 0; i < all->count && st == ST_OK && ordering->count; i++) {
		struct adjacency *a = &all->list[i];
		struct hits hits = {ARENA_NEW(arena, struct hit, a->count), a->count};

		if (hits.list == NULL)
			st = arena_failure(arena, NULL);
		for (size_t k = 0; k < a->count && st == ST_OK; k++)
			hits.list[k] = (struct hit){a->refs[k], 0};
		if (st == ST_OK)
			st = ordering_apply(ordering, &f, &hits, NULL);
		for (size_t k = 0; k < a->count && st == ST_OK; k++)
			a->refs[k] = hits.list[k].ref;
	}
	arena_release(&f.scratch);
	return st;
}

void api_adjacent(void *context, const struct http_request *request, struct http_response *response)
{
	struct lists_snapshot *lists = api_hold(context, response);
	struct adjacencies *all = ARENA_NEW(request->arena, struct adjacencies, 1);
	struct page_of page = {.arena = request->arena};
	struct ordering ordering;
	struct api_faults faults;
	entity_ref ref;

	if (lists == NULL)
		return;
	faults_init(&faults);
	page.limit = param_count(request, "limit", (struct api_range){10, 0, 500, false}, &faults);
	page.offset = param_count(request, "offset", (struct api_range){0, 0, 9499, false}, &faults);
	if (!faults_answer(&faults, response) && ordering_read(request, &ordering, response)) {
		page.root = ref = api_entity_find(lists, request, response);
		if (ref != ENTITY_NONE && (all == NULL || adjacencies_find(lists, ref, request->arena, all) != ST_OK ||
					   adjacencies_order(lists, &ordering, request->arena, all) != ST_OK))
			api_detail(response, 500, "Too many neighbours.");
		else if (ref != ENTITY_NONE && request->capture_count > 1)
			answer_one(lists, ref, all, request->captures[1], page, response);
		else if (ref != ENTITY_NONE)
			answer_all(lists, ref, all, page, response);
	}
	snapshot_release(lists);
}
