/* The key set of the list, and the roll of its changes as checkpoints follow it. docs/formats/edition.md, "Key roll". */
#ifndef REGISTRY_KEY_ROLL_H
#define REGISTRY_KEY_ROLL_H

#include "base/env.h"
#include "db/db.h"
#include "edition/roll.h"
#include "merkle/note.h"

/* The keys of editions and of the log `list` as the database has them, and the witnesses: those that sign now and those that were
 * revoked, with `ended` also those that signed before. Epoch: each beginning and each end counts one. In the arena. Fails: ST_LIMIT. */
struct key_witnesses {
	const struct note_key *keys;
	size_t count;
};
MUST_USE enum status key_set_load(struct db_tx *tx, const struct key_witnesses *witnesses, bool ended, struct arena *arena,
				  struct edition_keys *ret, struct error *ret_error);

#define KEY_ROLL_SIGNERS_MAX 3u

struct key_roll_options {
	const struct env *env;
	struct text list;
	const struct note_signer *signers[KEY_ROLL_SIGNERS_MAX]; /* whom checkpoints believe now, and who follows */
	size_t signer_count;
	struct key_witnesses witnesses;
	bool witnesses_stay; /* those of the last link, where there is one */
};

/* Adds a link where the key set is another than the newest link's. Gives that link's epoch, and what is its mark. Fails: as db_exec,
 * note_sign; ST_LIMIT. */
MUST_USE enum status key_roll_tell(struct db_tx *tx, const struct key_roll_options *options, uint32_t *ret_epoch, char ret_mark[ROLL_MARK_SIZE],
				   struct error *ret_error);

/* The whole roll, as it is handed out. In the arena. Fails: ST_LIMIT. */
MUST_USE enum status key_roll_load(struct db_tx *tx, struct arena *arena, struct text *ret, struct error *ret_error);

#endif
