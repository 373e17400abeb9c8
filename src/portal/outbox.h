/* Sealed items that wait for the hub, in DIR/inbox: one file each, kept until the hub has it. */
#ifndef PORTAL_OUTBOX_H
#define PORTAL_OUTBOX_H

#include "bulletin/item.h"
#include "portal/source.h"

#define OUTBOX_MAX ((uint64_t)4 << 30)      /* bytes that may wait; beyond that nothing is taken */
#define OUTBOX_PARTS_MAX (OUTBOX_MAX / 2)    /* beyond that no file is taken: words have room still */

/* Keeps one durably; one that is there already is as good. Fails: ST_MALFORMED (no item), ST_LIMIT, ST_UNAVAILABLE. */
MUST_USE enum status outbox_keep(const char *folder, struct bytes item, struct error *ret_error);

/* Hands in what waits, calls for help first; what the hub has or refuses for good is deleted, the latter is said in *ret_refused.
 * Gives the first failure that ended it. */
MUST_USE enum status outbox_send(const char *folder, const struct source *source, size_t *ret_refused, struct error *ret_error);

#endif
