/* What portals tell of themselves: that numbers are perhaps being gone through (docs/portal.md). It waits until somebody who operates has seen it.
 *
 * Whoever has a portal in his hands can seal any number. So there is one alarm of a kind for each portal and day (UTC) of the last 31, only a
 * figure that has doubled raises it again, thirty times at the most, and after a year it goes. Outbox: "portal-alarm".
 */
#ifndef AWARENESS_ALARM_H
#define AWARENESS_ALARM_H

#include "awareness/awareness.h"
#include "awareness/item.h"

/* Begins one, raises one, or changes nothing. Fails: ST_MALFORMED reason "item-member" (its field "portal": none of that key is known; "hour":
 * not of the last 31 days); as db_exec. */
MUST_USE enum status alarm_take(struct awareness *awareness, struct db_tx *tx, const struct item_alarm *item, struct arena *arena,
				struct error *ret_error);

struct alarm_act {
	struct text id, note;
	int64_t version;
};
/* Somebody has looked after it; what he writes stands in its story. Fails: ST_NOT_FOUND; ST_CONFLICT reasons "version", "not-in-this-state"
 * (somebody had); ST_MALFORMED reason "value-invalid" (note too long); as db_exec. */
MUST_USE enum status alarm_seen(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct alarm_act *act,
				struct arena *arena, struct error *ret_error);

/* Those of more than a year ago go (`alarm-days`). Adds how many to *done. Fails: as db_exec. */
MUST_USE enum status alarm_clock(struct db_tx *tx, int64_t now_ms, size_t *done, struct error *ret_error);

#endif
