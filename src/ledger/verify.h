/* Verifying a ledger in its database: every leaf, payload, tile, root, signature and cosignature, and that the records of other
 * modules say what their leaves commit to. Whoever changed a row with SQL is found out, and the row is named.
 *
 * Everything is computed anew from the leaves and compared with what was signed; the keys come from outside the database.
 */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H

#include "db/db.h"
#include "merkle/note.h"

#define LEDGER_KEYS_MAX 64u

/* What is wrong, and where. Lives until the callback returns. */
struct ledger_finding {
	const char *what;   /* a word: "leaf-edited", "leaf-deleted", "leaf-moved", "leaf-inserted", "leaf-backdated",
			       "payload-edited", "payload-deleted", "tile-edited", "tile-deleted", "tile-inserted", "head-edited",
			       "checkpoint-edited", "checkpoint-deleted", "checkpoint-forged", "checkpoint-backdated",
			       "cosignature-edited", "record-edited", "record-deleted", "record-inserted", "log-rewritten" */
	const char *log;
	const char *detail; /* a sentence that names the row */
};

/* A key of a log, by the name of the log in the database; a revoked one counts only up to `to_size`. */
struct ledger_log_key {
	char log[32];
	struct note_key key;
	uint64_t to_size;
};

/* Rows of another module that are the changes behind leaves. */
struct ledger_record {
	const char *table;
	/* One row for each record: what names it; its leaf's id, NULL where there is no such leaf; the leaf's payload, NULL where
	 * it was erased; then whatever `same` compares. */
	const char *sql;
	/* Names of the leaves that are to have a record here and have none: their id, and their place. */
	const char *missing_sql;
	/* Whether the record says what its payload says; not asked where the payload was erased. */
	bool (*same)(void *context, const struct db_rows *row);
	void *context;
};

/* Whose signatures count. */
struct ledger_trust {
	const struct ledger_log_key *keys;
	size_t key_count;
	const struct note_key *witnesses;
	size_t witness_count;
};

struct ledger_verify_options {
	struct ledger_trust trust;
	const struct ledger_record *const *records;
	size_t record_count;
	void (*found)(void *context, const struct ledger_finding *finding);
	void *context;
};

struct ledger_verified {
	uint64_t logs, leaves, erased, waiting, tiles, checkpoints, cosignatures, unknown_cosignatures, records, findings;
};

/* ST_OK also where something was found: see ret->findings. Fails: as db_transact. Cost: reads everything once; memory: a
 * checkpoint takes 48 bytes. */
MUST_USE enum status ledger_verify_tx(struct db_tx *tx, const struct ledger_verify_options *options, struct ledger_verified *ret,
				      struct error *ret_error);
MUST_USE enum status ledger_verify(struct db *db, const struct ledger_verify_options *options, struct ledger_verified *ret,
				   struct error *ret_error);

#endif
