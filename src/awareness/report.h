/* Reports: taken from the inbox, looked at by people, and what their receipts tell.
 *
 * What somebody said stands in `report`, how to reach him apart from it and for a shorter time. An act of an officer changes the receipt's
 * state in the same transaction. Outbox: "report", "public".
 */
#ifndef AWARENESS_REPORT_H
#define AWARENESS_REPORT_H

#include "awareness/awareness.h"
#include "awareness/item.h"

/* A report as it was sealed under `item_id`. What it names and nothing can read is kept in its details ("unread"). Its identifiers are weighed,
 * it is put into its cluster. What is found in its words is proposed (found.h). Fails: ST_CONFLICT reason "receipt-taken"; ST_LIMIT, ST_NO_MEMORY; as db_exec. Cost: some milliseconds. */
MUST_USE enum status report_take(struct awareness *awareness, struct db_tx *tx, struct text item_id, const struct item *item,
				 struct arena *arena, char ret_id[ID_SIZE], struct error *ret_error);

/* More of whoever has the receipt: "add", "correct", "withdraw". Withdrawn: what was said, its evidence, and how to reach him go; what it stood
 * for in listings no longer counts; a partner that was given it is told (referral.h). Fails: as db_exec. */
MUST_USE enum status report_follow(struct awareness *awareness, struct db_tx *tx, struct text report, const struct item *item,
				   struct arena *arena, struct error *ret_error);

struct report_act {
	struct text id;
	int64_t version;
	struct text act;    /* read, note, verify, found-confirm, found-reject, sent, action, close, reopen, apart, unlink */
	struct text note;
	struct text reason; /* close: of data/awareness/reasons.tsv */
	int64_t payment;    /* verify: number of the payment whose proof was seen */
	int64_t found;      /* found-confirm, found-reject: number of what was found in the text */
	int64_t authority;  /* sent, action: of data/awareness/authorities.tsv */
};
/* Fails: ST_NOT_FOUND; ST_CONFLICT reasons "version", "not-in-this-state"; ST_MALFORMED reasons "reason-unknown", "value-invalid",
 * "text-missing"; ST_NOT_FOUND reason "no-such-act"; as referral_send where it is sent to another country; as found_decide, db_exec. */
MUST_USE enum status report_do(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct report_act *act,
			       struct arena *arena, struct error *ret_error);

/* ---- for other files of this module ---- */

/* Puts down evidence, contact and receipt of whatever was taken (report, dispute). */
MUST_USE enum status report_keep_evidence(struct db_tx *tx, struct text subject, const struct item *item, struct arena *arena,
					  struct error *ret_error);
MUST_USE enum status report_keep_contact(struct db_tx *tx, struct text subject, const struct item *item, int64_t now_ms,
					 struct error *ret_error);
MUST_USE enum status report_keep_receipt(struct db_tx *tx, const char *kind, struct text subject, struct text digits, const char *state,
					 int64_t now_ms, struct error *ret_error);
/* Evidence with the parts of its uploads, and the contact, of a subject. */
MUST_USE enum status report_forget_parts(struct db_tx *tx, struct text subject, struct error *ret_error);
/* Every x that it names is weighed anew. */
MUST_USE enum status report_weigh(struct awareness *awareness, struct db_tx *tx, struct text report, struct arena *arena,
				  struct error *ret_error);

#endif
