/* What of the border stands in "today": clocks that run at checkpoints, and what somebody should look at now. */
#ifndef OFFICE_TODAY_BORDER_H
#define OFFICE_TODAY_BORDER_H

#include "office/entry.h"

/* Appends to the list of running clocks: "answer" (a partner is asked), "custody" (until the legal maximum). *first as it was and is.
 * Fails: as db_query. */
MUST_USE enum status today_border_clocks(struct office_call *call, struct db_tx *tx, bool *first, struct error *ret_error);

/* ,"alerts":[{"kind","id","name"?,"at"}], the newest of each kind first: "escalated", "answer-other" (he who is held is not he),
 * "custody-time", "misuse", "act-not-possible", "past-crossing" (id of the entry), "clearances-rise" (id of the officer); each for whom
 * the decision point lets read what it is about. Fails: as db_query. */
MUST_USE enum status today_border_alerts(struct office_call *call, struct db_tx *tx, struct error *ret_error);

#endif
