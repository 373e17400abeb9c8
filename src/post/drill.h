/* Practice travellers: answered as the listed person they look like would be, told apart only afterwards, and never more than practice:
 * they make no check, no hit and no custody, only a record of who noticed. */
#ifndef POST_DRILL_H
#define POST_DRILL_H

#include "post/check.h"

/* From the hub: kind "drill" or "drill-end". */
MUST_USE enum status drill_news(struct lanes *lanes, struct db_tx *tx, struct text kind, const json_t *body, struct arena *arena,
				struct error *ret_error);

/* Whether the zone is a drill's that waits for this lane; its id, or "". Fails: as db_transact. */
MUST_USE enum status drill_find(struct lane_call *call, struct text zone, char ret_id[ID_SIZE], struct error *ret_error);
/* The traveller of a drill was shown to the officer as check `check`. */
MUST_USE enum status drill_shown(struct lane_call *call, const struct check *check, struct error *ret_error);

/* Those whose time is over become records of having been missed. */
MUST_USE enum status drill_miss(struct lanes *lanes, int64_t now_ms, struct error *ret_error);

/* {"drill","mrz"} of the drills that wait for a lane, into `out` as server-sent events. */
void drill_events(struct lanes *lanes, struct text lane, struct buffer *out);

/* ---- handlers ---- */

void drill_order(struct lane_call *call);
void drill_answer(struct lane_call *call); /* checks/{id}/answer */

#endif
