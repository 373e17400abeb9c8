/* The audit: one row for every access and every act, reads of persons too, committed before data are shown.
 * Each row is also a leaf of the ledger's log "audit". No personal data of travellers or suspects in `detail`.
 */
#ifndef ACCOUNT_AUDIT_H
#define ACCOUNT_AUDIT_H

#include "ledger/ledger.h"
#include "model/actor.h"

struct audit_event {
	const struct actor *actor;
	const char *action;      /* word of data/policy.tsv */
	const char *thing_kind;  /* "entry", "submission", "person", ... or NULL */
	struct text thing;       /* its id, or empty */
	const char *outcome;     /* "done", "denied", "not-found", "refused", "shown" */
	struct text detail;      /* a JSON object, or empty */
};

/* In the caller's write transaction. Fails: as ledger_append. */
MUST_USE enum status audit_add(struct db_tx *tx, const struct env *env, const struct audit_event *event, struct error *ret_error);

#endif
