/* The log's side of witnessing: what a witness is sent, and what it answered. */
#ifndef LEDGER_COSIGN_H
#define LEDGER_COSIGN_H

#include "db/db.h"
#include "merkle/note.h"

struct ledger_submission {
	struct text body;  /* of add-checkpoint */
	uint64_t size;     /* of the checkpoint in it */
};

/* The newest checkpoint, with the proof from `old_size`, which the witness holds. In the arena.
 * Fails: ST_NOT_FOUND (nothing signed yet); ST_CONFLICT reason "ledger-rewound" (the witness holds more than the log has). */
MUST_USE enum status ledger_submission(struct db_tx *tx, const char *log, uint64_t old_size, struct arena *arena,
				       struct ledger_submission *ret, struct error *ret_error);

/* The size that this witness cosigned last; 0: none. */
MUST_USE enum status ledger_cosigned_size(struct db_tx *tx, const char *log, const struct note_key *witness, uint64_t *ret_size,
					  struct error *ret_error);

struct ledger_cosignature {
	const char *log;
	uint64_t size;
	struct text lines; /* signature lines, as the witness answered */
};

/* Verifies and keeps the line of one of the witnesses; lines of others are passed over. Doing it again changes nothing.
 * Fails: ST_NOT_FOUND (no such checkpoint, no line of these witnesses), ST_DENIED (it does not verify), ST_MALFORMED. */
MUST_USE enum status ledger_cosign(struct db_tx *tx, const struct ledger_cosignature *cosignature, const struct note_key *witnesses,
				   size_t witness_count, struct error *ret_error);

#endif
