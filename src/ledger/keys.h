/* The keys of a hub as its database knows them: which signs now, which signed before and up to which size.
 *
 * Every beginning and end of a key is a leaf of the log "list" ("key.begin", "key.retire", "key.revoke"), so that no key comes
 * or goes unseen. The keys themselves stand in files or on a token, never here.
 */
#ifndef LEDGER_KEYS_H
#define LEDGER_KEYS_H

#include "base/env.h"
#include "db/db.h"
#include "merkle/note.h"

/* What a key is for: a log's name, or another word ("edition"). */
struct ledger_key_row {
	struct text purpose, vkey, state; /* "active", "retired", "revoked" */
	int64_t created_ms, ended_ms;     /* 0: not ended */
	uint64_t from_size, to_size;      /* of the log; to_size where it has ended */
};

/* All keys, oldest first; with `purpose` (not NULL) only its own. In the arena. */
MUST_USE enum status ledger_keys(struct db_tx *tx, const char *purpose, struct arena *arena, const struct ledger_key_row **ret_rows,
				 size_t *ret_count, struct error *ret_error);

/* The key signs from now on. Fails: ST_CONFLICT (the purpose has an active key, or the key was used before). */
MUST_USE enum status ledger_key_begin(struct db_tx *tx, const struct env *env, const char *purpose, const struct note_key *key,
				      struct error *ret_error);

enum ledger_key_end { LEDGER_KEY_RETIRE, LEDGER_KEY_REVOKE };

/* The active key of the purpose signs no more; what it signed up to now stays good. Gives the size of the log (of "list" for
 * "edition") at which it ended. Fails: ST_NOT_FOUND (none is active). */
MUST_USE enum status ledger_key_end(struct db_tx *tx, const struct env *env, const char *purpose, enum ledger_key_end how,
				    uint64_t *ret_size, struct error *ret_error);

/* A key that was retired turns out to be in other hands: it is revoked from now on. `id`: its eight digits. Fails: ST_NOT_FOUND. */
MUST_USE enum status ledger_key_disown(struct db_tx *tx, const struct env *env, const char *purpose, struct text id, struct error *ret_error);

#endif
