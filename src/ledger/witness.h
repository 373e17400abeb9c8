/* The witness's side: it cosigns a checkpoint only if the tree has grown at its end from the one that it cosigned before.
 *
 * What it holds is moved on by compare-and-swap and is durable before the cosignature leaves (C2SP tlog-witness v1.0.0). Two
 * signed tree heads that do not fit together are kept for ever: they are the proof of what the log did.
 */
#ifndef LEDGER_WITNESS_H
#define LEDGER_WITNESS_H

#include "base/env.h"
#include "db/db.h"
#include "merkle/checkpoint.h"

enum witness_alarm {
	WITNESS_NO_ALARM,
	WITNESS_FORK,         /* two roots for one size, or a tree that does not begin with the one held */
	WITNESS_REWIND,       /* a log that shows less than what was cosigned */
	WITNESS_INCONSISTENT, /* a proof that does not hold: may be a fork, may be a fault of whoever sent it */
};

struct witness {
	struct db *db;
	const struct env *env;
	const struct note_signer *signer; /* of type NOTE_COSIGNATURE */
	const struct note_key *logs;      /* that it watches, by their names */
	size_t log_count;
};

struct witness_answer {
	unsigned status;        /* HTTP: 200, 400, 403, 404, 409, 422, 503 */
	const char *type;       /* content type of the body */
	struct buffer body;     /* the caller's, empty before */
	enum witness_alarm alarm;
	char alarm_id[33];      /* where there is an alarm */
};

/* add-checkpoint. Never fails otherwise than by its answer. */
void witness_add_checkpoint(const struct witness *witness, struct bytes body, struct witness_answer *answer);

/* What is held of a log, with the cosignature. In the arena. Fails: ST_NOT_FOUND (nothing yet, or no such log). */
struct witness_held {
	uint64_t size;
	struct merkle_hash root;
	struct text origin, note;
	int64_t cosigned_ms;
};
MUST_USE enum status witness_held(const struct witness *witness, struct text origin, struct arena *arena, struct witness_held *ret,
				  struct error *ret_error);

/* The same by the lower-case hexadecimal SHA-256 of its origin: the witness's monitoring address. */
MUST_USE enum status witness_held_by_hash(const struct witness *witness, struct text hex, struct arena *arena,
					  struct witness_held *ret, struct error *ret_error);

/* Keeps two checkpoints that do not fit; the same pair once. Gives the alarm's id. */
struct witness_pair {
	struct text origin, held, offered;
	enum witness_alarm kind;
};
MUST_USE enum status witness_raise(const struct witness *witness, const struct witness_pair *pair, char ret_id[33],
				   struct error *ret_error);

/* "fork", "rewind", "inconsistent". */
const char *witness_alarm_word(enum witness_alarm alarm);

/* How many were raised. */
MUST_USE enum status witness_alarms(const struct witness *witness, uint64_t *ret_count, struct error *ret_error);

#endif
