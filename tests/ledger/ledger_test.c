#include "ledger/help.h"

#include "merkle/leaf.h"
#include "merkle/base64.h"

static struct ledger_signing list_signing(const struct note_signer *signer)
{
	return (struct ledger_signing){.log = LEDGER_LIST, .signer = signer};
}

/* ---- proofs ---- */

struct proving {
	const char *id;
	struct arena *arena;
	struct text proof;
	enum status st;
	struct ledger_standing standing;
};

static enum status prove_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct proving *p = context;

	p->st = ledger_proof(tx, text_of(p->id), p->arena, &p->proof, ret_error);
	return p->st == ST_NOT_FOUND ? ST_OK : p->st;
}

static enum status standing_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct proving *p = context;

	return ledger_standing(tx, text_of(p->id), &p->standing, ret_error);
}

/* The proof holds, and its extra data are a leaf with this id. */
static void proof_holds(struct db *db, const char *id, const struct note_key *key, uint64_t size)
{
	static struct tlog_proof proof;
	struct arena arena;
	struct proving p = {.id = id, .arena = &arena};
	struct merkle_hash hash;
	struct leaf leaf;
	uint8_t body[LEAF_BODY_MAX];
	size_t len;

	arena_init(&arena, 1 << 20);
	assert_ok(db_transact(db, DB_READ, prove_work, &p, NULL));
	assert_ok(p.st);
	assert_ok(tlog_proof_parse(text_bytes(p.proof), &proof, NULL));
	assert_true(proof.signed_checkpoint.checkpoint.size == size);
	assert_ok(note_verify(&proof.signed_checkpoint.note, key, NULL, NULL));
	assert_ok(base64_read(proof.extra, body, sizeof body, &len));
	assert_ok(leaf_parse((struct text){(const char *)body, len}, &leaf, NULL));
	assert_text(leaf.id, id);
	merkle_hash_leaf((struct bytes){body, len}, &hash);
	assert_ok(tlog_proof_check(&proof, &hash, NULL));
	arena_release(&arena);
}

static void a_leaf_gets_its_place_and_its_proof(void **state)
{
	struct db *db = test_db(state);
	struct note_signer signer = help_signer("cordon.kh/list", NOTE_ED25519);
	struct ledger_signing signing = list_signing(&signer);
	struct help_leaf leaves[300];
	struct arena arena;
	struct proving p = {.arena = &arena};

	arena_init(&arena, 1 << 20);
	assert_int_equal(help_sequence(db, &signing), 0);
	assert_int_equal(help_number(db, "SELECT count(*) FROM ledger_checkpoint"), 1);
	leaves[0] = help_append(db, LEDGER_LIST, 0);
	p.id = leaves[0].id;
	assert_ok(db_transact(db, DB_READ, prove_work, &p, NULL));
	assert_int_equal(p.st, ST_NOT_FOUND);
	assert_ok(db_transact(db, DB_READ, standing_work, &p, NULL));
	assert_int_equal(p.standing.state, LEDGER_PENDING);
	assert_int_equal(help_sequence(db, &signing), 1);
	assert_int_equal(help_sequence(db, &signing), 0);
	assert_ok(db_transact(db, DB_READ, standing_work, &p, NULL));
	assert_int_equal(p.standing.state, LEDGER_LOGGED);
	assert_true(p.standing.place == 0);
	proof_holds(db, leaves[0].id, &signer.key, 1);
	for (unsigned i = 1; i < 300; i++) {
		leaves[i] = help_append(db, LEDGER_LIST, i);
		if (i % 90 == 0)
			(void)help_sequence(db, &signing);
	}
	(void)help_sequence(db, &signing);
	for (unsigned i = 0; i < 300; i += 23)
		proof_holds(db, leaves[i].id, &signer.key, 300);
	assert_true(signing.seen.size == 300);
	p.id = "00000000000000000000000000000000";
	assert_int_equal(db_transact(db, DB_READ, standing_work, &p, NULL), ST_NOT_FOUND);
	arena_release(&arena);
}

static void large_groups_are_split(void **state)
{
	struct db *db = test_db(state);
	struct note_signer signer = help_signer("cordon.kh/list", NOTE_ED25519);
	struct ledger_signing signing = list_signing(&signer);

	help_append_many(db, LEDGER_LIST, LEDGER_GROUP_MAX + 100);
	assert_int_equal(help_sequence(db, &signing), LEDGER_GROUP_MAX);
	assert_int_equal(help_sequence(db, &signing), 100);
	assert_int_equal(help_sequence(db, &signing), 0);
	assert_int_equal(help_number(db, "SELECT count(*) FROM ledger_leaf WHERE place IS NULL"), 0);
	assert_int_equal(help_number(db, "SELECT max(place) FROM ledger_leaf"), LEDGER_GROUP_MAX + 99);
}

/* ---- tiles ---- */

struct reading {
	struct arena *arena;
	struct tile tile;
	struct bytes bytes;
	enum status st;
};

static enum status tile_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct reading *r = context;

	r->st = ledger_tile(tx, LEDGER_LIST, &r->tile, r->arena, &r->bytes, ret_error);
	return r->st == ST_NOT_FOUND ? ST_OK : r->st;
}

static void tiles_are_served_within_what_was_signed(void **state)
{
	static const struct {
		struct tile tile;
		bool there;
	} rows[] = {
		{{0, 0, 256}, true},  {{0, 0, 13}, true},   {{0, 1, 44}, true},   {{0, 1, 45}, false},
		{{0, 1, 256}, false}, {{0, 2, 1}, false},   {{1, 0, 1}, true},    {{1, 0, 2}, false},
		{{2, 0, 1}, false},   {{TILE_ENTRIES, 0, 256}, true}, {{TILE_ENTRIES, 1, 44}, true}, {{TILE_ENTRIES, 1, 45}, false},
	};
	struct db *db = test_db(state);
	struct note_signer signer = help_signer("cordon.kh/list", NOTE_ED25519);
	struct ledger_signing signing = list_signing(&signer);
	struct arena arena;

	arena_init(&arena, 1 << 22);
	help_append_many(db, LEDGER_LIST, 300);
	(void)help_sequence(db, &signing);
	help_append_many(db, LEDGER_LIST, 50); /* not signed: not shown */
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct reading r = {.arena = &arena, .tile = rows[i].tile};
		struct bytes entry;

		assert_ok(db_transact(db, DB_READ, tile_work, &r, NULL));
		if ((r.st == ST_OK) != rows[i].there)
			fail_msg("row %zu", i);
		if (r.st == ST_OK && r.tile.level >= 0)
			assert_int_equal(r.bytes.len, 32 * r.tile.width);
		for (unsigned n = 0; r.st == ST_OK && r.tile.level < 0 && n < r.tile.width; n++)
			assert_ok(tile_entry_next(&r.bytes, &entry, NULL));
	}
	arena_release(&arena);
}

/* ---- what must not be signed ---- */

static void refused(struct db *db, struct ledger_signing *signing, const char *reason)
{
	struct error error = {.code = ST_OK};
	size_t placed;
	int64_t before = help_number(db, "SELECT count(*) FROM ledger_checkpoint");

	assert_int_equal(ledger_sequence(db, &help_env, signing, &placed, &error), ST_CORRUPT);
	assert_string_equal(error.reason, reason);
	assert_true(help_number(db, "SELECT count(*) FROM ledger_checkpoint") == before);
	assert_int_equal(help_number(db, "SELECT count(*) FROM ledger_leaf WHERE place IS NULL"), 1);
}

static void a_changed_database_is_not_signed(void **state)
{
	static const char *const changes[] = {
		"UPDATE ledger_head SET size = size - 1",
		"UPDATE ledger_head SET root = (SELECT root FROM ledger_checkpoint WHERE size = 10)",
		"DELETE FROM ledger_head",
		"UPDATE ledger_tile SET hashes = (SELECT salt FROM ledger_payload LIMIT 1) WHERE level = 0",
		"DELETE FROM ledger_tile",
		"DELETE FROM ledger_checkpoint WHERE size = 20",
		"DELETE FROM ledger_checkpoint",
		"UPDATE ledger_checkpoint SET note = 'cordon.kh/list' WHERE size = 20",
	};
	struct note_signer signer = help_signer("cordon.kh/list", NOTE_ED25519);

	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		struct db *db = test_db(state);
		struct ledger_signing signing = list_signing(&signer);

		help_append_many(db, LEDGER_LIST, 10);
		(void)help_sequence(db, &signing);
		help_append_many(db, LEDGER_LIST, 10);
		(void)help_sequence(db, &signing);
		help_append_many(db, LEDGER_LIST, 1);
		signing.seen.size = 0;
		help_sql(db, changes[i]);
		refused(db, &signing, "ledger-damaged");
		if (i + 1 < sizeof changes / sizeof changes[0])
			assert_int_equal(test_db_teardown(state) || test_db_setup(state), 0);
	}
}

/* The whole database put back: consistent in itself, but not with what was signed. */
static void a_rewound_database_is_not_signed(void **state)
{
	struct db *db = test_db(state);
	struct note_signer signer = help_signer("cordon.kh/list", NOTE_ED25519);
	struct ledger_signing signing = list_signing(&signer), other = signing;

	help_append_many(db, LEDGER_LIST, 10);
	(void)help_sequence(db, &signing);
	help_append_many(db, LEDGER_LIST, 1);
	signing.seen.size = 11;
	refused(db, &signing, "ledger-rewound");
	signing.seen = (struct ledger_seen){.size = 10}; /* of that size, another root */
	refused(db, &signing, "ledger-rewound");
	assert_int_equal(help_sequence(db, &other), 1);
}

/* ---- erasure ---- */

struct erasing {
	const char *id;
	char erased[ID_SIZE];
	struct ledger_opening opening;
	struct arena *arena;
};

static enum status erase_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct erasing *e = context;

	return ledger_erase(tx, &help_env, text_of(e->id), &(struct ledger_new){.payload = TEXT("{\"ground\":\"appeal\"}")}, e->erased,
			    ret_error);
}

static enum status open_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct erasing *e = context;

	return ledger_open(tx, text_of(e->id), e->arena, &e->opening, ret_error);
}

static void an_erased_leaf_stays_provable(void **state)
{
	struct db *db = test_db(state);
	struct note_signer signer = help_signer("cordon.kh/list", NOTE_ED25519);
	struct ledger_signing signing = list_signing(&signer);
	struct help_leaf leaf = help_append(db, LEDGER_LIST, 7);
	struct arena arena;
	struct erasing e = {.id = leaf.id, .arena = &arena};
	struct merkle_hash commitment;
	struct leaf parsed;

	arena_init(&arena, 1 << 16);
	(void)help_sequence(db, &signing);
	assert_ok(db_transact(db, DB_READ, open_work, &e, NULL));
	assert_text(e.opening.payload, "{\"number\":7}");
	assert_ok(leaf_parse(e.opening.body, &parsed, NULL));
	leaf_commit(e.opening.salt, e.opening.payload, &commitment);
	assert_memory_equal(commitment.b, parsed.commitment.b, sizeof commitment.b);
	assert_ok(db_transact(db, DB_WRITE, erase_work, &e, NULL));
	assert_int_equal(db_transact(db, DB_READ, open_work, &e, NULL), ST_NOT_FOUND);
	assert_int_equal(db_transact(db, DB_WRITE, erase_work, &e, NULL), ST_NOT_FOUND);
	(void)help_sequence(db, &signing);
	proof_holds(db, leaf.id, &signer.key, 2);
	proof_holds(db, e.erased, &signer.key, 2);
	arena_release(&arena);
}

/* Places follow the order of commits for one subject, whatever the clock does meanwhile. */
static void leaves_of_one_subject_keep_their_order(void **state)
{
	struct db *db = test_db(state);
	struct note_signer signer = help_signer("cordon.kh/list", NOTE_ED25519);
	struct ledger_signing signing = list_signing(&signer);

	for (unsigned i = 0; i < 60; i++) {
		(void)help_append(db, LEDGER_LIST, i);
		/* set back, then standing still */
		atomic_fetch_sub(&help_now_ms, i % 3 ? 7 : 5000);
	}
	assert_int_equal(help_sequence(db, &signing), 60);
	assert_int_equal(help_number(db, "SELECT count(*) FROM ledger_leaf JOIN ledger_payload ON leaf = id WHERE payload = "
					 "'{\"number\":' || place || '}'"), 60);
}

static enum status bad_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	char id[ID_SIZE];

	return ledger_append(tx, &help_env, context, id, ret_error);
}

static void what_cannot_stand_in_a_leaf_is_refused(void **state)
{
	struct db *db = test_db(state);
	struct ledger_new rows[] = {
		{.log = LEDGER_LIST, .kind = "", .payload = TEXT("{}")},
		{.log = LEDGER_LIST, .kind = "a b", .payload = TEXT("{}")},
		{.log = LEDGER_LIST, .kind = "a", .subject = TEXT("\xEA\xB9\x80\xEB\xAF\xBC\xEC\x88\x98"), .payload = TEXT("{}")},
		{.log = LEDGER_LIST, .kind = "a", .actor = TEXT("\""), .payload = TEXT("{}")},
	};
	static char large[LEDGER_PAYLOAD_MAX + 1];
	struct ledger_new too_large = {.log = LEDGER_LIST, .kind = "a", .payload = {large, sizeof large}};

	memset(large, ' ', sizeof large);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(db_transact(db, DB_WRITE, bad_work, &rows[i], NULL), ST_MALFORMED);
	assert_int_equal(db_transact(db, DB_WRITE, bad_work, &too_large, NULL), ST_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(a_leaf_gets_its_place_and_its_proof),
		db_unit_test(large_groups_are_split),
		db_unit_test(tiles_are_served_within_what_was_signed),
		db_unit_test(a_changed_database_is_not_signed),
		db_unit_test(a_rewound_database_is_not_signed),
		db_unit_test(an_erased_leaf_stays_provable),
		db_unit_test(leaves_of_one_subject_keep_their_order),
		db_unit_test(what_cannot_stand_in_a_leaf_is_refused),
	};

	return db_run_group_tests(tests);
}
