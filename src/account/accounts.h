/* Accounts of one hub: who is behind a request, and the limits on asking.
 *
 * The table of roles and what they may do is policy.h; what was done is audit.h; this is the way from a cookie, a token or a
 * client certificate to a struct actor.
 */
#ifndef ACCOUNT_ACCOUNTS_H
#define ACCOUNT_ACCOUNTS_H

#include "base/env.h"
#include "db/db.h"
#include "http/http.h"
#include "model/actor.h"

#define ACCOUNTS_IDLE_MS ((int64_t)15 * 60000)      /* a session without a request ends */
#define ACCOUNTS_SHIFT_MS ((int64_t)10 * 3600000)   /* a session ends in any case */

struct accounts;

struct accounts_options {
	const char *host;    /* the hub's country, alpha-2; NULL: what the database says, or "kh" in an empty one */
	struct text oidc;    /* a provider's description, as oidc.h says; empty: none */
	const char *origin;  /* how officers reach the hub, "https://cordon.example"; NULL: plain HTTP on localhost only */
};

/* `db`, `env` and the options' strings must outlive it. Fails: ST_CONFLICT (the database belongs to a hub of another
 * country), ST_MALFORMED (options), as db_transact. */
MUST_USE enum status accounts_open(struct db *db, const struct env *env, const struct accounts_options *options,
				   struct accounts **ret_accounts, struct error *ret_error);
void accounts_close(struct accounts *accounts); /* NULL is fine */

/* The hub's country; lives as long as `accounts`. */
struct text accounts_host(const struct accounts *accounts);

/* The configured origin, or empty. */
struct text accounts_origin(const struct accounts *accounts);

/* Who acts: by the session's cookie, `Authorization: Bearer`, or the client certificate that was checked. Without
 * any of them, or with one that ended, is unknown or belongs to a locked person: nobody (an empty id). Texts live in
 * request->arena. `used`: the request counts as use of the session; not what a page asks by itself, or no session would ever
 * be idle. Fails: as db_transact. */
MUST_USE enum status accounts_actor(struct accounts *accounts, const struct http_request *request, bool used,
				    struct actor *ret_actor, struct error *ret_error);

/* The machine whose bearer token it is, where no request carries it; else nobody. Texts in the arena. Fails: as db_transact. */
MUST_USE enum status accounts_token(struct accounts *accounts, struct text token, struct arena *arena, struct actor *ret_actor,
				    struct error *ret_error);

/* Counts one request of `cost` (1: an ordinary one) against the actor or, for nobody, the address.
 * Fails: ST_LIMIT, reason "slow-down". Cost: no database. */
MUST_USE enum status accounts_count(struct accounts *accounts, const struct actor *actor, unsigned cost, int64_t now_ms,
				    struct error *ret_error);

/* When no administrator of the hub's country exists: makes a new one-time code for the first set-up (ending earlier ones)
 * and gives it, to be shown to the operator; otherwise gives an empty text. Lives until accounts_close. */
MUST_USE enum status accounts_setup_code(struct accounts *accounts, struct text *ret_code, struct error *ret_error);

#endif
