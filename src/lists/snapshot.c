#include "lists/snapshot.h"

#include <stdlib.h>
#include <time.h>

#include "lists/load.h"

#define ENTITY_ARENA_MAX ((size_t)256 << 20)

void lists_time(int64_t ms, char out[LISTS_TIME_SIZE])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	out[0] = 0;
	if (gmtime_r(&seconds, &tm))
		strftime(out, LISTS_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
}

enum status snapshot_dataset_add(struct lists_snapshot *s, struct text name, struct lists_dataset **ret_dataset)
{
	size_t at = snapshot_dataset(s, name);

	if (at == s->dataset_count) {
		struct text copy;

		/* Room is taken in powers of two, so the count tells when it is full. */
		if ((s->dataset_count & (s->dataset_count - 1)) == 0) {
			struct lists_dataset *grown =
				ARENA_NEW(&s->arena, struct lists_dataset, s->dataset_count ? s->dataset_count * 2 : 1);

			if (grown == NULL)
				return arena_failure(&s->arena, NULL);
			if (s->dataset_count)
				memcpy(grown, s->datasets, s->dataset_count * sizeof *grown);
			s->datasets = grown;
		}
		TRY(arena_text(&s->arena, name, &copy));
		for (at = 0; at < s->dataset_count && text_compare(s->datasets[at].name, name) < 0; at++)
			;
		memmove(&s->datasets[at + 1], &s->datasets[at], (s->dataset_count - at) * sizeof *s->datasets);
		s->datasets[at] = (struct lists_dataset){.name = copy, .title = copy};
		s->dataset_count++;
	}
	*ret_dataset = &s->datasets[at];
	return ST_OK;
}

/* ---- what filters and neighbours need ---- */

static enum status entry_fill(struct lists_snapshot *s, const struct entity *e, struct lists_entry *entry)
{
	const struct property *topics = entity_get(e, "topics");
	uint32_t *datasets = ARENA_NEW(&s->arena, uint32_t, e->dataset_count);
	struct text *copies = ARENA_NEW(&s->arena, struct text, topics ? topics->count : 0);

	if (datasets == NULL || copies == NULL)
		return arena_failure(&s->arena, NULL);
	entry->schema = ftm_schema(e->schema);
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

static enum status references_add(struct lists_snapshot *s, entity_ref source, const struct entity *e, size_t *room)
{
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

/* Twice over the entities: the catalogue must be whole before entries can number it. */
static enum status snapshot_describe(struct lists_snapshot *s, struct error *ret_error)
{
	uint32_t count = index_entity_count(s->index);
	struct arena arena;
	size_t room = 0;
	enum status st = ST_OK;

	arena_init(&arena, ENTITY_ARENA_MAX);
	s->entries = ARENA_NEW(&s->arena, struct lists_entry, count ? count : 1);
	if (s->entries == NULL)
		st = arena_failure(&s->arena, ret_error);
	for (unsigned pass = 0; pass < 2; pass++)
		for (entity_ref ref = 0; ref < count && st == ST_OK; ref++) {
			struct entity e;
			struct lists_dataset *dataset;

			arena_clear(&arena);
			st = entity_read(index_entity_json(s->index, ref), &arena, &e, ret_error);
			for (size_t i = 0; pass == 0 && st == ST_OK && i < e.dataset_count; i++)
				st = snapshot_dataset_add(s, e.datasets[i], &dataset);
			if (pass == 1 && st == ST_OK)
				st = entry_fill(s, &e, &s->entries[ref]);
			if (pass == 1 && st == ST_OK)
				st = references_add(s, ref, &e, &room);
		}
	arena_release(&arena);
	if (st == ST_OK && s->reference_count)
		qsort(s->references, s->reference_count, sizeof *s->references, reference_order);
	return st;
}

enum status snapshot_load(const char *folder, unsigned threads, const struct lists_told *told,
			  struct lists_snapshot **ret_snapshot, struct error *ret_error)
{
	struct lists_snapshot *s = calloc(1, sizeof *s);
	struct index_builder *builder = NULL;
	struct timespec now;
	enum status st;

	if (s == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	atomic_init(&s->holders, 1);
	arena_init(&s->arena, (size_t)16 << 30);
	buffer_init(&s->image, (size_t)64 << 30);
	TRY_OUT(lists_load_folder(folder, threads, told, s, &builder, ret_error));
	TRY_OUT(index_builder_finish(builder, &s->image, ret_error));
	index_builder_free(builder);
	builder = NULL;
	TRY_OUT(index_open(buffer_bytes(&s->image), &s->index, ret_error));
	TRY_OUT(snapshot_describe(s, ret_error));
	clock_gettime(CLOCK_REALTIME, &now);
	s->loaded_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	*ret_snapshot = s;
	s = NULL;
out:
	index_builder_free(builder);
	snapshot_release(s);
	return st;
}

void snapshot_hold(struct lists_snapshot *snapshot)
{
	atomic_fetch_add(&snapshot->holders, 1);
}

void snapshot_release(struct lists_snapshot *snapshot)
{
	if (snapshot == NULL || atomic_fetch_sub(&snapshot->holders, 1) != 1)
		return;
	index_close(snapshot->index);
	buffer_release(&snapshot->image);
	free(snapshot->references);
	arena_release(&snapshot->arena);
	free(snapshot);
}

size_t snapshot_dataset(const struct lists_snapshot *snapshot, struct text name)
{
	size_t low = 0, high = snapshot->dataset_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = text_compare(snapshot->datasets[middle].name, name);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return snapshot->dataset_count;
}

const struct lists_reference *snapshot_references(const struct lists_snapshot *snapshot, entity_ref target,
						  size_t *ret_count)
{
	size_t low = 0, high = snapshot->reference_count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (snapshot->references[middle].target < target)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < snapshot->reference_count && snapshot->references[end].target == target; end++)
		;
	*ret_count = end - low;
	return snapshot->references ? snapshot->references + low : NULL;
}
