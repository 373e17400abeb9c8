/* The audit: one row for every access and every act, reads of persons too, committed before data are shown.
 * Each row is also a leaf of the ledger's log "audit", which commits to all its columns. No personal data of travellers or
 * suspects in `detail`.
 */
#ifndef ACCOUNT_AUDIT_H
#define ACCOUNT_AUDIT_H

#include "base/buffer.h"
#include "ledger/ledger.h"
#include "model/actor.h"

struct audit_event {
	const struct actor *actor;
	const char *action;      /* word of data/account/policy.tsv */
	const char *thing_kind;  /* "entry", "submission", "person", ... or NULL */
	struct text thing;       /* its id, or empty */
	const char *outcome;     /* "done", "denied", "not-found", "refused", "shown", "flagged" */
	struct text detail;      /* a JSON object, or empty */
};

/* In the caller's write transaction. Fails: as ledger_append. */
MUST_USE enum status audit_add(struct db_tx *tx, const struct env *env, const struct audit_event *event, struct error *ret_error);

/* What the leaf of a row commits to: canonical JSON (RFC 8785) of its columns. Appends to `out`; ask buffer_status. Pure. */
void audit_payload(const struct audit_event *event, int64_t at_ms, struct buffer *out);

/* For every search by a name and every entry shown: where the name (folded, words in any order) is that of an officer, adds a
 * row with outcome "flagged" that says whether he looked up himself or a colleague. `event` says what was being done.
 * Fails: as audit_add; ST_LIMIT (name over 2,048 bytes). */
MUST_USE enum status audit_flag_lookup(struct db_tx *tx, const struct env *env, const struct audit_event *event,
				       struct text name, struct error *ret_error);

/* The form in which names of officers are compared, in the arena. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status audit_name_key(struct text name, struct arena *arena, struct text *ret_key);

#endif
