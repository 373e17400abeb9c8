/* The first start: whoever runs the hub reads a one-time code and makes the first administrator with it. No default password. */
#ifndef ACCOUNT_SETUP_H
#define ACCOUNT_SETUP_H

#include "account/credential.h"
#include "account/person.h"

/* Whether the hub's country has no active administrator. */
MUST_USE enum status setup_needed(struct accounts *accounts, bool *ret_needed, struct error *ret_error);

struct setup_new {
	struct text code, name, login, password;
	struct text agency; /* its name; empty: "Administration" */
};
/* Makes the administrator, opens a session with a password alone and a one-time-code secret that waits for its first code.
 * Audited. Fails: ST_DENIED, reason "setup-code"; ST_CONFLICT, reason "setup-done"; ST_LIMIT, reason "slow-down"; as
 * person_create and password_accept. */
MUST_USE enum status setup_first(struct accounts *accounts, const struct actor *actor, const struct setup_new *first,
				 struct arena *arena, struct signed_in *ret, struct totp_offer *ret_offer, struct error *ret_error);

#endif
