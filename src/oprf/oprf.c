#include "oprf/oprf.h"

#include <sodium.h>

#include "oprf/group.h"
#include "oprf/proof.h"

static enum status too_long(const char *field, struct error *ret_error)
{
	return error_at(ret_error, ST_LIMIT, field, -1, "more than %zu bytes", OPRF_INPUT_MAX);
}

static enum status no_element(size_t i, struct error *ret_error)
{
	enum status st = error_at(ret_error, ST_MALFORMED, "element", -1, "this is no element of the group");

	if (ret_error)
		ret_error->row = (int64_t)i + 1;
	return st;
}

bool oprf_element_valid(const struct oprf_element *element)
{
	return !group_is_identity(element) && crypto_core_ristretto255_is_valid_point(element->b) == 1;
}

/* ---- keys ---- */

enum status oprf_key_of_secret(enum oprf_mode mode, const struct oprf_scalar *secret, struct oprf_key *ret, struct error *ret_error)
{
	struct oprf_element public_key;

	if (!group_scalar_canonical(secret) || !group_multiply_base(secret, &public_key))
		return error_at(ret_error, ST_MALFORMED, "secret", -1, "this is no private key");
	*ret = (struct oprf_key){mode, *secret, public_key};
	return ST_OK;
}

enum status oprf_key_derive(enum oprf_mode mode, const uint8_t seed[32], struct bytes info, struct oprf_key *ret, struct error *ret_error)
{
	struct oprf_scalar secret = {{0}};
	uint8_t counter = 0;
	enum status st;

	if (info.len > OPRF_INPUT_MAX)
		return too_long("info", ret_error);
	do { /* once, but for a chance of 2^-252; 256 times is the standard's bound */
		struct group_message message = {.count = 0};

		group_add(&message, seed, 32);
		group_add_prefixed(&message, info.data, info.len);
		group_add(&message, &counter, 1);
		group_hash_to_scalar(mode, TEXT("DeriveKeyPair"), &message, &secret);
		counter++;
	} while (counter && sodium_is_zero(secret.b, sizeof secret.b));
	st = oprf_key_of_secret(mode, &secret, ret, ret_error);
	sodium_memzero(&secret, sizeof secret);
	return st;
}

void oprf_key_clear(struct oprf_key *key)
{
	sodium_memzero(key, sizeof *key);
}

void oprf_key_id(const struct oprf_element *public_key, uint8_t ret_id[OPRF_KEY_ID_SIZE])
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(hash, public_key->b, sizeof public_key->b);
	memcpy(ret_id, hash, OPRF_KEY_ID_SIZE);
}

/* ---- the asker ---- */

static enum status input_element(enum oprf_mode mode, struct bytes input, struct oprf_element *ret, struct error *ret_error)
{
	if (input.len > OPRF_INPUT_MAX)
		return too_long("input", ret_error);
	group_hash_to_element(mode, input, ret);
	if (group_is_identity(ret))
		return error_at(ret_error, ST_MALFORMED, "input", -1, "this input has no element");
	return ST_OK;
}

enum status oprf_blind(enum oprf_mode mode, const struct env *env, struct bytes input, struct oprf_scalar *ret_blind,
		       struct oprf_element *ret_blinded, struct error *ret_error)
{
	struct oprf_element element, blinded;
	struct oprf_scalar blind;

	TRY(input_element(mode, input, &element, ret_error));
	group_scalar_random(env, &blind);
	if (!group_multiply(&blind, &element, &blinded))
		return no_element(0, ret_error);
	*ret_blind = blind;
	*ret_blinded = blinded;
	sodium_memzero(&element, sizeof element);
	sodium_memzero(&blind, sizeof blind);
	return ST_OK;
}

/* Finalize's hash, RFC 9497, 3.3.1. */
static void output_of(struct bytes input, const struct oprf_element *unblinded, struct oprf_output *ret)
{
	struct group_message message = {.count = 0};

	group_add_prefixed(&message, input.data, input.len);
	group_add_prefixed(&message, unblinded->b, sizeof unblinded->b);
	group_add(&message, "Finalize", 8);
	group_hash(&message, ret->b);
}

enum status oprf_finalize(struct bytes input, const struct oprf_scalar *blind, const struct oprf_element *evaluated,
			  struct oprf_output *ret, struct error *ret_error)
{
	struct oprf_element unblinded;
	struct oprf_scalar inverse;
	bool good;

	if (input.len > OPRF_INPUT_MAX)
		return too_long("input", ret_error);
	if (!group_scalar_canonical(blind) || crypto_core_ristretto255_scalar_invert(inverse.b, blind->b) != 0)
		return error_at(ret_error, ST_MALFORMED, "blind", -1, "this is no blind");
	good = group_multiply(&inverse, evaluated, &unblinded);
	sodium_memzero(&inverse, sizeof inverse);
	if (!good)
		return no_element(0, ret_error);
	output_of(input, &unblinded, ret);
	sodium_memzero(&unblinded, sizeof unblinded);
	return ST_OK;
}

static enum status count_check(size_t count, struct error *ret_error)
{
	if (count == 0)
		return error_at(ret_error, ST_MALFORMED, "element", -1, "there is no element");
	return count <= OPRF_BATCH_MAX ? ST_OK : error_at(ret_error, ST_LIMIT, "element", -1, "more than %zu elements", OPRF_BATCH_MAX);
}

enum status oprf_verify(const struct oprf_element *public_key, const struct oprf_element *blinded, const struct oprf_element *evaluated,
			size_t count, const struct oprf_proof *proof, struct error *ret_error)
{
	TRY(count_check(count, ret_error));
	if (!oprf_element_valid(public_key))
		return error_at(ret_error, ST_MALFORMED, "key", -1, "this is no public key");
	for (size_t i = 0; i < count; i++)
		if (!oprf_element_valid(&blinded[i]) || !oprf_element_valid(&evaluated[i]))
			return no_element(i, ret_error);
	if (!proof_holds(public_key, blinded, evaluated, count, proof))
		return error_at(ret_error, ST_DENIED, "proof", -1, "this was not evaluated with the key that is published");
	return ST_OK;
}

/* ---- who has the key ---- */

enum status oprf_evaluate(const struct oprf_key *key, const struct env *env, const struct oprf_element *blinded, size_t count,
			  struct oprf_element *ret_evaluated, struct oprf_proof *ret_proof, struct error *ret_error)
{
	struct oprf_element evaluated[OPRF_BATCH_MAX];
	struct oprf_proof proof;

	TRY(count_check(count, ret_error));
	/* A product is the identity only of the identity: group_multiply refuses it with what is not canonical. */
	for (size_t i = 0; i < count; i++)
		if (!group_multiply(&key->secret, &blinded[i], &evaluated[i]))
			return no_element(i, ret_error);
	if (key->mode == OPRF_VERIFIABLE && ret_proof) {
		if (!proof_make(key, env, blinded, evaluated, count, &proof))
			return error_set(ret_error, ST_UNAVAILABLE, "no proof could be made");
		*ret_proof = proof;
	}
	memcpy(ret_evaluated, evaluated, count * sizeof evaluated[0]);
	return ST_OK;
}

enum status oprf_direct(const struct oprf_key *key, struct bytes input, struct oprf_output *ret, struct error *ret_error)
{
	struct oprf_element element, evaluated;

	TRY(input_element(key->mode, input, &element, ret_error));
	if (!group_multiply(&key->secret, &element, &evaluated))
		return no_element(0, ret_error);
	output_of(input, &evaluated, ret);
	sodium_memzero(&evaluated, sizeof evaluated);
	return ST_OK;
}
