#include "ident/wallet.h"

#include "ident/keccak.h"
#include "lib/test.h"

/* From the specifications (BIP 173, BIP 350, EIP-55) and of well-known contracts. */
static const struct {
	const char *in, *out;
	enum wallet_kind kind;
	enum wallet_check check;
} rows[] = {
	{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", WALLET_BITCOIN, WALLET_GOOD},
	{" bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=1", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", WALLET_BITCOIN, WALLET_GOOD},
	{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", WALLET_BITCOIN, WALLET_BAD},
	{"3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", WALLET_BITCOIN, WALLET_GOOD},
	{"BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", WALLET_BITCOIN, WALLET_GOOD},
	{"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", WALLET_BITCOIN, WALLET_BAD},
	{"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
	 "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", WALLET_BITCOIN, WALLET_GOOD},
	{"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", WALLET_ETHEREUM, WALLET_GOOD},
	{"ethereum:0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359", WALLET_ETHEREUM, WALLET_GOOD},
	{"0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", WALLET_ETHEREUM, WALLET_BAD},
	{"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", WALLET_ETHEREUM, WALLET_UNCHECKED},
	{"0X5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", WALLET_ETHEREUM, WALLET_UNCHECKED},
	{"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", WALLET_TRON, WALLET_GOOD},
	{"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u", WALLET_TRON, WALLET_BAD},
	{"4 AdUndXHHZ6cfufTMvppY6JwXNouMBzSkb", "4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkb", WALLET_OTHER, WALLET_UNCHECKED},
	{"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeA", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeA", WALLET_OTHER, WALLET_UNCHECKED},
	{"", "", WALLET_OTHER, WALLET_UNCHECKED},
};

static void addresses_have_one_form_and_checksums_count(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct wallet w = wallet_check(text_of(rows[i].in));
		char out[128];

		assert_text(((struct text){out, wallet_canonical(text_of(rows[i].in), out)}), rows[i].out);
		if (w.kind != rows[i].kind || w.check != rows[i].check)
			fail_msg("%s: kind %d, check %d", rows[i].in, (int)w.kind, (int)w.check);
	}
}

/* Keccak-256 of nothing and of "abc", as Ethereum's tests have them. */
static void the_hash_is_keccak_256(void **state)
{
	static const struct {
		const char *in;
		uint8_t starts[4];
	} hashes[] = {{"", {0xc5, 0xd2, 0x46, 0x01}}, {"abc", {0x4e, 0x03, 0x65, 0x7a}}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint8_t hash[32];

		keccak256_short(text_bytes(text_of(hashes[i].in)), hash);
		assert_memory_equal(hash, hashes[i].starts, 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_have_one_form_and_checksums_count),
		cmocka_unit_test(the_hash_is_keccak_256),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
