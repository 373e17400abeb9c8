/* Keccak-256 as Ethereum uses it: the padding of 2011, not that of FIPS 202, so no library of Debian's carries it. */
#ifndef IDENT_KECCAK_H
#define IDENT_KECCAK_H

#include "base/slice.h"

/* Takes at most 135 bytes: one block. */
void keccak256_short(struct bytes in, uint8_t ret_hash[32]);

#endif
