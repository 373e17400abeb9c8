/* A question to a table and its answer, as they go over the network. docs/formats/bulletin.md. Pure.
 *
 * The answer's size is the table's alone: a hit, a miss and every bucket are equally long.
 */
#ifndef BULLETIN_ANSWER_H
#define BULLETIN_ANSWER_H

#include "bulletin/table.h"

#define BULLETIN_QUESTION_SIZE 34u
#define BULLETIN_ANSWER_HEAD_SIZE 120u /* element 32, proof 64, then 24 of the table */

/* ---- who answers ---- */

/* Fails: ST_MALFORMED with the field (length, bucket). Whether the element is one is found by oprf_evaluate. */
MUST_USE enum status bulletin_question_read(struct bytes in, uint16_t *ret_bucket, struct oprf_element *ret_blinded,
					    struct error *ret_error);

size_t bulletin_answer_size(const struct bulletin_table *table);

/* Appends bulletin_answer_size(table) bytes. Element and proof are oprf_evaluate's with the key that table->head.key_id names.
 * Fails: ST_LIMIT, ST_NO_MEMORY. Cost: a copy. */
MUST_USE enum status bulletin_answer(const struct bulletin_table *table, uint16_t bucket, const struct oprf_element *evaluated,
				     const struct oprf_proof *proof, struct buffer *out, struct error *ret_error);

/* ---- who asks ---- */

/* What the asker keeps until he has the answer; to be wiped with bulletin_asked_clear. `x` is borrowed. */
struct bulletin_asked {
	struct text x;
	struct oprf_scalar blind;
	struct oprf_element blinded;
};

/* Fails: as oprf_blind. */
MUST_USE enum status bulletin_ask(const struct env *env, struct text x, struct bulletin_asked *ret,
				  uint8_t ret_question[BULLETIN_QUESTION_SIZE], struct error *ret_error);
void bulletin_asked_clear(struct bulletin_asked *asked);

struct bulletin_found {
	struct bulletin_table_head head;           /* of the table that answered */
	uint8_t payload[BULLETIN_PAYLOAD_MAX];
};

/* The payload of x. `keys` are those that the signed bulletin names; one that it does not name is refused.
 * Fails: ST_NOT_FOUND (the table has no x; ret->head is set); ST_MALFORMED (form); ST_DENIED (key, proof). */
MUST_USE enum status bulletin_answer_read(const struct bulletin_asked *asked, struct bytes answer, const struct oprf_element *keys,
					  size_t key_count, struct bulletin_found *ret, struct error *ret_error);

#endif
