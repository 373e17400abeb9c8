/* Addresses of cryptocurrencies: one form for comparing, and the checksum each carries. */
#ifndef IDENT_WALLET_H
#define IDENT_WALLET_H

#include "base/slice.h"

enum wallet_kind {
	WALLET_OTHER,
	WALLET_BITCOIN,  /* base58check of version 0 or 5; bech32, bech32m (BIP 173, BIP 350) */
	WALLET_ETHEREUM, /* 0x and 40 hexadecimal digits; also of the chains that share its addresses */
	WALLET_TRON,     /* base58check of version 0x41 */
};

enum wallet_check {
	WALLET_UNCHECKED, /* no checksum, or one we do not know */
	WALLET_GOOD,
	WALLET_BAD, /* a character was read or typed wrong */
};

struct wallet {
	enum wallet_kind kind;
	enum wallet_check check;
};

/* Writes the address without blanks and without a scheme ("bitcoin:"), chain ("@1"), query ("?amount=") or fragment; Ethereum and
 * bech32 in lower case, for they mean the same, base58 as it is. Takes `in.len` bytes of room; gives the length. */
size_t wallet_canonical(struct text in, char *out);

/* What it is by its shape, and whether its checksum holds. Takes the address as written, for Ethereum's checksum is in
 * its case (EIP-55). */
struct wallet wallet_check(struct text in);

#define WALLET_BODY_SIZE 20u

/* The hash of the key in an address of Ethereum or TRON, which one key has on both. Takes a canonical form; false: it is of neither. */
bool wallet_body(struct text canonical, uint8_t ret_body[WALLET_BODY_SIZE]);

#endif
