/* Bech32 and Bech32m, and the addresses of Bitcoin written in them. Source: BIP 173, BIP 350. */
#ifndef IDENT_BECH32_H
#define IDENT_BECH32_H

#include "base/slice.h"

#define BECH32_LEN_MAX 90u

enum bech32_kind { BECH32_BAD, BECH32_PLAIN, BECH32_M };

/* Which checksum holds. Gives the readable part's length and the values of five bits after it, without the checksum. */
enum bech32_kind bech32_decode(struct text in, size_t *ret_prefix_len, uint8_t ret_values[BECH32_LEN_MAX], size_t *ret_count);

/* Whether it is the address of a witness program under `prefix` ("bc", "tb"): version, length and padding as they must be. */
bool bech32_is_address(struct text in, struct text prefix);

#endif
