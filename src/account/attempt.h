/* Failed attempts: who has guessed too often waits. Kept by a hash of what was tried, known or not, so that the answer says
 * nothing of whether it exists. */
#ifndef ACCOUNT_ATTEMPT_H
#define ACCOUNT_ATTEMPT_H

#include "db/db.h"

enum attempt_kind { ATTEMPT_PASSWORD, ATTEMPT_CODE, ATTEMPT_ADDRESS, ATTEMPT_SETUP };

/* Counts an attempt before it is looked at, so that many at once are not more than one after the other; a success is taken back
 * with attempt_clear. Fails: ST_LIMIT, reason "slow-down", while the subject is blocked; as db_exec. The transaction must be
 * committed where it gives ST_OK, whatever comes of the attempt. */
MUST_USE enum status attempt_count(struct db_tx *tx, enum attempt_kind kind, struct text subject, int64_t now_ms,
				   struct error *ret_error);
MUST_USE enum status attempt_clear(struct db_tx *tx, enum attempt_kind kind, struct text subject, struct error *ret_error);

#endif
