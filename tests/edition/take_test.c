#include "lib/test.h"

#include "edition/edition.h"
#include "edition/fold.h"
#include "edition/history.h"

#define MEMORY ((size_t)64 << 20)
#define EDITIONS 12u

static struct edition_trust trust_now(const struct history *h)
{
	return (struct edition_trust){.now_ms = h->now_ms};
}

static void take(struct edition *edition, const struct buffer *file, const struct edition_trust *trust)
{
	struct error e = {.code = ST_OK};

	if (edition_take(edition, buffer_bytes(file), trust, &e) != ST_OK)
		fail_msg("%s: %s", e.reason, e.message);
}

static void refused(struct edition *edition, struct bytes file, const struct edition_trust *trust, const char *reason)
{
	struct error e = {.code = ST_OK};

	assert_int_not_equal(edition_take(edition, file, trust, &e), ST_OK);
	assert_string_equal(e.reason, reason);
}

/* What is held is the naive fold, and the body written from it is the snapshot's. */
static void holds(const struct edition *edition, const struct history *h, size_t n)
{
	struct buffer naive, again;
	size_t count;
	struct edition_record *records = history_fold(h, 0, n, true, &count);

	buffer_init(&naive, MEMORY), buffer_init(&again, MEMORY);
	assert_int_equal(edition_count(edition), count);
	for (size_t i = 0; i < count; i++) {
		assert_memory_equal(edition_at(edition, i)->subject, records[i].subject, EDITION_ID_SIZE);
		assert_true(text_equal(edition_at(edition, i)->payload, records[i].payload));
		assert_ptr_equal(edition_find(edition, records[i].subject), edition_at(edition, i));
	}
	history_body(h, 0, 0, n, &naive);
	assert_ok(edition_body(edition, &again, NULL));
	assert_int_equal(naive.len, again.len);
	assert_memory_equal(naive.data, again.data, naive.len);
	free(records);
	buffer_release(&naive), buffer_release(&again);
}

/* Fold, snapshot, chain of deltas and jump give the same bytes, whatever the history. */
static void fold_snapshot_and_deltas_agree(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 24; seed++) {
		struct history *h = history_new(seed);
		struct edition_trust trust = trust_now(h);
		struct edition *chain, *snapshot, *jump;
		size_t sizes[EDITIONS + 1] = {0};
		struct buffer whole, delta, far, first;

		buffer_init(&whole, MEMORY), buffer_init(&delta, MEMORY), buffer_init(&far, MEMORY), buffer_init(&first, MEMORY);
		assert_ok(edition_new(MEMORY, &chain, NULL));
		for (uint64_t number = 1; number <= EDITIONS; number++) {
			for (uint64_t more = history_random(h, seed % 3 ? 40 : 3); more > 0; more--)
				history_grow(h, 5 + seed * 3);
			sizes[number] = h->size;
			buffer_clear(&whole), buffer_clear(&delta);
			history_edition(h, number, h->size, number - 1, sizes[number - 1], &whole, number > 1 ? &delta : NULL);
			take(chain, number > 1 ? &delta : &whole, &trust);
			holds(chain, h, h->size);
			if (number == 1)
				buffer_add(&first, whole.data, whole.len);
		}
		assert_ok(edition_new(MEMORY, &snapshot, NULL));
		assert_ok(edition_new(MEMORY, &jump, NULL));
		take(snapshot, &whole, &trust);
		holds(snapshot, h, h->size);
		take(jump, &first, &trust);
		buffer_clear(&whole);
		history_edition(h, EDITIONS, h->size, 1, sizes[1], &whole, &far);
		take(jump, &far, &trust);
		holds(jump, h, h->size);
		edition_free(chain), edition_free(snapshot), edition_free(jump);
		buffer_release(&whole), buffer_release(&delta), buffer_release(&far), buffer_release(&first);
		free(h);
	}
}

/* Each record alone has a proof that the checks of RFC 9162 take, and that holds for nothing else. */
static void each_record_has_a_proof(void **state)
{
	(void)state;
	for (uint64_t seed = 30; seed < 36; seed++) {
		struct history *h = history_new(seed);
		struct edition_trust trust = trust_now(h);
		struct edition *edition;
		struct buffer file, proof_file;

		buffer_init(&file, MEMORY), buffer_init(&proof_file, MEMORY);
		for (size_t more = seed - 29 + history_random(h, 200); more > 0; more--)
			history_grow(h, 60);
		history_edition(h, 1, h->size, 0, 0, &file, NULL);
		assert_ok(edition_new(MEMORY, &edition, NULL));
		take(edition, &file, &trust);
		for (size_t i = 0; i < edition_count(edition); i++) {
			const struct edition_record *r = edition_at(edition, i);
			struct merkle_hash other = r->leaf;
			struct tlog_proof proof;

			buffer_clear(&proof_file);
			assert_ok(edition_proof(edition, r, &proof_file, NULL));
			assert_ok(tlog_proof_parse(buffer_bytes(&proof_file), &proof, NULL));
			assert_int_equal(proof.index, r->index);
			assert_ok(tlog_proof_check(&proof, &r->leaf, NULL));
			other.b[0] ^= 1;
			assert_int_equal(tlog_proof_check(&proof, &other, NULL), ST_DENIED);
		}
		edition_free(edition);
		buffer_release(&file), buffer_release(&proof_file);
		free(h);
	}
}

/* Leaves of the log that mean something, as bytes; the others are made up so that they mean nothing. */
static void history_fold_leaves(struct history *h, struct fold *fold, size_t leave_out)
{
	fold_init(fold);
	for (size_t i = 0; i < h->size; i++) {
		struct buffer body;

		buffer_init(&body, LEAF_BODY_MAX);
		edition_leaf_write(&h->events[i], &body);
		if (i != leave_out)
			assert_ok(fold_leaf(fold, buffer_text(&body), false, NULL));
		buffer_release(&body);
	}
}

/* The public leaves alone tell what must be on the list. */
static void the_fold_finds_what_is_not_so(void **state)
{
	struct history *h = history_new(40), *other;
	struct edition_trust trust = trust_now(h);
	struct edition *edition, *spoiled;
	struct fold fold;
	struct fold_result result;
	struct buffer file;
	struct error e;

	(void)state;
	buffer_init(&file, MEMORY);
	while (h->size < 90) {
		history_grow(h, 30);
		/* Every leaf of this log means something. */
		h->size -= h->events[h->size - 1].payload.data == NULL;
	}
	history_edition(h, 1, h->size, 0, 0, &file, NULL);
	assert_ok(edition_new(MEMORY, &edition, NULL));
	take(edition, &file, &trust);
	history_fold_leaves(h, &fold, SIZE_MAX);
	assert_ok(fold_compare(&fold, edition, &result, &e));
	assert_int_equal(result.records, edition_count(edition));
	fold_release(&fold);
	history_fold_leaves(h, &fold, 17);
	assert_int_equal(fold_compare(&fold, edition, &result, &e), ST_CORRUPT);
	assert_string_equal(e.reason, "edition-not-ledger");
	fold_release(&fold);
	/* A hub that signs a list from which it left somebody out: root and signatures hold, the fold does not. */
	other = malloc(sizeof *other);
	assert_non_null(other);
	*other = *h;
	for (size_t i = h->size; i-- > 0;)
		if (h->events[i].put && history_last(h, h->size, h->events[i].subject) == &h->events[i]) {
			other->events[i].payload = TEXT_NONE;
			break;
		}
	buffer_clear(&file);
	history_edition(other, 1, other->size, 0, 0, &file, NULL);
	assert_ok(edition_new(MEMORY, &spoiled, NULL));
	take(spoiled, &file, &trust);
	history_fold_leaves(h, &fold, SIZE_MAX);
	assert_int_equal(fold_compare(&fold, spoiled, &result, &e), ST_CORRUPT);
	assert_string_equal(e.reason, "edition-not-ledger");
	fold_release(&fold);
	edition_free(edition), edition_free(spoiled);
	buffer_release(&file);
	free(h), free(other);
}

/* ---- refusals ---- */

struct pair {
	struct history *h;
	struct buffer first, second, delta, third, third_delta;
	size_t size;
};

static void pair_make(struct pair *p, uint64_t seed)
{
	p->h = history_new(seed);
	buffer_init(&p->first, MEMORY), buffer_init(&p->second, MEMORY), buffer_init(&p->delta, MEMORY);
	for (size_t i = 0; i < 60; i++)
		history_grow(p->h, 25);
	p->size = p->h->size;
	history_edition(p->h, 7, p->size, 0, 0, &p->first, NULL);
	for (size_t i = 0; i < 30; i++)
		history_grow(p->h, 25);
	history_edition(p->h, 8, p->h->size, 7, p->size, &p->second, &p->delta);
}

static void pair_release(struct pair *p)
{
	buffer_release(&p->first), buffer_release(&p->second), buffer_release(&p->delta);
	free(p->h);
}

static void cut_anywhere_it_is_refused(void **state)
{
	struct pair p;
	struct edition_trust trust;
	struct edition *edition;

	(void)state;
	pair_make(&p, 5);
	trust = trust_now(p.h);
	assert_ok(edition_new(MEMORY, &edition, NULL));
	for (size_t len = 0; len < p.first.len; len++)
		refused(edition, (struct bytes){p.first.data, len}, &trust, "edition-truncated");
	buffer_add_char(&p.first, 'x');
	refused(edition, buffer_bytes(&p.first), &trust, "edition-altered");
	assert_null(edition_manifest(edition));
	edition_free(edition);
	pair_release(&p);
}

static void any_changed_byte_is_refused(void **state)
{
	static const char *const files[] = {"snapshot", "delta"};
	struct pair p;
	struct edition_trust trust;

	(void)state;
	pair_make(&p, 6);
	trust = trust_now(p.h);
	for (size_t f = 0; f < 2; f++) {
		struct buffer *file = f ? &p.delta : &p.second;
		struct edition *edition;

		assert_ok(edition_new(MEMORY, &edition, NULL));
		take(edition, &p.first, &trust);
		for (size_t i = 0; i < file->len; i++) {
			uint8_t bit = (uint8_t)(1u << history_random(p.h, 8));
			struct error e = {.code = ST_OK};

			file->data[i] ^= bit;
			if (edition_take(edition, buffer_bytes(file), &trust, &e) == ST_OK || e.reason[0] == 0)
				fail_msg("%s: byte %zu, bit %u: \"%s\"", files[f], i, bit, e.reason);
			file->data[i] ^= bit;
		}
		holds(edition, p.h, p.size);
		take(edition, file, &trust);
		holds(edition, p.h, p.h->size);
		edition_free(edition);
	}
	pair_release(&p);
}

/* Cut, doubled, swapped, overwritten pieces, at random. */
static void ten_thousand_mutations_are_refused(void **state)
{
	struct pair p;
	struct edition_trust trust;
	struct edition *edition;
	struct buffer file;

	(void)state;
	pair_make(&p, 9);
	trust = trust_now(p.h);
	buffer_init(&file, MEMORY);
	assert_ok(edition_new(MEMORY, &edition, NULL));
	take(edition, &p.first, &trust);
	for (size_t round = 0; round < 10000; round++) {
		const struct buffer *good = round % 2 ? &p.delta : &p.second;
		size_t at = history_random(p.h, good->len), len = history_random(p.h, good->len - at) + 1;
		struct error e = {.code = ST_OK};

		buffer_clear(&file);
		buffer_add(&file, good->data, good->len);
		switch (history_random(p.h, 4)) {
		case 0: /* cut out */
			memmove(file.data + at, file.data + at + len, file.len - at - len);
			file.len -= len;
			break;
		case 1: /* twice */
			buffer_add(&file, good->data + at, len);
			break;
		case 2: /* a piece from elsewhere */
			len = len < 64 ? len : 64;
			memmove(file.data + history_random(p.h, file.len - len + 1), good->data + at, len);
			break;
		default:
			for (size_t i = 0; i < 1 + len % 8; i++)
				file.data[history_random(p.h, file.len)] = (uint8_t)history_random(p.h, 256);
		}
		if (file.len == good->len && memcmp(file.data, good->data, file.len) == 0)
			continue;
		if (edition_take(edition, buffer_bytes(&file), &trust, &e) == ST_OK || e.reason[0] == 0)
			fail_msg("round %zu: \"%s\"", round, e.reason);
	}
	holds(edition, p.h, p.size);
	edition_free(edition);
	buffer_release(&file);
	pair_release(&p);
}

static void never_backwards_and_no_gap(void **state)
{
	struct pair p;
	struct edition_trust trust, higher;
	struct edition *edition, *empty;

	(void)state;
	pair_make(&p, 11);
	higher = trust = trust_now(p.h);
	assert_ok(edition_new(MEMORY, &edition, NULL));
	assert_ok(edition_new(MEMORY, &empty, NULL));
	refused(empty, buffer_bytes(&p.delta), &trust, "edition-gap");
	take(edition, &p.second, &trust);
	refused(edition, buffer_bytes(&p.first), &trust, "edition-older");
	refused(edition, buffer_bytes(&p.second), &trust, "edition-older");
	refused(edition, buffer_bytes(&p.delta), &trust, "edition-older");
	higher.number_min = 9;
	refused(empty, buffer_bytes(&p.second), &higher, "edition-older");
	holds(edition, p.h, p.h->size);
	edition_free(edition), edition_free(empty);
	pair_release(&p);
}

static void whom_the_reader_trusts(void **state)
{
	struct pair p;
	struct edition_trust trust;
	struct edition *edition;
	struct edition_key keys[4];
	struct edition_keys set = {3, keys, 3, NULL, 0};
	struct edition_revoked revoked;

	(void)state;
	pair_make(&p, 12);
	trust = trust_now(p.h);
	trust.keys = &set;
	for (size_t i = 0; i < 3; i++)
		keys[i] = (struct edition_key){(enum edition_role)i, 0, INT64_MAX, text_of(p.h->vkeys[i]), 0};
	assert_ok(edition_new(MEMORY, &edition, NULL));
	for (size_t i = 0; i < 3; i++) {
		keys[i].vkey = text_of(p.h->vkeys[3]);
		refused(edition, buffer_bytes(&p.first), &trust, i == 2 ? "edition-not-witnessed" : "edition-unknown-key");
		keys[i].vkey = text_of(p.h->vkeys[i]);
		keys[i].until_ms = p.h->now_ms;
		refused(edition, buffer_bytes(&p.first), &trust, i == 2 ? "edition-not-witnessed" : "edition-key-expired");
		keys[i].until_ms = INT64_MAX;
		revoked = (struct edition_revoked){0, text_of(p.h->vkeys[i])};
		set.revoked = &revoked;
		set.revoked_count = 1;
		refused(edition, buffer_bytes(&p.first), &trust, i == 2 ? "edition-not-witnessed" : "edition-key-revoked");
		set.revoked_count = 0;
	}
	/* A key that is known only as revoked. */
	set.revoked_count = 1;
	revoked.vkey = text_of(p.h->vkeys[0]);
	keys[0].vkey = text_of(p.h->vkeys[3]);
	refused(edition, buffer_bytes(&p.first), &trust, "edition-key-revoked");
	set.revoked_count = 0;
	keys[0].vkey = text_of(p.h->vkeys[0]);
	set.epoch = 4;
	refused(edition, buffer_bytes(&p.first), &trust, "edition-older");
	set.epoch = 3;
	trust.list = TEXT("cordon.kr");
	refused(edition, buffer_bytes(&p.first), &trust, "edition-wrong-list");
	trust.list = TEXT("cordon.kh");
	trust.now_ms = p.h->now_ms + 200;
	refused(edition, buffer_bytes(&p.first), &trust, "edition-expired");
	trust.expired_too = true;
	/* However often its key is named, one witness is one. */
	keys[3] = keys[2];
	set.key_count = 4;
	take(edition, &p.first, &trust);
	assert_int_equal(edition_manifest(edition)->witnesses, 1);
	edition_free(edition);
	pair_release(&p);
}

/* Keys as a hub writes them down for whoever verifies: the key that ended counts for what it signed before. */
static void keys_from_a_file(void **state)
{
	static const struct {
		const char *lines; /* $0 to $2: the keys */
		const char *reason;
	} rows[] = {
		{"# remark\n\nedition $0\nlog list $1\nwitness $2 https://example.org/\n", NULL},
		{"edition $0 until 1\nlog list $1\nwitness $2\n", "edition-key-revoked"},
		{"edition $0\nlog list $1 until 1\nwitness $2\n", "edition-key-revoked"},
		{"edition $0\nlog list $1 until 0\nwitness $2\n", "edition-key-expired"},
		{"edition $0 until 4000\nlog list $1 until 4000\nwitness $2\n", NULL},
		{"edition $1\nlog list $1\nlog audit $0\nwitness $2\n", "edition-unknown-key"},
		{"edition $0\nlog list $1\nwitness $2\nrevoked 2020-01-01T00:00:00.000Z $0\n", "edition-key-revoked"},
		{"epoch 9\nedition $0\nlog list $1\nwitness $2\n", "edition-older"},
		{"edition\n", "edition-keys-malformed"},
		{"edition $0 until\n", "edition-keys-malformed"},
		{"edition $0x\n", "edition-keys-malformed"},
		{"keys $0\n", "edition-keys-malformed"},
		{"# none\n", "edition-keys-malformed"},
	};
	struct pair p;

	(void)state;
	pair_make(&p, 21);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct edition_trust trust = trust_now(p.h);
		struct error e = {.code = ST_OK};
		struct edition_keys keys;
		struct edition *edition;
		struct buffer lines;
		struct arena arena;

		buffer_init(&lines, 1 << 16);
		arena_init(&arena, 1 << 20);
		for (const char *at = rows[i].lines; *at; at++)
			if (*at == '$')
				buffer_add_text(&lines, text_of(p.h->vkeys[*++at - '0']));
			else
				buffer_add_char(&lines, *at);
		assert_ok(edition_new(MEMORY, &edition, NULL));
		trust.keys = &keys;
		if (edition_keys_read(buffer_text(&lines), &arena, &keys, &e) == ST_OK)
			(void)!edition_take(edition, buffer_bytes(&p.first), &trust, &e);
		if (strcmp(e.reason, rows[i].reason ? rows[i].reason : "") != 0)
			fail_msg("row %zu: \"%s\"", i, e.reason);
		edition_free(edition);
		buffer_release(&lines);
		arena_release(&arena);
	}
	pair_release(&p);
}

static void logged_but_not_cosigned(void **state)
{
	struct history *h = history_new(13);
	struct edition_trust trust = trust_now(h);
	struct edition *edition;
	struct buffer file;

	(void)state;
	buffer_init(&file, MEMORY);
	for (size_t i = 0; i < 9; i++)
		history_grow(h, 9);
	h->unwitnessed = true;
	history_edition(h, 1, h->size, 0, 0, &file, NULL);
	assert_ok(edition_new(MEMORY, &edition, NULL));
	trust.witnessed_only = true;
	refused(edition, buffer_bytes(&file), &trust, "edition-not-witnessed");
	trust.witnessed_only = false;
	take(edition, &file, &trust);
	assert_false(edition_manifest(edition)->witnessed);
	edition_free(edition);
	buffer_release(&file);
	free(h);
}

/* ---- a hub that signs what is not so ---- */

static void other_state(struct edition_manifest *m)
{
	m->state.b[5] ^= 1;
}

static void one_more(struct edition_manifest *m)
{
	m->listings++;
}

static void claims_witness(struct edition_manifest *m)
{
	m->witnessed = true;
}

/* The payload of the last record, some bytes before the hashes. */
static void other_payload(struct buffer *body)
{
	static const char word[] = "\"version\":";
	uint8_t *at = memmem(body->data, body->len, word, sizeof word - 1);

	assert_non_null(at);
	at[sizeof word - 1] ^= 1;
}

static void other_hash(struct buffer *body)
{
	body->data[body->len - 1] ^= 1;
}

static void hash_short(struct buffer *body)
{
	body->len -= 1;
}

static void signed_but_untrue(void **state)
{
	static const struct {
		void (*manifest)(struct edition_manifest *);
		void (*body)(struct buffer *);
		bool unwitnessed;
		const char *reason;
	} rows[] = {
		{other_state, NULL, false, "edition-unproven"},    {one_more, NULL, false, "edition-unproven"},
		{claims_witness, NULL, true, "edition-not-witnessed"}, {NULL, other_payload, false, "edition-unproven"},
		{NULL, other_hash, false, "edition-unproven"},     {NULL, hash_short, false, "edition-malformed"},
	};
	struct history *h = history_new(14);
	struct edition_trust trust = trust_now(h);
	struct buffer file;

	(void)state;
	buffer_init(&file, MEMORY);
	for (size_t i = 0; i < 50; i++)
		history_grow(h, 30);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct edition *edition;

		h->spoil = rows[i].manifest;
		h->spoil_body = rows[i].body;
		h->unwitnessed = rows[i].unwitnessed;
		buffer_clear(&file);
		history_edition(h, 1, h->size, 0, 0, &file, NULL);
		assert_ok(edition_new(MEMORY, &edition, NULL));
		refused(edition, buffer_bytes(&file), &trust, rows[i].reason);
		edition_free(edition);
	}
	buffer_release(&file);
	free(h);
}

/* A list may hold no more than it was given room for. */
static void memory_has_its_bound(void **state)
{
	struct pair p;
	struct edition_trust trust;
	struct edition *edition;

	(void)state;
	pair_make(&p, 15);
	trust = trust_now(p.h);
	assert_ok(edition_new(1000, &edition, NULL));
	refused(edition, buffer_bytes(&p.first), &trust, "edition-limit");
	edition_free(edition);
	pair_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fold_snapshot_and_deltas_agree),
		cmocka_unit_test(each_record_has_a_proof),
		cmocka_unit_test(the_fold_finds_what_is_not_so),
		cmocka_unit_test(cut_anywhere_it_is_refused),
		cmocka_unit_test(any_changed_byte_is_refused),
		cmocka_unit_test(ten_thousand_mutations_are_refused),
		cmocka_unit_test(never_backwards_and_no_gap),
		cmocka_unit_test(whom_the_reader_trusts),
		cmocka_unit_test(keys_from_a_file),
		cmocka_unit_test(logged_but_not_cosigned),
		cmocka_unit_test(signed_but_untrue),
		cmocka_unit_test(memory_has_its_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
