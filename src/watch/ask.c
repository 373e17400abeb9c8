#include <sodium.h>

#include "model/id.h"
#include "watch/inside.h"

#define LIMIT 16u
#define THRESHOLD_PPM 700000u

struct asking {
	const struct watch_list *list;
	int64_t now_ms;
	struct arena *arena;
};

static const struct watch_record *record_of(const struct watch_list *list, struct text id, const struct watch_part **ret_part)
{
	uint8_t subject[EDITION_ID_SIZE];

	if (!id_valid(id) || sodium_hex2bin(subject, sizeof subject, id.data, id.len, NULL, NULL, NULL) != 0)
		return NULL;
	return watch_find(list, subject, ret_part);
}

enum status watch_listing(const struct watch_list *list, struct text id, struct arena *arena, struct listing *ret,
			  struct error *ret_error)
{
	const struct watch_part *part;
	const struct watch_record *at = record_of(list, id, &part);
	struct edition_record record;

	if (at == NULL || at->kind != EDITION_LISTING)
		return error_set(ret_error, ST_NOT_FOUND, "there is no such listing");
	record = watch_record_open(part, at);
	return listing_read(&record, arena, ret, ret_error);
}

/* Whom nothing is to be done about any more need not take the place of others. */
static bool in_force(void *context, entity_ref ref)
{
	const struct asking *a = context;
	struct listing listing;

	return watch_listing(a->list, overlay_entity_id(a->list->overlay, ref), a->arena, &listing, NULL) != ST_OK ||
	       listing_in_force(&listing, a->now_ms);
}

struct clearing {
	const struct asking *asking;
	const struct entity *traveller;
	const struct listing *listing;
	uint8_t entry[EDITION_ID_SIZE]; /* the listing's */
};

/* Among the clearances of one part; those that later parts replace or remove do not count. */
static enum status cleared_in(const struct clearing *c, const struct watch_part *part, bool *ret, struct error *ret_error)
{
	const uint8_t *entry = c->entry;
	const struct watch_cleared *cleared = part->cleared;
	size_t low = 0, high = part->cleared_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(cleared[middle].entry, entry, EDITION_ID_SIZE) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; !*ret && low < part->cleared_count && memcmp(cleared[low].entry, entry, EDITION_ID_SIZE) == 0; low++) {
		struct edition_record record = watch_record_open(part, cleared[low].record);
		const struct watch_part *in_force;
		struct clearance clearance;

		if (watch_find(c->asking->list, record.subject, &in_force) != cleared[low].record)
			continue;
		TRY(clearance_read(&record, c->asking->arena, &clearance, ret_error));
		*ret = clearance_holds(&clearance, c->traveller, &c->listing->person, c->asking->now_ms);
	}
	return ST_OK;
}

static enum status cleared_find(const struct asking *a, const struct entity *traveller, const struct listing *listing, bool *ret,
				struct error *ret_error)
{
	const struct watch_part *parts[] = {&a->list->base->part, a->list->settled ? &a->list->settled->part : NULL, &a->list->changed};
	struct clearing clearing = {.asking = a, .traveller = traveller, .listing = listing};

	*ret = false;
	if (sodium_hex2bin(clearing.entry, sizeof clearing.entry, listing->id.data, listing->id.len, NULL, NULL, NULL) != 0)
		return ST_OK;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0] && !*ret; i++)
		if (parts[i])
			TRY(cleared_in(&clearing, parts[i], ret, ret_error));
	return ST_OK;
}

enum status watch_ask(const struct watch_list *list, enum verdict_point point, const struct verdict_traveller *traveller,
		      struct text host, int64_t now_ms, struct arena *arena, struct watch_answer *ret, struct error *ret_error)
{
	struct asking asking = {list, now_ms, arena};
	struct screen_options options = {.limit = LIMIT, .threshold_ppm = THRESHOLD_PPM, .cutoff_ppm = THRESHOLD_PPM, .keep = in_force,
					 .keep_context = &asking};
	struct watch_answer answer = {.number = list->number};
	struct verdict_found *found;
	struct listing *listings;
	size_t count = 0;

	TRY(overlay_run(list->overlay, traveller->person, &options, arena, &answer.found, ret_error));
	found = ARENA_NEW(arena, struct verdict_found, answer.found.count + 1);
	listings = ARENA_NEW(arena, struct listing, answer.found.count + 1);
	if (found == NULL || listings == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < answer.found.count; i++) {
		const struct screen_result *result = &answer.found.results[i];

		if (!result->alert)
			continue;
		TRY(watch_listing(list, overlay_entity_id(list->overlay, result->ref), arena, &listings[count], ret_error));
		found[count] = (struct verdict_found){.result = result, .listing = &listings[count]};
		TRY(cleared_find(&asking, traveller->person, &listings[count], &found[count].cleared, ret_error));
		count++;
	}
	answer.bounded = answer.found.bounded;
	TRY(verdict_reach(point, traveller, host, found, count, now_ms, arena, &answer.verdict, ret_error));
	*ret = answer;
	return ST_OK;
}
