#include "account/attempt.h"

#include <sodium.h>

#define FORGET_MS ((int64_t)15 * 60000) /* without an attempt, what was counted is forgotten */
#define BLOCK_MS ((int64_t)15 * 60000)  /* the first block; each further one is twice as long */
#define BLOCK_MAX_MS ((int64_t)4 * 3600000)
#define DOUBLINGS_MAX 4

static const int64_t free_attempts[] = {[ATTEMPT_PASSWORD] = 5, [ATTEMPT_CODE] = 5, [ATTEMPT_ADDRESS] = 50, [ATTEMPT_SETUP] = 10};

static void key_of(enum attempt_kind kind, struct text subject, uint8_t out[crypto_hash_sha256_BYTES])
{
	crypto_hash_sha256_state state;
	uint8_t tag = (uint8_t)kind;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, &tag, 1);
	crypto_hash_sha256_update(&state, (const uint8_t *)subject.data, subject.len);
	crypto_hash_sha256_final(&state, out);
}

enum status attempt_count(struct db_tx *tx, enum attempt_kind kind, struct text subject, int64_t now_ms, struct error *ret_error)
{
	uint8_t key[crypto_hash_sha256_BYTES];
	struct db_value key_value = DB_V_BLOB(((struct bytes){key, sizeof key}));
	int64_t failures = 0, until_ms = 0;
	struct arena arena;
	struct db_rows row;
	enum status st;

	key_of(kind, subject, key);
	arena_init(&arena, 65536);
	st = db_query_one(tx, "SELECT failures, last_ms, until_ms FROM attempt WHERE subject = $1", DB_PARAMS(key_value), &arena,
			  &row, ret_error);
	if (st == ST_OK) {
		failures = db_int(&row, 0, 0);
		until_ms = db_int(&row, 0, 2);
		/* A clock that was set back must not block anybody for longer than the longest block. */
		if (until_ms > now_ms && until_ms - now_ms <= BLOCK_MAX_MS) {
			st = error_because(ret_error, ST_LIMIT, "slow-down", NULL, "too many attempts");
			goto out;
		}
		if (now_ms - db_int(&row, 0, 1) > FORGET_MS && now_ms - until_ms > FORGET_MS)
			failures = 0;
	} else if (st != ST_NOT_FOUND) {
		goto out;
	}
	failures++;
	until_ms = 0;
	if (failures >= free_attempts[kind]) {
		int64_t doublings = failures - free_attempts[kind];

		until_ms = now_ms + (BLOCK_MS << (doublings < DOUBLINGS_MAX ? doublings : DOUBLINGS_MAX));
	}
	st = db_exec(tx,
		     "INSERT INTO attempt (subject, failures, last_ms, until_ms) VALUES ($1, $2, $3, $4)"
		     " ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, last_ms = excluded.last_ms,"
		     " until_ms = excluded.until_ms",
		     DB_PARAMS(key_value, DB_V_INT(failures), DB_V_INT(now_ms), DB_V_INT(until_ms)), NULL, ret_error);
out:
	arena_release(&arena);
	return st;
}

enum status attempt_clear(struct db_tx *tx, enum attempt_kind kind, struct text subject, struct error *ret_error)
{
	uint8_t key[crypto_hash_sha256_BYTES];

	key_of(kind, subject, key);
	return db_exec(tx, "DELETE FROM attempt WHERE subject = $1", DB_PARAMS(DB_V_BLOB(((struct bytes){key, sizeof key}))), NULL,
		       ret_error);
}
