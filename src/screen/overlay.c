#include "screen/overlay.h"

#include <stdlib.h>

#include "screen/index.h"

struct overlay {
	const struct index *base, *changed;
	uint32_t base_count;
	uint64_t hidden[]; /* a bit an entity of the base */
};

static void hide(struct overlay *o, struct text id)
{
	entity_ref ref = index_find(o->base, id);

	if (ref != ENTITY_NONE)
		o->hidden[ref / 64] |= (uint64_t)1 << ref % 64;
}

static bool is_hidden(const struct overlay *o, entity_ref ref)
{
	return o->hidden[ref / 64] >> ref % 64 & 1;
}

enum status overlay_new(const struct index *base, const struct index *changed, const struct text *removed,
			size_t removed_count, struct overlay **ret_overlay, struct error *ret_error)
{
	uint32_t count = index_entity_count(base);
	struct overlay *o = calloc(1, sizeof *o + (count / 64 + 1) * sizeof o->hidden[0]);

	if (o == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	o->base = base;
	o->changed = changed;
	o->base_count = count;
	for (uint32_t i = 0; i < index_entity_count(changed); i++)
		hide(o, index_entity_id(changed, i));
	for (size_t i = 0; i < removed_count; i++)
		hide(o, removed[i]);
	*ret_overlay = o;
	return ST_OK;
}

void overlay_free(struct overlay *overlay)
{
	free(overlay);
}

struct text overlay_entity_json(const struct overlay *o, entity_ref ref)
{
	return ref < o->base_count ? index_entity_json(o->base, ref) : index_entity_json(o->changed, ref - o->base_count);
}

struct text overlay_entity_id(const struct overlay *o, entity_ref ref)
{
	return ref < o->base_count ? index_entity_id(o->base, ref) : index_entity_id(o->changed, ref - o->base_count);
}

entity_ref overlay_find(const struct overlay *o, struct text id)
{
	entity_ref ref = index_find(o->changed, id);

	if (ref != ENTITY_NONE)
		return ref + o->base_count;
	ref = index_find(o->base, id);
	return ref != ENTITY_NONE && !is_hidden(o, ref) ? ref : ENTITY_NONE;
}

/* ---- asking ---- */

struct kept {
	const struct overlay *overlay;
	const struct screen_options *options;
};

static bool keep_base(void *context, entity_ref ref)
{
	const struct kept *k = context;

	return !is_hidden(k->overlay, ref) && (k->options->keep == NULL || k->options->keep(k->options->keep_context, ref));
}

static bool keep_changed(void *context, entity_ref ref)
{
	const struct kept *k = context;

	return k->options->keep == NULL || k->options->keep(k->options->keep_context, ref + k->overlay->base_count);
}

/* Both answers in one order, the best first, no more than the limit. */
static enum status join(const struct overlay *o, const struct screen_answer *base, const struct screen_answer *changed,
			uint32_t limit, struct arena *arena, struct screen_answer *ret)
{
	size_t most = base->count + changed->count, b = 0, c = 0, count = 0;
	struct screen_result *results = ARENA_NEW(arena, struct screen_result, most);

	if (results == NULL)
		return arena_failure(arena, NULL);
	while (count < limit && (b < base->count || c < changed->count)) {
		bool of_base = c == changed->count;

		if (b < base->count && c < changed->count)
			of_base = screen_ranks_before(&base->results[b], index_entity_id(o->base, base->results[b].ref),
						      &changed->results[c],
						      index_entity_id(o->changed, changed->results[c].ref));
		results[count] = of_base ? base->results[b++] : changed->results[c++];
		results[count++].ref += of_base ? 0 : o->base_count;
	}
	*ret = (struct screen_answer){results, count, base->matches + changed->matches,
				      base->candidates + changed->candidates, base->bounded || changed->bounded};
	return ST_OK;
}

enum status overlay_run(const struct overlay *o, const struct entity *query, const struct screen_options *options,
			struct arena *arena, struct screen_answer *ret_answer, struct error *ret_error)
{
	struct kept kept = {o, options};
	struct screen_options asked = *options;
	struct screen_answer base, changed;

	if (asked.alert_mbit == 0)
		asked.alert_mbit = alert_evidence_mbit(o->base->name_count + o->changed->name_count);
	asked.keep_context = &kept;
	asked.keep = keep_base;
	TRY(screen_run(o->base, query, &asked, arena, &base, ret_error));
	asked.keep = keep_changed;
	TRY(screen_run(o->changed, query, &asked, arena, &changed, ret_error));
	return join(o, &base, &changed, options->limit, arena, ret_answer) == ST_OK ? ST_OK
										       : arena_failure(arena, ret_error);
}
