/* Unsolicited answers: what a carrier was told of a passenger has turned round because the list changed (CUSRES, BGM 132). It fetches them,
 * or gets them over its line, and says that it knows (BGM 312); where it does not within the clock, somebody calls it.
 *
 * Outbox: kind "arrival" when the carrier said that it knows, when a call is to be made, or was.
 */
#ifndef BORDER_REVERSAL_H
#define BORDER_REVERSAL_H

#include "border/arrival.h"

struct reversal_new {
	struct text person, locator, reference; /* of the passenger */
	struct text head;                       /* of the list that named him */
	bool board;
};
/* In place of one that the carrier did not acknowledge yet. Fails: as cusres_write, db_exec. */
MUST_USE enum status reversal_add(const struct border *border, struct db_tx *tx, const struct reversal_new *reversal, struct arena *arena,
				  struct error *ret_error);

/* "DO NOT BOARD. CALL +855..." with the telephone of the desk: that of the first checkpoint, airports before others. In the arena. */
MUST_USE enum status reversal_words(struct db_tx *tx, struct arena *arena, struct text *ret_no_board, struct error *ret_error);

/* What waits to be acknowledged by `sender` and was made after `after` ("ms id" of the last one seen; empty: all), oldest first, at most
 * 100: appended, and written down as sent. *ret_last: of the last one, in the arena. */
MUST_USE enum status reversal_fetch(const struct border *border, struct db_tx *tx, struct text sender, struct text after, struct arena *arena,
				    struct buffer *out, struct text *ret_last, struct error *ret_error);

/* Whether reversal_fetch would find something. */
MUST_USE enum status reversal_waits(struct db_tx *tx, struct text sender, struct text after, struct arena *arena, bool *ret_waits,
				    struct error *ret_error);

/* Takes acknowledgements. One that says that the carrier could not use the message (ERC 118) is a call to be made now. Fails: ST_NOT_FOUND
 * (nothing of it is an unsolicited answer to this sender); as cusres_read, db_exec. */
MUST_USE enum status reversal_acknowledge(const struct border *border, struct db_tx *tx, struct text sender, struct bytes in,
					  struct arena *arena, size_t *ret_count, struct error *ret_error);

/* Whoever is on duty has called. Fails: ST_NOT_FOUND; ST_CONFLICT reason "reversal-over" (acknowledged, called already, or another took its
 * place); ST_MALFORMED reason "text-missing". */
MUST_USE enum status reversal_called(const struct border *border, struct db_tx *tx, const struct actor *actor, struct text id, struct text note,
				     struct error *ret_error);

/* Tells of calls that are to be made; adds how many. In the caller's transaction. */
MUST_USE enum status reversal_clock(const struct border *border, struct db_tx *tx, struct arena *arena, size_t *ret_done,
				    struct error *ret_error);

#endif
