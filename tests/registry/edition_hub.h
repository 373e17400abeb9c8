/* A hub's log of the list, its keys and its builder, for tests of editions. */
#ifndef TESTS_REGISTRY_EDITION_HUB_H
#define TESTS_REGISTRY_EDITION_HUB_H

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

static inline struct note_signer key_make(struct hub *hub, size_t i, const char *name, enum note_type type)
{
	struct note_signer signer;
	uint8_t seed[32];

	memset(seed, (int)i + 7, sizeof seed);
	assert_ok(note_signer_make(text_of(name), type, seed, &signer, NULL));
	note_vkey(&signer.key, hub->vkeys[i]);
	hub->keys[i] = (struct edition_key){(enum edition_role)i, 0, INT64_MAX / 2, text_of(hub->vkeys[i]), 0};
	return signer;
}

static inline void hub_make(struct hub *hub, struct db *db)
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

static inline void hub_release(struct hub *hub)
{
	edition_builder_release(&hub->builder);
}

static inline uint64_t draw(struct hub *hub, uint64_t below)
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

static inline enum status act_work(struct db_tx *tx, void *context, struct error *ret_error)
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

static inline struct act act_do(struct hub *hub, const char *kind, unsigned number)
{
	struct act act = {.kind = kind, .number = number};
	struct error error = {.code = ST_OK};

	atomic_fetch_add(&help_now_ms, 3);
	if (db_transact(hub->db, DB_WRITE, act_work, &act, &error) != ST_OK)
		fail_msg("%s", error.message);
	return act;
}

/* Somebody is put on the list, changed, or dropped from it; or something happens that does not count. */
static inline void act_any(struct hub *hub)
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

static inline size_t listed_count(const struct hub *hub)
{
	size_t count = 0;

	for (unsigned i = 0; i < SUBJECTS; i++)
		count += hub->listed[i];
	return count;
}

/* The partner's witness signs the newest checkpoint. */
static inline enum status cosign_work(struct db_tx *tx, void *context, struct error *ret_error)
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

static inline void cosign(struct hub *hub)
{
	struct error error = {.code = ST_OK};

	if (db_transact(hub->db, DB_WRITE, cosign_work, hub, &error) != ST_OK)
		fail_msg("%s", error.message);
}

static inline uint64_t build(struct hub *hub)
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

static inline enum status fetch_work(struct db_tx *tx, void *context, struct error *ret_error)
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

static inline void take(struct hub *hub, struct edition *edition, uint64_t number, uint64_t from)
{
	struct fetch f = {.hub = hub, .number = number, .from = from, .edition = edition};
	struct error error = {.code = ST_OK};

	if (db_transact(hub->db, DB_READ, fetch_work, &f, &error) != ST_OK)
		fail_msg("%s: %s", error.reason, error.message);
}

static inline enum status audit_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct fetch *f = context;

	(void)ret_error;
	f->audited = edition_audit(tx, f->edition, &f->audit, &f->why);
	return ST_OK;
}

static inline struct fetch audit(struct hub *hub, struct edition *edition)
{
	struct fetch f = {.hub = hub, .edition = edition};

	assert_ok(db_transact(hub->db, DB_READ, audit_work, &f, NULL));
	return f;
}

static inline struct edition *edition_fresh(void)
{
	struct edition *edition;

	assert_ok(edition_new(MEMORY, &edition, NULL));
	return edition;
}

static inline void bodies_equal(const struct edition *a, const struct edition *b)
{
	struct buffer x, y;

	buffer_init(&x, MEMORY), buffer_init(&y, MEMORY);
	assert_ok(edition_body(a, &x, NULL));
	assert_ok(edition_body(b, &y, NULL));
	assert_int_equal(x.len, y.len);
	assert_memory_equal(x.data, y.data, x.len);
	buffer_release(&x), buffer_release(&y);
}

#endif
