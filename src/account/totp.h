/* One-time codes by the clock: RFC 6238 with HMAC-SHA-1, 6 digits, steps of 30 seconds. Pure. */
#ifndef ACCOUNT_TOTP_H
#define ACCOUNT_TOTP_H

#include "base/slice.h"

#define TOTP_SECRET_SIZE 20u /* bytes, as RFC 4226 recommends */

/* The code of a step. Source: RFC 4226, 5.3; RFC 6238, 4.2. */
uint32_t totp_code(struct bytes secret, uint64_t step);

/* Whether `code` (six digits; spaces between them are left out) is that of the step of now_ms, the one before or the one
 * after, and of a later step than `last_step`: each code counts once, also when the clock goes back. Gives its step. */
bool totp_fits(struct bytes secret, struct text code, int64_t now_ms, int64_t last_step, int64_t *ret_step);

#endif
