/* Calls for help: each goes to two authorities, the hub's country and another, and neither closes it alone. docs/rescue.md.
 *
 * Within five minutes each acknowledges; where one does not, its second tier and the other country are told. What was said is read only after
 * saying why, and each such reading is a row of the audit ("rescue.open", "done"), which both sides are shown as it stands there. Acts are for
 * those who have read. Outbox: "rescue", "public".
 */
#ifndef AWARENESS_RESCUE_H
#define AWARENESS_RESCUE_H

#include "awareness/awareness.h"
#include "awareness/item.h"

/* A row of data/awareness/rescue_desks.tsv. */
struct rescue_desk {
	struct text country, desk, second; /* desk, second: roles of the tiers */
	int32_t east;                      /* minutes of its clocks before UTC */
	struct text en, km, ko, zh;
	uint32_t place; /* in the table */
};
const struct rescue_desk *rescue_desk_at(size_t i); /* NULL past the last */
const struct rescue_desk *rescue_desk_of(struct text country); /* NULL: it has none */

/* Whether somebody works there who may acknowledge: an active person of the first tier. Fails: as db_query. */
MUST_USE enum status rescue_desk_manned(struct db_tx *tx, const struct rescue_desk *desk, struct arena *arena, bool *ret_manned,
					struct error *ret_error);

/* The first moment after `from_ms` that a text names in a zone `east` minutes before UTC: "19:30", or with the day before it "2026-11-27 19:30";
 * digits of any script. False where it names none or one that has passed, and where it may mean another: it has further digits, or words beside
 * an hour up to 12 ("9:30 in the evening"). Pure. */
bool rescue_moment_read(struct text said, int32_t east, int64_t from_ms, int64_t *ret_ms);

/* A call as it was sealed under `item_id`; both addressees are rung. Fails: ST_CONFLICT reasons "rescue-no-desk" (the table has not two
 * countries for it), "receipt-taken"; as db_exec. */
MUST_USE enum status rescue_take(struct awareness *awareness, struct db_tx *tx, struct text item_id, const struct item *item,
				 struct arena *arena, char ret_id[ID_SIZE], struct error *ret_error);

/* More of whoever has the receipt. Nothing that he says ends a call, as he may have been made to say it: "withdraw" is told to both sides, and
 * words about one that is closed ring both anew. Fails: as db_exec. */
MUST_USE enum status rescue_follow(struct awareness *awareness, struct db_tx *tx, struct text rescue, const struct item *item,
				   struct arena *arena, struct error *ret_error);

/* What was said is about to be shown: the receipt tells that a person has read it. Asked for, and written into the audit, by the caller.
 * Fails: as db_exec. */
MUST_USE enum status rescue_opened(struct awareness *awareness, struct db_tx *tx, struct text rescue, struct error *ret_error);

/* Whether he has opened it within the hours for which that counts. Fails: as db_query. */
MUST_USE enum status rescue_has_opened(struct db_tx *tx, struct text rescue, struct text person, int64_t now_ms, struct arena *arena,
				       bool *ret_opened, struct error *ret_error);

struct rescue_act {
	struct text id;
	int64_t version; /* that was seen; acknowledge and note are good whatever it is */
	struct text act; /* acknowledge, take, note, check, propose, agree, disagree, take-back */
	struct text note;
	struct text reason; /* propose: the result, of data/awareness/reasons.tsv */
	int64_t at_ms;      /* check: when those who hold him look through the telephone next; 0: not known */
};
/* In the name of the actor's country, which is one of the two. Fails: ST_NOT_FOUND (no such call of his; reason "no-such-act");
 * ST_CONFLICT reasons "version", "rescue-not-opened", "not-in-this-state", "rescue-acknowledged", "rescue-not-acknowledged" (by his country,
 * before it does anything else), "rescue-own-proposal" (whoever proposed a result does not agree to it: the other country does);
 * ST_MALFORMED reasons "reason-unknown", "text-missing", "value-invalid"; as db_exec. */
MUST_USE enum status rescue_do(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct rescue_act *act,
			       struct arena *arena, struct error *ret_error);

/* Who has not acknowledged in time is escalated; what was said in calls that were closed long ago goes. Adds to *done.
 * Fails: as db_exec. */
MUST_USE enum status rescue_clock(struct awareness *awareness, struct db_tx *tx, int64_t now_ms, struct arena *arena, size_t *done,
				  struct error *ret_error);

#endif
