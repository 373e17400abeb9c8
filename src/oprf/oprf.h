/* Oblivious pseudorandom functions: two sides compute F(key, input) together, one without showing the input, the other without
 * showing the key. Modes OPRF and VOPRF (with a proof that the key is the published one), ristretto255-SHA512. Pure.
 *
 * Everything that depends on a secret takes the same time whatever the secret is (libsodium's promise). Points and scalars of
 * strangers are checked: canonical, no point of the identity, no scalar of zero where the standard forbids it.
 * sodium_init() has been called.
 *
 * Source: RFC 9497, sections 3 and 4.1; RFC 9380, 5.3.1 (expand_message_xmd).
 */
#ifndef OPRF_OPRF_H
#define OPRF_OPRF_H

#include "base/env.h"
#include "base/slice.h"

#define OPRF_INPUT_MAX ((size_t)65535)
#define OPRF_BATCH_MAX ((size_t)64) /* the standard allows 65,535 */
#define OPRF_KEY_ID_SIZE 8u

/* The modes' numbers in the standard. A key is of one mode; the two give different outputs. */
enum oprf_mode { OPRF_BASE = 0, OPRF_VERIFIABLE = 1 };

struct oprf_scalar {
	uint8_t b[32];
};

struct oprf_element {
	uint8_t b[32];
};

/* c and s. */
struct oprf_proof {
	uint8_t b[64];
};

struct oprf_output {
	uint8_t b[64];
};

struct oprf_key {
	enum oprf_mode mode;
	struct oprf_scalar secret;
	struct oprf_element public_key;
};

/* DeriveKeyPair: the same seed (32 random bytes) and info give the same key. To be cleared. Fails: ST_LIMIT (info). */
MUST_USE enum status oprf_key_derive(enum oprf_mode mode, const uint8_t seed[32], struct bytes info, struct oprf_key *ret,
				     struct error *ret_error);
/* From the secret as it was kept. To be cleared. Fails: ST_MALFORMED (not a scalar, or zero). */
MUST_USE enum status oprf_key_of_secret(enum oprf_mode mode, const struct oprf_scalar *secret, struct oprf_key *ret,
					struct error *ret_error);
void oprf_key_clear(struct oprf_key *key);

/* The first 8 bytes of SHA-256 of the public key. */
void oprf_key_id(const struct oprf_element *public_key, uint8_t ret_id[OPRF_KEY_ID_SIZE]);

/* Whether it can be a public key or another element from outside: canonical, and not the identity. */
bool oprf_element_valid(const struct oprf_element *element);

/* What the asker sends, and the blind that he keeps to himself and wipes. Cost: 65 us.
 * Fails: ST_LIMIT (input); ST_MALFORMED (an input that hashes to the identity; nobody knows one). */
MUST_USE enum status oprf_blind(enum oprf_mode mode, const struct env *env, struct bytes input, struct oprf_scalar *ret_blind,
				struct oprf_element *ret_blinded, struct error *ret_error);

/* BlindEvaluate over `count` elements: the key's answer to each into ret_evaluated[count], and one proof for all of them
 * (mode VERIFIABLE; NULL in BASE). Cost: 60 us for each element without, 140 us and 120 us for each element with the proof.
 * Fails: ST_MALFORMED (an element, its position in the error's row from 1; also none at all); ST_LIMIT (count). */
MUST_USE enum status oprf_evaluate(const struct oprf_key *key, const struct env *env, const struct oprf_element *blinded, size_t count,
				   struct oprf_element *ret_evaluated, struct oprf_proof *ret_proof, struct error *ret_error);

/* Whether all were evaluated with the key of this public key. Fails: ST_MALFORMED (an element or the proof's form); ST_LIMIT;
 * ST_DENIED (the proof does not hold). */
MUST_USE enum status oprf_verify(const struct oprf_element *public_key, const struct oprf_element *blinded,
				 const struct oprf_element *evaluated, size_t count, const struct oprf_proof *proof,
				 struct error *ret_error);

/* The output, from the answer. In mode VERIFIABLE oprf_verify comes first. Fails: ST_MALFORMED (element, blind); ST_LIMIT. */
MUST_USE enum status oprf_finalize(struct bytes input, const struct oprf_scalar *blind, const struct oprf_element *evaluated,
				   struct oprf_output *ret, struct error *ret_error);

/* Evaluate: the same output by who has the key, without another side. Cost: 65 us. Fails: as oprf_blind. */
MUST_USE enum status oprf_direct(const struct oprf_key *key, struct bytes input, struct oprf_output *ret, struct error *ret_error);

#endif
