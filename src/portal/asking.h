/* How web asks the oracle: over lanes, questions that wait at one moment in one message. */
#ifndef PORTAL_ASKING_H
#define PORTAL_ASKING_H

#include "oprf/oprf.h"
#include "portal/parts.h"

#define ASKING_BATCH 16u

/* As they go over the socket pair, between two halves of one program. */
struct asking_question {
	uint8_t key_id[OPRF_KEY_ID_SIZE];
	struct oprf_element blinded;
};

struct asking_answer {
	uint8_t status; /* enum status */
	struct oprf_element evaluated;
	struct oprf_proof proof;
};

struct asking;

/* `fds` are the pairs' ends, which stay the caller's. NULL: no memory. */
struct asking *asking_new(const int fds[PORTAL_LANES]);
void asking_free(struct asking *asking);

/* Waits for the answer; any thread. Fails: ST_MALFORMED (not an element), ST_NOT_FOUND (the oracle has not this key), ST_UNAVAILABLE. */
MUST_USE enum status asking_ask(struct asking *asking, const struct asking_question *question, struct asking_answer *ret, struct error *ret_error);

#endif
