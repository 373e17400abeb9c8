#include "bulletin/payload.h"

#include "bulletin/bytes.h"

static enum status bad(const char *field, struct error *ret_error)
{
	return error_at(ret_error, ST_MALFORMED, field, -1, "the payload's %s is none that there is", field);
}

static bool letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool country_valid(const char country[3])
{
	return country[0] == '\0' || (letter(country[0]) && letter(country[1]) && country[2] == '\0');
}

static enum status check_valid(const struct bulletin_check *check, struct error *ret_error)
{
	if (check->verdict < BULLETIN_CONFIRMED || check->verdict > BULLETIN_OFFICIAL)
		return bad("verdict", ret_error);
	if (check->band > (check->verdict == BULLETIN_REPORTED ? BULLETIN_FROM_100 : BULLETIN_FROM_3))
		return bad("band", ret_error);
	if (check->month > 511)
		return bad("month", ret_error);
	return country_valid(check->country) ? ST_OK : bad("country", ret_error);
}

/* Bits from the lowest: verdict 3, band 2, month 9, country 5 and 5 (second letter lowest), authority 8. */
enum status bulletin_check_pack(const struct bulletin_check *check, uint8_t ret[BULLETIN_CHECK_SIZE], struct error *ret_error)
{
	uint32_t country = 0;

	TRY(check_valid(check, ret_error));
	if (check->country[0])
		country = (uint32_t)(check->country[0] - 'a' + 1) * 32 + (uint32_t)(check->country[1] - 'a' + 1);
	bytes_put_32(ret, (uint32_t)check->verdict | (uint32_t)check->band << 3 | (uint32_t)check->month << 5 | country << 14 |
				  (uint32_t)check->authority << 24);
	return ST_OK;
}

enum status bulletin_check_unpack(const uint8_t payload[BULLETIN_CHECK_SIZE], struct bulletin_check *ret, struct error *ret_error)
{
	uint32_t v = bytes_get_32(payload), country = v >> 14 & 1023;
	struct bulletin_check check = {
		.verdict = (enum bulletin_verdict)(v & 7),
		.band = (enum bulletin_band)(v >> 3 & 3),
		.month = (uint16_t)(v >> 5 & 511),
		.authority = (uint8_t)(v >> 24),
	};

	if (country) {
		check.country[0] = (char)('a' - 1 + (country >> 5));
		check.country[1] = (char)('a' - 1 + (country & 31));
	}
	TRY(check_valid(&check, ret_error));
	*ret = check;
	return ST_OK;
}

enum status bulletin_receipt_pack(const struct bulletin_receipt *receipt, uint8_t ret[BULLETIN_RECEIPT_SIZE], struct error *ret_error)
{
	if (!country_valid(receipt->country))
		return bad("country", ret_error);
	memset(ret, 0, BULLETIN_RECEIPT_SIZE);
	ret[0] = receipt->state;
	ret[1] = receipt->flags;
	memcpy(ret + 2, receipt->country, receipt->country[0] ? 2 : 0);
	bytes_put_16(ret + 4, receipt->day);
	bytes_put_32(ret + 6, receipt->campaign);
	bytes_put_16(ret + 10, receipt->others);
	ret[12] = receipt->reason;
	return ST_OK;
}

enum status bulletin_receipt_unpack(const uint8_t payload[BULLETIN_RECEIPT_SIZE], struct bulletin_receipt *ret, struct error *ret_error)
{
	struct bulletin_receipt receipt = {
		.state = payload[0],
		.flags = payload[1],
		.country = {(char)payload[2], (char)payload[3]},
		.day = bytes_get_16(payload + 4),
		.campaign = bytes_get_32(payload + 6),
		.others = bytes_get_16(payload + 10),
		.reason = payload[12],
	};

	if (!country_valid(receipt.country) || (payload[2] == 0 && payload[3] != 0))
		return bad("country", ret_error);
	if (payload[13] || payload[14] || payload[15])
		return bad("rest", ret_error);
	*ret = receipt;
	return ST_OK;
}
