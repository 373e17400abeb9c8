/* Whether the tables of the blacklist and the audit say what the ledger's leaves commit to: for `cordon verify ledger`.
 *
 * Each audit row and each step of an entry's timeline is compared with its leaf's payload; each entry as it stands now (names,
 * documents and measures too) with the content that its last act committed to, and with what checkpoints were told of it.
 */
#ifndef REGISTRY_VERIFY_H
#define REGISTRY_VERIFY_H

#include "ledger/verify.h"

/* The tables whose rows are changes behind leaves, for ledger_verify. */
const struct ledger_record *const *registry_ledger_records(size_t *ret_count);

struct registry_verifying {
	void (*found)(void *context, const struct ledger_finding *finding);
	void *context;
	uint64_t entries, findings; /* set */
};

/* Every entry. ST_OK also where something was found. Fails: as db_transact. */
MUST_USE enum status registry_verify_entries_tx(struct db_tx *tx, struct registry_verifying *verifying, struct error *ret_error);
MUST_USE enum status registry_verify_entries(struct db *db, struct registry_verifying *verifying, struct error *ret_error);

#endif
