#include "cli/edition_set.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "edition/listing.h"
#include "lists/file.h"
#include "model/entity_json.h"
#include "model/id.h"
#include "model/time.h"

#define FILE_MAX ((size_t)4 << 30)
#define MEMORY_MAX ((size_t)8 << 30)
#define RECORD_MEMORY ((size_t)64 << 20)

/* What answers need of a listing; its person stands in the index. */
struct held {
	int64_t expires_ms;
	const struct listing_measure *measures;
	size_t measure_count;
};

struct cleared {
	char entry[ID_SIZE];
	const struct edition_record *record;
};

struct one {
	struct edition *edition;
	struct held *held; /* by place in the edition; nothing for clearances */
};

struct edition_set {
	struct one items[EDITION_SET_MAX];
	size_t count;
	struct cleared *cleared; /* by entry */
	size_t cleared_count, cleared_room;
	struct arena arena;
	const struct index *index;
	int64_t now_ms;
};

/* ---- files ---- */

enum status file_whole(const char *path, struct buffer *ret_bytes, struct error *ret_error)
{
	struct file_source file;
	enum status st;
	size_t got = 1;

	buffer_init(ret_bytes, FILE_MAX);
	TRY(file_source_open(path, &file, ret_error));
	file_source_settle(&file);
	for (st = ST_OK; st == ST_OK && got;) {
		uint8_t *room = buffer_extend(ret_bytes, 65536);

		if (room == NULL) {
			st = error_set(ret_error, buffer_status(ret_bytes), "the file is too large");
			break;
		}
		st = file.source.read(file.source.context, room, 65536, &got, ret_error);
		ret_bytes->len -= 65536 - (st == ST_OK ? got : 0);
	}
	file_source_close(&file);
	if (st != ST_OK)
		buffer_release(ret_bytes);
	return st;
}

enum status keys_load(const char *path, struct arena *arena, struct edition_keys *ret_keys, struct error *ret_error)
{
	struct buffer bytes;
	struct text text;
	enum status st;

	TRY(file_whole(path, &bytes, ret_error));
	st = text_check(buffer_bytes(&bytes), &text, ret_error);
	if (st == ST_OK)
		st = edition_keys_read(text, arena, ret_keys, ret_error);
	buffer_release(&bytes);
	return st;
}

/* ---- opening ---- */

static void one_say(const char *path, const struct edition_manifest *m, const struct edition_set_options *options)
{
	char issued[TIME_SIZE], hard[TIME_SIZE];

	time_write(m->issued_ms, issued);
	time_write(m->hard_ms, hard);
	fprintf(stderr, "%s: edition %llu of %.*s, issued %s, %llu listings, %llu clearances\n", path, (unsigned long long)m->number,
		TEXT_ARG(m->list), issued, (unsigned long long)m->listings, (unsigned long long)m->clearances);
	if (options->keys == NULL)
		fprintf(stderr, "%s: NOT CHECKED WHO SIGNED IT: no --keys were given, so it was checked only against itself\n", path);
	if (!m->witnessed)
		fprintf(stderr, "%s: logged, not cosigned: no witness has confirmed its ledger\n", path);
	if (options->now_ms >= m->hard_ms)
		fprintf(stderr, "%s: EXPIRED at %s\n", path, hard);
}

static enum status measures_copy(struct arena *arena, const struct listing *from, struct held *to, struct error *ret_error)
{
	struct listing_measure *measures = ARENA_NEW(arena, struct listing_measure, from->measure_count ? from->measure_count : 1);

	if (measures == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < from->measure_count; i++) {
		struct listing_measure *m = &measures[i];

		*m = from->measures[i];
		if (arena_text(arena, m->id, &m->id) != ST_OK || arena_text(arena, m->kind, &m->kind) != ST_OK ||
		    arena_text(arena, m->basis, &m->basis) != ST_OK || arena_text(arena, m->number, &m->number) != ST_OK ||
		    arena_text(arena, m->issuer, &m->issuer) != ST_OK)
			return arena_failure(arena, ret_error);
	}
	*to = (struct held){from->expires_ms, measures, from->measure_count};
	return ST_OK;
}

static enum status cleared_add(struct edition_set *e, const struct edition_record *record, struct arena *scratch, struct error *ret_error)
{
	struct clearance clearance;
	struct cleared *cleared;

	TRY(clearance_read(record, scratch, &clearance, ret_error));
	if (!id_valid(clearance.entry))
		return error_set(ret_error, ST_MALFORMED, "a clearance is of no listing");
	if (e->cleared_count == e->cleared_room) {
		size_t room = e->cleared_room ? e->cleared_room * 2 : 64;
		struct cleared *grown = realloc(e->cleared, room * sizeof *grown);

		if (grown == NULL)
			return error_set(ret_error, ST_NO_MEMORY, "out of memory");
		e->cleared = grown;
		e->cleared_room = room;
	}
	cleared = &e->cleared[e->cleared_count++];
	memcpy(cleared->entry, clearance.entry.data, ID_SIZE - 1);
	cleared->entry[ID_SIZE - 1] = 0;
	cleared->record = record;
	return ST_OK;
}

static enum status one_open(struct edition_set *e, struct bytes file, const struct edition_trust *trust, struct error *ret_error)
{
	struct one *one = &e->items[e->count];

	TRY(edition_new(MEMORY_MAX, &one->edition, ret_error));
	e->count++;
	TRY(edition_take(one->edition, file, trust, ret_error));
	one->held = calloc(edition_count(one->edition) + 1, sizeof *one->held);
	return one->held ? ST_OK : error_set(ret_error, ST_NO_MEMORY, "out of memory");
}

static void named(const char *path, const struct error *why, struct error *ret_error)
{
	if (ret_error == NULL)
		return;
	*ret_error = *why;
	snprintf(ret_error->message, sizeof ret_error->message, "%.90s: %.47s%s%.100s", path, why->reason, why->reason[0] ? ": " : "",
		 why->message);
}

static enum status all_open(struct edition_set *e, const struct edition_set_options *options, const struct edition_trust *trust,
			    struct error *ret_error)
{
	for (size_t i = 0; i < options->count; i++) {
		struct error why = {.position = -1};
		struct buffer file;
		enum status st = file_whole(options->paths[i], &file, &why);

		if (st == ST_OK) {
			st = one_open(e, buffer_bytes(&file), trust, &why);
			buffer_release(&file);
		}
		if (st != ST_OK) {
			named(options->paths[i], &why, ret_error);
			return st;
		}
		one_say(options->paths[i], edition_manifest(e->items[i].edition), options);
	}
	return ST_OK;
}

enum status edition_set_open(const struct edition_set_options *options, struct edition_set **ret_set, struct error *ret_error)
{
	struct edition_set *e = calloc(1, sizeof *e);
	struct edition_trust trust = {.now_ms = options->now_ms, .expired_too = options->expired_too};
	struct edition_keys keys;
	enum status st = ST_OK;

	if (e == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	arena_init(&e->arena, MEMORY_MAX);
	if (options->count > EDITION_SET_MAX)
		st = error_set(ret_error, ST_LIMIT, "more than %u editions", EDITION_SET_MAX);
	if (st == ST_OK && options->keys) {
		st = keys_load(options->keys, &e->arena, &keys, ret_error);
		trust.keys = &keys;
	}
	if (st == ST_OK)
		st = all_open(e, options, &trust, ret_error);
	if (st != ST_OK) {
		edition_set_close(e);
		return st;
	}
	*ret_set = e;
	return ST_OK;
}

void edition_set_close(struct edition_set *e)
{
	if (e == NULL)
		return;
	for (size_t i = 0; i < e->count; i++) {
		edition_free(e->items[i].edition);
		free(e->items[i].held);
	}
	free(e->cleared);
	arena_release(&e->arena);
	free(e);
}

/* ---- into the index ---- */

static enum status record_feed(struct edition_set *e, struct one *one, size_t i, struct index_builder *builder, struct arena *scratch,
			       struct error *ret_error)
{
	const struct edition_record *record = edition_at(one->edition, i);
	struct listing listing;

	arena_clear(scratch);
	if (record->kind == EDITION_CLEARANCE)
		return cleared_add(e, record, scratch, ret_error);
	TRY(listing_read(record, scratch, &listing, ret_error));
	listing.person.dataset_count = 0;
	if (entity_add_dataset(&listing.person, edition_manifest(one->edition)->list) != ST_OK)
		return arena_failure(scratch, ret_error);
	TRY(index_builder_add(builder, &listing.person, ret_error));
	return measures_copy(&e->arena, &listing, &one->held[i], ret_error);
}

static int by_entry(const void *a, const void *b)
{
	return memcmp(((const struct cleared *)a)->entry, ((const struct cleared *)b)->entry, ID_SIZE - 1);
}

enum status edition_set_feed(void *editions, struct index_builder *builder, struct error *ret_error)
{
	struct edition_set *e = editions;
	struct arena scratch;
	enum status st = ST_OK;

	arena_init(&scratch, RECORD_MEMORY);
	for (size_t k = 0; k < e->count && st == ST_OK; k++)
		for (size_t i = 0; i < edition_count(e->items[k].edition) && st == ST_OK; i++)
			st = record_feed(e, &e->items[k], i, builder, &scratch, ret_error);
	arena_release(&scratch);
	if (e->cleared_count)
		qsort(e->cleared, e->cleared_count, sizeof *e->cleared, by_entry);
	return st;
}

/* ---- answers ---- */

void edition_set_use(struct edition_set *e, const struct index *index, int64_t now_ms)
{
	e->index = index;
	e->now_ms = now_ms;
}

/* NULL: the entity is of no edition. */
static const struct held *held_find(const struct edition_set *e, entity_ref ref, const struct edition_record **ret_record)
{
	struct text id = index_entity_id(e->index, ref);
	uint8_t subject[EDITION_ID_SIZE];

	if (!id_valid(id) || sodium_hex2bin(subject, sizeof subject, id.data, id.len, NULL, NULL, NULL) != 0)
		return NULL;
	for (size_t k = 0; k < e->count; k++) {
		const struct edition_record *record = edition_find(e->items[k].edition, subject);

		if (record && record->kind == EDITION_LISTING) {
			*ret_record = record;
			return &e->items[k].held[record - edition_at(e->items[k].edition, 0)];
		}
	}
	return NULL;
}

static bool held_in_force(const struct held *held, int64_t now_ms)
{
	return listing_in_force(&(struct listing){.expires_ms = held->expires_ms, .measures = held->measures,
						  .measure_count = held->measure_count},
				now_ms);
}

bool edition_set_keep(void *editions, entity_ref ref)
{
	const struct edition_set *e = editions;
	const struct edition_record *record;
	const struct held *held = held_find(e, ref, &record);

	return held == NULL || held_in_force(held, e->now_ms);
}

static void member_add(struct buffer *out, const char *name, struct text value)
{
	if (value.len == 0)
		return;
	buffer_printf(out, ",\"%s\":", name);
	json_add_string(out, value);
}

static void measures_add(const struct held *held, int64_t now_ms, struct buffer *out)
{
	bool first = true;

	buffer_printf(out, ",\"measures\":[");
	for (size_t i = 0; i < held->measure_count; i++) {
		const struct listing_measure *m = &held->measures[i];
		char expires[TIME_SIZE];

		if (!listing_measure_in_force(m, now_ms))
			continue;
		time_write(m->expires_ms, expires);
		buffer_printf(out, "%s{\"kind\":", first ? "" : ",");
		json_add_string(out, m->kind);
		member_add(out, "basis", m->basis);
		member_add(out, "number", m->number);
		member_add(out, "issuer", m->issuer);
		buffer_printf(out, ",\"expires\":\"%s\"}", expires);
		first = false;
	}
	buffer_add_char(out, ']');
}

/* The clearance that holds for this traveller; its id in `out` where there is one. */
static bool clearance_find(const struct edition_set *e, const struct edition_record *record, const struct entity *query,
			   struct buffer *out)
{
	struct cleared key = {.record = NULL}, *at;
	struct listing listing;
	struct clearance clearance;
	struct arena arena;
	bool found = false;

	sodium_bin2hex(key.entry, sizeof key.entry, record->subject, sizeof record->subject);
	at = e->cleared_count ? bsearch(&key, e->cleared, e->cleared_count, sizeof *at, by_entry) : NULL;
	if (at == NULL)
		return false;
	while (at > e->cleared && by_entry(at - 1, &key) == 0)
		at--;
	arena_init(&arena, RECORD_MEMORY);
	for (bool readable = listing_read(record, &arena, &listing, NULL) == ST_OK;
	     readable && !found && at < e->cleared + e->cleared_count && by_entry(at, &key) == 0; at++) {
		char expires[TIME_SIZE];

		found = clearance_read(at->record, &arena, &clearance, NULL) == ST_OK &&
			clearance_holds(&clearance, query, &listing.person, e->now_ms);
		if (!found)
			continue;
		time_write(clearance.expires_ms, expires);
		buffer_printf(out, ",\"cleared\":{\"id\":\"%.*s\",\"expires\":\"%s\"}", TEXT_ARG(clearance.id), expires);
	}
	arena_release(&arena);
	return found;
}

void edition_set_add(void *editions, const struct entity *query, struct screen_result *result, struct buffer *out)
{
	const struct edition_set *e = editions;
	const struct edition_record *record;
	const struct held *held = held_find(e, result->ref, &record);

	if (held == NULL)
		return;
	measures_add(held, e->now_ms, out);
	if (clearance_find(e, record, query, out))
		result->alert = false;
}
