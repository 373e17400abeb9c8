#include "ledger/help.h"

#include "ledger/cosign.h"
#include "ledger/verify.h"
#include "merkle/checkpoint.h"

/* 270 leaves of the list in nine groups, 10 of the audit in one, a cosignature at 270; each leaf has a row in a table of its own,
 * as other modules keep them. */
#define LEAVES 270
#define GROUP 30

static bool record_same(void *context, const struct db_rows *row)
{
	char payload[64];

	(void)context;
	snprintf(payload, sizeof payload, "{\"number\":%lld}", (long long)db_int(row, 0, 3));
	return text_equal(db_text(row, 0, 2), text_of(payload));
}

static const struct ledger_record numbers = {
	.table = "record",
	.sql = "SELECT r.leaf, l.id, p.payload, r.number FROM record r LEFT JOIN ledger_leaf l ON l.id = r.leaf "
	       "LEFT JOIN ledger_payload p ON p.leaf = l.id ORDER BY r.leaf",
	.missing_sql = "SELECT l.id, l.place FROM ledger_leaf l LEFT JOIN record r ON r.leaf = l.id WHERE r.leaf IS NULL AND l.log = 'list'",
	.same = record_same,
};
static const struct ledger_record *const records[] = {&numbers};

struct keys {
	struct note_signer list, audit, witness;
	struct ledger_log_key logs[2];
};

static struct keys keys_make(void)
{
	struct keys k = {help_signer("cordon.kh/list", NOTE_ED25519), help_signer("cordon.kh/audit", NOTE_ED25519),
			 help_signer("witness.kr/w1", NOTE_COSIGNATURE), {{.log = LEDGER_LIST}, {.log = LEDGER_AUDIT}}};

	k.logs[0].key = k.list.key;
	k.logs[1].key = k.audit.key;
	k.logs[0].to_size = k.logs[1].to_size = MERKLE_SIZE_MAX;
	return k;
}

static enum status cosign_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct keys *k = context;
	struct signed_checkpoint opened;
	struct arena arena;
	struct text note;
	struct buffer lines;
	enum status st;

	arena_init(&arena, 1 << 20);
	buffer_init(&lines, 1 << 16);
	TRY_OUT(ledger_checkpoint(tx, LEDGER_LIST, false, &arena, &note, ret_error));
	TRY_OUT(signed_checkpoint_parse(text_bytes(note), &opened, ret_error));
	TRY_OUT(note_sign(&k->witness, opened.note.text, (uint64_t)(help_now(NULL) / 1000), &lines, NULL));
	st = ledger_cosign(tx, &(struct ledger_cosignature){LEDGER_LIST, opened.checkpoint.size, buffer_text(&lines)}, &k->witness.key, 1,
			   ret_error);
out:
	buffer_release(&lines);
	arena_release(&arena);
	return st;
}

static void build(struct db *db, const struct keys *k)
{
	struct ledger_signing list = {.log = LEDGER_LIST, .signer = &k->list}, audit = {.log = LEDGER_AUDIT, .signer = &k->audit};
	struct error error = {.code = ST_OK};

	help_sql(db, "CREATE TABLE record (leaf TEXT PRIMARY KEY, number BIGINT)");
	for (unsigned i = 0; i < LEAVES / GROUP; i++) {
		help_append_many(db, LEDGER_LIST, GROUP);
		(void)help_sequence(db, &list);
	}
	help_append_many(db, LEDGER_AUDIT, 10);
	(void)help_sequence(db, &audit);
	/* In every group of GROUP the number is in the payload: {"number":N} */
	help_sql(db, "INSERT INTO record (leaf, number) SELECT leaf, CAST(replace(replace(payload, '{\"number\":', ''), '}', '') AS BIGINT) "
		     "FROM ledger_payload JOIN ledger_leaf ON id = leaf WHERE log = 'list'");
	if (db_transact(db, DB_WRITE, cosign_work, (void *)(uintptr_t)k, &error) != ST_OK)
		fail_msg("%s", error.message);
}

struct findings {
	char text[4096];
	size_t len;
};

static void found(void *context, const struct ledger_finding *finding)
{
	struct findings *f = context;

	if (f->len + 400 < sizeof f->text)
		f->len += (size_t)snprintf(f->text + f->len, sizeof f->text - f->len, "%s %s: %s\n", finding->log, finding->what,
					   finding->detail);
}

static struct ledger_verify_options options_of(const struct keys *k, struct findings *f)
{
	*f = (struct findings){.len = 0};
	return (struct ledger_verify_options){.trust = {k->logs, 2, &k->witness.key, 1}, .records = records, .record_count = 1, .found = found, .context = f};
}

static struct ledger_verified verify(struct db *db, const struct keys *k, struct findings *f)
{
	struct ledger_verify_options options = options_of(k, f);
	struct ledger_verified told;
	struct error error = {.code = ST_OK};

	if (ledger_verify(db, &options, &told, &error) != ST_OK)
		fail_msg("%s", error.message);
	return told;
}

/* Changes, looks, and takes the change back. */
struct attempt {
	const char *const *sql;
	db_work *work;
	void *context;
	const struct keys *keys;
	struct findings *findings;
};

static enum status attempt_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct attempt *a = context;
	struct ledger_verify_options options = options_of(a->keys, a->findings);
	struct ledger_verified told;

	for (size_t i = 0; a->sql && i < 3 && a->sql[i]; i++)
		TRY(db_exec(tx, a->sql[i], DB_NO_PARAMS, NULL, ret_error));
	if (a->work)
		TRY(a->work(tx, a->context, ret_error));
	TRY(ledger_verify_tx(tx, &options, &told, ret_error));
	return ST_DENIED;
}

static void attempt(struct db *db, const struct attempt *a)
{
	struct error error = {.code = ST_OK};

	if (db_transact(db, DB_WRITE, attempt_work, (void *)(uintptr_t)a, &error) != ST_DENIED)
		fail_msg("%s: %s", a->sql ? a->sql[0] : "", error.message);
}

static void an_honest_ledger_is_found_good(void **state)
{
	struct db *db = test_db(state);
	struct keys k = keys_make();
	struct ledger_verified told;
	struct findings f;

	build(db, &k);
	told = verify(db, &k, &f);
	assert_string_equal(f.text, "");
	assert_int_equal(told.findings, 0);
	assert_int_equal(told.logs, 2);
	assert_int_equal(told.leaves, LEAVES + 10);
	assert_int_equal(told.checkpoints, LEAVES / GROUP + 1);
	assert_int_equal(told.cosignatures, 1);
	assert_int_equal(told.unknown_cosignatures, 0);
	assert_int_equal(told.records, LEAVES);
	assert_int_equal(told.tiles, 2 + 1 + 1);
}

/* What an administrator may do with SQL, and what is said of it. `says` must stand in the findings, in full. */
static const struct tampering {
	const char *sql[3];
	const char *says;
} tamperings[] = {
	/* leaves */
	{{"UPDATE ledger_leaf SET body = replace(body, 'entry.publish', 'entry.approve') WHERE log = 'list' AND place = 77"},
	 "(place 77) is not what was signed"},
	{{"UPDATE ledger_leaf SET body = replace(body, 'entry.publish', 'entry.approve') WHERE log = 'list' AND place = 260"},
	 "(place 260) is not what was signed"},
	{{"UPDATE ledger_leaf SET body = replace(body, '\"time\":1763', '\"time\":1663') WHERE log = 'list' AND place = 5"},
	 "(place 5) is not what was signed"},
	{{"UPDATE ledger_leaf SET at = at - 86400000 WHERE log = 'list' AND place = 5"}, "(place 5) has another id, time or log"},
	{{"UPDATE ledger_leaf SET log = 'other', place = NULL WHERE log = 'audit' AND place = 3"}, "the leaf at place 3 is gone"},
	{{"DELETE FROM ledger_payload WHERE leaf = (SELECT id FROM ledger_leaf WHERE log = 'list' AND place = 100)",
	  "DELETE FROM ledger_leaf WHERE log = 'list' AND place = 100"},
	 "the leaf at place 100 is gone"},
	{{"DELETE FROM ledger_payload WHERE leaf = (SELECT id FROM ledger_leaf WHERE log = 'list' AND place = 269)",
	  "DELETE FROM ledger_leaf WHERE log = 'list' AND place = 269"},
	 "the leaf at place 269 is gone"},
	{{"UPDATE ledger_leaf SET place = 1000 WHERE log = 'list' AND place = 10",
	  "UPDATE ledger_leaf SET place = 10 WHERE log = 'list' AND place = 20",
	  "UPDATE ledger_leaf SET place = 20 WHERE log = 'list' AND place = 1000"},
	 "stands at place 10, but was signed at place 20"},
	{{"UPDATE ledger_leaf SET place = NULL WHERE log = 'list' AND place = 40"}, "the leaf at place 40 is gone"},
	{{"INSERT INTO ledger_leaf (id, log, place, at, body) SELECT '00000000000000000000000000000000', log, 270, at, body "
	  "FROM ledger_leaf WHERE log = 'list' AND place = 0"},
	 "has place 270, beyond what was signed"},
	/* payloads */
	{{"UPDATE ledger_payload SET payload = '{\"number\":99}' WHERE leaf = (SELECT id FROM ledger_leaf WHERE log = 'list' AND place = 33)"},
	 "(place 33) is not what it commits to"},
	{{"UPDATE ledger_payload SET salt = (SELECT hashes FROM ledger_tile WHERE level = 1 AND log = 'list') "
	  "WHERE leaf = (SELECT id FROM ledger_leaf WHERE log = 'audit' AND place = 3)"},
	 "(place 3) is not what it commits to"},
	{{"DELETE FROM ledger_payload WHERE leaf = (SELECT id FROM ledger_leaf WHERE log = 'audit' AND place = 8)"},
	 "(place 8) is gone, and no leaf says that it was erased"},
	/* tiles */
	{{"UPDATE ledger_tile SET hashes = (SELECT hashes FROM ledger_tile WHERE log = 'list' AND level = 1) WHERE log = 'list' AND n = 1"},
	 "tile 0/1 has another number of hashes"},
	{{"DELETE FROM ledger_tile WHERE log = 'list' AND level = 0 AND n = 0"}, "tile 0/0 is gone"},
	{{"DELETE FROM ledger_tile WHERE log = 'list' AND level = 1"}, "tile 1/0 is gone"},
	{{"UPDATE ledger_tile SET hashes = (SELECT root FROM ledger_head WHERE log = 'list') WHERE log = 'list' AND level = 1"},
	 "hash 0 of tile 1/0 is not the root of the tile below it"},
	{{"INSERT INTO ledger_tile (log, level, n, hashes) SELECT log, 2, 0, root FROM ledger_head WHERE log = 'list'"},
	 "tile 2/0 is beyond the log's end"},
	/* heads and checkpoints */
	{{"UPDATE ledger_head SET size = 240 WHERE log = 'list'"}, "the head's row (size 240) is not the newest checkpoint"},
	{{"UPDATE ledger_head SET root = (SELECT root FROM ledger_checkpoint WHERE log = 'list' AND size = 30) WHERE log = 'list'"},
	 "the head's row (size 270) is not the newest checkpoint"},
	{{"DELETE FROM ledger_head WHERE log = 'audit'"}, "audit head-edited: the head's row is gone"},
	{{"DELETE FROM ledger_checkpoint WHERE log = 'list' AND size = 120"}, "the checkpoint of size 150 follows one of size 120"},
	{{"DELETE FROM ledger_checkpoint WHERE log = 'audit'"}, "the head is of size 10, but there is no checkpoint"},
	{{"UPDATE ledger_checkpoint SET signed_at = signed_at - 86400000 WHERE log = 'list' AND size = 60"},
	 "the checkpoint of size 60 was signed at another time"},
	{{"UPDATE ledger_checkpoint SET root = (SELECT root FROM ledger_head WHERE log = 'audit') WHERE log = 'list' AND size = 60"},
	 "the checkpoint of size 60 does not say what its row says"},
	{{"UPDATE ledger_checkpoint SET note = replace(note, 'cordon.kh', 'cordon.kr') WHERE log = 'list' AND size = 60"},
	 "the checkpoint of size 60 is not signed by a key"},
	{{"UPDATE ledger_checkpoint SET size = 61 WHERE log = 'list' AND size = 60"}, "the checkpoint of size 61 does not say what its row says"},
	/* cosignatures */
	{{"UPDATE ledger_cosignature SET at = at - 86400000"}, "the cosignature of witness.kr/w1 at size 270 does not verify"},
	{{"UPDATE ledger_cosignature SET size = 240"}, "the cosignature of witness.kr/w1 at size 240 does not verify"},
	/* records of other modules */
	{{"UPDATE record SET number = number + 1 WHERE leaf = (SELECT id FROM ledger_leaf WHERE log = 'list' AND place = 12)"},
	 "record-edited: row"},
	{{"DELETE FROM record WHERE leaf = (SELECT id FROM ledger_leaf WHERE log = 'list' AND place = 12)"},
	 "(place 12) has no row in table record"},
	{{"INSERT INTO record (leaf, number) VALUES ('00000000000000000000000000000000', 1)"},
	 "row 00000000000000000000000000000000 of table record has no leaf"},
	/* a whole log */
	{{"DELETE FROM ledger_payload WHERE leaf IN (SELECT id FROM ledger_leaf WHERE log = 'audit')", "DELETE FROM ledger_leaf WHERE log = 'audit'",
	  "UPDATE ledger_head SET size = 0 WHERE log = 'audit'"},
	 "the leaf at place 9 is gone"},
};

static void every_tampering_is_named(void **state)
{
	struct db *db = test_db(state);
	struct keys k = keys_make();
	struct findings f;

	build(db, &k);
	for (size_t i = 0; i < sizeof tamperings / sizeof tamperings[0]; i++) {
		attempt(db, &(struct attempt){.sql = tamperings[i].sql, .keys = &k, .findings = &f});
		if (strstr(f.text, tamperings[i].says) == NULL)
			fail_msg("%s\nis to be told as: %s\nbut: %s", tamperings[i].sql[0], tamperings[i].says, f.text);
	}
	assert_int_equal(verify(db, &k, &f).findings, 0);
}

/* One hash of a tile of level 0, or of a leaf and its tile together: what leads to the signed root is believed. */
struct tile_edit {
	uint64_t n;
	unsigned hash;
	bool leaf_too;
};

static enum status edit_tile_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct tile_edit *edit = context;
	struct arena arena;
	struct db_rows rows;
	uint8_t *hashes;
	enum status st;

	arena_init(&arena, 1 << 16);
	TRY_OUT(db_query_one(tx, "SELECT hashes FROM ledger_tile WHERE log = 'list' AND level = 0 AND n = $1",
			     DB_PARAMS(DB_V_INT((int64_t)edit->n)), &arena, &rows, ret_error));
	hashes = ARENA_NEW(&arena, uint8_t, 8192);
	memcpy(hashes, db_blob(&rows, 0, 0).data, db_blob(&rows, 0, 0).len);
	if (edit->leaf_too) {
		struct bytes body = text_bytes(TEXT("forged"));
		struct merkle_hash hash;

		merkle_hash_leaf(body, &hash);
		memcpy(hashes + 32 * edit->hash, hash.b, 32);
		TRY_OUT(db_exec(tx, "UPDATE ledger_leaf SET body = 'forged' WHERE log = 'list' AND place = $1",
				DB_PARAMS(DB_V_INT((int64_t)(edit->n * 256 + edit->hash))), NULL, ret_error));
	} else {
		hashes[32 * edit->hash] ^= 1;
	}
	st = db_exec(tx, "UPDATE ledger_tile SET hashes = $1 WHERE log = 'list' AND level = 0 AND n = $2",
		     DB_PARAMS(DB_V_BLOB(((struct bytes){hashes, db_blob(&rows, 0, 0).len})), DB_V_INT((int64_t)edit->n)), NULL, ret_error);
out:
	arena_release(&arena);
	return st;
}

static void leaf_and_tile_are_told_apart(void **state)
{
	static const struct {
		struct tile_edit edit;
		const char *says;
	} rows[] = {
		{{0, 9, false}, "list tile-edited: tile 0/0 does not hold the hash of leaf"},
		{{1, 13, false}, "list tile-edited: tile 0/1 does not hold the hash of leaf"},
		{{0, 70, true}, "list log-rewritten: leaves and tiles up to place 89 do not lead to the root that was signed at that size; "
				"those before place 60 did"},
	};
	struct db *db = test_db(state);
	struct keys k = keys_make();
	struct findings f;

	build(db, &k);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		attempt(db, &(struct attempt){.work = edit_tile_work, .context = (void *)(uintptr_t)&rows[i].edit, .keys = &k, .findings = &f});
		if (strstr(f.text, rows[i].says) == NULL)
			fail_msg("row %zu: %s", i, f.text);
		if (!rows[i].edit.leaf_too && strstr(f.text, "leaf-"))
			fail_msg("row %zu blames a leaf: %s", i, f.text);
	}
}

/* Put in by SQL with a time long past, and then placed by the hub as any other. */
static void a_backdated_leaf_is_named(void **state)
{
	struct db *db = test_db(state);
	struct keys k = keys_make();
	struct ledger_signing list = {.log = LEDGER_LIST, .signer = &k.list};
	struct findings f;

	build(db, &k);
	help_sql(db, "INSERT INTO ledger_leaf (id, log, at, body) SELECT '0123456789abcdef0123456789abcdef', log, at - 100000000, "
		     "replace(replace(body, id, '0123456789abcdef0123456789abcdef'), CAST(at AS TEXT), CAST(at - 100000000 AS TEXT)) "
		     "FROM ledger_leaf WHERE log = 'list' AND place = 200");
	assert_int_equal(help_sequence(db, &list), 1);
	(void)verify(db, &k, &f);
	assert_non_null(strstr(f.text, "leaf-backdated: leaf 0123456789abcdef0123456789abcdef (place 270)"));
	assert_non_null(strstr(f.text, "payload-deleted"));
	assert_non_null(strstr(f.text, "record-deleted: leaf 0123456789abcdef0123456789abcdef (place 270)"));
}

static enum status erase_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	char id[ID_SIZE];

	return ledger_erase(tx, &help_env, text_of(context), &(struct ledger_new){.payload = TEXT("{\"ground\":\"appeal\"}")}, id, ret_error);
}

static void what_was_erased_is_no_fault(void **state)
{
	struct db *db = test_db(state);
	struct keys k = keys_make();
	struct ledger_signing audit = {.log = LEDGER_AUDIT, .signer = &k.audit};
	struct help_leaf leaf;
	struct ledger_verified told;
	struct findings f;

	build(db, &k);
	leaf = help_append(db, LEDGER_AUDIT, 5);
	(void)help_sequence(db, &audit);
	assert_ok(db_transact(db, DB_WRITE, erase_work, leaf.id, NULL));
	told = verify(db, &k, &f);
	assert_string_equal(f.text, "");
	assert_int_equal(told.erased, 1);
	assert_int_equal(told.waiting, 1);
}

/* A revoked key counts for what it signed before, and for nothing after. */
static void a_revoked_key_signs_no_more(void **state)
{
	struct db *db = test_db(state);
	struct keys k = keys_make();
	struct findings f;

	build(db, &k);
	k.logs[0].to_size = 240;
	(void)verify(db, &k, &f);
	assert_non_null(strstr(f.text, "checkpoint-forged: the checkpoint of size 270 is not signed by a key that is trusted for it"));
	assert_null(strstr(f.text, "size 240"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(an_honest_ledger_is_found_good),
		db_unit_test(every_tampering_is_named),
		db_unit_test(leaf_and_tile_are_told_apart),
		db_unit_test(a_backdated_leaf_is_named),
		db_unit_test(what_was_erased_is_no_fault),
		db_unit_test(a_revoked_key_signs_no_more),
	};

	return db_run_group_tests(tests);
}
