/* Does the work that portal/work.h asks for, as a browser does (ui/portal/work.ts). */
#ifndef TESTS_PORTAL_WORKER_H
#define TESTS_PORTAL_WORKER_H

#include <sodium.h>

#include "portal/work.h"

/* Gives how many hashes it took. */
static inline uint64_t work_do(const char challenge[WORK_CHALLENGE_WORD], char ret[WORK_WORD_LEN + 1])
{
	uint8_t piece[WORK_CHALLENGE_SIZE + 5], work[WORK_CHALLENGE_SIZE + 4 * WORK_PIECES], hash[crypto_hash_sha256_BYTES];
	uint64_t hashes = 0;

	assert_int_equal(sodium_hex2bin(piece, WORK_CHALLENGE_SIZE, challenge, 2 * WORK_CHALLENGE_SIZE, NULL, NULL, NULL), 0);
	memcpy(work, piece, WORK_CHALLENGE_SIZE);
	for (uint8_t place = 0; place < WORK_PIECES; place++) {
		piece[WORK_CHALLENGE_SIZE] = place;
		for (uint32_t n = 0;; n++) {
			unsigned zeros = 0;

			for (unsigned i = 0; i < 4; i++)
				piece[WORK_CHALLENGE_SIZE + 1 + i] = (uint8_t)(n >> 8 * i);
			crypto_hash_sha256(hash, piece, sizeof piece);
			hashes++;
			while (zeros < 32 && !(hash[zeros / 8] & 0x80 >> zeros % 8))
				zeros++;
			if (zeros >= piece[1])
				break;
		}
		memcpy(work + WORK_CHALLENGE_SIZE + 4 * (size_t)place, piece + WORK_CHALLENGE_SIZE + 1, 4);
	}
	sodium_bin2hex(ret, WORK_WORD_LEN + 1, work, sizeof work);
	return hashes;
}

#endif
