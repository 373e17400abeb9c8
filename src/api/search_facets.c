#include <stdlib.h>

#include "api/search.h"
#include "api/topics.h"
#include "ident/country.h"
#include "model/entity_json.h"

#define VALUES_MAX 1000u

const char *const search_facet_words[FACETS + 1] = {"datasets", "schema", "countries", "identifiers", "topics", "genders",
						    NULL};
static const char *const labels[FACETS] = {"Data sources", "Entity types", "Countries", "Identifiers", "Topics", "Genders"};

struct counted {
	struct text name;
	uint32_t count;
};

static int by_count(const void *a, const void *b)
{
	const struct counted *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return text_compare(x->name, y->name);
}

static enum lists_group group_of(enum search_facet facet)
{
	return facet == FACET_COUNTRIES ? LISTS_COUNTRIES :
	       facet == FACET_TOPICS ? LISTS_TOPICS : facet == FACET_GENDERS ? LISTS_GENDERS : LISTS_IDENTIFIERS;
}

/* How many different values there could be. */
static size_t value_room(const struct lists_snapshot *lists, enum search_facet facet)
{
	return facet == FACET_DATASETS ? lists->dataset_count :
	       facet == FACET_SCHEMA ? ftm_schema_count() : lists->value_count;
}

static void count_one(const struct lists_snapshot *lists, const struct lists_entry *e, enum search_facet facet,
		      struct counted *all)
{
	if (facet == FACET_SCHEMA && e->schema)
		all[e->schema - ftm_schema_at(0)].count++;
	for (uint32_t i = 0; facet == FACET_DATASETS && i < e->dataset_count; i++)
		all[e->datasets[i]].count++;
	for (uint32_t i = 0; facet != FACET_SCHEMA && facet != FACET_DATASETS && i < e->value_count; i++)
		all[e->values[i]].count += lists->values[e->values[i]].group == group_of(facet);
}

static struct text name_of(const struct lists_snapshot *lists, enum search_facet facet, size_t i)
{
	return facet == FACET_DATASETS ? lists->datasets[i].name :
	       facet == FACET_SCHEMA ? ftm_schema_at(i)->name : lists->values[i].text;
}

static struct text label_of(const struct lists_snapshot *lists, enum search_facet facet, struct text name)
{
	struct text label = TEXT("");

	if (facet == FACET_COUNTRIES)
		label = country_name(name, TEXT("en"));
	else if (facet == FACET_TOPICS)
		label = topic_label(name);
	else if (facet == FACET_SCHEMA)
		label = ftm_schema(name)->plural;
	else if (facet == FACET_DATASETS)
		label = lists->datasets[snapshot_dataset(lists, name)].title;
	return label.len ? label : name;
}

enum status search_add_facet(const struct lists_snapshot *lists, const struct hits *hits, enum search_facet facet,
			     struct arena *arena, struct buffer *out)
{
	size_t room = value_room(lists, facet), count = 0;
	struct counted *all = ARENA_NEW(arena, struct counted, room ? room : 1);

	if (all == NULL)
		return arena_failure(arena, NULL);
	for (size_t i = 0; i < hits->count; i++)
		count_one(lists, &lists->entries[hits->list[i].ref], facet, all);
	for (size_t i = 0; i < room; i++)
		if (all[i].count)
			all[count++] = (struct counted){name_of(lists, facet, i), all[i].count};
	qsort(all, count, sizeof *all, by_count);
	/* Without values a facet goes by its own name, as in the field. */
	buffer_printf(out, "\"%s\":{\"label\":\"%s\",\"values\":[", search_facet_words[facet],
		      count ? labels[facet] : search_facet_words[facet]);
	for (size_t i = 0; i < count && i < VALUES_MAX; i++) {
		buffer_printf(out, "%s{\"name\":", i ? "," : "");
		json_add_string(out, all[i].name);
		buffer_printf(out, ",\"label\":");
		json_add_string(out, label_of(lists, facet, all[i].name));
		buffer_printf(out, ",\"count\":%u}", all[i].count);
	}
	buffer_printf(out, "]}");
	return ST_OK;
}
