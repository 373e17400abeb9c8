/* Disputes: anybody says that something is wrongly listed, without an account. What is "reported" is not shown for 72 hours once proof has
 * come, once for each listing; what is "confirmed" stays. Decided within ten working days by an officer who had no part in the listing, with a
 * reason; an appeal is decided in the other country. Every act is a leaf of the ledger (kinds "public-dispute.<act>"). Outbox: "dispute",
 * "public".
 */
#ifndef AWARENESS_DISPUTE_H
#define AWARENESS_DISPUTE_H

#include "awareness/awareness.h"
#include "awareness/item.h"

/* Fails: ST_CONFLICT reason "receipt-taken"; as asked_read (what is disputed cannot be read); as db_exec. */
MUST_USE enum status dispute_take(struct awareness *awareness, struct db_tx *tx, struct text item_id, const struct item *item,
				  struct arena *arena, char ret_id[ID_SIZE], struct error *ret_error);

/* "add", "correct", "withdraw", "appeal" (of one that was dismissed, within its time: else nothing happens but that it is noted). */
MUST_USE enum status dispute_follow(struct awareness *awareness, struct db_tx *tx, struct text dispute, const struct item *item,
				    struct arena *arena, struct error *ret_error);

/* A part of an upload has come: where it makes a dispute's proof whole, what it disputes is hidden from here on. */
MUST_USE enum status dispute_part(struct awareness *awareness, struct db_tx *tx, struct text upload, struct arena *arena,
				  struct error *ret_error);

struct dispute_act {
	struct text id;
	int64_t version;
	struct text act; /* uphold, dismiss; after an appeal appeal-uphold, appeal-dismiss */
	struct text reason, note;
};
/* Fails: ST_NOT_FOUND; ST_CONFLICT reasons "version", "not-in-this-state", "decided-the-listing", "dispute-same-country"; ST_MALFORMED
 * reason "reason-unknown"; ST_NOT_FOUND reason "no-such-act"; as db_exec. */
MUST_USE enum status dispute_do(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct dispute_act *act,
				struct arena *arena, struct error *ret_error);

/* What was not decided in time is marked so. Adds how many to *ret_done. */
MUST_USE enum status dispute_clock(struct awareness *awareness, struct db_tx *tx, int64_t now_ms, struct arena *arena, size_t *ret_done,
				   struct error *ret_error);

#endif
