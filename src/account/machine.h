/* Machines: bearer tokens and client certificates of a country, with few roles and an end. In the caller's transaction, after
 * may() allowed it; no audit of its own.
 */
#ifndef ACCOUNT_MACHINE_H
#define ACCOUNT_MACHINE_H

#include "base/env.h"
#include "db/db.h"
#include "model/id.h"

#define MACHINE_TOKEN_SIZE 64u             /* "cordon_" and 256 bits as base64url, with the ending NUL */
#define MACHINE_LIFE_MS ((int64_t)366 * 86400000) /* the longest */

struct machine_new {
	struct text country, name, by;
	uint64_t roles;
	int64_t ends_ms;
	struct text fingerprint; /* SHA-256 of a client certificate, hexadecimal, colons allowed; empty: a bearer token is made */
};
/* The token is given here once and is stored as its hash; empty for a certificate.
 * Fails: ST_MALFORMED, reason "name-malformed", "roles-apart", "expiry" (past, or over a year), "fingerprint"; ST_CONFLICT,
 * reason "certificate-known". */
MUST_USE enum status machine_make(struct db_tx *tx, const struct env *env, const struct machine_new *machine,
				  char ret_id[ID_SIZE], char ret_token[MACHINE_TOKEN_SIZE], struct error *ret_error);

struct machine_row {
	struct text id, name, kind, roles;
	int64_t created_ms, ends_ms, ended_ms, used_ms; /* 0: not yet */
};
MUST_USE enum status machine_list(struct db_tx *tx, struct text country, struct arena *arena, struct machine_row **ret_list,
				  size_t *ret_count, struct error *ret_error);

/* Fails: ST_NOT_FOUND (another country's too). */
MUST_USE enum status machine_end(struct db_tx *tx, const struct env *env, struct text id, struct text country,
				 struct error *ret_error);

#endif
