#include "oprf/proof.h"

#include <sodium.h>

#include "oprf/group.h"

/* The weights d_i of ComputeComposites: from the seed, which is bound to the key, and each pair. */
struct weights {
	uint8_t seed[64];
	const struct oprf_element *elements, *products;
};

static void weights_begin(const struct oprf_element *public_key, const struct oprf_element *elements,
			  const struct oprf_element *products, struct weights *ret)
{
	struct group_message message = {.count = 0};
	uint8_t domain[64];
	size_t len = group_domain(OPRF_VERIFIABLE, TEXT("Seed-"), domain);

	group_add_prefixed(&message, public_key->b, sizeof public_key->b);
	group_add_prefixed(&message, domain, len);
	group_hash(&message, ret->seed);
	ret->elements = elements;
	ret->products = products;
}

static void weight(const struct weights *w, size_t i, struct oprf_scalar *ret)
{
	struct group_message message = {.count = 0};
	const uint8_t index[2] = {(uint8_t)(i >> 8), (uint8_t)i};

	group_add_prefixed(&message, w->seed, sizeof w->seed);
	group_add(&message, index, sizeof index);
	group_add_prefixed(&message, w->elements[i].b, sizeof w->elements[i].b);
	group_add_prefixed(&message, w->products[i].b, sizeof w->products[i].b);
	group_add(&message, "Composite", 9);
	group_hash_to_scalar(OPRF_VERIFIABLE, TEXT("HashToScalar-"), &message, ret);
}

/* sum of d_i * points[i]. */
static bool composite(const struct weights *w, const struct oprf_element *points, size_t count, struct oprf_element *ret)
{
	for (size_t i = 0; i < count; i++) {
		struct oprf_element part;
		struct oprf_scalar d;

		weight(w, i, &d);
		if (!group_multiply(&d, &points[i], &part) || (i && !group_sum(ret, &part, ret)))
			return false;
		if (i == 0)
			*ret = part;
	}
	return count > 0;
}

static void challenge(const struct oprf_element *public_key, const struct oprf_element commitment[4], struct oprf_scalar *ret)
{
	struct group_message message = {.count = 0};

	group_add_prefixed(&message, public_key->b, sizeof public_key->b);
	for (size_t i = 0; i < 4; i++)
		group_add_prefixed(&message, commitment[i].b, sizeof commitment[i].b);
	group_add(&message, "Challenge", 9);
	group_hash_to_scalar(OPRF_VERIFIABLE, TEXT("HashToScalar-"), &message, ret);
}

bool proof_make(const struct oprf_key *key, const struct env *env, const struct oprf_element *elements,
		const struct oprf_element *products, size_t count, struct oprf_proof *ret)
{
	struct oprf_element commitment[4]; /* M, Z, t2, t3 */
	struct oprf_scalar r, c, ck, s;
	struct weights w;
	bool good;

	weights_begin(&key->public_key, elements, products, &w);
	group_scalar_random(env, &r);
	/* ComputeCompositesFast: Z is M times the secret, whatever the number of elements. */
	good = composite(&w, elements, count, &commitment[0]) && group_multiply(&key->secret, &commitment[0], &commitment[1]) &&
	       group_multiply_base(&r, &commitment[2]) && group_multiply(&r, &commitment[0], &commitment[3]);
	if (good) {
		challenge(&key->public_key, commitment, &c);
		crypto_core_ristretto255_scalar_mul(ck.b, c.b, key->secret.b);
		crypto_core_ristretto255_scalar_sub(s.b, r.b, ck.b);
		memcpy(ret->b, c.b, 32);
		memcpy(ret->b + 32, s.b, 32);
	}
	sodium_memzero(&r, sizeof r);
	sodium_memzero(&ck, sizeof ck);
	return good;
}

/* a*p + b*q. */
static bool combined(const struct oprf_scalar *a, const struct oprf_element *p, const struct oprf_scalar *b, const struct oprf_element *q,
		     struct oprf_element *ret)
{
	struct oprf_element left, right;

	return (p ? group_multiply(a, p, &left) : group_multiply_base(a, &left)) && group_multiply(b, q, &right) &&
	       group_sum(&left, &right, ret);
}

bool proof_holds(const struct oprf_element *public_key, const struct oprf_element *elements, const struct oprf_element *products,
		 size_t count, const struct oprf_proof *proof)
{
	struct oprf_element commitment[4];
	struct oprf_scalar c, s, expected;
	struct weights w;

	memcpy(c.b, proof->b, 32);
	memcpy(s.b, proof->b + 32, 32);
	weights_begin(public_key, elements, products, &w);
	if (!group_scalar_canonical(&c) || !group_scalar_canonical(&s) || !composite(&w, elements, count, &commitment[0]) ||
	    !composite(&w, products, count, &commitment[1]) || !combined(&s, NULL, &c, public_key, &commitment[2]) ||
	    !combined(&s, &commitment[0], &c, &commitment[1], &commitment[3]))
		return false;
	challenge(public_key, commitment, &expected);
	return sodium_memcmp(expected.b, c.b, sizeof c.b) == 0;
}
