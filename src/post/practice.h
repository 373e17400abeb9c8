/* The passport of a practice traveller. */
#ifndef POST_PRACTICE_H
#define POST_PRACTICE_H

#include "ident/mrz.h"
#include "post/inside.h"

/* Two lines like the passport of the listed person `entry`; of an empty one like nobody's. Fails: ST_NOT_FOUND (no such entry on the
 * list), ST_CONFLICT reason "drill-traveller" (no passport can be made of him). */
MUST_USE enum status practice_zone(struct lane_call *call, struct text entry, char ret_lines[2][MRZ_LINE_MAX + 1],
				   struct error *ret_error);

#endif
