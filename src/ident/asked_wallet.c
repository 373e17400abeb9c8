#include "ident/asked_parts.h"
#include "ident/wallet.h"

#define BASE58_MIN 26u
#define BASE58_MAX 35u
#define ADDRESS_MAX 90u

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* One that a slip may have made of an address: of letters and digits, as long as those are. */
static bool has_shape(struct text t)
{
	bool small = false, capital = false, digit = false;
	size_t hexadecimal = 0;

	if (t.len < BASE58_MIN || t.len > ADDRESS_MAX)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		if (!is_alnum(t.data[i]))
			return false;
		digit = digit || t.data[i] <= '9';
		capital = capital || (t.data[i] >= 'A' && t.data[i] <= 'Z');
		small = small || t.data[i] >= 'a';
		hexadecimal += t.data[i] <= '9' || (t.data[i] | 0x20) <= 'f';
	}
	if (t.len >= 41 && t.len <= 43 && hexadecimal + 2 >= t.len && (t.data[0] == '0' || t.data[1] == 'x' || t.data[1] == 'X'))
		return true;
	if (text_equal_nocase((struct text){t.data, 2}, TEXT("bc")) || text_equal_nocase((struct text){t.data + 1, 2}, TEXT("c1")) ||
	    text_equal_nocase((struct text){t.data, 1}, TEXT("b")))
		return digit;
	return t.len <= BASE58_MAX && small && capital && digit;
}

bool asked_wallet_like(struct text plain)
{
	char room[ASKED_INPUT_MAX];
	struct text t = {room, wallet_canonical(plain, room)};

	return wallet_check(plain).kind != WALLET_OTHER || has_shape(t);
}

static void hex(const uint8_t body[WALLET_BODY_SIZE], char out[2 * WALLET_BODY_SIZE + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < WALLET_BODY_SIZE; i++) {
		out[2 * i] = digits[body[i] >> 4];
		out[2 * i + 1] = digits[body[i] & 15];
	}
	out[2 * WALLET_BODY_SIZE] = 0;
}

enum status asked_wallet(struct text plain, struct asked *ret, struct error *ret_error)
{
	static const char *const chains[] = {[WALLET_BITCOIN] = "btc", [WALLET_ETHEREUM] = "evm", [WALLET_TRON] = "tron"};
	char room[ASKED_INPUT_MAX], body_hex[2 * WALLET_BODY_SIZE + 1];
	struct text address = {room, wallet_canonical(plain, room)};
	struct wallet w = wallet_check(plain);
	uint8_t body[WALLET_BODY_SIZE];

	if (w.check == WALLET_BAD || (w.kind == WALLET_OTHER && has_shape(address)))
		return error_because(ret_error, ST_MALFORMED, "one-character-wrong", NULL, "the checksum of the address does not hold");
	if (w.kind == WALLET_OTHER)
		return error_because(ret_error, ST_MALFORMED, "unreadable", NULL, "not an address of Bitcoin, an EVM chain or TRON");
	ret->kind = ASKED_WALLET;
	ret->warnings |= w.check == WALLET_UNCHECKED ? ASKED_UNCHECKED : 0;
	if (wallet_body(address, body)) {
		hex(body, body_hex);
		TRY(asked_write(ret->similar, sizeof ret->similar, ret_error, "wallet-key|%s", body_hex));
	}
	TRY(asked_write(ret->x, sizeof ret->x, ret_error, "wallet|%s:%.*s", chains[w.kind], TEXT_ARG(address)));
	return asked_write(ret->shown, sizeof ret->shown, ret_error, "%.*s", TEXT_ARG(address));
}
