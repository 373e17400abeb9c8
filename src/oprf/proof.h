/* The proof that many elements were multiplied by one and the same secret: RFC 9497, 2.2 (DLEQ). */
#ifndef OPRF_PROOF_H
#define OPRF_PROOF_H

#include "oprf/oprf.h"

/* Elements and their products under `key`, both already checked. False: chance made an identity (never seen). */
MUST_USE bool proof_make(const struct oprf_key *key, const struct env *env, const struct oprf_element *elements,
			 const struct oprf_element *products, size_t count, struct oprf_proof *ret);

/* Whether the proof holds. The elements are checked, the proof is not. */
MUST_USE bool proof_holds(const struct oprf_element *public_key, const struct oprf_element *elements,
			  const struct oprf_element *products, size_t count, const struct oprf_proof *proof);

#endif
