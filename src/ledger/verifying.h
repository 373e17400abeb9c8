/* What the parts of the verification share. */
#ifndef LEDGER_VERIFYING_H
#define LEDGER_VERIFYING_H

#include "ledger/store.h"
#include "ledger/verify.h"
#include "merkle/checkpoint.h"

/* Wrong leaves of one log that are told one by one; more are counted. */
#define FAULTS_MAX 1000u
/* A leaf's time may lie this much behind what was in the log before it: commits that overtake each other, clocks of hubs. */
#define LATE_MS ((int64_t)600000)

struct head_signed {
	uint64_t size;
	struct merkle_hash root;
	int64_t signed_ms;
	bool trusted; /* its text and signature are good */
};

struct verifying {
	const struct ledger_verify_options *options;
	struct ledger_verified *told;
	struct db_tx *tx;
	struct arena *arena; /* of one log */
	const char *log;
	uint64_t size; /* of the newest checkpoint */
	struct head_signed *heads;
	size_t head_count;
	/* tiles of level 0 that were found wrong, so that the level above is not blamed */
	uint64_t wrong_tiles[FAULTS_MAX];
	size_t wrong_count;
};

void verify_found(struct verifying *v, const char *what, const char *format, ...) PRINTF_LIKE(3, 4);

MUST_USE enum status verify_checkpoints(struct verifying *v, struct error *ret_error);
MUST_USE enum status verify_cosignatures(struct verifying *v, struct error *ret_error);
MUST_USE enum status verify_leaves(struct verifying *v, struct error *ret_error);
MUST_USE enum status verify_tiles(struct verifying *v, struct error *ret_error);
MUST_USE enum status verify_record(struct verifying *v, const struct ledger_record *record, struct error *ret_error);

#endif
