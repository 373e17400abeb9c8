/* GET /search/{dataset}: by a text, with filters and counts. */
#include "api/search.h"

#include "api/order.h"
#include "api/resources.h"

#define SCRATCH_MAX ((size_t)64 << 20)
#define ENGINE_LIMIT 100u
#define FILTERS_MAX 100u

struct search {
	const struct http_request *request;
	struct http_response *response;
	struct finding finding;
	struct api_filter filter;
	struct query_options options;
	uint32_t limit, offset;
	size_t facets[FACETS * 2];
	size_t facet_count;
	bool every; /* all conditions on one field, not one of them */
	bool has_target, target;
	unsigned filters;
};

/* ---- conditions ---- */

/* Gives false after answering. */
static bool filter_counted(struct search *s)
{
	if (++s->filters <= FILTERS_MAX)
		return true;
	api_detail(s->response, 400, "More than %u filters", FILTERS_MAX);
	return false;
}

static enum status condition_add(struct search *s, struct clause ***end, const char *parameter, struct text field)
{
	struct clause *of = NULL, **last;
	struct text value;

	if (http_query(s->request, parameter).data == NULL)
		return ST_OK;
	TRY(clause_new(s->request->arena, s->every ? CLAUSE_AND : CLAUSE_OR, TEXT(""), TEXT(""), &of));
	last = &of->first;
	for (size_t n = 0; (value = http_query_nth(s->request, parameter, n)).data; n++) {
		if (!filter_counted(s))
			return ST_DENIED;
		TRY(clause_new(s->request->arena, CLAUSE_EXACT, field, value, last));
		last = &(*last)->next;
	}
	**end = of;
	*end = &of->next;
	return ST_OK;
}

/* Filters of one field stand together; those of different fields must all hold. Gives false after answering. */
static bool filters_add(struct search *s, struct clause **end)
{
	struct clause *first = NULL, *of;
	struct text filter;

	for (size_t n = 0; (filter = http_query_nth(s->request, "filter", n)).data; n++) {
		size_t colon = text_find(filter, ':', 0);
		struct text field = {filter.data, colon}, value;
		struct clause **last, *exact;

		if (!filter_counted(s))
			return false;
		if (colon == filter.len) {
			api_detail(s->response, 400, "Invalid filter: '%.*s'", (int)(filter.len < 200 ? filter.len : 200),
				   filter.data);
			return false;
		}
		value = (struct text){filter.data + colon + 1, filter.len - colon - 1};
		for (of = first; of && !text_equal(of->text, field); of = of->next)
			;
		if (clause_new(s->request->arena, CLAUSE_EXACT, field, value, &exact) != ST_OK)
			return false;
		if (of == NULL) {
			if (clause_new(s->request->arena, s->every ? CLAUSE_AND : CLAUSE_OR, TEXT(""), field, &of) != ST_OK)
				return false;
			if (first == NULL)
				first = of;
			*end = of;
			end = &of->next;
		}
		for (last = &of->first; *last; last = &(*last)->next)
			;
		*last = exact;
	}
	return true;
}

static enum status conditions_read(struct search *s, struct clause *text, struct clause **ret)
{
	struct clause *all, **end;

	TRY(clause_new(s->request->arena, CLAUSE_AND, TEXT(""), TEXT(""), &all));
	all->first = text;
	end = &text->next;
	TRY(condition_add(s, &end, "countries", TEXT("countries")));
	TRY(condition_add(s, &end, "topics", TEXT("topics")));
	TRY(condition_add(s, &end, "datasets", TEXT("datasets")));
	if (s->has_target) {
		TRY(clause_new(s->request->arena, CLAUSE_EXACT, TEXT("target"), s->target ? TEXT("true") : TEXT("false"), end));
		end = &(*end)->next;
	}
	if (!filters_add(s, end))
		return ST_DENIED;
	*ret = all;
	return ST_OK;
}

/* ---- finding ---- */

/* Larger entities first among equals, as the field has it: the root of half the values. */
static uint32_t size_weight(uint32_t size)
{
	uint64_t wanted = (uint64_t)size * 500000, low = 0, high = 1u << 24;

	while (low < high) {
		uint64_t middle = (low + high + 1) / 2;

		if (middle * middle <= wanted)
			low = middle;
		else
			high = middle - 1;
	}
	return (uint32_t)low;
}

/* With fuzzy=true the engine looks for the text as a name too, in every script and spelling; it goes in front. */
static enum status add_engine(struct search *s, struct text q, const struct clause *conditions, struct hits *hits)
{
	struct screen_options options = {.limit = ENGINE_LIMIT, .threshold_ppm = 700000, .cutoff_ppm = 700000};
	struct screen_answer answer;
	struct clause *bare = NULL;
	struct entity query;
	struct hits found, kept;

	TRY(entity_begin(&query, s->request->arena, TEXT("search"), "LegalEntity", TEXT("")));
	if (entity_add(&query, "name", q) != ST_OK ||
	    screen_run(s->finding.lists->index, &query, &options, s->request->arena, &answer, NULL) != ST_OK)
		return ST_OK;
	TRY(clause_new(s->request->arena, CLAUSE_AND, TEXT(""), TEXT(""), &bare));
	bare->first = conditions->first->next;
	TRY(text_query_find(&s->finding, bare, &kept, NULL));
	found.list = ARENA_NEW(s->request->arena, struct hit, kept.count + hits->count + 1);
	found.count = 0;
	if (found.list == NULL)
		return arena_failure(s->request->arena, NULL);
	for (size_t i = 0, k = 0; i < kept.count; i++) {
		struct hit hit = {kept.list[i].ref, 0};
		bool wanted;

		while (k < hits->count && hits->list[k].ref < hit.ref)
			k++;
		wanted = k < hits->count && hits->list[k].ref == hit.ref;
		if (wanted)
			hit.weight = hits->list[k].weight;
		for (size_t r = 0; r < answer.count; r++)
			if (answer.results[r].ref == hit.ref) {
				hit.weight += answer.results[r].score_ppm / 10;
				wanted = true;
			}
		if (wanted)
			found.list[found.count++] = hit;
	}
	*hits = found;
	return ST_OK;
}

static enum status search_find(struct search *s, struct hits *ret, struct error *ret_error)
{
	struct text q = http_query(s->request, "q");
	struct clause *text, *all;
	size_t kept = 0;

	TRY(text_query_read(q, &s->options, s->request->arena, &text, ret_error));
	TRY(conditions_read(s, text, &all));
	TRY(text_query_find(&s->finding, all, ret, ret_error));
	if (s->options.fuzzy && text_trim(q).len)
		TRY(add_engine(s, q, all, ret));
	for (size_t i = 0; i < ret->count; i++)
		if (filter_keep(&s->filter, ret->list[i].ref))
			ret->list[kept++] = ret->list[i];
	ret->count = kept;
	return ST_OK;
}

static enum status search_write(struct search *s, const struct hits *hits)
{
	struct buffer *out = &s->response->body;

	api_json(s->response, 200);
	buffer_printf(out, "{\"results\":[");
	for (size_t i = s->offset; i < hits->count && i - s->offset < s->limit; i++) {
		if (i > s->offset)
			buffer_add_char(out, ',');
		api_entity_open(s->finding.lists, hits->list[i].ref, out);
		buffer_add_char(out, '}');
	}
	buffer_printf(out, "],\"facets\":{");
	for (size_t i = 0; i < s->facet_count; i++) {
		if (i)
			buffer_add_char(out, ',');
		TRY(search_add_facet(s->finding.lists, hits, (enum search_facet)s->facets[i], s->request->arena, out));
	}
	buffer_printf(out, "},\"total\":{\"value\":%zu,\"relation\":\"eq\"},\"limit\":%u,\"offset\":%u}", hits->count, s->limit,
		      s->offset);
	return ST_OK;
}

static void search_answer(struct search *s)
{
	struct ordering ordering;
	struct error error = {.code = ST_OK};
	struct hits hits = {NULL, 0};
	enum status st;

	if (!ordering_read(s->request, &ordering, s->response))
		return;
	st = search_find(s, &hits, &error);
	for (size_t i = 0; st == ST_OK && i < hits.count; i++)
		hits.list[i].weight += size_weight(s->finding.lists->entries[hits.list[i].ref].size);
	if (st == ST_OK)
		st = ordering_apply(&ordering, &s->finding, &hits, &error);
	if (st == ST_OK)
		st = search_write(s, &hits);
	if ((st == ST_MALFORMED || st == ST_LIMIT) && error.code != ST_OK)
		api_detail(s->response, 400, "%s", error.message);
	else if (st == ST_LIMIT)
		api_detail(s->response, 400, "The query asks for too much at once.");
	else if (st != ST_OK && st != ST_DENIED) /* denied: answered already */
		api_detail(s->response, 500, "Memory is short.");
}

/* ---- parameters ---- */

static void facets_read(struct search *s, struct api_faults *faults)
{
	static const size_t presets[] = {FACET_COUNTRIES, FACET_TOPICS, FACET_DATASETS};

	if (http_query(s->request, "facets").data == NULL) {
		memcpy(s->facets, presets, sizeof presets);
		s->facet_count = sizeof presets / sizeof presets[0];
	}
	for (size_t n = 0; http_query_nth(s->request, "facets", n).data && n < FACETS * 2; n++) {
		size_t facet = param_word(s->request, "facets", n, search_facet_words, FACETS, faults), i = 0;

		while (i < s->facet_count && s->facets[i] != facet)
			i++;
		if (facet < FACETS && i == s->facet_count)
			s->facets[s->facet_count++] = facet;
	}
}

static void search_read(struct search *s, struct api_faults *faults)
{
	static const char *const operators[] = {"AND", "OR", NULL};

	s->limit = param_count(s->request, "limit", (struct api_range){10, 0, 500, true}, faults);
	s->offset = param_count(s->request, "offset", (struct api_range){0, 0, 9499, true}, faults);
	s->options.fuzzy = param_flag(s->request, "fuzzy", false, faults);
	s->options.simple = param_flag(s->request, "simple", false, faults);
	s->has_target = http_query(s->request, "target").data != NULL;
	s->target = param_flag(s->request, "target", false, faults);
	s->every = param_word(s->request, "filter_op", 0, operators, 1, faults) == 0;
	facets_read(s, faults);
	s->filter.topics = NULL; /* a condition like others here */
	s->filter.id_count = 0;
	s->filter.compatible = true;
}

void api_search(void *context, const struct http_request *request, struct http_response *response)
{
	struct lists_snapshot *lists = api_hold(context, response);
	struct search s = {.request = request, .response = response, .finding = {.lists = lists, .arena = request->arena}};
	struct text schema = http_query(request, "schema");
	struct api_faults faults;

	if (lists == NULL)
		return;
	faults_init(&faults);
	arena_init(&s.finding.scratch, SCRATCH_MAX);
	if (filter_read(request, lists, request->captures[0], &s.filter, response, &faults)) {
		search_read(&s, &faults);
		s.filter.schema = ftm_schema(schema.data ? schema : TEXT("Thing"));
		if (!faults_answer(&faults, response)) {
			if (s.filter.schema == NULL)
				api_detail(response, 400, "Invalid schema");
			else
				search_answer(&s);
		}
	}
	arena_release(&s.finding.scratch);
	snapshot_release(lists);
}
