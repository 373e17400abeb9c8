/* Calls for help in what waits today: for each side those that it must hear of. */
#ifndef OFFICE_TODAY_RESCUE_H
#define OFFICE_TODAY_RESCUE_H

#include "office/office.h"

/* ,"calls":[{"kind","id","number","at","startedAt"?,"endsAt"?}...], what is the most urgent first. Kinds: `new` his country has to acknowledge
 * (for the first tier), `escalated` it has not done so in time (for both), `silent` the other country has not, `said` whoever called has said
 * more, `check` those who hold him look through the telephone now, `close` the other side proposes a result, `next` they do so later. The second
 * tier hears of a call once a side was late. Neither names nor places. Fails: as db_query. */
MUST_USE enum status today_rescue_put(struct office_call *call, struct db_tx *tx, struct error *ret_error);

#endif
