#include "oprf/group.h"

#include <assert.h>
#include <sodium.h>

#define EXPANDED 64u /* both hashes want as much */
#define SHA512_BLOCK 128u

_Static_assert(crypto_core_ristretto255_BYTES == sizeof(struct oprf_element), "element");
_Static_assert(crypto_core_ristretto255_SCALARBYTES == sizeof(struct oprf_scalar), "scalar");
_Static_assert(crypto_core_ristretto255_HASHBYTES == EXPANDED && crypto_core_ristretto255_NONREDUCEDSCALARBYTES == EXPANDED, "hash");

void group_add(struct group_message *message, const void *data, size_t len)
{
	assert(message->count < sizeof message->parts / sizeof message->parts[0]);
	message->parts[message->count++] = (struct bytes){data, len};
}

void group_add_prefixed(struct group_message *message, const void *data, size_t len)
{
	uint8_t *prefix = message->lengths[message->count];

	assert(len <= OPRF_INPUT_MAX);
	prefix[0] = (uint8_t)(len >> 8);
	prefix[1] = (uint8_t)len;
	group_add(message, prefix, 2);
	group_add(message, data, len);
}

size_t group_domain(enum oprf_mode mode, struct text label, uint8_t out[64])
{
	/* RFC 9497, 3.1: CreateContextString. */
	static const char version[] = "OPRFV1-", suite[] = "-ristretto255-SHA512";
	size_t len = 0;

	assert(label.len + sizeof version + sizeof suite <= 64);
	memcpy(out, label.data, label.len), len += label.len;
	memcpy(out + len, version, sizeof version - 1), len += sizeof version - 1;
	out[len++] = (uint8_t)mode;
	memcpy(out + len, suite, sizeof suite - 1), len += sizeof suite - 1;
	return len;
}

static void hash_parts(crypto_hash_sha512_state *state, const struct group_message *message)
{
	for (size_t i = 0; i < message->count; i++)
		if (message->parts[i].len)
			(void)crypto_hash_sha512_update(state, message->parts[i].data, message->parts[i].len);
}

void group_hash(const struct group_message *message, uint8_t ret[64])
{
	crypto_hash_sha512_state state;

	(void)crypto_hash_sha512_init(&state);
	hash_parts(&state, message);
	(void)crypto_hash_sha512_final(&state, ret);
	sodium_memzero(&state, sizeof state);
}

/* RFC 9380, 5.3.1, for an output as long as the hash's own: b_0 over the message, then b_1 alone. */
static void expand(enum oprf_mode mode, struct text label, const struct group_message *message, uint8_t ret[EXPANDED])
{
	static const uint8_t z_pad[SHA512_BLOCK] = {0};
	static const uint8_t length_and_zero[3] = {0, EXPANDED, 0}, one = 1;
	crypto_hash_sha512_state state;
	uint8_t domain[65], first[64];
	size_t len = group_domain(mode, label, domain);

	domain[len] = (uint8_t)len; /* DST_prime */
	len++;
	(void)crypto_hash_sha512_init(&state);
	(void)crypto_hash_sha512_update(&state, z_pad, sizeof z_pad);
	hash_parts(&state, message);
	(void)crypto_hash_sha512_update(&state, length_and_zero, sizeof length_and_zero);
	(void)crypto_hash_sha512_update(&state, domain, len);
	(void)crypto_hash_sha512_final(&state, first);
	(void)crypto_hash_sha512_init(&state);
	(void)crypto_hash_sha512_update(&state, first, sizeof first);
	(void)crypto_hash_sha512_update(&state, &one, 1);
	(void)crypto_hash_sha512_update(&state, domain, len);
	(void)crypto_hash_sha512_final(&state, ret);
	sodium_memzero(&state, sizeof state);
	sodium_memzero(first, sizeof first);
}

void group_hash_to_scalar(enum oprf_mode mode, struct text label, const struct group_message *message, struct oprf_scalar *ret)
{
	uint8_t wide[EXPANDED];

	expand(mode, label, message, wide);
	crypto_core_ristretto255_scalar_reduce(ret->b, wide);
	sodium_memzero(wide, sizeof wide);
}

void group_hash_to_element(enum oprf_mode mode, struct bytes input, struct oprf_element *ret)
{
	struct group_message message = {.count = 0};
	uint8_t wide[EXPANDED];

	group_add(&message, input.data, input.len);
	expand(mode, TEXT("HashToGroup-"), &message, wide);
	(void)crypto_core_ristretto255_from_hash(ret->b, wide);
	sodium_memzero(wide, sizeof wide);
}

void group_scalar_random(const struct env *env, struct oprf_scalar *ret)
{
	uint8_t wide[EXPANDED];

	do {
		env_random(env, wide, sizeof wide);
		crypto_core_ristretto255_scalar_reduce(ret->b, wide);
	} while (sodium_is_zero(ret->b, sizeof ret->b));
	sodium_memzero(wide, sizeof wide);
}

bool group_scalar_canonical(const struct oprf_scalar *scalar)
{
	uint8_t wide[EXPANDED] = {0}, reduced[32];
	bool same;

	memcpy(wide, scalar->b, 32);
	crypto_core_ristretto255_scalar_reduce(reduced, wide);
	same = sodium_memcmp(reduced, scalar->b, 32) == 0;
	sodium_memzero(wide, sizeof wide);
	sodium_memzero(reduced, sizeof reduced);
	return same;
}

bool group_is_identity(const struct oprf_element *element)
{
	return sodium_is_zero(element->b, sizeof element->b);
}

bool group_multiply(const struct oprf_scalar *scalar, const struct oprf_element *element, struct oprf_element *ret)
{
	return crypto_scalarmult_ristretto255(ret->b, scalar->b, element->b) == 0;
}

bool group_multiply_base(const struct oprf_scalar *scalar, struct oprf_element *ret)
{
	return crypto_scalarmult_ristretto255_base(ret->b, scalar->b) == 0;
}

bool group_sum(const struct oprf_element *a, const struct oprf_element *b, struct oprf_element *ret)
{
	return crypto_core_ristretto255_add(ret->b, a->b, b->b) == 0;
}
