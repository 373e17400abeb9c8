/* Files that hardly anybody should see again: whoever sees one first marks it, and from then on it is given to nobody (evidence.h) but to whom the
 * policy names, until the mark is lifted. What was kept stays as it is, sealed. A mark stands in the story and is no leaf of the ledger. Outbox:
 * "report" or "dispute"; "referral" of whoever was given it. docs/awareness.md.
 */
#ifndef AWARENESS_RESTRICTION_H
#define AWARENESS_RESTRICTION_H

#include "awareness/awareness.h"

struct restriction {
	bool of_dispute; /* else of a report */
	struct text subject;
	int64_t version; /* of the report or dispute */
	int64_t number;  /* of the file */
	struct text reason; /* of data/awareness/restrictions.tsv; none where it is lifted */
	struct text note;
};

/* Marks one file, in whatever state it is. Fails: ST_CONFLICT reasons "version", "evidence-restricted-already"; ST_MALFORMED reasons
 * "reason-unknown", "value-invalid" (there is no such file; the note is too long); ST_NOT_FOUND; as db_exec. */
MUST_USE enum status restriction_put(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct restriction *r,
				     struct arena *arena, struct error *ret_error);

/* Takes the mark away. That nobody lifts his own is the policy's. Fails: ST_CONFLICT reasons "version", "evidence-not-restricted"; ST_MALFORMED
 * reasons "text-missing" (why is not said), "value-invalid"; ST_NOT_FOUND; as db_exec. */
MUST_USE enum status restriction_lift(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct restriction *r,
				      struct arena *arena, struct error *ret_error);

/* Who marked it, in the arena; empty where nobody did. Fails: as db_query. */
MUST_USE enum status restriction_author(struct db_tx *tx, struct text subject, int64_t number, struct arena *arena, struct text *ret,
					struct error *ret_error);

const struct awareness_word *restriction_at(size_t i); /* rows of restrictions.tsv; NULL past the last */

#endif
