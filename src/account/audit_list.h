/* Reading the audit: newest first, page by page. In the caller's transaction. */
#ifndef ACCOUNT_AUDIT_LIST_H
#define ACCOUNT_AUDIT_LIST_H

#include "db/db.h"

struct audit_filter {
	struct text person, action, thing, outcome; /* exact; empty: all */
	bool flagged;                               /* those alone that want somebody's look */
	int64_t from_ms, to_ms;                     /* to_ms 0: until now */
	struct text after;                          /* "MS ID" of the last row seen, or empty */
	uint32_t limit;
};

struct audit_row {
	struct text id, actor, actor_name, country, address, purpose, action, thing_kind, thing, outcome, detail;
	int64_t at_ms;
};

/* Counting is the only thing that grows with the audit, which is never cut. */
#define AUDIT_TOTAL_MAX 100000

/* *ret_total counts what the filter lets through, AUDIT_TOTAL_MAX where it is that many or more. Fails: ST_MALFORMED (after), as db_query.
 * Cost: an index scan. */
MUST_USE enum status audit_list(struct db_tx *tx, const struct audit_filter *filter, struct arena *arena,
				struct audit_row **ret_list, size_t *ret_count, int64_t *ret_total, struct error *ret_error);

#endif
