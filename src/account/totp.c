#include "account/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#define DIGITS 6u
#define STEP_MS 30000

uint32_t totp_code(struct bytes secret, uint64_t step)
{
	uint8_t counter[8], mac[20] = {0};
	unsigned len = sizeof mac;

	for (size_t i = 0; i < sizeof counter; i++)
		counter[i] = (uint8_t)(step >> (56 - 8 * i));
	if (!HMAC(EVP_sha1(), secret.data, (int)secret.len, counter, sizeof counter, mac, &len))
		return UINT32_MAX; /* fits no six digits */
	size_t at = mac[19] & 15; /* RFC 4226, 5.3: dynamic truncation */
	uint32_t code = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	return code % 1000000;
}

bool totp_fits(struct bytes secret, struct text code, int64_t now_ms, int64_t last_step, int64_t *ret_step)
{
	int64_t now = now_ms / STEP_MS;
	uint32_t value = 0;
	size_t digits = 0;

	for (size_t i = 0; i < code.len; i++) {
		if (code.data[i] == ' ')
			continue;
		if (code.data[i] < '0' || code.data[i] > '9' || digits++ == DIGITS)
			return false;
		value = value * 10 + (uint32_t)(code.data[i] - '0');
	}
	if (digits != DIGITS || now < 1)
		return false;
	for (int64_t step = now - 1; step <= now + 1; step++)
		if (step > last_step && totp_code(secret, (uint64_t)step) == value) {
			*ret_step = step;
			return true;
		}
	return false;
}
