#include "ident/bech32.h"

#define CHECKSUM_LEN 6u
#define PROGRAM_MIN 2u
#define PROGRAM_MAX 40u

static uint32_t polymod(uint32_t sum, uint32_t value)
{
	static const uint32_t generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (size_t i = 0; i < 5; i++)
		sum ^= top >> i & 1 ? generator[i] : 0;
	return sum;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Where the last '1' stands; all characters are printable and of one case. */
static bool shape(struct text in, size_t *ret_one)
{
	bool small = false, capital = false;

	if (in.len > BECH32_LEN_MAX)
		return false;
	*ret_one = 0;
	for (size_t i = 0; i < in.len; i++) {
		char c = in.data[i];

		if (c < 33 || c > 126)
			return false;
		small = small || (c >= 'a' && c <= 'z');
		capital = capital || (c >= 'A' && c <= 'Z');
		if (c == '1')
			*ret_one = i;
	}
	return !(small && capital) && *ret_one >= 1 && in.len - *ret_one - 1 >= CHECKSUM_LEN;
}

enum bech32_kind bech32_decode(struct text in, size_t *ret_prefix_len, uint8_t ret_values[BECH32_LEN_MAX], size_t *ret_count)
{
	static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	uint32_t sum = 1;
	size_t one;

	if (!shape(in, &one))
		return BECH32_BAD;
	for (size_t i = 0; i < one; i++)
		sum = polymod(sum, (uint32_t)lower(in.data[i]) >> 5);
	sum = polymod(sum, 0);
	for (size_t i = 0; i < one; i++)
		sum = polymod(sum, (uint32_t)lower(in.data[i]) & 31);
	for (size_t i = one + 1; i < in.len; i++) {
		const char *found = strchr(alphabet, lower(in.data[i]));

		if (found == NULL)
			return BECH32_BAD;
		ret_values[i - one - 1] = (uint8_t)(found - alphabet);
		sum = polymod(sum, (uint32_t)(found - alphabet));
	}
	*ret_prefix_len = one;
	*ret_count = in.len - one - 1 - CHECKSUM_LEN;
	return sum == 1 ? BECH32_PLAIN : sum == 0x2bc830a3 ? BECH32_M : BECH32_BAD;
}

/* Bytes in so many groups of five bits; what is left over must be fewer than five noughts. 0: it is not. */
static size_t program_len(const uint8_t *values, size_t count)
{
	size_t bits = count * 5, left = bits % 8;

	if (left >= 5 || (count && (values[count - 1] & ((1u << left) - 1)) != 0))
		return 0;
	return bits / 8;
}

bool bech32_is_address(struct text in, struct text prefix)
{
	uint8_t values[BECH32_LEN_MAX];
	size_t prefix_len, count, len;
	enum bech32_kind kind = bech32_decode(in, &prefix_len, values, &count);

	if (kind == BECH32_BAD || count < 1 || values[0] > 16 || !text_equal_nocase((struct text){in.data, prefix_len}, prefix))
		return false;
	len = program_len(values + 1, count - 1);
	if (len < PROGRAM_MIN || len > PROGRAM_MAX || (values[0] == 0 && len != 20 && len != 32))
		return false;
	return kind == (values[0] == 0 ? BECH32_PLAIN : BECH32_M);
}
