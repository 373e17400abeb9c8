#include <stdlib.h>

#include "watch/inside.h"

#define OVERLAY_MAX 2000u
#define FRESH_MAX 200u
#define WAIT_FACTOR 4u /* times as many changes lie over an index at most while the next one is built beside */
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

/* What was built beside is for the states to come; until one of them is in force it is kept for them here. False: nothing was. */
static bool ready_take(struct watch *watch, bool wait)
{
	struct watch_base *made;

	if (watch->ready && watch->current && watch->current->base == watch->ready) {
		watch_base_release(watch->ready);
		watch->ready = NULL;
	}
	if (watch_rebuild_end(&watch->rebuild, wait, &made) != ST_OK)
		return false;
	watch_base_release(watch->ready);
	watch->ready = made;
	watch->rebuild_after = 0;
	return true;
}

static void ready_forget(struct watch *watch)
{
	(void)ready_take(watch, true);
	watch_base_release(watch->ready);
	watch->ready = NULL;
	watch->rebuild_after = 0;
}

void watch_free(struct watch *watch)
{
	if (watch == NULL)
		return;
	ready_forget(watch);
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

	if (list == NULL)
		ready_forget(watch);
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
	const struct watch_base *base, *settled; /* NULL: none yet; settled also: not to be used */
	struct watch_list *list;
	size_t room, removed_room, settled_at;
	uint32_t most;
	size_t differ; /* from the base */
	bool whole;    /* too much has changed */
	bool unsettle; /* what is settled hides what is wanted */
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

/* What is settled of a subject, or NULL; asked for in order. What is passed over is on the list no more. */
static enum status settled_find(struct taking *t, const uint8_t *subject, const struct watch_record **ret, struct error *ret_error)
{
	const struct watch_part *part = t->settled ? &t->settled->part : NULL;

	*ret = NULL;
	while (part && t->settled_at < part->count) {
		const struct watch_record *at = &part->records[t->settled_at];
		int order = subject ? memcmp(at->subject, subject, EDITION_ID_SIZE) : -1;

		if (order > 0)
			break;
		t->settled_at++;
		if (order == 0) {
			*ret = at;
			break;
		}
		TRY(removed_add(t, at->subject, ret_error));
	}
	return ST_OK;
}

/* One that is wanted; `had`: what the base has of its subject, or NULL. */
static enum status wanted_take(struct taking *t, const struct edition_record *record, const struct watch_record *had, struct error *ret_error)
{
	const struct watch_record *settled;
	bool same = had && had->index == record->index;

	*(record->kind == EDITION_LISTING ? &t->list->listings : &t->list->clearances) += 1;
	TRY(settled_find(t, record->subject, &settled, ret_error));
	t->differ += !same;
	if (same)
		t->unsettle = t->unsettle || settled;
	else if (settled == NULL || settled->index != record->index)
		TRY(part_add(&t->list->changed, &t->room, record, ret_error));
	return ST_OK;
}

/* One that only the base has. */
static enum status gone_take(struct taking *t, const struct watch_record *had, struct error *ret_error)
{
	const struct watch_record *settled;

	TRY(settled_find(t, had->subject, &settled, ret_error));
	t->differ++;
	return removed_add(t, had->subject, ret_error);
}

/* Walks through all by subject. */
static enum status changes_find(struct taking *t, struct wanted w, struct error *ret_error)
{
	const struct watch_part *old = &t->base->part;
	const struct edition_record *record = wanted_next(&w);
	const struct watch_record *settled;
	size_t at = 0;

	while (!t->whole && !t->unsettle && (record || at < old->count)) {
		const struct watch_record *had = at < old->count ? &old->records[at] : NULL;
		int order = record && had ? memcmp(record->subject, had->subject, EDITION_ID_SIZE) : record ? -1 : 1;

		if (order > 0)
			TRY(gone_take(t, had, ret_error));
		else
			TRY(wanted_take(t, record, order == 0 ? had : NULL, ret_error));
		if (order >= 0)
			at++;
		if (order <= 0)
			record = wanted_next(&w);
		t->whole = t->differ > t->most;
	}
	return settled_find(t, NULL, &settled, ret_error);
}

/* Its records are in it. */
static enum status base_build(const struct watch_options *options, struct watch_base *base, struct error *ret_error)
{
	enum status st;

	atomic_init(&base->holders, 1);
	st = watch_part_build(options, &base->part, ret_error);
	if (st != ST_OK)
		watch_base_release(base);
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

/* What changed goes into a part of its own, which the states that follow share. */
static enum status settle(const struct watch_options *options, struct watch_part *changed, struct watch_base **ret, struct error *ret_error)
{
	struct watch_base *made = calloc(1, sizeof *made);

	if (made == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	made->part = *changed;
	*changed = (struct watch_part){.records = NULL};
	buffer_init(&changed->payloads, PAYLOADS_MAX);
	TRY(base_build(options, made, ret_error));
	*ret = made;
	return ST_OK;
}

/* Every wanted record, in a part of `list`. */
static enum status wanted_all(struct wanted w, struct watch_list *list, struct error *ret_error)
{
	struct taking t = {.list = list};
	const struct edition_record *record;

	while ((record = wanted_next(&w)) != NULL)
		TRY(wanted_take(&t, record, NULL, ret_error));
	return ST_OK;
}

/* Every wanted record, built as the base of a list to come. */
static enum status whole_make(struct watch *watch, struct wanted w, struct watch_list *list, struct error *ret_error)
{
	ready_forget(watch);
	TRY(wanted_all(w, list, ret_error));
	return settle(&watch->options, &list->changed, &list->base, ret_error);
}

/* The same beside, of a copy, for states to come. Where it cannot be, nothing is lost: it is tried again when as much has changed again. */
static void beside_begin(struct watch *watch, struct wanted w)
{
	struct watch_list *copy = list_new(0);
	struct watch_base *records = calloc(1, sizeof *records);

	if (copy && records && wanted_all(w, copy, NULL) == ST_OK) {
		atomic_init(&records->holders, 1);
		records->part = copy->changed;
		copy->changed = (struct watch_part){.records = NULL};
		(void)watch_rebuild_start(&watch->rebuild, &watch->options, records);
		records = NULL;
	}
	free(records);
	watch_release(copy);
}

static uint32_t or_default(uint32_t given, uint32_t otherwise)
{
	return given ? given : otherwise;
}

/* What differs from the newest base, over what is settled or (`anew`) all of it, which is settled then. */
static enum status changes_make(struct watch *watch, struct wanted w, bool anew, struct taking *t, struct error *ret_error)
{
	const struct watch_list *now = watch->current;
	struct watch_base *base = watch->ready ? watch->ready : now->base;
	struct watch_base *settled = anew || base != now->base ? NULL : now->settled;
	struct watch_list *list = t->list;

	t->base = base;
	t->settled = settled;
	t->most = WAIT_FACTOR * or_default(watch->options.overlay_max, OVERLAY_MAX);
	TRY(changes_find(t, w, ret_error));
	if (t->whole || t->unsettle)
		return ST_OK;
	list->base = base;
	atomic_fetch_add(&base->holders, 1);
	if (anew && list->changed.count)
		return settle(&watch->options, &list->changed, &list->settled, ret_error);
	list->settled = settled;
	if (settled)
		atomic_fetch_add(&settled->holders, 1);
	return ST_OK;
}

enum status watch_take(struct watch *watch, const struct edition *edition, const struct edition *urgent, struct error *ret_error)
{
	struct watch_list *list;

	TRY(watch_make(watch, edition, urgent, &list, ret_error));
	watch_put(watch, list);
	return ST_OK;
}

/* Over the base `differ` records are others: when it is time for another one, it is begun. */
static void beside_look(struct watch *watch, struct wanted w, size_t differ)
{
	uint32_t most = or_default(watch->options.overlay_max, OVERLAY_MAX);

	if (differ <= most || differ <= watch->rebuild_after || watch->rebuild.running)
		return;
	watch->rebuild_after = differ + most;
	beside_begin(watch, w);
}

/* First over what is settled; where that has grown or hides what is wanted, all that differs from the base; where that is too much, over
 * what is being built beside, or all. */
enum status watch_make(struct watch *watch, const struct edition *edition, const struct edition *urgent, struct watch_list **ret_list,
		       struct error *ret_error)
{
	enum { OVER_SETTLED, ANEW, WHOLE } how = watch->current ? OVER_SETTLED : WHOLE;
	const struct edition_manifest *manifest = edition_manifest(edition);
	struct wanted w = wanted_begin(edition, urgent);
	enum status st = ST_OK;
	struct taking t;

	(void)ready_take(watch, false);
	for (;;) {
		t = (struct taking){.list = list_new(manifest ? manifest->number : 0)};
		if (t.list == NULL)
			return error_set(ret_error, ST_NO_MEMORY, "out of memory");
		st = how == WHOLE ? whole_make(watch, w, t.list, ret_error) : changes_make(watch, w, how == ANEW, &t, ret_error);
		if (st != ST_OK) {
			watch_release(t.list);
			return st;
		}
		if (t.whole)
			how = ready_take(watch, true) ? OVER_SETTLED : WHOLE;
		else if (t.unsettle || (how == OVER_SETTLED && t.list->changed.count > or_default(watch->options.fresh_max, FRESH_MAX)))
			how = ANEW;
		else
			break;
		watch_release(t.list);
	}
	TRY(watch_list_finish(&watch->options, t.list, ret_error));
	beside_look(watch, w, t.differ);
	*ret_list = t.list;
	return ST_OK;
}
