/* Whether a lesson works (lesson/trial.h): records that come without a person are added up and not kept. docs/learn.md, docs/formats/inbox.md. */
#ifndef REVIEW_TRIAL_H
#define REVIEW_TRIAL_H

#include "base/buffer.h"
#include "db/db.h"
#include "lesson/trial.h"

struct trial_record {
	struct text edition, language;
	struct text arm;   /* "lesson", "control" */
	struct text phase; /* "now", "later" */
	struct trial_score before, after; /* before: {0, 0} where it is later */
};

/* Adds one to its row. Fails: ST_MALFORMED reason "item-member" (a word or number that there is not; before where it is later; texts other
 * than this program's); as db_exec. */
MUST_USE enum status trial_take(struct db_tx *tx, const struct trial_record *record, struct error *ret_error);

/* What came with the texts as they are now, of all languages; in *ret_others how many people came with others. Fails: as db_query. */
MUST_USE enum status trial_load(struct db_tx *tx, struct arena *arena, struct trial_sums *ret, int64_t *ret_others, struct error *ret_error);

/* The member of lessons.json that tells the effect: ,"effect":{...}; nothing as long as none may be claimed. Appends. Fails: as db_query. */
MUST_USE enum status published_effect(struct db_tx *tx, struct arena *arena, struct buffer *out, struct error *ret_error);

#endif
