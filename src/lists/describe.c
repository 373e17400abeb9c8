#include "lists/describe.h"

#include <stdlib.h>
#include <xxhash.h>

#include "lists/load.h"

#define ENTITY_ARENA_MAX ((size_t)256 << 20)
#define ENTITY_VALUES 256u /* counted of one entity at most */

struct describing {
	struct lists_snapshot *s;
	struct words_builder *words;
	uint32_t *table; /* value + 1 by hash; a power of two */
	uint32_t table_size, value_room;
	size_t reference_room;
};

/* ---- values, each once ---- */

static uint32_t value_hash(struct text text, enum lists_group group)
{
	return (uint32_t)XXH3_64bits_withSeed(text.data, text.len, group);
}

static enum status values_grow(struct describing *d)
{
	uint32_t size = d->table_size ? d->table_size * 2 : 1u << 12;
	uint32_t *table = size ? calloc(size, sizeof *table) : NULL;
	struct lists_value *values = table ? reallocarray(d->s->values, size / 2, sizeof *values) : NULL;

	if (values == NULL) {
		free(table);
		return size ? ST_NO_MEMORY : ST_LIMIT;
	}
	d->s->values = values;
	d->value_room = size / 2;
	for (uint32_t i = 0; i < d->s->value_count; i++) {
		uint32_t at = value_hash(values[i].text, values[i].group) & (size - 1);

		while (table[at])
			at = (at + 1) & (size - 1);
		table[at] = i + 1;
	}
	free(d->table);
	d->table = table;
	d->table_size = size;
	return ST_OK;
}

static enum status value_number(struct describing *d, struct text text, enum lists_group group, uint32_t *ret_value)
{
	struct lists_snapshot *s = d->s;
	uint32_t at;

	if (s->value_count == d->value_room)
		TRY(values_grow(d));
	for (at = value_hash(text, group) & (d->table_size - 1); d->table[at]; at = (at + 1) & (d->table_size - 1))
		if (s->values[d->table[at] - 1].group == group && text_equal(s->values[d->table[at] - 1].text, text)) {
			*ret_value = d->table[at] - 1;
			return ST_OK;
		}
	s->values[s->value_count].group = group;
	TRY(arena_text(&s->arena, text, &s->values[s->value_count].text));
	*ret_value = s->value_count++;
	d->table[at] = s->value_count;
	return ST_OK;
}

/* What of the model's types is counted; false for the others. */
static bool group_of(struct text type, enum lists_group *ret_group)
{
	static const char *const types[] = {"country", "topic", "gender", "identifier"};

	for (unsigned i = 0; i < LISTS_GROUPS; i++)
		if (text_equal(type, text_of(types[i]))) {
			*ret_group = (enum lists_group)i;
			return true;
		}
	return false;
}

static enum status entry_values(struct describing *d, const struct entity *e, struct lists_entry *entry)
{
	uint32_t found[ENTITY_VALUES], count = 0, *copy;

	for (size_t p = 0; entry->schema && p < e->property_count; p++) {
		const struct ftm_property *property = ftm_property(entry->schema, e->properties[p].name);
		enum lists_group group;

		if (property == NULL || !group_of(property->type, &group))
			continue;
		for (size_t i = 0; i < e->properties[p].count && count < ENTITY_VALUES; i++) {
			uint32_t value, k = 0;

			TRY(value_number(d, e->properties[p].values[i], group, &value));
			while (k < count && found[k] != value)
				k++;
			if (k == count)
				found[count++] = value;
		}
	}
	copy = ARENA_NEW(&d->s->arena, uint32_t, count);
	if (copy == NULL)
		return arena_failure(&d->s->arena, NULL);
	if (count)
		memcpy(copy, found, count * sizeof *copy);
	entry->values = copy;
	entry->value_count = count;
	return ST_OK;
}

/* ---- words ---- */

static enum status entry_words(struct describing *d, const struct entity *e, entity_ref ref)
{
	struct lists_entry *entry = &d->s->entries[ref];

	for (size_t p = 0; p < e->property_count; p++) {
		const struct ftm_property *property =
			entry->schema ? ftm_property(entry->schema, e->properties[p].name) : NULL;
		bool in_name = property && property->matchable && text_equal(property->type, TEXT("name"));

		entry->size += (uint32_t)e->properties[p].count;
		if (property && property->range.len)
			continue;
		for (size_t i = 0; i < e->properties[p].count; i++)
			TRY(words_builder_add(d->words, ref, e->properties[p].values[i], in_name));
	}
	return ST_OK;
}

/* ---- filters and neighbours ---- */

static enum status entry_fill(struct lists_snapshot *s, const struct entity *e, struct lists_entry *entry)
{
	const struct property *topics = entity_get(e, "topics");
	uint32_t *datasets = ARENA_NEW(&s->arena, uint32_t, e->dataset_count);
	struct text *copies = ARENA_NEW(&s->arena, struct text, topics ? topics->count : 0);

	if (datasets == NULL || copies == NULL)
		return arena_failure(&s->arena, NULL);
	entry->schema = ftm_schema(e->schema);
	entry->target = e->target;
	entry->datasets = datasets;
	entry->topics = copies;
	for (size_t i = 0; i < e->dataset_count; i++) {
		struct lists_dataset *dataset = &s->datasets[snapshot_dataset(s, e->datasets[i])];

		datasets[entry->dataset_count++] = (uint32_t)(dataset - s->datasets);
		dataset->entity_count++;
		dataset->thing_count += entry->schema && ftm_is_a(entry->schema, TEXT("Thing"));
	}
	for (size_t i = 0; topics && i < topics->count; i++)
		TRY(arena_text(&s->arena, topics->values[i], &copies[entry->topic_count++]));
	return arena_text(&s->arena, e->last_change, &entry->last_change);
}

static enum status references_add(struct describing *d, entity_ref source, const struct entity *e)
{
	struct lists_snapshot *s = d->s;
	size_t *room = &d->reference_room;
	const struct ftm_schema *schema = ftm_schema(e->schema);

	for (size_t p = 0; schema && p < e->property_count; p++) {
		const struct ftm_property *property = ftm_property(schema, e->properties[p].name);

		if (property == NULL || property->range.len == 0)
			continue;
		for (size_t i = 0; i < e->properties[p].count; i++) {
			entity_ref target = index_find(s->index, e->properties[p].values[i]);

			if (target == ENTITY_NONE)
				continue;
			if (s->reference_count == *room) {
				size_t wanted = *room ? *room * 2 : 1024;
				struct lists_reference *grown = reallocarray(s->references, wanted, sizeof *grown);

				if (grown == NULL)
					return ST_NO_MEMORY;
				s->references = grown;
				*room = wanted;
			}
			s->references[s->reference_count++] = (struct lists_reference){target, source, property};
		}
	}
	return ST_OK;
}

static int reference_order(const void *a, const void *b)
{
	const struct lists_reference *x = a, *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	if (x->property != y->property)
		return x->property < y->property ? -1 : 1;
	return x->source < y->source ? -1 : x->source > y->source;
}

static enum status describe_one(struct describing *d, entity_ref ref, struct arena *arena, unsigned pass,
				struct error *ret_error)
{
	struct lists_dataset *dataset;
	struct entity e;

	arena_clear(arena);
	TRY(entity_read(index_entity_json(d->s->index, ref), arena, &e, ret_error));
	for (size_t i = 0; pass == 0 && i < e.dataset_count; i++)
		TRY(snapshot_dataset_add(d->s, e.datasets[i], &dataset));
	if (pass == 0)
		return ST_OK;
	TRY(entry_fill(d->s, &e, &d->s->entries[ref]));
	TRY(entry_values(d, &e, &d->s->entries[ref]));
	TRY(entry_words(d, &e, ref));
	return references_add(d, ref, &e);
}

/* Twice over the entities: the catalogue must be whole before entries can number it. */
static enum status describe_all(struct describing *d, struct arena *arena, struct error *ret_error)
{
	uint32_t count = index_entity_count(d->s->index);

	d->s->entries = ARENA_NEW(&d->s->arena, struct lists_entry, count ? count : 1);
	if (d->s->entries == NULL)
		return arena_failure(&d->s->arena, ret_error);
	TRY(words_builder_new(&d->words));
	for (unsigned pass = 0; pass < 2; pass++)
		for (entity_ref ref = 0; ref < count; ref++)
			TRY(describe_one(d, ref, arena, pass, ret_error));
	return words_builder_finish(d->words, &d->s->words);
}

enum status lists_describe(struct lists_snapshot *s, struct error *ret_error)
{
	struct describing d = {.s = s};
	struct error error = {.code = ST_OK};
	struct arena arena;
	enum status st;

	arena_init(&arena, ENTITY_ARENA_MAX);
	st = describe_all(&d, &arena, &error);
	if (st != ST_OK)
		error_set(ret_error, st, "%s", error.code != ST_OK ? error.message : "out of memory");
	arena_release(&arena);
	words_builder_free(d.words);
	free(d.table);
	if (st == ST_OK && s->reference_count)
		qsort(s->references, s->reference_count, sizeof *s->references, reference_order);
	return st;
}
