/* The audit as `cordon verify ledger` looks at it: each row must say what its leaf of the log "audit" commits to, and each leaf
 * must have its row.
 */
#ifndef ACCOUNT_AUDIT_CHECK_H
#define ACCOUNT_AUDIT_CHECK_H

#include "ledger/verify.h"

extern const struct ledger_record audit_record;

#endif
