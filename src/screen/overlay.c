#include "screen/overlay.h"

#include <assert.h>
#include <stdlib.h>

#include "screen/index.h"

struct layer {
	const struct index *index;
	uint32_t first;   /* number of its first entity */
	uint64_t *hidden; /* a bit an entity */
};

struct overlay {
	size_t count;
	struct layer layers[OVERLAY_LAYERS_MAX];
	uint64_t hidden[];
};

/* In the first `below` layers. */
static void hide(struct overlay *o, size_t below, struct text id)
{
	for (size_t i = 0; i < below; i++) {
		entity_ref ref = index_find(o->layers[i].index, id);

		if (ref != ENTITY_NONE)
			o->layers[i].hidden[ref / 64] |= (uint64_t)1 << ref % 64;
	}
}

static bool is_hidden(const struct layer *layer, entity_ref ref)
{
	return layer->hidden[ref / 64] >> ref % 64 & 1;
}

static size_t words_of(const struct index *index)
{
	return index_entity_count(index) / 64 + 1;
}

enum status overlay_new(const struct index *const *layers, size_t layer_count, const struct text *removed, size_t removed_count,
			struct overlay **ret_overlay, struct error *ret_error)
{
	struct overlay *o;
	size_t words = 0;
	uint32_t first = 0;

	assert(layer_count >= 1 && layer_count <= OVERLAY_LAYERS_MAX);
	for (size_t i = 0; i < layer_count; i++)
		words += words_of(layers[i]);
	o = calloc(1, sizeof *o + words * sizeof o->hidden[0]);
	if (o == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	words = 0;
	for (o->count = 0; o->count < layer_count; o->count++) {
		const struct index *index = layers[o->count];

		o->layers[o->count] = (struct layer){index, first, o->hidden + words};
		words += words_of(index);
		first += index_entity_count(index);
		for (uint32_t i = 0; o->count && i < index_entity_count(index); i++)
			hide(o, o->count, index_entity_id(index, i));
	}
	for (size_t i = 0; i < removed_count; i++)
		hide(o, layer_count - 1, removed[i]);
	*ret_overlay = o;
	return ST_OK;
}

void overlay_free(struct overlay *overlay)
{
	free(overlay);
}

static const struct layer *layer_of(const struct overlay *o, entity_ref ref)
{
	size_t at = o->count - 1;

	while (ref < o->layers[at].first)
		at--;
	return &o->layers[at];
}

struct text overlay_entity_json(const struct overlay *o, entity_ref ref)
{
	const struct layer *layer = layer_of(o, ref);

	return index_entity_json(layer->index, ref - layer->first);
}

struct text overlay_entity_id(const struct overlay *o, entity_ref ref)
{
	const struct layer *layer = layer_of(o, ref);

	return index_entity_id(layer->index, ref - layer->first);
}

entity_ref overlay_find(const struct overlay *o, struct text id)
{
	for (size_t at = o->count; at-- > 0;) {
		entity_ref ref = index_find(o->layers[at].index, id);

		if (ref != ENTITY_NONE && !is_hidden(&o->layers[at], ref))
			return ref + o->layers[at].first;
	}
	return ENTITY_NONE;
}

/* ---- asking ---- */

struct kept {
	const struct layer *layer;
	const struct screen_options *options;
};

static bool keep(void *context, entity_ref ref)
{
	const struct kept *k = context;

	return !is_hidden(k->layer, ref) && (k->options->keep == NULL || k->options->keep(k->options->keep_context, ref + k->layer->first));
}

/* Two answers in one order, the best first, no more than the limit; b's numbers are its layer's own, whose first is `first`. */
static enum status join(const struct overlay *o, const struct screen_answer *a, const struct screen_answer *b, uint32_t first,
			const struct screen_options *options, struct arena *arena, struct screen_answer *ret)
{
	size_t at_a = 0, at_b = 0, count = 0;
	struct screen_result *results = ARENA_NEW(arena, struct screen_result, a->count + b->count);

	if (results == NULL)
		return arena_failure(arena, NULL);
	while (count < options->limit && (at_a < a->count || at_b < b->count)) {
		bool of_a = at_b == b->count;

		if (at_a < a->count && at_b < b->count)
			of_a = screen_ranks_before(&a->results[at_a], overlay_entity_id(o, a->results[at_a].ref), &b->results[at_b],
						   overlay_entity_id(o, b->results[at_b].ref + first));
		results[count] = of_a ? a->results[at_a++] : b->results[at_b++];
		results[count++].ref += of_a ? 0 : first;
	}
	*ret = (struct screen_answer){results, count, a->matches + b->matches, a->candidates + b->candidates, a->bounded || b->bounded};
	return ST_OK;
}

enum status overlay_run(const struct overlay *o, const struct entity *query, const struct screen_options *options,
			struct arena *arena, struct screen_answer *ret_answer, struct error *ret_error)
{
	struct screen_options asked = *options;
	struct screen_answer all, more;
	uint64_t names = 0;

	for (size_t i = 0; i < o->count; i++)
		names += o->layers[i].index->name_count;
	if (asked.alert_mbit == 0)
		asked.alert_mbit = alert_evidence_mbit(names);
	asked.keep = keep;
	for (size_t i = 0; i < o->count; i++) {
		struct kept kept = {&o->layers[i], options};

		asked.keep_context = &kept;
		TRY(screen_run(o->layers[i].index, query, &asked, arena, i ? &more : &all, ret_error));
		if (i && join(o, &all, &more, o->layers[i].first, options, arena, &all) != ST_OK)
			return arena_failure(arena, ret_error);
	}
	*ret_answer = all;
	return ST_OK;
}
