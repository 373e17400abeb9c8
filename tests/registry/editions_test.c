#include "lib/db.h"

#include <pthread.h>

#include "ledger/help.h"
#include "registry/editions.h"

#define MEMORY ((size_t)64 << 20)
#define GRACE_MS ((int64_t)3600 * 1000)
#define SUBJECTS 40u

/* A hub's log of the list, its keys, and the editions that it makes. */
struct hub {
	struct db *db;
	struct ledger_signing signing;
	struct note_signer log, editions, witness;
	char vkeys[3][NOTE_VKEY_SIZE];
	struct edition_builder builder;
	struct edition_key keys[3];
	uint64_t random;
	bool listed[SUBJECTS];
};

static struct note_signer key_make(struct hub *hub, size_t i, const char *name, enum note_type type)
{
	struct note_signer signer;
	uint8_t seed[32];

	memset(seed, (int)i + 7, sizeof seed);
	assert_ok(note_signer_make(text_of(name), type, seed, &signer, NULL));
	note_vkey(&signer.key, hub->vkeys[i]);
	hub->keys[i] = (struct edition_key){(enum edition_role)i, 0, INT64_MAX / 2, text_of(hub->vkeys[i]), 0};
	return signer;
}

static void hub_make(struct hub *hub, struct db *db)
{
	*hub = (struct hub){.db = db, .random = 88172645463325252u};
	hub->editions = key_make(hub, EDITION_KEY_EDITION, "kh.example/editions", NOTE_ED25519);
	hub->log = key_make(hub, EDITION_KEY_LOG, "kh.example/list", NOTE_ED25519);
	hub->witness = key_make(hub, EDITION_KEY_WITNESS, "kr.example/witness", NOTE_COSIGNATURE);
	hub->signing = (struct ledger_signing){.log = LEDGER_LIST, .signer = &hub->log};
	for (size_t i = 0; i < 3; i++)
		hub->keys[i].vkey = text_of(hub->vkeys[i]);
	edition_builder_init(&hub->builder, &(struct editions_options){.db = db, .env = &help_env, .list = TEXT("cordon.kh"), .signer = &hub->editions,
						 .keys = {1, hub->keys, 3, NULL, 0}, .grace_ms = GRACE_MS});
}

static void hub_release(struct hub *hub)
{
	edition_builder_release(&hub->builder);
}

static uint64_t draw(struct hub *hub, uint64_t below)
{
	hub->random ^= hub->random << 13;
	hub->random ^= hub->random >> 7;
	hub->random ^= hub->random << 17;
	return hub->random % below;
}

struct act {
	const char *kind;
	unsigned number;
	bool urgent;
	char leaf[ID_SIZE];
};

static enum status act_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct act *act = context;
	char subject[ID_SIZE], payload[512];

	snprintf(subject, sizeof subject, "%08x%024u", act->number * 2654435761u, act->number);
	snprintf(payload, sizeof payload,
		 "{\"expires\":\"2030-01-01T00:00:00.000Z\",\"handling\":1,\"id\":\"%s\",\"measures\":[],\"owner\":\"kr\",\"person\":{"
		 "\"properties\":{\"birthDate\":[\"19%02u-03-07\"],\"name\":[\"\xea\xb9\x80\xeb\xaf\xbc\xec\x88\x98 %u\"]},\"schema\":\"Person\"},\"urgent\":%s}",
		 subject, act->number, act->number, act->urgent ? "true" : "false");
	return ledger_append(tx, &help_env,
			     &(struct ledger_new){.log = LEDGER_LIST, .kind = act->kind, .subject = text_of(subject),
						  .actor = TEXT("0123456789abcdef0123456789abcdef"), .payload = text_of(payload)},
			     act->leaf, ret_error);
}

static struct act act_do(struct hub *hub, const char *kind, unsigned number)
{
	struct act act = {.kind = kind, .number = number};
	struct error error = {.code = ST_OK};

	atomic_fetch_add(&help_now_ms, 3);
	if (db_transact(hub->db, DB_WRITE, act_work, &act, &error) != ST_OK)
		fail_msg("%s", error.message);
	return act;
}

/* Somebody is put on the list, changed, or dropped from it; or something happens that does not count. */
static void act_any(struct hub *hub)
{
	unsigned number = (unsigned)draw(hub, SUBJECTS);
	bool drop = hub->listed[number] && draw(hub, 3) == 0;
	bool clearance = number % 5 == 0;

	if (draw(hub, 4) == 0) {
		act_do(hub, "entry.assess", number);
		return;
	}
	act_do(hub, drop ? (clearance ? "clearance.drop" : "listing.drop") : clearance ? "clearance.put" : "listing.put", number);
	hub->listed[number] = !drop;
}

static size_t listed_count(const struct hub *hub)
{
	size_t count = 0;

	for (unsigned i = 0; i < SUBJECTS; i++)
		count += hub->listed[i];
	return count;
}

/* The partner's witness signs the newest checkpoint. */
static enum status cosign_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct hub *hub = context;
	struct arena arena;
	struct text note;
	struct signed_checkpoint checkpoint;
	struct buffer line;
	char id[9];
	enum status st;

	arena_init(&arena, 1 << 20);
	buffer_init(&line, 4096);
	TRY_OUT(ledger_checkpoint(tx, LEDGER_LIST, false, &arena, &note, ret_error));
	TRY_OUT(signed_checkpoint_open(text_bytes(note), &hub->log.key, &checkpoint, ret_error));
	TRY_OUT(note_sign(&hub->witness, checkpoint.note.text, (uint64_t)help_now(NULL) / 1000, &line, NULL));
	sodium_bin2hex(id, sizeof id, hub->witness.key.id, sizeof hub->witness.key.id);
	st = db_exec(tx, "INSERT INTO ledger_cosignature (log, size, witness, key_id, at, line) VALUES ('list', $1, $2, $3, $4, $5)",
		     DB_PARAMS(DB_V_INT((int64_t)checkpoint.checkpoint.size), DB_V_TEXT(text_of(hub->witness.key.name)),
			       DB_V_TEXT(text_of(id)), DB_V_INT(help_now(NULL)), DB_V_TEXT(buffer_text(&line))),
		     NULL, ret_error);
out:
	buffer_release(&line);
	arena_release(&arena);
	return st;
}

static void cosign(struct hub *hub)
{
	struct error error = {.code = ST_OK};

	if (db_transact(hub->db, DB_WRITE, cosign_work, hub, &error) != ST_OK)
		fail_msg("%s", error.message);
}

static uint64_t build(struct hub *hub)
{
	struct error error = {.code = ST_OK};
	uint64_t number;

	atomic_fetch_add(&help_now_ms, 10);
	if (edition_build(&hub->builder, &number, &error) != ST_OK)
		fail_msg("%s: %s", error.reason, error.message);
	return number;
}

/* ---- reading what was built ---- */

struct fetch {
	struct hub *hub;
	uint64_t number, from;
	struct edition *edition;
	struct fold_result audit;
	struct error why; /* of the audit */
	enum status audited;
};

static enum status fetch_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct fetch *f = context;
	struct edition_trust trust = {.keys = &f->hub->builder.options.keys, .list = TEXT("cordon.kh"), .now_ms = help_now(NULL)};
	struct merkle_hash sha256;
	struct arena arena;
	struct bytes file;
	enum status st;

	arena_init(&arena, MEMORY);
	st = edition_file_load(tx, f->number, f->from, &arena, &file, &sha256, ret_error);
	if (st == ST_NOT_FOUND)
		fail_msg("edition %d from %d is not there", (int)f->number, (int)f->from);
	if (st == ST_OK)
		st = edition_take(f->edition, file, &trust, ret_error);
	arena_release(&arena);
	return st;
}

static void take(struct hub *hub, struct edition *edition, uint64_t number, uint64_t from)
{
	struct fetch f = {.hub = hub, .number = number, .from = from, .edition = edition};
	struct error error = {.code = ST_OK};

	if (db_transact(hub->db, DB_READ, fetch_work, &f, &error) != ST_OK)
		fail_msg("%s: %s", error.reason, error.message);
}

static enum status audit_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct fetch *f = context;

	(void)ret_error;
	f->audited = edition_audit(tx, f->edition, &f->audit, &f->why);
	return ST_OK;
}

static struct fetch audit(struct hub *hub, struct edition *edition)
{
	struct fetch f = {.hub = hub, .edition = edition};

	assert_ok(db_transact(hub->db, DB_READ, audit_work, &f, NULL));
	return f;
}

static struct edition *edition_fresh(void)
{
	struct edition *edition;

	assert_ok(edition_new(MEMORY, &edition, NULL));
	return edition;
}

static void bodies_equal(const struct edition *a, const struct edition *b)
{
	struct buffer x, y;

	buffer_init(&x, MEMORY), buffer_init(&y, MEMORY);
	assert_ok(edition_body(a, &x, NULL));
	assert_ok(edition_body(b, &y, NULL));
	assert_int_equal(x.len, y.len);
	assert_memory_equal(x.data, y.data, x.len);
	buffer_release(&x), buffer_release(&y);
}

/* ---- tests ---- */

static void editions_follow_the_ledger(void **state)
{
	struct hub hub;
	struct edition *chain = edition_fresh(), *jump = edition_fresh();

	hub_make(&hub, test_db(state));
	for (uint64_t number = 1; number <= 9; number++) {
		struct edition *whole = edition_fresh();
		struct fetch f;

		for (uint64_t more = 1 + draw(&hub, 30); more > 0; more--)
			act_any(&hub);
		act_do(&hub, "listing.put", 1), hub.listed[1] = true;
		help_sequence(hub.db, &hub.signing);
		assert_int_equal(build(&hub), 0); /* nobody has cosigned */
		cosign(&hub);
		if (number % 3 == 0)
			hub_release(&hub); /* as after a start */
		assert_int_equal(build(&hub), number);
		assert_int_equal(build(&hub), 0); /* once */
		take(&hub, chain, number, number - 1);
		take(&hub, whole, number, 0);
		assert_int_equal(edition_count(whole), listed_count(&hub));
		assert_true(edition_manifest(whole)->witnessed);
		bodies_equal(chain, whole);
		f = audit(&hub, whole);
		if (f.audited != ST_OK)
			fail_msg("%s", f.why.message);
		assert_int_equal(f.audit.records, listed_count(&hub));
		if (number == 5 || number == 9) {
			take(&hub, jump, number, number == 5 ? 0 : 5);
			bodies_equal(jump, whole);
		}
		edition_free(whole);
	}
	edition_free(chain), edition_free(jump);
	hub_release(&hub);
}

static void without_a_witness_after_the_grace(void **state)
{
	struct hub hub;
	struct edition *edition = edition_fresh();

	hub_make(&hub, test_db(state));
	act_do(&hub, "listing.put", 3);
	assert_int_equal(build(&hub), 0); /* no log yet */
	help_sequence(hub.db, &hub.signing);
	assert_int_equal(build(&hub), 0);
	atomic_fetch_add(&help_now_ms, GRACE_MS);
	assert_int_equal(build(&hub), 1);
	take(&hub, edition, 1, 0);
	assert_false(edition_manifest(edition)->witnessed);
	assert_int_equal(build(&hub), 0);
	/* The witness is back: the same list, now confirmed. */
	cosign(&hub);
	assert_int_equal(build(&hub), 2);
	take(&hub, edition, 2, 1);
	assert_true(edition_manifest(edition)->witnessed);
	assert_int_equal(edition_count(edition), 1);
	/* Nothing changes, but the edition must not grow old. */
	atomic_fetch_add(&help_now_ms, (int64_t)12 * 3600 * 1000);
	assert_int_equal(build(&hub), 3);
	take(&hub, edition, 3, 2);
	edition_free(edition);
	hub_release(&hub);
}

/* Leaves that are signed between the two looks of a builder, which asks for the time before the first and before the second. */
static struct hub *hasty;
static int hasty_at;

static int64_t now_and_sign_more(void *context)
{
	if (hasty && --hasty_at == 0) {
		act_do(hasty, "listing.put", 7);
		help_sequence(hasty->db, &hasty->signing);
		cosign(hasty);
		hasty = NULL;
	}
	return help_now(context);
}

static void leaves_signed_meanwhile_are_in_the_next_edition(void **state)
{
	static const struct env env = {now_and_sign_more, help_random, NULL};
	struct hub hub;
	struct edition *edition = edition_fresh();
	struct fetch f;
	uint64_t number, last = 0;

	hub_make(&hub, test_db(state));
	hub.builder.options.env = &env;
	for (int more = 0; more < 8; more++) {
		act_do(&hub, "listing.put", (unsigned)more + 10);
		help_sequence(hub.db, &hub.signing);
		cosign(&hub);
		hasty = more % 2 ? &hub : NULL;
		hasty_at = 2;
		if (more == 4)
			act_do(&hub, "listing.drop", 7);
		while ((number = build(&hub)) != 0)
			last = number;
	}
	take(&hub, edition, last, 0);
	assert_int_equal(edition_count(edition), 9);
	f = audit(&hub, edition);
	if (f.audited != ST_OK)
		fail_msg("%s", f.why.message);
	edition_free(edition);
	hub_release(&hub);
}

struct racer {
	struct edition_builder builder;
	pthread_t thread;
	uint64_t number;
	enum status st;
};

static void *race(void *context)
{
	struct racer *r = context;
	struct error error;

	r->st = edition_build(&r->builder, &r->number, &error);
	return NULL;
}

static void of_several_builders_one_wins(void **state)
{
	struct hub hub;
	struct racer racers[4];

	hub_make(&hub, test_db(state));
	for (size_t i = 0; i < 4; i++)
		edition_builder_init(&racers[i].builder, &hub.builder.options);
	for (uint64_t round = 1; round <= 5; round++) {
		size_t won = 0;

		for (unsigned i = 0; i < 20; i++)
			act_any(&hub);
		act_do(&hub, "listing.put", 1), hub.listed[1] = true;
		help_sequence(hub.db, &hub.signing);
		cosign(&hub);
		for (size_t i = 0; i < 4; i++) {
			racers[i].number = 0;
			assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
		}
		for (size_t i = 0; i < 4; i++) {
			assert_int_equal(pthread_join(racers[i].thread, NULL), 0);
			won += racers[i].st == ST_OK && racers[i].number == round;
			assert_true(racers[i].number == 0 || racers[i].number == round);
		}
		assert_int_equal(won, 1);
		assert_int_equal(build(&hub), 0);
	}
	for (size_t i = 0; i < 4; i++)
		edition_builder_release(&racers[i].builder);
	hub_release(&hub);
}

/* Decides and signs without a pause. */
struct writer {
	struct hub *hub;
	pthread_t thread;
	atomic_bool stop;
	enum status st;
};

static void *write_on(void *context)
{
	struct writer *w = context;
	size_t placed;

	for (unsigned number = 1000; w->st == ST_OK && !atomic_load(&w->stop); number++) {
		struct act act = {.kind = "listing.put", .number = number};

		w->st = db_transact(w->hub->db, DB_WRITE, act_work, &act, NULL);
		if (w->st == ST_OK)
			w->st = ledger_sequence(w->hub->db, &help_env, &w->hub->signing, &placed, NULL);
	}
	return NULL;
}

/* What was signed between reading the leaves and building belongs to the next edition, whole. */
static void decisions_while_an_edition_is_built(void **state)
{
	struct hub hub;
	struct writer writer = {.hub = &hub};
	uint64_t made = 0;

	hub_make(&hub, test_db(state));
	hub.builder.options.grace_ms = 0;
	act_do(&hub, "listing.put", 1);
	help_sequence(hub.db, &hub.signing);
	assert_int_equal(pthread_create(&writer.thread, NULL, write_on, &writer), 0);
	for (unsigned i = 0; i < 20000 && made < 12; i++) {
		uint64_t number = build(&hub);
		struct edition *edition;
		struct fetch f;

		if (number == 0)
			continue;
		made++;
		edition = edition_fresh();
		take(&hub, edition, number, 0);
		f = audit(&hub, edition);
		if (f.audited != ST_OK)
			fail_msg("edition %d: %s", (int)number, f.why.message);
		edition_free(edition);
	}
	atomic_store(&writer.stop, true);
	assert_int_equal(pthread_join(writer.thread, NULL), 0);
	assert_ok(writer.st);
	assert_int_equal(made, 12);
	hub_release(&hub);
}

static void what_differs_from_the_ledger_is_named(void **state)
{
	static const struct {
		const char *sql;
		const char *told;
	} rows[] = {
		{"UPDATE ledger_payload SET payload = payload || ' ' WHERE leaf = (SELECT id FROM ledger_leaf WHERE log = 'list' AND place = 2)",
		 "leaf 2 of the ledger: what is stored for it is not what it commits to"},
		{"DELETE FROM ledger_payload WHERE leaf = (SELECT id FROM ledger_leaf WHERE log = 'list' AND place = 1)",
		 "leaf 1 of the ledger: it is in force, but what it commits to is gone"},
		{"UPDATE ledger_leaf SET body = (SELECT body FROM ledger_leaf WHERE log = 'list' AND place = 0) WHERE log = 'list' AND place = 3",
		 NULL},
		{"UPDATE ledger_leaf SET place = NULL WHERE log = 'list' AND place = 3", "leaf 3 of the ledger: the ledger ends before the edition's"},
		{"UPDATE ledger_leaf SET place = NULL WHERE log = 'list' AND place = 1", "leaf 1 of the ledger: it is missing"},
	};
	struct hub hub;
	struct edition *edition = edition_fresh();

	hub_make(&hub, test_db(state));
	for (unsigned i = 0; i < 4; i++)
		act_do(&hub, "listing.put", i);
	help_sequence(hub.db, &hub.signing);
	cosign(&hub);
	assert_int_equal(build(&hub), 1);
	take(&hub, edition, 1, 0);
	assert_ok(audit(&hub, edition).audited);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fetch f;

		help_sql(hub.db, "CREATE TABLE kept_leaf AS SELECT * FROM ledger_leaf");
		help_sql(hub.db, "CREATE TABLE kept_payload AS SELECT * FROM ledger_payload");
		help_sql(hub.db, rows[i].sql);
		f = audit(&hub, edition);
		assert_int_equal(f.audited, ST_CORRUPT);
		assert_string_equal(f.why.reason, "edition-not-ledger");
		if (rows[i].told)
			assert_string_equal(f.why.message, rows[i].told);
		help_sql(hub.db, "DELETE FROM ledger_payload");
		help_sql(hub.db, "UPDATE ledger_leaf SET place = place + 1000");
		help_sql(hub.db, "UPDATE ledger_leaf SET body = (SELECT body FROM kept_leaf k WHERE k.id = ledger_leaf.id), "
				 "place = (SELECT place FROM kept_leaf k WHERE k.id = ledger_leaf.id)");
		help_sql(hub.db, "INSERT INTO ledger_payload SELECT * FROM kept_payload");
		help_sql(hub.db, "DROP TABLE kept_leaf");
		help_sql(hub.db, "DROP TABLE kept_payload");
		assert_ok(audit(&hub, edition).audited);
	}
	edition_free(edition);
	hub_release(&hub);
}

struct erasure {
	struct act act;
};

static enum status erase_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct erasure *e = context;
	char id[ID_SIZE];

	return ledger_erase(tx, &help_env, text_of(e->act.leaf), &(struct ledger_new){.payload = TEXT("{}")}, id, ret_error);
}

static void what_was_dropped_may_be_erased(void **state)
{
	struct hub hub;
	struct edition *edition = edition_fresh(), *whole = edition_fresh();
	struct erasure put = {0}, drop = {0}, in_force = {0};
	struct error error;
	uint64_t number;

	hub_make(&hub, test_db(state));
	put.act = act_do(&hub, "listing.put", 1);
	in_force.act = act_do(&hub, "listing.put", 2);
	help_sequence(hub.db, &hub.signing);
	cosign(&hub);
	assert_int_equal(build(&hub), 1);
	take(&hub, edition, 1, 0);
	drop.act = act_do(&hub, "listing.drop", 1);
	assert_ok(db_transact(hub.db, DB_WRITE, erase_work, &put, NULL));
	help_sequence(hub.db, &hub.signing);
	cosign(&hub);
	assert_int_equal(build(&hub), 2);
	take(&hub, edition, 2, 1);
	assert_int_equal(edition_count(edition), 1);
	assert_ok(audit(&hub, edition).audited);
	/* The drop's own payload gone too: no delta can show it any more, the whole list can be had. */
	act_do(&hub, "listing.put", 3);
	assert_ok(db_transact(hub.db, DB_WRITE, erase_work, &drop, NULL));
	help_sequence(hub.db, &hub.signing);
	cosign(&hub);
	assert_int_equal(build(&hub), 3);
	take(&hub, whole, 3, 0);
	take(&hub, edition, 3, 2);
	bodies_equal(edition, whole);
	assert_ok(audit(&hub, whole).audited);
	/* What is in force must not be erased: no edition is made that would leave it out. */
	act_do(&hub, "listing.put", 4);
	assert_ok(db_transact(hub.db, DB_WRITE, erase_work, &in_force, NULL));
	help_sequence(hub.db, &hub.signing);
	cosign(&hub);
	assert_int_equal(edition_build(&hub.builder, &number, &error), ST_CORRUPT);
	assert_string_equal(error.reason, "edition-leaf-erased");
	assert_int_equal(number, 0);
	edition_free(edition), edition_free(whole);
	hub_release(&hub);
}

/* ---- urgent entries ---- */

struct urgent_read {
	struct hub *hub;
	uint64_t number;
	struct edition *edition;
	int64_t told; /* how often it was */
};

static enum status urgent_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct urgent_read *u = context;
	struct edition_trust trust = {.keys = &u->hub->builder.options.keys, .list = TEXT("cordon.kh.urgent"), .now_ms = help_now(NULL)};
	struct arena arena;
	struct bytes file;
	struct db_rows row;
	enum status st;

	arena_init(&arena, MEMORY);
	TRY_OUT(edition_urgent_load(tx, u->number, &arena, &file, ret_error));
	TRY_OUT(edition_take(u->edition, file, &trust, ret_error));
	TRY_OUT(db_query_one(tx, "SELECT count(*) FROM outbox WHERE kind = 'urgent'", DB_NO_PARAMS, &arena, &row, ret_error));
	u->told = db_int(&row, 0, 0);
out:
	arena_release(&arena);
	return st;
}

/* The next edition is built; its urgent file has whoever is in `mask`, by number, and it was told `times` times that one has changed. */
static void urgent_next(struct hub *hub, unsigned mask, int64_t times)
{
	struct urgent_read u = {.hub = hub, .edition = edition_fresh()};
	struct edition *whole = edition_fresh();
	struct error error = {.code = ST_OK};
	size_t count = 0;

	help_sequence(hub->db, &hub->signing);
	cosign(hub);
	u.number = build(hub);
	assert_int_not_equal(u.number, 0);
	if (db_transact(hub->db, DB_READ, urgent_work, &u, &error) != ST_OK)
		fail_msg("%s: %s", error.reason, error.message);
	assert_int_equal(edition_manifest(u.edition)->number, u.number);
	take(hub, whole, u.number, 0);
	for (unsigned i = 0; i < 8; i++) {
		char hex[ID_SIZE];
		uint8_t subject[EDITION_ID_SIZE];
		const struct edition_record *mine, *theirs;

		snprintf(hex, sizeof hex, "%08x%024u", i * 2654435761u, i);
		assert_int_equal(sodium_hex2bin(subject, sizeof subject, hex, ID_SIZE - 1, NULL, NULL, NULL), 0);
		mine = edition_find(u.edition, subject);
		theirs = edition_find(whole, subject);
		assert_int_equal(mine != NULL, mask >> i & 1);
		if (mine) /* word for word what the whole says */
			assert_true(theirs && mine->index == theirs->index && text_equal(mine->payload, theirs->payload));
		count += mine != NULL;
	}
	assert_int_equal(edition_count(u.edition), count);
	assert_int_equal(u.told, times);
	edition_free(u.edition), edition_free(whole);
}

static void urgent_do(struct hub *hub, unsigned number, bool urgent)
{
	struct act act = {.kind = "listing.put", .number = number, .urgent = urgent};

	atomic_fetch_add(&help_now_ms, 3);
	assert_ok(db_transact(hub->db, DB_WRITE, act_work, &act, NULL));
}

static void urgent_entries_go_ahead(void **state)
{
	struct hub hub;

	hub_make(&hub, test_db(state));
	urgent_do(&hub, 1, false), urgent_do(&hub, 2, true), urgent_do(&hub, 3, true);
	urgent_next(&hub, 1 << 2 | 1 << 3, 1);
	urgent_do(&hub, 4, false);
	urgent_next(&hub, 1 << 2 | 1 << 3, 1);
	/* one is withdrawn, the other decided: he goes on being told for as long as he might have been urgent, over a start too */
	act_do(&hub, "listing.drop", 3);
	urgent_do(&hub, 2, false);
	urgent_next(&hub, 1 << 2, 2);
	hub_release(&hub);
	urgent_do(&hub, 5, true);
	urgent_next(&hub, 1 << 2 | 1 << 5, 3);
	act_do(&hub, "listing.drop", 2);
	urgent_next(&hub, 1 << 5, 4);
	urgent_do(&hub, 5, false);
	urgent_next(&hub, 1 << 5, 5);
	atomic_fetch_add(&help_now_ms, (int64_t)72 * 3600 * 1000);
	act_do(&hub, "listing.put", 6);
	urgent_next(&hub, 0, 6);
	hub_release(&hub);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(editions_follow_the_ledger),
		db_unit_test(without_a_witness_after_the_grace),
		db_unit_test(leaves_signed_meanwhile_are_in_the_next_edition),
		db_unit_test(of_several_builders_one_wins),
		db_unit_test(decisions_while_an_edition_is_built),
		db_unit_test(what_differs_from_the_ledger_is_named),
		db_unit_test(what_was_dropped_may_be_erased),
		db_unit_test(urgent_entries_go_ahead),
	};

	return db_run_group_tests(tests);
}
