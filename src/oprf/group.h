/* The group ristretto255 and its hashes as RFC 9497, 4.1 wants them: over libsodium, of one context string for each mode. */
#ifndef OPRF_GROUP_H
#define OPRF_GROUP_H

#include "oprf/oprf.h"

/* Pieces of a message that is hashed; each of them is as the standard says, its length before it where it says so. */
struct group_message {
	struct bytes parts[16];
	uint8_t lengths[16][2];
	size_t count;
};

/* I2OSP(len, 2) and the bytes; the bytes alone. The bytes are borrowed. */
void group_add_prefixed(struct group_message *message, const void *data, size_t len);
void group_add(struct group_message *message, const void *data, size_t len);

/* HashToScalar, with `label` before the context string as domain ("HashToScalar-", "DeriveKeyPair"). */
void group_hash_to_scalar(enum oprf_mode mode, struct text label, const struct group_message *message, struct oprf_scalar *ret);

/* HashToGroup. Not the identity: the caller asks group_is_identity. */
void group_hash_to_element(enum oprf_mode mode, struct bytes input, struct oprf_element *ret);

/* SHA-512 of the message. */
void group_hash(const struct group_message *message, uint8_t ret[64]);

/* label || contextString, at most 64 bytes; gives the length. */
size_t group_domain(enum oprf_mode mode, struct text label, uint8_t out[64]);

/* Uniform, not zero. */
void group_scalar_random(const struct env *env, struct oprf_scalar *ret);

/* Below the group's order. In constant time. */
bool group_scalar_canonical(const struct oprf_scalar *scalar);

bool group_is_identity(const struct oprf_element *element);

/* scalar * element. False: the element is not canonical, or the product is the identity. */
MUST_USE bool group_multiply(const struct oprf_scalar *scalar, const struct oprf_element *element, struct oprf_element *ret);

/* scalar * generator, three times as fast. False: the scalar is zero. */
MUST_USE bool group_multiply_base(const struct oprf_scalar *scalar, struct oprf_element *ret);

/* a + b. False: one of them is not canonical. */
MUST_USE bool group_sum(const struct oprf_element *a, const struct oprf_element *b, struct oprf_element *ret);

#endif
