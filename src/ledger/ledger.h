/* The ledger: append-only Merkle logs of what was decided and who looked, in the same transaction as the change.
 *
 * Two logs: "list" (every act on the blacklist) and "audit" (every access). A leaf holds no personal data: it commits to a
 * canonical JSON payload with a fresh 256-bit salt; payload and salt stand in a table of their own and can be erased.
 * ledger_append() stores a leaf without a place; ledger_sequence() gives places in groups by compare-and-swap on the log's
 * head (several hubs may try at once), writes tiles and signs the checkpoint. Formats: docs/formats/ledger.md (C2SP
 * tlog-tiles, tlog-checkpoint, tlog-cosignature, tlog-proof).
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/env.h"
#include "db/db.h"
#include "model/id.h"

#define LEDGER_LIST "list"
#define LEDGER_AUDIT "audit"

struct ledger_new {
	const char *log;
	const char *kind;      /* the act: "entry.publish", "entry.read", ... */
	struct text subject;   /* uid of what it is about (random, not personal), or empty */
	struct text actor;     /* id of who did it */
	struct text payload;   /* canonical JSON (RFC 8785): what is committed to */
};

/* In the caller's transaction. Gives the leaf's id. The place in the log follows within a second of the commit.
 * Fails: as db_exec; ST_LIMIT (payload over 1 MiB). */
MUST_USE enum status ledger_append(struct db_tx *tx, const struct env *env, const struct ledger_new *leaf,
				   char ret_id[ID_SIZE], struct error *ret_error);

#endif
