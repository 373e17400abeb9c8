#include "edition/list.h"

#include <sodium.h>
#include <stdlib.h>

#include "edition/cursor.h"
#include "edition/digest.h"

#define MANIFEST_MEMORY ((size_t)1 << 20)

static enum status refuse(struct error *ret_error, const char *reason, const char *what)
{
	return error_because(ret_error, ST_MALFORMED, reason, NULL, "%s", what);
}

/* ---- state ---- */

static const char domain[] = "cordon/state/v1\n";

#define STATE_SIZE (EDITION_ID_SIZE + 8 + MERKLE_HASH_SIZE)
#define STATE_AT_ONCE 64u

void edition_state_empty(struct merkle_hash *ret_state)
{
	crypto_hash_sha256(ret_state->b, (const uint8_t *)domain, sizeof domain - 1);
}

enum status edition_state_of(const struct edition_record *records, size_t count, struct merkle_hash *ret_state)
{
	struct edition_digest *digest = edition_digest_new();
	uint8_t bytes[STATE_SIZE * STATE_AT_ONCE];
	size_t len = 0;

	edition_digest_add(digest, domain, sizeof domain - 1);
	for (size_t i = 0; i < count; i++) {
		memcpy(bytes + len, records[i].subject, EDITION_ID_SIZE);
		number_put(records[i].index, 8, bytes + len + EDITION_ID_SIZE);
		memcpy(bytes + len + EDITION_ID_SIZE + 8, records[i].leaf.b, MERKLE_HASH_SIZE);
		len += STATE_SIZE;
		if (len == sizeof bytes || i + 1 == count) {
			edition_digest_add(digest, bytes, len);
			len = 0;
		}
	}
	return edition_digest_end(digest, ret_state);
}

/* ---- blocks ---- */

struct block *block_new(size_t len)
{
	struct block *block = len <= EDITION_BODY_MAX ? malloc(sizeof *block + len) : NULL;

	if (block) {
		block->older = NULL;
		block->holders = 1;
		block->len = len;
	}
	return block;
}

void block_release(struct block *block)
{
	while (block && --block->holders == 0) {
		struct block *older = block->older;

		free(block);
		block = older;
	}
}

void list_init(struct list *list)
{
	*list = (struct list){0};
	arena_init(&list->arena, MANIFEST_MEMORY);
	edition_state_empty(&list->state);
}

void list_release(struct list *list)
{
	free(list->records);
	cover_release(&list->cover);
	block_release(list->blocks);
	arena_release(&list->arena);
	*list = (struct list){0};
}

/* ---- applying ---- */

/* Where the first record from `at` on stands that is not before the subject. */
static size_t record_place(const struct list *list, size_t at, const uint8_t *subject)
{
	size_t high = list->count;

	while (at < high) {
		size_t middle = at + (high - at) / 2;

		if (memcmp(list->records[middle].subject, subject, EDITION_ID_SIZE) < 0)
			at = middle + 1;
		else
			high = middle;
	}
	return at;
}

static bool record_is(const struct list *list, size_t at, const uint8_t *subject)
{
	return at < list->count && memcmp(list->records[at].subject, subject, EDITION_ID_SIZE) == 0;
}

static void records_copy(const struct list *old, size_t *at, size_t upto, struct list *made)
{
	if (upto > *at)
		memcpy(made->records + made->count, old->records + *at, (upto - *at) * sizeof *made->records);
	made->count += upto - *at;
	*at = upto;
}

/* Former records without those that the body drops or replaces, with those it puts: of a long list that changes little, long pieces are
 * taken over as they are. */
static enum status records_merge(const struct list *old, const struct body *body, struct list *made, struct error *ret_error)
{
	size_t at = 0, drop = 0, put = 0;

	made->records = malloc((old->count + body->put_count + 1) * sizeof *made->records);
	if (made->records == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	while (drop < body->drop_count || put < body->put_count) {
		bool puts = drop == body->drop_count || (put < body->put_count && memcmp(body->puts[put].subject, body->drops[drop].subject,
											     EDITION_ID_SIZE) <= 0);
		const uint8_t *subject = puts ? body->puts[put].subject : body->drops[drop].subject;
		bool had;

		records_copy(old, &at, record_place(old, at, subject), made);
		had = record_is(old, at, subject);
		at += had;
		if (puts)
			made->records[made->count++] = body->puts[put++];
		else if (!had)
			return refuse(ret_error, "edition-malformed", "a record is dropped that was not there");
		else
			drop++;
	}
	records_copy(old, &at, old->count, made);
	return ST_OK;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int by_index(const void *a, const void *b)
{
	return by_number(&((const struct cover_leaf *)a)->index, &((const struct cover_leaf *)b)->index);
}

/* Leaves of the body's records, in the order of the log. */
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

static void leaf_gone(const struct list *old, const uint8_t *subject, uint64_t *out, size_t *count)
{
	size_t at = record_place(old, 0, subject);

	if (record_is(old, at, subject))
		out[(*count)++] = old->records[at].index;
}

/* Those of the former list's records that are no more, in the order of the log. */
static size_t leaves_gone(const struct list *old, const struct body *body, uint64_t *out)
{
	size_t count = 0;

	for (size_t i = 0; i < body->drop_count; i++)
		leaf_gone(old, body->drops[i].subject, out, &count);
	for (size_t i = 0; i < body->put_count; i++)
		leaf_gone(old, body->puts[i].subject, out, &count);
	qsort(out, count, sizeof *out, by_number);
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

static enum status cover_apply(const struct list *old, const struct body *body, struct list *made, struct error *ret_error)
{
	size_t own = body->drop_count + body->put_count;
	struct cover_leaf *leaves = malloc((own + 1) * sizeof *leaves);
	uint64_t *gone = malloc((own + 1) * sizeof *gone);
	struct cursor hashes = {body->hashes};
	struct cover_source source = {hash_next, &hashes};
	struct cover_task task = {.old = &old->cover, .size = body->size, .leaves = leaves, .gone = gone, .source = &source};
	enum status st = ST_OK;

	if (leaves == NULL || gone == NULL) {
		st = error_set(ret_error, ST_NO_MEMORY, "out of memory");
	} else {
		task.count = leaves_of_body(body, leaves);
		task.gone_count = leaves_gone(old, body, gone);
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

static enum status body_apply(const struct list *old, const struct body *body, struct list *made, struct error *ret_error)
{
	if (body->from_size != old->cover.size || !merkle_hash_equal(&body->from_state, &old->state) ||
	    body->from != (old->taken ? old->manifest.number : 0))
		return refuse(ret_error, "edition-gap", "the changes are to another edition than the one at hand");
	TRY(records_merge(old, body, made, ret_error));
	TRY(cover_apply(old, body, made, ret_error));
	return edition_state_of(made->records, made->count, &made->state) == ST_OK ? ST_OK
										   : error_set(ret_error, ST_NO_MEMORY, "out of memory");
}

enum status list_apply(const struct list *old, struct block *block, struct list *made, struct error *ret_error)
{
	struct body body = {0};
	enum status st = edition_body_read((struct bytes){block->data, block->len}, &body, ret_error);

	made->blocks = block;
	made->held = block->len + old->held;
	if (old->blocks) {
		block->older = old->blocks;
		old->blocks->holders++;
	}
	if (st == ST_OK)
		st = body_apply(old, &body, made, ret_error);
	edition_body_release(&body);
	return st;
}

enum status list_check(const struct list *made, struct error *ret_error)
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

