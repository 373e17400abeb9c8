#include <stdlib.h>

#include "watch/inside.h"

#define OVERLAY_MAX 2000u
#define PAYLOADS_MAX ((size_t)8 << 30)

enum status watch_new(const struct watch_options *options, struct watch **ret_watch, struct error *ret_error)
{
	struct watch *watch = calloc(1, sizeof *watch);

	if (watch == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	watch->options = options ? *options : (struct watch_options){0};
	pthread_mutex_init(&watch->lock, NULL);
	*ret_watch = watch;
	return ST_OK;
}

void watch_free(struct watch *watch)
{
	if (watch == NULL)
		return;
	watch_release(watch->current);
	pthread_mutex_destroy(&watch->lock);
	free(watch);
}

struct watch_list *watch_hold(struct watch *watch)
{
	struct watch_list *list;

	pthread_mutex_lock(&watch->lock);
	list = watch->current;
	if (list)
		atomic_fetch_add(&list->holders, 1);
	pthread_mutex_unlock(&watch->lock);
	return list;
}

void watch_put(struct watch *watch, struct watch_list *list)
{
	struct watch_list *before;

	pthread_mutex_lock(&watch->lock);
	before = watch->current;
	watch->current = list;
	pthread_mutex_unlock(&watch->lock);
	watch_release(before);
}

/* ---- what is wanted: an edition, and urgent entries that came before theirs ---- */

struct wanted {
	const struct edition *edition, *urgent; /* urgent: NULL where it says nothing newer */
	size_t at, urgent_at;
};

static struct wanted wanted_begin(const struct edition *edition, const struct edition *urgent)
{
	const struct edition_manifest *newest = edition_manifest(edition), *early = urgent ? edition_manifest(urgent) : NULL;

	return (struct wanted){.edition = edition, .urgent = early && (newest == NULL || early->number > newest->number) ? urgent : NULL};
}

/* The next by subject, NULL past the last; of both about one subject the urgent one. */
static const struct edition_record *wanted_next(struct wanted *w)
{
	const struct edition_record *a = w->at < edition_count(w->edition) ? edition_at(w->edition, w->at) : NULL;
	const struct edition_record *b = w->urgent && w->urgent_at < edition_count(w->urgent) ? edition_at(w->urgent, w->urgent_at) : NULL;
	int order = a && b ? memcmp(a->subject, b->subject, EDITION_ID_SIZE) : a ? -1 : 1;

	if (a == NULL && b == NULL)
		return NULL;
	if (order <= 0)
		w->at++;
	if (order >= 0)
		w->urgent_at++;
	return order < 0 ? a : b;
}

static enum status part_add(struct watch_part *part, size_t *room, const struct edition_record *record, struct error *ret_error)
{
	struct watch_record *grown;

	if (part->count == *room) {
		*room = *room ? *room * 2 : 256;
		grown = realloc(part->records, *room * sizeof *grown);
		if (grown == NULL)
			return error_set(ret_error, ST_NO_MEMORY, "out of memory");
		part->records = grown;
	}
	part->records[part->count] = (struct watch_record){.index = record->index, .at = part->payloads.len, .len = record->payload.len,
							   .kind = record->kind};
	memcpy(part->records[part->count].subject, record->subject, EDITION_ID_SIZE);
	part->count++;
	buffer_add_text(&part->payloads, record->payload);
	return buffer_status(&part->payloads) == ST_OK ? ST_OK : error_set(ret_error, buffer_status(&part->payloads), "the list is too large");
}

/* ---- from what is in force to what is wanted ---- */

struct taking {
	const struct watch_base *base; /* NULL: none yet */
	struct watch_list *list;
	size_t room, removed_room, at;
	uint32_t most;
	bool whole; /* too much has changed */
};

static enum status removed_add(struct taking *t, const uint8_t *subject, struct error *ret_error)
{
	if (t->list->removed_count == t->removed_room) {
		size_t room = t->removed_room ? t->removed_room * 2 : 64;
		uint8_t(*grown)[EDITION_ID_SIZE] = realloc(t->list->removed, room * sizeof *grown);

		if (grown == NULL)
			return error_set(ret_error, ST_NO_MEMORY, "out of memory");
		t->list->removed = grown;
		t->removed_room = room;
	}
	memcpy(t->list->removed[t->list->removed_count++], subject, EDITION_ID_SIZE);
	return ST_OK;
}

/* Walks through both by subject. */
static enum status changes_find(struct taking *t, struct wanted w, struct error *ret_error)
{
	const struct watch_part *old = &t->base->part;
	const struct edition_record *record = wanted_next(&w);

	while (!t->whole && (record || t->at < old->count)) {
		const struct watch_record *had = t->at < old->count ? &old->records[t->at] : NULL;
		int order = record && had ? memcmp(record->subject, had->subject, EDITION_ID_SIZE) : record ? -1 : 1;

		if (order > 0)
			TRY(removed_add(t, had->subject, ret_error));
		else if (order < 0 || record->index != had->index)
			TRY(part_add(&t->list->changed, &t->room, record, ret_error));
		if (order >= 0)
			t->at++;
		if (order <= 0)
			record = wanted_next(&w);
		t->whole = t->list->changed.count + t->list->removed_count > t->most;
	}
	return ST_OK;
}

static enum status base_make(const struct watch_options *options, struct wanted w, struct watch_base **ret_base, struct error *ret_error)
{
	struct watch_base *base = calloc(1, sizeof *base);
	const struct edition_record *record;
	size_t room = 0;
	enum status st = ST_OK;

	if (base == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	atomic_init(&base->holders, 1);
	buffer_init(&base->part.payloads, PAYLOADS_MAX);
	while (st == ST_OK && (record = wanted_next(&w)) != NULL)
		st = part_add(&base->part, &room, record, ret_error);
	if (st == ST_OK)
		st = watch_part_build(options, &base->part, ret_error);
	if (st != ST_OK)
		watch_base_release(base);
	else
		*ret_base = base;
	return st;
}

static struct watch_list *list_new(uint64_t number)
{
	struct watch_list *list = calloc(1, sizeof *list);

	if (list) {
		list->number = number;
		atomic_init(&list->holders, 1);
		buffer_init(&list->changed.payloads, PAYLOADS_MAX);
	}
	return list;
}

enum status watch_take(struct watch *watch, const struct edition *edition, const struct edition *urgent, struct error *ret_error)
{
	struct watch_list *list;

	TRY(watch_make(watch, edition, urgent, &list, ret_error));
	watch_put(watch, list);
	return ST_OK;
}

enum status watch_make(struct watch *watch, const struct edition *edition, const struct edition *urgent, struct watch_list **ret_list,
		       struct error *ret_error)
{
	const struct edition_manifest *manifest = edition_manifest(edition);
	struct taking t = {.base = watch->current ? watch->current->base : NULL,
			   .most = watch->options.overlay_max ? watch->options.overlay_max : OVERLAY_MAX};
	struct wanted w = wanted_begin(edition, urgent);
	struct watch_base *base = NULL;
	enum status st = ST_OK;

	t.list = list_new(manifest ? manifest->number : 0);
	if (t.list == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	t.whole = t.base == NULL;
	if (!t.whole)
		st = changes_find(&t, w, ret_error);
	if (st == ST_OK && t.whole) {
		watch_release(t.list);
		t.list = list_new(manifest ? manifest->number : 0);
		st = t.list ? base_make(&watch->options, w, &base, ret_error) : error_set(ret_error, ST_NO_MEMORY, "out of memory");
	} else if (st == ST_OK) {
		base = watch->current->base;
		atomic_fetch_add(&base->holders, 1);
	}
	if (st != ST_OK) {
		watch_release(t.list);
		return st;
	}
	TRY(watch_list_finish(&watch->options, base, t.list, ret_error));
	*ret_list = t.list;
	return ST_OK;
}
