/* A log of one's own on a test database: a clock that the test moves, leaves by number, a key. */
#ifndef TESTS_LEDGER_HELP_H
#define TESTS_LEDGER_HELP_H

#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>

#include "ledger/ledger.h"
#include "ledger/sequence.h"
#include "lib/db.h"

static _Atomic int64_t help_now_ms = 1763000000000;

static inline int64_t help_now(void *context)
{
	(void)context;
	return atomic_load(&help_now_ms);
}

static inline void help_random(void *context, void *out, size_t len)
{
	(void)context;
	randombytes_buf(out, len);
}

static const struct env help_env = {help_now, help_random, NULL};

static inline struct note_signer help_signer(const char *name, enum note_type type)
{
	static const uint8_t seed[32] = {42};
	struct note_signer signer;

	assert_ok(note_signer_make(text_of(name), type, seed, &signer, NULL));
	return signer;
}

static const char *const help_logs[] = {LEDGER_LIST, LEDGER_AUDIT};

struct help_leaf {
	const char *log;
	unsigned number;
	char id[ID_SIZE];
};

static inline enum status help_append_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct help_leaf *leaf = context;
	char payload[64];

	snprintf(payload, sizeof payload, "{\"number\":%u}", leaf->number);
	return ledger_append(tx, &help_env,
			     &(struct ledger_new){.log = leaf->log, .kind = "entry.publish", .subject = TEXT("0123456789abcdef"),
						  .actor = TEXT("fedcba9876543210"), .payload = text_of(payload)},
			     leaf->id, ret_error);
}

/* One leaf, committed. */
static inline struct help_leaf help_append(struct db *db, const char *log, unsigned number)
{
	struct help_leaf leaf = {.log = log, .number = number};
	struct error error = {.code = ST_OK};

	atomic_fetch_add(&help_now_ms, 7);
	if (db_transact(db, DB_WRITE, help_append_work, &leaf, &error) != ST_OK)
		fail_msg("%s", error.message);
	return leaf;
}

struct help_many {
	const char *log;
	unsigned count;
};

static inline enum status help_many_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct help_many *many = context;

	for (unsigned i = 0; i < many->count; i++) {
		struct help_leaf leaf = {.log = many->log, .number = i};

		TRY(help_append_work(tx, &leaf, ret_error));
	}
	return ST_OK;
}

/* Many, in one commit. */
static inline void help_append_many(struct db *db, const char *log, unsigned count)
{
	struct help_many many = {log, count};
	struct error error = {.code = ST_OK};

	atomic_fetch_add(&help_now_ms, 7);
	if (db_transact(db, DB_WRITE, help_many_work, &many, &error) != ST_OK)
		fail_msg("%s", error.message);
}

static inline size_t help_sequence(struct db *db, struct ledger_signing *signing)
{
	struct error error = {.code = ST_OK};
	size_t placed = 0;

	atomic_fetch_add(&help_now_ms, 1000);
	if (ledger_sequence(db, &help_env, signing, &placed, &error) != ST_OK)
		fail_msg("%s", error.message);
	return placed;
}

/* One statement as an administrator would run it. */
static inline enum status help_sql_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	return db_exec(tx, context, DB_NO_PARAMS, NULL, ret_error);
}

static inline void help_sql(struct db *db, const char *sql)
{
	struct error error = {.code = ST_OK};

	if (db_transact(db, DB_WRITE, help_sql_work, (void *)(uintptr_t)sql, &error) != ST_OK)
		fail_msg("%s: %s", sql, error.message);
}

struct help_number {
	const char *sql;
	int64_t value;
};

static inline enum status help_number_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct help_number *number = context;
	struct arena arena;
	struct db_rows rows;
	enum status st;

	arena_init(&arena, 1 << 20);
	st = db_query_one(tx, number->sql, DB_NO_PARAMS, &arena, &rows, ret_error);
	if (st == ST_OK)
		number->value = db_int(&rows, 0, 0);
	arena_release(&arena);
	return st;
}

static inline int64_t help_number(struct db *db, const char *sql)
{
	struct help_number number = {.sql = sql};
	struct error error = {.code = ST_OK};

	if (db_transact(db, DB_READ, help_number_work, &number, &error) != ST_OK)
		fail_msg("%s: %s", sql, error.message);
	return number.value;
}

#endif
