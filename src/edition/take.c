#include "edition/list.h"

#include <stdlib.h>

#include "edition/digest.h"
#include "edition/pack.h"
#include "merkle/base64.h"
#include "merkle/checkpoint.h"

static enum status refuse(struct error *ret_error, const char *reason, const char *what)
{
	return error_because(ret_error, ST_MALFORMED, reason, NULL, "%s", what);
}

enum status edition_new(size_t memory_max, struct edition **ret_edition, struct error *ret_error)
{
	struct edition *edition = malloc(sizeof *edition);

	if (edition == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	edition->memory_max = memory_max;
	list_init(&edition->list);
	*ret_edition = edition;
	return ST_OK;
}

void edition_free(struct edition *edition)
{
	if (edition == NULL)
		return;
	list_release(&edition->list);
	free(edition);
}

/* ---- taking a file ---- */

/* The part of the manifest that the packed bytes are. */
static enum status part_find(const struct edition_manifest *m, const struct edition_file *file, struct edition_part *ret,
			     struct error *ret_error)
{
	struct merkle_hash hash;

	if (edition_digest_of(file->packed, &hash) != ST_OK)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	for (size_t i = 0; i <= m->delta_count; i++) {
		const struct edition_part *part = i ? &m->deltas[i - 1] : &m->snapshot;
		bool stored = file->packing == EDITION_STORED;

		if (!stored && part->packing != file->packing)
			continue;
		if ((stored ? part->body_len : part->packed_len) != file->packed.len ||
		    !merkle_hash_equal(&hash, stored ? &part->body : &part->packed))
			continue;
		*ret = *part;
		ret->packing = file->packing;
		return ST_OK;
	}
	return refuse(ret_error, "edition-altered", "the list is not what the manifest was signed for");
}

/* Unpacked and checked once more; to be released. */
static enum status block_open(const struct edition_file *file, const struct edition_part *part, size_t memory_max,
			      struct block **ret, struct error *ret_error)
{
	struct merkle_hash hash;
	struct block *block = NULL;
	enum status st;

	if (part->body_len > memory_max || part->body_len > EDITION_BODY_MAX)
		return error_because(ret_error, ST_LIMIT, "edition-limit", NULL, "the list is larger than may be held");
	block = block_new((size_t)part->body_len);
	if (block == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	st = edition_unpack(file->packed, part, block->data, ret_error);
	if (st == ST_OK) {
		st = edition_digest_of((struct bytes){block->data, block->len}, &hash);
		if (st == ST_OK && !merkle_hash_equal(&hash, &part->body))
			st = refuse(ret_error, "edition-altered", "the list is not what the manifest was signed for");
	}
	if (st != ST_OK) {
		block_release(block);
		return st;
	}
	*ret = block;
	return ST_OK;
}

static enum status list_make(const struct edition *edition, const struct edition_file *file, struct list *made, struct error *ret_error)
{
	struct list empty;
	struct edition_part part;
	struct block *block = NULL;

	list_init(&empty);
	TRY(part_find(&made->manifest, file, &part, ret_error));
	if (part.from && (!edition->list.taken || edition->list.manifest.number != part.from))
		return refuse(ret_error, "edition-gap", "the changes are to another edition than the one at hand");
	TRY(block_open(file, &part, edition->memory_max - (part.from ? edition->list.held : 0), &block, ret_error));
	TRY(list_apply(part.from ? &edition->list : &empty, block, made, ret_error));
	return list_check(made, ret_error);
}

/* A manifest that is newer than what is at hand. */
static enum status manifest_take(const struct edition *edition, struct text note, const struct edition_trust *trust, struct list *made,
				 struct error *ret_error)
{
	TRY(arena_text(&made->arena, note, &note));
	TRY(manifest_read(note, trust, &made->arena, &made->manifest, ret_error));
	made->taken = true;
	if (edition->list.taken && made->manifest.number <= edition->list.manifest.number)
		return refuse(ret_error, "edition-older", "the edition is not newer than the one at hand");
	return ST_OK;
}

enum status edition_take(struct edition *edition, struct bytes file, const struct edition_trust *trust, struct error *ret_error)
{
	struct edition_file parts;
	struct list made;
	enum status st;

	TRY(edition_file_read(file, &parts, ret_error));
	list_init(&made);
	st = manifest_take(edition, parts.manifest, trust, &made, ret_error);
	if (st == ST_OK)
		st = list_make(edition, &parts, &made, ret_error);
	if (st != ST_OK) {
		list_release(&made);
		return st;
	}
	list_release(&edition->list);
	edition->list = made;
	return ST_OK;
}

enum status edition_peek(struct bytes file, const struct edition_trust *trust, struct arena *arena,
			 struct edition_manifest *ret_manifest, struct error *ret_error)
{
	struct edition_file parts;

	TRY(edition_file_read(file, &parts, ret_error));
	TRY(arena_text(arena, parts.manifest, &parts.manifest));
	return manifest_read(parts.manifest, trust, arena, ret_manifest, ret_error);
}

/* ---- building ---- */

enum status edition_next(const struct edition *edition, struct bytes body, struct edition **ret_next, struct error *ret_error)
{
	struct edition *next = NULL;
	struct block *block = NULL;
	enum status st;

	if (body.len > edition->memory_max - edition->list.held)
		return error_because(ret_error, ST_LIMIT, "edition-limit", NULL, "the list is larger than may be held");
	TRY(edition_new(edition->memory_max, &next, ret_error));
	block = block_new(body.len);
	st = block ? ST_OK : error_set(ret_error, ST_NO_MEMORY, "out of memory");
	if (st == ST_OK) {
		memcpy(block->data, body.data, body.len);
		st = list_apply(&edition->list, block, &next->list, ret_error);
	}
	if (st != ST_OK) {
		edition_free(next);
		return st;
	}
	*ret_next = next;
	return ST_OK;
}

enum status edition_adopt(struct edition *next, struct text note, const struct edition_trust *trust, struct error *ret_error)
{
	TRY(arena_text(&next->list.arena, note, &note));
	TRY(manifest_read(note, trust, &next->list.arena, &next->list.manifest, ret_error));
	next->list.taken = true;
	return list_check(&next->list, ret_error);
}

void edition_state(const struct edition *edition, struct merkle_hash *ret_state)
{
	*ret_state = edition->list.state;
}

size_t edition_memory(const struct edition *edition)
{
	return edition->list.held;
}

/* ---- what is held ---- */

const struct edition_manifest *edition_manifest(const struct edition *edition)
{
	return edition->list.taken ? &edition->list.manifest : NULL;
}

size_t edition_count(const struct edition *edition)
{
	return edition->list.count;
}

const struct edition_record *edition_at(const struct edition *edition, size_t i)
{
	return &edition->list.records[i];
}

static int by_subject(const void *subject, const void *record)
{
	return memcmp(subject, ((const struct edition_record *)record)->subject, EDITION_ID_SIZE);
}

const struct edition_record *edition_find(const struct edition *edition, const uint8_t subject[EDITION_ID_SIZE])
{
	return edition->list.count ? bsearch(subject, edition->list.records, edition->list.count, sizeof *edition->list.records, by_subject) : NULL;
}

enum status edition_proof(const struct edition *edition, const struct edition_record *record, struct buffer *out,
			  struct error *ret_error)
{
	struct tlog_proof proof = {.index = record->index};
	struct buffer body, extra;
	enum status st = cover_path(&edition->list.cover, record->index, &proof.proof);

	if (st != ST_OK)
		return error_set(ret_error, st, "the edition has no such record");
	buffer_init(&body, LEAF_BODY_MAX);
	buffer_init(&extra, (size_t)2 * LEAF_BODY_MAX);
	edition_leaf_write(record, &body);
	base64_add(&extra, buffer_bytes(&body));
	proof.extra = buffer_text(&extra);
	proof.signed_checkpoint.raw = edition->list.manifest.checkpoint;
	tlog_proof_write(&proof, out);
	buffer_release(&body);
	buffer_release(&extra);
	return buffer_status(out);
}

struct walker {
	const struct cover *cover;
	size_t at;
};

/* The cover's own hashes stand in the order in which they are asked for. */
static enum status cover_hash_next(void *context, unsigned level, uint64_t index, struct merkle_hash *ret, struct error *ret_error)
{
	struct walker *w = context;

	while (w->at < w->cover->count && w->cover->nodes[w->at].kind != COVER_HASH)
		w->at++;
	if (w->at == w->cover->count || w->cover->nodes[w->at].level != level || w->cover->nodes[w->at].index != index)
		return error_set(ret_error, ST_CORRUPT, "the cover is not the records'");
	*ret = w->cover->nodes[w->at++].hash;
	return ST_OK;
}

enum status edition_body(const struct edition *edition, struct buffer *out, struct error *ret_error)
{
	const struct list *list = &edition->list;
	struct walker walker = {&list->cover, 0};
	struct cover_source source = {cover_hash_next, &walker};
	struct edition_change change = {.size = list->cover.size, .puts = list->records, .put_count = list->count};

	edition_state_empty(&change.from_state);
	return edition_body_write(&change, &source, out, ret_error);
}
