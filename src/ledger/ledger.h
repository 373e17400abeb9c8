/* The ledger: append-only Merkle logs of what was decided and who looked, in the same transaction as the change.
 *
 * Two logs: "list" (every act on the blacklist) and "audit" (every access). A leaf holds no personal data: it commits to a
 * canonical JSON payload with a fresh 256-bit salt; payload and salt stand in a table of their own and can be erased.
 * ledger_append() stores a leaf without a place; ledger_sequence() (sequence.h) gives places in groups by compare-and-swap on
 * the log's head (several hubs may try at once), writes tiles and signs the checkpoint. Formats: docs/formats/ledger.md (C2SP
 * tlog-tiles, tlog-checkpoint, tlog-cosignature, tlog-proof).
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/env.h"
#include "db/db.h"
#include "merkle/tile.h"
#include "model/id.h"

#define LEDGER_LIST "list"
#define LEDGER_AUDIT "audit"
#define LEDGER_EDITION "edition" /* no log: what signs the list that follows from "list" */
#define LEDGER_PAYLOAD_MAX ((size_t)1 << 20)
/* The kind of a leaf that says of another, its subject, that its payload was erased. */
#define LEDGER_ERASE "leaf.erase"

struct ledger_new {
	const char *log;
	const char *kind;      /* the act: "entry.publish", "entry.read", ... */
	struct text subject;   /* uid of what it is about (random, not personal), or empty */
	struct text actor;     /* id of who did it, or empty */
	struct text payload;   /* canonical JSON (RFC 8785): what is committed to */
};

/* In the caller's transaction. Gives the leaf's id. The place in the log follows within a second of the commit.
 * Fails: as db_exec; ST_LIMIT (payload over 1 MiB); ST_MALFORMED (kind, subject or actor is not 1 to 128 printable ASCII
 * characters without quotes, backslashes and spaces). */
MUST_USE enum status ledger_append(struct db_tx *tx, const struct env *env, const struct ledger_new *leaf,
				   char ret_id[ID_SIZE], struct error *ret_error);

/* Deletes payload and salt of a leaf, and appends a LEDGER_ERASE leaf about it to the same log; `why->log`, `kind` and
 * `subject` are set by this. Fails: as ledger_append; ST_NOT_FOUND (no such leaf, or erased already). */
MUST_USE enum status ledger_erase(struct db_tx *tx, const struct env *env, struct text leaf_id, const struct ledger_new *why,
				  char ret_id[ID_SIZE], struct error *ret_error);

/* ---- where a leaf stands ---- */

enum ledger_state {
	LEDGER_PENDING,  /* committed, not yet in a checkpoint */
	LEDGER_LOGGED,   /* in a checkpoint that the log signed */
	LEDGER_COSIGNED, /* in one that a witness cosigned too: published */
};

struct ledger_standing {
	enum ledger_state state;
	int64_t place;     /* -1 while pending */
	int64_t since_ms;  /* when it came into this state */
	int64_t logged_ms; /* 0 while pending */
};

/* Fails: ST_NOT_FOUND (no such leaf); as db_query. */
MUST_USE enum status ledger_standing(struct db_tx *tx, struct text leaf_id, struct ledger_standing *ret, struct error *ret_error);

/* "pending", "logged", "cosigned". */
const char *ledger_state_word(enum ledger_state state);

/* The leaf's tlog-proof, with the newest cosigned checkpoint that covers it, or where there is none the newest signed one; its
 * extra data are the leaf's body. In the arena. Fails: ST_NOT_FOUND (no such leaf, or still pending: reason "leaf-pending");
 * ST_CORRUPT. */
MUST_USE enum status ledger_proof(struct db_tx *tx, struct text leaf_id, struct arena *arena, struct text *ret_proof,
				  struct error *ret_error);

/* What the leaf commits to. Fails: ST_NOT_FOUND (no such leaf, or erased). */
struct ledger_opening {
	struct text body, payload;
	uint8_t salt[32];
};
MUST_USE enum status ledger_open(struct db_tx *tx, struct text leaf_id, struct arena *arena, struct ledger_opening *ret,
				 struct error *ret_error);

/* ---- what the log shows to everybody ---- */

/* The newest checkpoint with the cosignatures it has; with `cosigned` the newest that has any. Fails: ST_NOT_FOUND. */
MUST_USE enum status ledger_checkpoint(struct db_tx *tx, const char *log, bool cosigned, struct arena *arena, struct text *ret_note,
				       struct error *ret_error);

/* The bytes of a tile or bundle of entries, within what was signed. Fails: ST_NOT_FOUND. */
MUST_USE enum status ledger_tile(struct db_tx *tx, const char *log, const struct tile *tile, struct arena *arena,
				 struct bytes *ret, struct error *ret_error);

struct ledger_witnessed {
	struct text witness, key_id; /* 8 hexadecimal digits */
	int64_t at_ms;
	uint64_t size;
};

/* Size and root of the log, when it was signed last, and the newest cosignature of each witness. */
struct ledger_head {
	uint64_t size;
	struct merkle_hash root;
	int64_t signed_ms;
	uint64_t cosigned_size; /* 0: none */
	const struct ledger_witnessed *witnesses;
	size_t witness_count;
};
/* Fails: ST_NOT_FOUND (nothing was signed yet). */
MUST_USE enum status ledger_head(struct db_tx *tx, const char *log, struct arena *arena, struct ledger_head *ret,
				 struct error *ret_error);

#endif
