/* Moments: milliseconds UTC inside, RFC 3339 outside. Pure. */
#ifndef MODEL_TIME_H
#define MODEL_TIME_H

#include "base/slice.h"

#define TIME_SIZE 25u /* 2026-11-26T01:23:45.678Z and a NUL */
#define TIME_DAY_MS ((int64_t)86400000)

/* Years 0001 to 9999; beyond is drawn in. */
void time_write(int64_t ms, char out[TIME_SIZE]);

/* RFC 3339 with any offset, or a date alone (its first moment, UTC). Fails: ST_MALFORMED. */
MUST_USE enum status time_read(struct text t, int64_t *ret_ms, struct error *ret_error);

#endif
