/* Reports that were given to partners, as other answers show them. */
#ifndef OFFICE_REFERRAL_H
#define OFFICE_REFERRAL_H

#include "office/desk.h"

/* ,"referrals":[...] of a report: to whom it was given and whether a withdrawal was acknowledged. Fails: as db_query. */
MUST_USE enum status referrals_put(struct people *people, struct text report, struct error *ret_error);

/* Whether the caller knows of those of every country; else he knows of his own country's. */
bool referral_knows_all(const struct office_call *call);

/* Asks for `action` about a referral; what is another country's is not there. Gives the report that it stands for. Fails: ST_NOT_FOUND; as
 * office_may; ST_CONFLICT reason "referral-withdrawn" where `alive` and its reporter has taken it back; as db_query. */
MUST_USE enum status referral_may(struct office_call *call, struct db_tx *tx, const char *action, struct text id, bool alive, struct text *ret_report,
				  struct error *ret_error);

#endif
