/* Giving places: the leaves that wait become the end of their log, in groups, and the new tree head is signed.
 *
 * Several hubs over one database may try at once: the head's row is locked, and moved on only from the size that was read.
 * Nothing is signed unless what is stored is what was signed before: the head, the newest checkpoint and the tiles must agree,
 * and what this hub itself signed last (`seen`) must still be there.
 */
#ifndef LEDGER_SEQUENCE_H
#define LEDGER_SEQUENCE_H

#include "base/env.h"
#include "db/db.h"
#include "merkle/checkpoint.h"

#define LEDGER_GROUP_MAX 4096u

/* The largest tree head that this hub knows to have been signed; size 0: none. */
struct ledger_seen {
	uint64_t size;
	struct merkle_hash root;
};

struct ledger_signing {
	const char *log;
	const struct note_signer *signer; /* its name is the log's origin */
	struct ledger_seen seen;          /* moved on by ledger_sequence */
};

/* Places one group, LEDGER_GROUP_MAX leaves at most; gives how many (0: none waited). An empty log is signed once at size 0.
 * Fails: ST_CORRUPT reason "ledger-damaged" (what is stored is not what was signed: nothing was changed), "ledger-rewound"
 * (the log is shorter than, or other than, what was signed before); as db_transact. Cost: a write transaction. */
MUST_USE enum status ledger_sequence(struct db *db, const struct env *env, struct ledger_signing *signing, size_t *ret_placed,
				     struct error *ret_error);

#endif
