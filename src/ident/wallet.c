#include "ident/wallet.h"

#include <sodium.h>

#include "ident/bech32.h"
#include "ident/keccak.h"

static bool is_hex_digit(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Who is paid. A transfer of a token names the token first and him in an argument: "ethereum:0x...@1/transfer?address=0x...&uint256=1".
 * Source: ERC-681. */
static struct text payee(struct text in)
{
	size_t at = 0;
	struct text rest, part;

	while (at < in.len && !text_starts((struct text){in.data + at, in.len - at}, TEXT("/transfer?")))
		at++;
	if (at == in.len)
		return in;
	at += strlen("/transfer?");
	rest = (struct text){in.data + at, text_find(in, '#', at) - at};
	while (text_split(&rest, '&', &part))
		if (text_starts(part, TEXT("address=")))
			return (struct text){part.data + 8, part.len - 8};
	return in;
}

/* Without blanks, scheme, chain, query and fragment; case as it is. Source: BIP 21; ERC-681 ("ethereum:pay-0x...@1?value="). */
static size_t bare(struct text whole, char *out)
{
	struct text in = payee(whole);
	size_t n = 0, from = 0;

	for (size_t i = 0; i < in.len && i < 16; i++)
		if (in.data[i] == ':')
			from = i + 1;
	if (from && text_starts((struct text){in.data + from, in.len - from}, TEXT("pay-")))
		from += 4;
	for (size_t i = from; i < in.len && strchr("?#@/", in.data[i]) == NULL; i++)
		if ((uint8_t)in.data[i] > ' ')
			out[n++] = in.data[i];
	return n;
}

static bool is_ethereum(struct text t)
{
	if (t.len != 42 || t.data[0] != '0' || lower(t.data[1]) != 'x')
		return false;
	for (size_t i = 2; i < t.len; i++)
		if (!is_hex_digit(t.data[i]))
			return false;
	return true;
}

/* "bc", or "tb" of the network for tests. */
static bool is_bech32(struct text t)
{
	return t.len >= 14 && t.len <= BECH32_LEN_MAX && t.data[2] == '1' &&
	       (text_equal_nocase((struct text){t.data, 2}, TEXT("bc")) || text_equal_nocase((struct text){t.data, 2}, TEXT("tb")));
}

size_t wallet_canonical(struct text in, char *out)
{
	size_t n = bare(in, out);
	struct text t = {out, n};

	if (is_ethereum(t) || is_bech32(t))
		for (size_t i = 0; i < n; i++)
			out[i] = lower(out[i]);
	return n;
}

/* EIP-55: a letter is a capital where the hash of the small ones has 8 or more. All small or all capital is unchecked. */
static enum wallet_check ethereum_check(struct text t)
{
	uint8_t small[40], hash[32];
	bool any_small = false, any_capital = false, good = true;

	for (size_t i = 0; i < 40; i++)
		small[i] = (uint8_t)lower(t.data[i + 2]);
	keccak256_short((struct bytes){small, sizeof small}, hash);
	for (size_t i = 0; i < 40; i++) {
		char c = t.data[i + 2];
		bool high = (hash[i / 2] >> (i % 2 ? 0 : 4) & 8) != 0;

		if (c >= '0' && c <= '9')
			continue;
		any_small = any_small || c != (c & ~0x20);
		any_capital = any_capital || c == (c & ~0x20);
		good = good && high == (c == (c & ~0x20));
	}
	if (!any_small || !any_capital)
		return WALLET_UNCHECKED;
	return good ? WALLET_GOOD : WALLET_BAD;
}

/* The 25 bytes of an address: version, 20 of a hash, 4 of its double SHA-256. Gives false where it is no base58 or of
 * another length. */
static bool base58_decode(struct text t, uint8_t out[25])
{
	static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

	memset(out, 0, 25);
	for (size_t i = 0; i < t.len; i++) {
		const char *found = t.data[i] ? strchr(alphabet, t.data[i]) : NULL;
		uint32_t carry;

		if (found == NULL)
			return false;
		carry = (uint32_t)(found - alphabet);
		for (size_t k = 25; k-- > 0;) {
			carry += out[k] * 58u;
			out[k] = (uint8_t)carry;
			carry >>= 8;
		}
		if (carry)
			return false;
	}
	return true;
}

static enum wallet_check base58_check(const uint8_t decoded[25])
{
	uint8_t once[crypto_hash_sha256_BYTES], twice[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(once, decoded, 21);
	crypto_hash_sha256(twice, once, sizeof once);
	return memcmp(twice, decoded + 21, 4) == 0 ? WALLET_GOOD : WALLET_BAD;
}

struct wallet wallet_check(struct text in)
{
	struct wallet w = {WALLET_OTHER, WALLET_UNCHECKED};
	uint8_t decoded[25];
	char room[256];
	struct text t;

	if (in.len > sizeof room)
		return w;
	t = (struct text){room, bare(in, room)};
	if (is_ethereum(t))
		return (struct wallet){WALLET_ETHEREUM, ethereum_check(t)};
	if (is_bech32(t))
		return (struct wallet){WALLET_BITCOIN, bech32_is_address(t, (struct text){t.data, 2}) ? WALLET_GOOD : WALLET_BAD};
	/* By shape: a slip in the checksum must not make it another kind. */
	if (t.len < 26 || t.len > 35 || !base58_decode(t, decoded))
		return w;
	if (t.len == 34 && t.data[0] == 'T' && decoded[0] == 0x41)
		w.kind = WALLET_TRON;
	else if ((t.data[0] == '1' && decoded[0] == 0) || (t.data[0] == '3' && decoded[0] == 5))
		w.kind = WALLET_BITCOIN;
	else
		return w;
	w.check = base58_check(decoded);
	return w;
}

static uint8_t nibble(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : lower(c) - 'a' + 10);
}

bool wallet_body(struct text canonical, uint8_t ret_body[WALLET_BODY_SIZE])
{
	uint8_t decoded[25];

	if (is_ethereum(canonical)) {
		for (size_t i = 0; i < WALLET_BODY_SIZE; i++)
			ret_body[i] = (uint8_t)(nibble(canonical.data[2 + 2 * i]) << 4 | nibble(canonical.data[3 + 2 * i]));
		return true;
	}
	if (canonical.len != 34 || canonical.data[0] != 'T' || !base58_decode(canonical, decoded) || decoded[0] != 0x41)
		return false;
	memcpy(ret_body, decoded + 1, WALLET_BODY_SIZE);
	return true;
}
