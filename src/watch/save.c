/* A state as bytes and back, for a program that starts again:
 *
 *   "CORDONWL" version[4] number[8] listings[8] clearances[8], base: records payloads image, settled: as the base (empty: nothing),
 *   changed: records payloads, removed, SHA-256 of all before
 *   records: count[8], each subject[16] index[8] length[8] kind[1]; payloads and image: length[8], bytes; removed: count[8], subject[16] each
 */
#include <stdlib.h>

#include "edition/cursor.h"
#include "edition/digest.h"
#include "watch/inside.h"

#define MAGIC "CORDONWL"
#define VERSION 2u
#define RECORD_SIZE (EDITION_ID_SIZE + 17u)
#define BYTES_MAX ((size_t)8 << 30)

static void part_write(const struct watch_part *part, bool image, struct buffer *out)
{
	number_add(out, part->count, 8);
	for (size_t i = 0; i < part->count; i++) {
		const struct watch_record *r = &part->records[i];

		buffer_add(out, r->subject, EDITION_ID_SIZE);
		number_add(out, r->index, 8);
		number_add(out, r->len, 8);
		number_add(out, r->kind, 1);
	}
	number_add(out, part->payloads.len, 8);
	buffer_add_text(out, buffer_text(&part->payloads));
	if (!image)
		return;
	number_add(out, part->image.len, 8);
	buffer_add(out, part->image.data, part->image.len);
}

enum status watch_save(const struct watch_list *list, struct buffer *out, struct error *ret_error)
{
	struct merkle_hash hash;
	size_t from = out->len;

	buffer_add(out, MAGIC, 8);
	number_add(out, VERSION, 4);
	number_add(out, list->number, 8);
	number_add(out, list->listings, 8);
	number_add(out, list->clearances, 8);
	part_write(&list->base->part, true, out);
	part_write(list->settled ? &list->settled->part : &(struct watch_part){0}, true, out);
	part_write(&list->changed, false, out);
	number_add(out, list->removed_count, 8);
	buffer_add(out, list->removed, list->removed_count * EDITION_ID_SIZE);
	if (buffer_status(out) == ST_OK) {
		struct bytes all = buffer_bytes(out);

		TRY(edition_digest_of((struct bytes){all.data + from, all.len - from}, &hash));
		buffer_add(out, hash.b, MERKLE_HASH_SIZE);
	}
	if (buffer_status(out) != ST_OK)
		return error_set(ret_error, buffer_status(out), "the list is too large to be kept");
	return ST_OK;
}

static enum status torn(struct error *ret_error)
{
	return error_set(ret_error, ST_CORRUPT, "what was kept of the list is not whole");
}

static enum status block_read(struct cursor *in, struct buffer *out, struct error *ret_error)
{
	struct bytes taken;
	uint64_t len;

	if (!cursor_number(in, 8, &len) || len > BYTES_MAX || !cursor_take(in, (size_t)len, &taken))
		return torn(ret_error);
	buffer_init(out, BYTES_MAX);
	buffer_add(out, taken.data, taken.len);
	return buffer_status(out) == ST_OK ? ST_OK : error_set(ret_error, ST_NO_MEMORY, "out of memory");
}

static enum status part_read(struct cursor *in, bool image, struct watch_part *part, struct error *ret_error)
{
	uint64_t count, at = 0;

	if (!cursor_number(in, 8, &count) || count > in->rest.len / RECORD_SIZE)
		return torn(ret_error);
	part->records = calloc((size_t)count + 1, sizeof *part->records);
	if (part->records == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	for (; part->count < count; part->count++) {
		struct watch_record *r = &part->records[part->count];
		uint64_t len, kind;

		if (!cursor_copy(in, r->subject, EDITION_ID_SIZE) || !cursor_number(in, 8, &r->index) || !cursor_number(in, 8, &len) ||
		    !cursor_number(in, 1, &kind) || kind > EDITION_CLEARANCE || len > EDITION_PAYLOAD_MAX ||
		    (part->count && watch_record_compare(r - 1, r) >= 0))
			return torn(ret_error);
		r->at = (size_t)at;
		r->len = (size_t)len;
		r->kind = (enum edition_kind)kind;
		at += len;
	}
	TRY(block_read(in, &part->payloads, ret_error));
	if (part->payloads.len != at)
		return torn(ret_error);
	if (!image)
		return ST_OK;
	TRY(block_read(in, &part->image, ret_error));
	if (part->image.len)
		TRY(index_open(buffer_bytes(&part->image), &part->index, ret_error));
	return watch_part_cleared(part, ret_error);
}

static enum status removed_read(struct cursor *in, struct watch_list *list, struct error *ret_error)
{
	struct bytes taken;
	uint64_t count;

	if (!cursor_number(in, 8, &count) || count > in->rest.len / EDITION_ID_SIZE ||
	    !cursor_take(in, (size_t)count * EDITION_ID_SIZE, &taken) || in->rest.len != 0)
		return torn(ret_error);
	list->removed = calloc((size_t)count + 1, EDITION_ID_SIZE);
	if (list->removed == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	if (taken.len)
		memcpy(list->removed, taken.data, taken.len);
	list->removed_count = (size_t)count;
	return ST_OK;
}

static enum status head_read(struct bytes image, struct cursor *in, struct watch_list *list, struct error *ret_error)
{
	struct merkle_hash hash;
	struct bytes magic;
	uint64_t version, listings, clearances;

	if (image.len < MERKLE_HASH_SIZE)
		return torn(ret_error);
	in->rest = (struct bytes){image.data, image.len - MERKLE_HASH_SIZE};
	TRY(edition_digest_of(in->rest, &hash));
	if (memcmp(hash.b, image.data + in->rest.len, MERKLE_HASH_SIZE) != 0 || !cursor_take(in, 8, &magic) ||
	    memcmp(magic.data, MAGIC, 8) != 0 || !cursor_number(in, 4, &version))
		return torn(ret_error);
	if (version != VERSION)
		return error_set(ret_error, ST_CONFLICT, "the list was kept by another version of this program");
	if (!cursor_number(in, 8, &list->number) || !cursor_number(in, 8, &listings) || !cursor_number(in, 8, &clearances))
		return torn(ret_error);
	list->listings = (size_t)listings;
	list->clearances = (size_t)clearances;
	return ST_OK;
}

static enum status base_read(struct cursor *in, struct watch_base **ret, struct error *ret_error)
{
	*ret = calloc(1, sizeof **ret);
	if (*ret == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	atomic_init(&(*ret)->holders, 1);
	return part_read(in, true, &(*ret)->part, ret_error);
}

enum status watch_load(struct watch *watch, struct bytes image, struct error *ret_error)
{
	struct watch_list *list = calloc(1, sizeof *list);
	struct cursor in = {{NULL, 0}};
	enum status st;

	if (list == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	atomic_init(&list->holders, 1);
	st = head_read(image, &in, list, ret_error);
	if (st == ST_OK)
		st = base_read(&in, &list->base, ret_error);
	if (st == ST_OK && list->base->part.index == NULL)
		st = torn(ret_error);
	if (st == ST_OK)
		st = base_read(&in, &list->settled, ret_error);
	if (st == ST_OK && list->settled->part.index == NULL) {
		watch_base_release(list->settled);
		list->settled = NULL;
	}
	if (st == ST_OK)
		st = part_read(&in, false, &list->changed, ret_error);
	if (st == ST_OK)
		st = removed_read(&in, list, ret_error);
	if (st != ST_OK) {
		watch_release(list);
		return st;
	}
	TRY(watch_list_finish(&watch->options, list, ret_error));
	watch_put(watch, list);
	return ST_OK;
}
