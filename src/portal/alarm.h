/* That numbers are perhaps being gone through, told twice: on standard error, and to the hub as an item that it alone can open (kind 8 of
 * docs/formats/inbox.md). Neither says who asked, nor for which buckets.
 */
#ifndef PORTAL_ALARM_H
#define PORTAL_ALARM_H

#include <jansson.h>

#include "portal/surge.h"

/* For limits_new and surge_new; `site` is the site. Any thread; waits as long as hand_in does. What cannot be handed in is said, and not tried
 * again: the next doubling is. */
void alarm_marked(void *site, unsigned networks);
void alarm_surged(void *site, const struct surge_seen *seen);

/* What the items say. `portal`: its public key. NULL: no memory. Pure. */
json_t *alarm_of_networks(const char *portal, int64_t now_ms, unsigned networks);
json_t *alarm_of_sum(const char *portal, int64_t now_ms, const struct surge_seen *seen);

#endif
