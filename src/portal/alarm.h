/* That numbers are perhaps being gone through, told twice: on standard error, and to the hub as an item that it alone can open (kind 8 of
 * docs/formats/inbox.md). Neither says who asked, nor for which buckets.
 */
#ifndef PORTAL_ALARM_H
#define PORTAL_ALARM_H

#include <jansson.h>

#include "base/status.h"
#include "portal/surge.h"

struct alarms;

/* Starts the thread that hands them in. What cannot be handed in (no bulletin has come, the inbox is full) is said once and tried again every ten
 * seconds; a newer one of the same kind and day takes its place. With the process it is forgotten. `site` is the site; lives as long as the
 * process. Fails: ST_NO_MEMORY, ST_UNAVAILABLE. */
MUST_USE enum status alarms_start(void *site, struct alarms **ret, struct error *ret_error);

/* For limits_new and surge_new; `site` is the site, with its alarms. Any thread; waits for nothing. */
void alarm_marked(void *site, unsigned networks);
void alarm_surged(void *site, const struct surge_seen *seen);

/* What the items say. `portal`: its public key. NULL: no memory. Pure. */
json_t *alarm_of_networks(const char *portal, int64_t now_ms, unsigned networks);
json_t *alarm_of_sum(const char *portal, int64_t now_ms, const struct surge_seen *seen);

#endif
