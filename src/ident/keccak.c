/* Source: Bertoni, Daemen, Peeters, Van Assche, "The Keccak reference", version 3.0, 1.2 and 1.3. */
#include "ident/keccak.h"

#include <assert.h>

#define RATE 136u

static uint64_t rotate(uint64_t v, unsigned n)
{
	return n ? v << n | v >> (64 - n) : v;
}

/* One bit of the round constants: a feedback register of eight bits. */
static bool constant_bit(uint8_t *lfsr)
{
	bool bit = *lfsr & 1;

	*lfsr = (uint8_t)(*lfsr << 1 ^ (*lfsr & 0x80 ? 0x71 : 0));
	return bit;
}

static void theta(uint64_t a[25])
{
	uint64_t column[5];

	for (size_t x = 0; x < 5; x++)
		column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
	for (size_t i = 0; i < 25; i++)
		a[i] ^= column[(i + 4) % 5] ^ rotate(column[(i + 1) % 5], 1);
}

static void rho_pi(uint64_t a[25])
{
	size_t x = 1, y = 0;
	uint64_t moved = a[1];

	for (unsigned t = 0; t < 24; t++) {
		size_t next = (2 * x + 3 * y) % 5;
		uint64_t kept;

		x = y;
		y = next;
		kept = a[x + 5 * y];
		a[x + 5 * y] = rotate(moved, (t + 1) * (t + 2) / 2 % 64);
		moved = kept;
	}
}

static void chi(uint64_t a[25])
{
	for (size_t y = 0; y < 25; y += 5) {
		uint64_t row[5];

		memcpy(row, a + y, sizeof row);
		for (size_t x = 0; x < 5; x++)
			a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
	}
}

void keccak256_short(struct bytes in, uint8_t ret_hash[32])
{
	uint8_t block[RATE] = {0}, lfsr = 1;
	uint64_t a[25] = {0};

	assert(in.len < RATE);
	memcpy(block, in.data, in.len);
	block[in.len] ^= 0x01;
	block[RATE - 1] ^= 0x80;
	for (size_t i = 0; i < RATE; i++)
		a[i / 8] |= (uint64_t)block[i] << i % 8 * 8;
	for (unsigned round = 0; round < 24; round++) {
		theta(a);
		rho_pi(a);
		chi(a);
		for (unsigned j = 0; j < 7; j++)
			if (constant_bit(&lfsr))
				a[0] ^= (uint64_t)1 << ((1u << j) - 1);
	}
	for (size_t i = 0; i < 32; i++)
		ret_hash[i] = (uint8_t)(a[i / 8] >> i % 8 * 8);
}
