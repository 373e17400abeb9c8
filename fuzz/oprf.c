#include <sodium.h>
#include <stdlib.h>

#include "lib/random.h"
#include "oprf/oprf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Elements as they come: evaluated and proved, or refused; then the rest of the bytes taken for a proof, which none is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t seed[32] = {1};
	struct oprf_element elements[4], evaluated[4];
	struct oprf_output output;
	struct oprf_scalar scalar;
	struct oprf_proof proof, forged = {{0}};
	struct oprf_key key, other;
	size_t count = size / 32 < 4 ? size / 32 : 4, rest;

	if (sodium_init() < 0 || oprf_key_derive(OPRF_VERIFIABLE, seed, (struct bytes){NULL, 0}, &key, NULL) != ST_OK)
		abort();
	if (count == 0)
		return 0;
	memcpy(elements, data, 32 * count);
	memcpy(scalar.b, data, 32);
	rest = size - 32 * count < sizeof forged ? size - 32 * count : sizeof forged;
	memcpy(forged.b, data + 32 * count, rest);
	if (oprf_key_of_secret(OPRF_VERIFIABLE, &scalar, &other, NULL) == ST_OK && !oprf_element_valid(&other.public_key))
		abort();
	if (oprf_finalize((struct bytes){data, size}, &scalar, &elements[0], &output, NULL) == ST_OK && !oprf_element_valid(&elements[0]))
		abort();
	if (oprf_evaluate(&key, &random_env, elements, count, evaluated, &proof, NULL) != ST_OK)
		return 0;
	for (size_t i = 0; i < count; i++)
		if (!oprf_element_valid(&elements[i]) || !oprf_element_valid(&evaluated[i]))
			abort();
	if (oprf_verify(&key.public_key, elements, evaluated, count, &proof, NULL) != ST_OK ||
	    oprf_verify(&key.public_key, elements, evaluated, count, &forged, NULL) == ST_OK)
		abort();
	return 0;
}
