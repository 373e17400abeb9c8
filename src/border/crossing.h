/* Crossings: screenings that named nobody. A keyed hash of the document and one of name and birth date for 30 days; counts by hour for
 * ever. docs/border.md says what is kept how long. */
#ifndef BORDER_CROSSING_H
#define BORDER_CROSSING_H

#include "border/border.h"

#define CROSSING_KEPT_MS ((int64_t)30 * 86400000)
/* An answer that took longer came too late to be useful at a lane. Source: reference load, scenario 1: p99 500 ms. */
#define CROSSING_SLOW_US ((int64_t)500000)

/* When it was by the hub's clock, as far as the post knew that, and never after now: what is kept for 30 days is not kept for longer
 * because a post's clock runs ahead. */
int64_t border_record_at(const struct border_record *record, int64_t now_ms);

/* A record `check`. Counted once; older than 30 days it is only counted. Fails: ST_MALFORMED reason "value-invalid"; as db_exec. */
MUST_USE enum status crossing_take(struct border *border, struct db_tx *tx, const struct border_record *record, struct arena *arena,
				   struct error *ret_error);

#endif
