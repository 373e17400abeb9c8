/* A made-up log with its list: leaves that put, drop and mean nothing, the naive fold, and signed editions of any prefix. */
#ifndef TESTS_EDITION_HISTORY_H
#define TESTS_EDITION_HISTORY_H

#include <sodium.h>
#include <stdlib.h>

#include "edition/body.h"
#include "edition/pack.h"
#include "merkle/checkpoint.h"

#define HISTORY_MAX 4096u
#define HISTORY_SUBJECTS 4096u

struct history {
	uint64_t random;
	size_t size;
	struct edition_record events[HISTORY_MAX]; /* with payload {NULL}: a leaf that means nothing */
	char payloads[HISTORY_MAX][96];
	struct note_signer edition, log, witness, stranger;
	char vkeys[4][NOTE_VKEY_SIZE];
	int64_t now_ms;
	/* of the editions that history_edition makes: */
	bool unwitnessed;
	size_t only_from; /* only records of leaves from here on, as the file of urgent entries has */
	const struct note_signer *signer;
	void (*spoil)(struct edition_manifest *manifest); /* before it is signed */
	void (*spoil_body)(struct buffer *body);
};

static uint64_t history_random(struct history *h, uint64_t below)
{
	h->random ^= h->random << 13;
	h->random ^= h->random >> 7;
	h->random ^= h->random << 17;
	return h->random % below;
}

static void history_key(struct history *h, size_t i, const char *name, enum note_type type, struct note_signer *ret)
{
	uint8_t seed[32];

	memset(seed, (int)i + 1, sizeof seed);
	assert_ok(note_signer_make(text_of(name), type, seed, ret, NULL));
	note_vkey(&ret->key, h->vkeys[i]);
}

static struct history *history_new(uint64_t seed)
{
	struct history *h = calloc(1, sizeof *h);

	assert_non_null(h);
	h->random = seed * 0x9e3779b97f4a7c15u + 1;
	h->now_ms = 1795656225678;
	history_key(h, 0, "kh.example/editions", NOTE_ED25519, &h->edition);
	history_key(h, 1, "kh.example/list", NOTE_ED25519, &h->log);
	history_key(h, 2, "kr.example/witness", NOTE_COSIGNATURE, &h->witness);
	history_key(h, 3, "nobody.example", NOTE_ED25519, &h->stranger);
	h->signer = &h->edition;
	return h;
}

static const struct edition_record *history_last(const struct history *h, size_t n, const uint8_t *subject)
{
	while (n-- > 0)
		if (h->events[n].payload.data && memcmp(h->events[n].subject, subject, EDITION_ID_SIZE) == 0)
			return &h->events[n];
	return NULL;
}

/* One leaf more: about one subject of `subjects`, or none. */
static void history_grow(struct history *h, uint64_t subjects)
{
	static const char *const words[2][2] = {{"listing.drop", "listing.put"}, {"clearance.drop", "clearance.put"}};
	struct edition_record *e = &h->events[h->size];
	uint64_t number = history_random(h, subjects);
	const struct edition_record *last;
	bool put;

	assert_true(h->size < HISTORY_MAX);
	e->index = h->size;
	if (history_random(h, 3) == 0) {
		for (size_t i = 0; i < sizeof e->leaf.b; i++)
			e->leaf.b[i] = (uint8_t)history_random(h, 256);
		h->size++;
		return;
	}
	crypto_hash_sha256(e->leaf.b, (const uint8_t *)&number, sizeof number);
	memcpy(e->subject, e->leaf.b, sizeof e->subject);
	last = history_last(h, h->size, e->subject);
	put = last == NULL || !last->put || history_random(h, 3) != 0;
	for (size_t i = 0; i < sizeof e->salt; i++)
		e->salt[i] = (uint8_t)history_random(h, 256);
	crypto_hash_sha256(e->leaf.b, e->salt, sizeof e->salt);
	memcpy(e->id, e->leaf.b, sizeof e->id);
	e->time_ms = h->now_ms + (int64_t)h->size;
	e->actor = TEXT("0123456789abcdef0123456789abcdef");
	assert_true(edition_kind_set(e, text_of(words[number % 7 == 0][put])));
	snprintf(h->payloads[h->size], sizeof h->payloads[0], "{\"n\":%llu,\"version\":%zu}", (unsigned long long)number, h->size);
	e->payload = text_of(h->payloads[h->size]);
	edition_leaf_hash(e);
	h->size++;
}

/* RFC 6962, 2.1, as it is written there. */
static void history_mth(const struct history *h, size_t begin, size_t n, struct merkle_hash *ret)
{
	struct merkle_hash right;
	size_t split = 1;

	if (n == 0) {
		merkle_hash_empty(ret);
		return;
	}
	if (n == 1) {
		*ret = h->events[begin].leaf;
		return;
	}
	while (split * 2 < n)
		split *= 2;
	history_mth(h, begin, split, ret);
	history_mth(h, begin + split, n - split, &right);
	merkle_hash_node(ret, &right, ret);
}

static enum status history_hash(void *context, unsigned level, uint64_t index, struct merkle_hash *ret, struct error *ret_error)
{
	(void)ret_error;
	history_mth(context, (size_t)(index << level), (size_t)1 << level, ret);
	return ST_OK;
}

static int history_order(const void *a, const void *b)
{
	return memcmp(((const struct edition_record *)a)->subject, ((const struct edition_record *)b)->subject, EDITION_ID_SIZE);
}

/* The naive fold of the first n leaves; to be freed. With `from`: only what happened since, drops apart. */
static struct edition_record *history_fold(const struct history *h, size_t from, size_t n, bool put, size_t *ret_count)
{
	struct edition_record *out = calloc(n + 1, sizeof *out);
	size_t count = 0;

	assert_non_null(out);
	for (size_t i = from; i < n; i++) {
		const struct edition_record *e = &h->events[i], *before;

		if (e->payload.data == NULL || history_last(h, n, e->subject) != e || e->put != put || e->index < h->only_from)
			continue;
		before = history_last(h, from, e->subject);
		if (!put && (before == NULL || !before->put))
			continue;
		out[count++] = *e;
	}
	qsort(out, count, sizeof *out, history_order);
	*ret_count = count;
	return out;
}

static void history_state(const struct history *h, size_t n, struct merkle_hash *ret)
{
	size_t count;
	struct edition_record *records = history_fold(h, 0, n, true, &count);

	assert_ok(edition_state_of(records, count, ret));
	free(records);
}

static void history_body(const struct history *h, uint64_t from, size_t from_size, size_t n, struct buffer *out)
{
	struct cover_source source = {history_hash, (void *)(uintptr_t)h};
	struct edition_change change = {.from = from, .from_size = from_size, .size = n};
	struct edition_record *drops = history_fold(h, from_size, n, false, &change.drop_count);
	struct edition_record *puts = history_fold(h, from_size, n, true, &change.put_count);

	change.drops = drops;
	change.puts = puts;
	history_state(h, from_size, &change.from_state);
	assert_ok(edition_body_write(&change, &source, out, NULL));
	if (h->spoil_body)
		h->spoil_body(out);
	free(drops);
	free(puts);
}

static void history_checkpoint(const struct history *h, size_t n, struct buffer *out)
{
	struct checkpoint checkpoint = {.origin = text_of(h->log.key.name), .size = n};
	struct buffer text;

	buffer_init(&text, 4096);
	history_mth(h, 0, n, &checkpoint.root);
	checkpoint_write(&checkpoint, &text);
	buffer_add_text(out, buffer_text(&text));
	buffer_add_char(out, '\n');
	assert_ok(note_sign(&h->log, buffer_text(&text), 0, out, NULL));
	if (!h->unwitnessed)
		assert_ok(note_sign(&h->witness, buffer_text(&text), 1795656226, out, NULL));
	buffer_release(&text);
}

static void history_part(struct bytes body, uint64_t from, struct buffer *packed, struct edition_part *ret)
{
	buffer_clear(packed);
	assert_ok(edition_pack(body, packed, NULL));
	*ret = (struct edition_part){.from = from, .packing = EDITION_ZSTD, .packed_len = packed->len, .body_len = body.len};
	crypto_hash_sha256(ret->packed.b, packed->data, packed->len);
	crypto_hash_sha256(ret->body.b, body.data, body.len);
}

/* Edition `number` of the first n leaves. *ret_delta (may be NULL): from edition `from` of the first from_size leaves. */
static void history_edition(const struct history *h, uint64_t number, size_t n, uint64_t from, size_t from_size,
			    struct buffer *ret_snapshot, struct buffer *ret_delta)
{
	const struct edition_key keys[] = {
		{EDITION_KEY_EDITION, h->now_ms - 1000, h->now_ms + 1000, text_of(h->vkeys[0]), 0},
		{EDITION_KEY_LOG, h->now_ms - 1000, h->now_ms + 1000, text_of(h->vkeys[1]), 0},
		{EDITION_KEY_WITNESS, h->now_ms - 1000, h->now_ms + 1000, text_of(h->vkeys[2]), 0},
	};
	struct edition_manifest m = {.list = TEXT("cordon.kh"), .number = number, .previous = number - 1, .issued_ms = h->now_ms,
				     .soft_ms = h->now_ms + 100, .hard_ms = h->now_ms + 200, .witnessed = !h->unwitnessed,
				     .keys = {.epoch = 3, .keys = keys, .key_count = 3}};
	struct buffer body, delta_body, packed, delta_packed, checkpoint, note;
	size_t count;
	struct edition_record *records = history_fold(h, 0, n, true, &count);

	for (size_t i = 0; i < count; i++)
		*(records[i].kind == EDITION_LISTING ? &m.listings : &m.clearances) += 1;
	buffer_init(&body, 1 << 24), buffer_init(&delta_body, 1 << 24), buffer_init(&packed, 1 << 24);
	buffer_init(&delta_packed, 1 << 24), buffer_init(&checkpoint, 1 << 16), buffer_init(&note, 1 << 16);
	assert_ok(edition_state_of(records, count, &m.state));
	history_checkpoint(h, n, &checkpoint);
	m.checkpoint = buffer_text(&checkpoint);
	history_body(h, 0, 0, n, &body);
	history_part(buffer_bytes(&body), 0, &packed, &m.snapshot);
	if (ret_delta) {
		history_body(h, from, from_size, n, &delta_body);
		history_part(buffer_bytes(&delta_body), from, &delta_packed, &m.deltas[m.delta_count++]);
	}
	if (h->spoil)
		h->spoil(&m);
	assert_ok(manifest_write(&m, &note, NULL));
	count = note.len;
	buffer_clear(&body);
	buffer_add(&body, note.data, count);
	buffer_add_char(&note, '\n');
	assert_ok(note_sign(h->signer, buffer_text(&body), 0, &note, NULL));
	edition_file_write(buffer_text(&note), EDITION_ZSTD, buffer_bytes(&packed), ret_snapshot);
	if (ret_delta)
		edition_file_write(buffer_text(&note), EDITION_ZSTD, buffer_bytes(&delta_packed), ret_delta);
	free(records);
	buffer_release(&body), buffer_release(&delta_body), buffer_release(&packed);
	buffer_release(&delta_packed), buffer_release(&checkpoint), buffer_release(&note);
}

#endif
