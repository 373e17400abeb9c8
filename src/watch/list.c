#include <sodium.h>
#include <stdlib.h>

#include "model/id.h"
#include "watch/inside.h"

#define IMAGE_MAX ((size_t)4 << 30)
#define SCRATCH_MAX ((size_t)64 << 20)

int watch_record_compare(const void *a, const void *b)
{
	return memcmp(((const struct watch_record *)a)->subject, ((const struct watch_record *)b)->subject, EDITION_ID_SIZE);
}

const struct watch_record *watch_record_find(const struct watch_part *part, const uint8_t subject[EDITION_ID_SIZE])
{
	struct watch_record key = {.index = 0};

	memcpy(key.subject, subject, EDITION_ID_SIZE);
	return part->count ? bsearch(&key, part->records, part->count, sizeof key, watch_record_compare) : NULL;
}

struct edition_record watch_record_open(const struct watch_part *part, const struct watch_record *record)
{
	struct edition_record out = {.kind = record->kind, .put = true, .index = record->index,
				     .payload = {buffer_text(&part->payloads).data + record->at, record->len}};

	memcpy(out.subject, record->subject, EDITION_ID_SIZE);
	return out;
}

static int by_subject(const void *a, const void *b)
{
	return memcmp(a, b, EDITION_ID_SIZE);
}

bool watch_removed(const struct watch_list *list, const uint8_t subject[EDITION_ID_SIZE])
{
	return list->removed_count && bsearch(subject, list->removed, list->removed_count, EDITION_ID_SIZE, by_subject);
}

const struct watch_record *watch_find(const struct watch_list *list, const uint8_t subject[EDITION_ID_SIZE],
				      const struct watch_part **ret_part)
{
	const struct watch_record *record = watch_record_find(&list->changed, subject);

	*ret_part = &list->changed;
	if (record || watch_removed(list, subject))
		return record;
	if (list->settled) {
		*ret_part = &list->settled->part;
		record = watch_record_find(*ret_part, subject);
		if (record)
			return record;
	}
	*ret_part = &list->base->part;
	return watch_record_find(*ret_part, subject);
}

/* ---- life ---- */

void watch_part_release(struct watch_part *part)
{
	index_close(part->index);
	buffer_release(&part->image);
	buffer_release(&part->payloads);
	free(part->records);
	free(part->cleared);
	*part = (struct watch_part){.records = NULL};
}

void watch_base_release(struct watch_base *base)
{
	if (base == NULL || atomic_fetch_sub(&base->holders, 1) != 1)
		return;
	watch_part_release(&base->part);
	free(base);
}

void watch_release(struct watch_list *list)
{
	if (list == NULL || atomic_fetch_sub(&list->holders, 1) != 1)
		return;
	overlay_free(list->overlay);
	watch_part_release(&list->changed);
	watch_base_release(list->base);
	watch_base_release(list->settled);
	free(list->removed);
	free(list);
}

uint64_t watch_number(const struct watch_list *list)
{
	return list->number;
}

size_t watch_listings(const struct watch_list *list)
{
	return list->listings;
}

size_t watch_clearances(const struct watch_list *list)
{
	return list->clearances;
}

/* ---- making ---- */

enum status watch_part_build(const struct watch_options *options, struct watch_part *part, struct error *ret_error)
{
	struct index_limits limits = {.image_max = options->memory_max ? options->memory_max : IMAGE_MAX,
				      .threads = options->threads ? options->threads : 2};
	struct index_builder *builder = NULL;
	struct listing listing;
	struct arena scratch;
	enum status st;

	arena_init(&scratch, SCRATCH_MAX);
	TRY_OUT(index_builder_new(&limits, &builder, ret_error));
	for (size_t i = 0; i < part->count; i++) {
		struct edition_record record = watch_record_open(part, &part->records[i]);

		if (record.kind != EDITION_LISTING)
			continue;
		arena_clear(&scratch);
		TRY_OUT(listing_read(&record, &scratch, &listing, ret_error));
		TRY_OUT(index_builder_add(builder, &listing.person, ret_error));
	}
	buffer_init(&part->image, limits.image_max);
	TRY_OUT(index_builder_finish(builder, &part->image, ret_error));
	TRY_OUT(index_open(buffer_bytes(&part->image), &part->index, ret_error));
	st = watch_part_cleared(part, ret_error);
out:
	index_builder_free(builder);
	arena_release(&scratch);
	return st;
}

static int by_entry(const void *a, const void *b)
{
	return memcmp(((const struct watch_cleared *)a)->entry, ((const struct watch_cleared *)b)->entry, EDITION_ID_SIZE);
}

enum status watch_part_cleared(struct watch_part *part, struct error *ret_error)
{
	size_t count = 0;
	struct arena scratch;
	enum status st = ST_OK;

	for (size_t i = 0; i < part->count; i++)
		count += part->records[i].kind == EDITION_CLEARANCE;
	part->cleared = calloc(count + 1, sizeof *part->cleared);
	if (part->cleared == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	arena_init(&scratch, SCRATCH_MAX);
	for (size_t i = 0; st == ST_OK && i < part->count; i++) {
		struct watch_cleared *cleared = &part->cleared[part->cleared_count];
		struct edition_record record = watch_record_open(part, &part->records[i]);
		struct clearance clearance;

		if (record.kind != EDITION_CLEARANCE)
			continue;
		arena_clear(&scratch);
		st = clearance_read(&record, &scratch, &clearance, ret_error);
		if (st == ST_OK && (!id_valid(clearance.entry) || sodium_hex2bin(cleared->entry, sizeof cleared->entry, clearance.entry.data,
										 clearance.entry.len, NULL, NULL, NULL) != 0))
			st = error_set(ret_error, ST_MALFORMED, "a clearance is of no listing");
		cleared->record = &part->records[i];
		part->cleared_count++;
	}
	arena_release(&scratch);
	qsort(part->cleared, part->cleared_count, sizeof *part->cleared, by_entry);
	return st;
}

static enum status overlay_make(struct watch_list *list, struct error *ret_error)
{
	const struct index *layers[OVERLAY_LAYERS_MAX] = {list->base->part.index};
	size_t count = 1;
	struct text *removed = calloc(list->removed_count + 1, sizeof *removed);
	char *ids = malloc(list->removed_count * ID_SIZE + 1);
	enum status st;

	if (removed == NULL || ids == NULL) {
		free(removed);
		free(ids);
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	}
	for (size_t i = 0; i < list->removed_count; i++) {
		sodium_bin2hex(ids + i * ID_SIZE, ID_SIZE, list->removed[i], EDITION_ID_SIZE);
		removed[i] = (struct text){ids + i * ID_SIZE, ID_SIZE - 1};
	}
	if (list->settled)
		layers[count++] = list->settled->part.index;
	layers[count++] = list->changed.index;
	st = overlay_new(layers, count, removed, list->removed_count, &list->overlay, ret_error);
	free(removed);
	free(ids);
	return st;
}

enum status watch_list_finish(const struct watch_options *options, struct watch_list *list, struct error *ret_error)
{
	enum status st = watch_part_build(options, &list->changed, ret_error);

	if (st == ST_OK)
		st = overlay_make(list, ret_error);
	if (st != ST_OK)
		watch_release(list);
	return st;
}
