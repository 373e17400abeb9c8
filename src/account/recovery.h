/* A person who lost what he proves himself with: one administrator proposes a new start, another confirms it. Each is given one
 * half of the new password, so that neither can take the person's place alone.
 */
#ifndef ACCOUNT_RECOVERY_H
#define ACCOUNT_RECOVERY_H

#include "account/person.h"

#define RECOVERY_TIME_MS ((int64_t)24 * 3600000) /* a proposal waits for its second administrator */

struct recovery_given {
	char half[SECRET_WORD_SIZE]; /* of the password: the proposer's, a hyphen, the confirmer's */
	bool confirmed;
};

/* After may() allowed `person.recover`. Proposes, or confirms what another proposed: all credentials and sessions of the person
 * go. Runs its own transactions; audited. Fails: ST_CONFLICT, reason "recovery-open" (he proposed it himself, or somebody was
 * faster); ST_DENIED, reason "own-roles"; as db_transact. Cost: one Argon2 hash. */
MUST_USE enum status recovery_ask(struct accounts *accounts, const struct actor *actor, struct text person,
				  struct recovery_given *ret_given, struct error *ret_error);

#endif
