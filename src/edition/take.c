#include "edition/body.h"

#include <sodium.h>
#include <stdlib.h>

#include "edition/cursor.h"
#include "edition/pack.h"
#include "merkle/base64.h"
#include "merkle/checkpoint.h"

#define MANIFEST_MEMORY ((size_t)1 << 20)

/* A body that was taken; the records that are in use point into it. */
struct block {
	struct block *older;
	size_t len;
	uint8_t data[];
};

/* All that a list is; made anew by each take and swapped in at its end. */
struct list {
	struct edition_record *records; /* owned */
	size_t count;
	struct cover cover;
	struct merkle_hash state;
	struct block *blocks;     /* newest first, owned */
	size_t held;              /* bytes in them */
	struct arena arena;       /* the manifest's */
	struct edition_manifest manifest;
	bool taken;
};

struct edition {
	size_t memory_max;
	struct list list;
};

static enum status refuse(struct error *ret_error, const char *reason, const char *what)
{
	return error_because(ret_error, ST_MALFORMED, reason, NULL, "%s", what);
}

void edition_state_of(const struct edition_record *records, size_t count, struct merkle_hash *ret_state)
{
	static const char domain[] = "cordon/state/v1\n";
	crypto_hash_sha256_state hash;
	uint8_t index[8];

	crypto_hash_sha256_init(&hash);
	crypto_hash_sha256_update(&hash, (const uint8_t *)domain, sizeof domain - 1);
	for (size_t i = 0; i < count; i++) {
		number_put(records[i].index, 8, index);
		crypto_hash_sha256_update(&hash, records[i].subject, EDITION_ID_SIZE);
		crypto_hash_sha256_update(&hash, index, sizeof index);
		crypto_hash_sha256_update(&hash, records[i].leaf.b, sizeof records[i].leaf.b);
	}
	crypto_hash_sha256_final(&hash, ret_state->b);
}

/* ---- applying a body whose hash was checked ---- */

/* Former records without those that the body drops or replaces, with those it puts. */
static enum status records_merge(const struct list *old, const struct body *body, struct list *made, struct error *ret_error)
{
	size_t at = 0, drop = 0, put = 0;

	made->records = malloc((old->count + body->put_count + 1) * sizeof *made->records);
	if (made->records == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	while (at < old->count || put < body->put_count) {
		int order = at == old->count ? 1
			    : put == body->put_count ? -1
			    : memcmp(old->records[at].subject, body->puts[put].subject, EDITION_ID_SIZE);

		if (order < 0 && drop < body->drop_count &&
		    memcmp(old->records[at].subject, body->drops[drop].subject, EDITION_ID_SIZE) == 0) {
			at++;
			drop++;
			continue;
		}
		at += order <= 0;
		made->records[made->count++] = order < 0 ? old->records[at - 1] : body->puts[put++];
	}
	return drop == body->drop_count ? ST_OK : refuse(ret_error, "edition-malformed", "a record is dropped that was not there");
}

static int by_index(const void *a, const void *b)
{
	const struct cover_leaf *x = a, *y = b;

	return x->index < y->index ? -1 : x->index > y->index;
}

/* Leaves of the body's records, and those of the former list that are no more, both in the order of the log. */
static size_t leaves_of_body(const struct body *body, struct cover_leaf *out)
{
	size_t count = 0;

	for (size_t i = 0; i < body->drop_count; i++)
		out[count++] = (struct cover_leaf){body->drops[i].index, body->drops[i].leaf, false};
	for (size_t i = 0; i < body->put_count; i++)
		out[count++] = (struct cover_leaf){body->puts[i].index, body->puts[i].leaf, true};
	qsort(out, count, sizeof *out, by_index);
	return count;
}

static size_t leaves_gone(const struct list *old, const struct body *body, struct cover_leaf *out)
{
	size_t at = 0, drop = 0, put = 0, count = 0;

	for (; at < old->count; at++) {
		const uint8_t *subject = old->records[at].subject;

		while (drop < body->drop_count && memcmp(body->drops[drop].subject, subject, EDITION_ID_SIZE) < 0)
			drop++;
		while (put < body->put_count && memcmp(body->puts[put].subject, subject, EDITION_ID_SIZE) < 0)
			put++;
		if ((drop < body->drop_count && memcmp(body->drops[drop].subject, subject, EDITION_ID_SIZE) == 0) ||
		    (put < body->put_count && memcmp(body->puts[put].subject, subject, EDITION_ID_SIZE) == 0))
			out[count++] = (struct cover_leaf){old->records[at].index, old->records[at].leaf, false};
	}
	qsort(out, count, sizeof *out, by_index);
	return count;
}

/* Hashes of a file, one after the other. */
static enum status hash_next(void *context, unsigned level, uint64_t index, struct merkle_hash *ret, struct error *ret_error)
{
	struct cursor *c = context;

	(void)level;
	(void)index;
	return cursor_copy(c, ret->b, sizeof ret->b) ? ST_OK : refuse(ret_error, "edition-malformed", "hashes of the log are missing");
}

/* The former cover's leaves stand in the order of the log already: `room` has place for all. */
static size_t leaves_merge(const struct cover *old, struct cover_leaf *room, const struct cover_leaf *gone, size_t gone_count)
{
	size_t count = 0, skip = 0;

	for (size_t i = 0; i < old->count; i++) {
		const struct cover_node *node = &old->nodes[i];

		if (node->kind != COVER_LEAF)
			continue;
		if (skip < gone_count && gone[skip].index == node->index)
			skip++;
		else
			room[count++] = (struct cover_leaf){node->index, node->hash, true};
	}
	return count;
}

static enum status cover_apply(const struct list *old, const struct body *body, struct list *made, struct error *ret_error)
{
	size_t own = body->drop_count + body->put_count, gone_max = own < old->count ? own : old->count;
	struct cover_leaf *leaves = malloc((old->count + own + 1) * sizeof *leaves);
	struct cover_leaf *gone = malloc((gone_max + 1) * sizeof *gone);
	struct cursor hashes = {body->hashes};
	struct cover_source source = {hash_next, &hashes};
	struct cover_task task = {&old->cover, body->size, leaves, 0, &source};
	enum status st = ST_OK;

	if (leaves == NULL || gone == NULL) {
		st = error_set(ret_error, ST_NO_MEMORY, "out of memory");
	} else {
		task.count = leaves_merge(&old->cover, leaves, gone, leaves_gone(old, body, gone));
		task.count += leaves_of_body(body, leaves + task.count);
		st = cover_make(&task, &made->cover, ret_error);
	}
	if (st == ST_OK && hashes.rest.len)
		st = refuse(ret_error, "edition-malformed", "more hashes of the log than are needed");
	else if (st == ST_MALFORMED && ret_error && ret_error->reason[0] == 0)
		st = error_because(ret_error, ST_MALFORMED, "edition-unproven", NULL, "the records do not fit into the log");
	free(leaves);
	free(gone);
	return st;
}

/* What the signed manifest says of the whole. */
static enum status whole_check(const struct list *made, struct error *ret_error)
{
	const struct edition_manifest *m = &made->manifest;
	uint64_t listings = 0;
	struct merkle_hash root;

	for (size_t i = 0; i < made->count; i++)
		listings += made->records[i].kind == EDITION_LISTING;
	if (listings != m->listings || made->count - listings != m->clearances)
		return refuse(ret_error, "edition-unproven", "the records are not as many as the manifest says");
	cover_root(&made->cover, &root);
	if (made->cover.size != m->log_size || !merkle_hash_equal(&root, &m->root))
		return refuse(ret_error, "edition-unproven", "the records are not those that the ledger committed to");
	if (!merkle_hash_equal(&made->state, &m->state))
		return refuse(ret_error, "edition-unproven", "the list is not the one that the manifest was signed for");
	return ST_OK;
}

static enum status body_apply(const struct list *old, const struct body *body, struct list *made, struct error *ret_error)
{
	if (body->from_size != old->cover.size || !merkle_hash_equal(&body->from_state, &old->state))
		return refuse(ret_error, "edition-gap", "the changes are to another edition than the one at hand");
	TRY(records_merge(old, body, made, ret_error));
	TRY(cover_apply(old, body, made, ret_error));
	edition_state_of(made->records, made->count, &made->state);
	return whole_check(made, ret_error);
}

/* ---- taking a file ---- */

static void block_free_all(struct block *block)
{
	while (block) {
		struct block *older = block->older;

		free(block);
		block = older;
	}
}

static void list_release(struct list *list)
{
	free(list->records);
	cover_release(&list->cover);
	block_free_all(list->blocks);
	arena_release(&list->arena);
	*list = (struct list){0};
}

static void list_init(struct list *list)
{
	*list = (struct list){0};
	arena_init(&list->arena, MANIFEST_MEMORY);
	edition_state_of(NULL, 0, &list->state);
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

/* The part of the manifest that the packed bytes are. */
static enum status part_find(const struct edition_manifest *m, const struct edition_file *file, struct edition_part *ret,
			     struct error *ret_error)
{
	struct merkle_hash hash;

	crypto_hash_sha256(hash.b, file->packed.data, file->packed.len);
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

/* Unpacked and checked once more; to be freed. */
static enum status block_open(const struct edition_file *file, const struct edition_part *part, size_t memory_max,
			      struct block **ret, struct error *ret_error)
{
	struct merkle_hash hash;
	struct block *block;
	enum status st;

	if (part->body_len > memory_max || part->body_len > EDITION_BODY_MAX)
		return error_because(ret_error, ST_LIMIT, "edition-limit", NULL, "the list is larger than may be held");
	block = malloc(sizeof *block + (size_t)part->body_len);
	if (block == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	block->older = NULL;
	block->len = (size_t)part->body_len;
	st = edition_unpack(file->packed, part, block->data, ret_error);
	if (st == ST_OK) {
		crypto_hash_sha256(hash.b, block->data, block->len);
		if (!merkle_hash_equal(&hash, &part->body))
			st = refuse(ret_error, "edition-altered", "the list is not what the manifest was signed for");
	}
	if (st != ST_OK) {
		free(block);
		return st;
	}
	*ret = block;
	return ST_OK;
}

/* What `body` is to be applied to, and whether it may be. */
static enum status base_choose(const struct list *now, const struct list *empty, const struct body *body,
			       const struct edition_part *part, const struct list **ret_base)
{
	*ret_base = part->from == 0 ? empty : now;
	return body->from == part->from && (part->from == 0 || (now->taken && now->manifest.number == part->from)) ? ST_OK : ST_CONFLICT;
}

static enum status list_make(struct edition *edition, const struct edition_file *file, struct list *made, struct error *ret_error)
{
	struct list empty;
	const struct list *base;
	struct edition_part part;
	struct body body = {0};
	enum status st;

	list_init(&empty);
	TRY(part_find(&made->manifest, file, &part, ret_error));
	TRY(block_open(file, &part, edition->memory_max - (part.from ? edition->list.held : 0), &made->blocks, ret_error));
	made->held = made->blocks->len;
	st = edition_body_read((struct bytes){made->blocks->data, made->blocks->len}, &body, ret_error);
	if (st == ST_OK && base_choose(&edition->list, &empty, &body, &part, &base) != ST_OK)
		st = refuse(ret_error, "edition-gap", "the changes are to another edition than the one at hand");
	if (st == ST_OK)
		st = body_apply(base, &body, made, ret_error);
	edition_body_release(&body);
	if (st == ST_OK && part.from) {
		made->blocks->older = edition->list.blocks;
		made->held += edition->list.held;
		edition->list.blocks = NULL;
	}
	return st;
}

enum status edition_take(struct edition *edition, struct bytes file, const struct edition_trust *trust, struct error *ret_error)
{
	struct edition_file parts;
	struct list made;
	enum status st;

	list_init(&made);
	TRY(edition_file_read(file, &parts, ret_error));
	TRY_OUT(arena_text(&made.arena, parts.manifest, &parts.manifest));
	TRY_OUT(manifest_read(parts.manifest, trust, &made.arena, &made.manifest, ret_error));
	if (edition->list.taken && made.manifest.number <= edition->list.manifest.number) {
		st = refuse(ret_error, "edition-older", "the edition is not newer than the one at hand");
		goto out;
	}
	TRY_OUT(list_make(edition, &parts, &made, ret_error));
	made.taken = true;
	list_release(&edition->list);
	edition->list = made;
	return ST_OK;
out:
	list_release(&made);
	return st;
}

enum status edition_peek(struct bytes file, const struct edition_trust *trust, struct arena *arena,
			 struct edition_manifest *ret_manifest, struct error *ret_error)
{
	struct edition_file parts;

	TRY(edition_file_read(file, &parts, ret_error));
	TRY(arena_text(arena, parts.manifest, &parts.manifest));
	return manifest_read(parts.manifest, trust, arena, ret_manifest, ret_error);
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
	return bsearch(subject, edition->list.records, edition->list.count, sizeof *edition->list.records, by_subject);
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

	edition_state_of(NULL, 0, &change.from_state);
	return edition_body_write(&change, &source, out, ret_error);
}
